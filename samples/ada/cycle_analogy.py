"""Cycle analogy: a prefix table for months, and everything else in few lines."""

from itertools import accumulate

ANALOGY = {
    "clock_cycle": "token_step",
    "instruction_fetch": "read_weights_and_kv",
    "execute": "forward_pass",
    "write_back": "append_token_and_kv",
    "data_cache": "kv_cache",
    "memory_bandwidth": "accelerator_memory_bandwidth",
    "pipelining": "continuous_batching",
    "program_loop": "autoregressive_loop",
}

COMMON = list(accumulate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), initial=0))
LEAP = [days + (month > 1) for month, days in enumerate(COMMON)]


def unix_timestamp(year, month, day, hour=0, minute=0, second=0, *, utc_offset_minutes=0):
    starts = LEAP if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else COMMON
    if not (1 <= month <= 12 and 1 <= day <= starts[month] - starts[month - 1]):
        raise ValueError(f"no such date: {year}-{month}-{day}")
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        raise ValueError(f"no such time: {hour}:{minute}:{second}")
    past = year - 1
    day_number = 365 * past + past // 4 - past // 100 + past // 400 + starts[month - 1] + day
    minutes = (day_number - 719163) * 1440 + hour * 60 + minute - utc_offset_minutes  # 719163 is 1970-01-01
    return 60 * minutes + second


def processing_delay(cycle_times_s, complexities):
    try:
        count = len(cycle_times_s)
    except TypeError:
        cycle_times_s, count = [cycle_times_s] * len(complexities), len(complexities)
    if count != len(complexities) or min([0, *cycle_times_s, *complexities]) < 0:
        raise ValueError("one non-negative cycle time for each non-negative complexity")
    return sum(seconds * cycles for seconds, cycles in zip(cycle_times_s, complexities))


def trace_stages(stages, value, clock):
    spans, at = [], clock()
    for name, function in stages:
        try:
            value = function(value)
        except BaseException as failure:
            failure.spans = spans
            raise
        finally:
            before, at = at, clock()
            spans.append((name, before, at))
    return value, spans


def pipelined_delay(stage_times_s, items):
    if min([items, *stage_times_s]) < 0:
        raise ValueError("negative")
    if not items or not stage_times_s:
        return 0.0
    return sum(stage_times_s) + max(stage_times_s) * (items - 1)


def request_latency(ttft_s, tpot_s, output_tokens):
    return ttft_s + tpot_s * (output_tokens - 1) if output_tokens else 0.0


def decode_floor(param_bytes, kv_bytes, bandwidth_bytes_per_s):
    if bandwidth_bytes_per_s <= 0:
        raise ValueError("no bandwidth, no tokens")
    return (param_bytes + kv_bytes) / bandwidth_bytes_per_s
