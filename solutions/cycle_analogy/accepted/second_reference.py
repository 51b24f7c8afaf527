# /// accepted
# note.en = "A second reference, written from the task alone: days from eras of 400 years that begin in March, one pass with checks inside, spans from a list of readings."
# note.zh = "另一份参考实现，只看题目独立写成：以 400 年为一纪、三月为岁首求天数；一趟循环里边检查边求和；由读数列表得出时间段。"
# ///
import itertools

ANALOGY = dict(
    clock_cycle="token_step",
    instruction_fetch="read_weights_and_kv",
    execute="forward_pass",
    write_back="append_token_and_kv",
    data_cache="kv_cache",
    memory_bandwidth="accelerator_memory_bandwidth",
    pipelining="continuous_batching",
    program_loop="autoregressive_loop",
)


def _days_from_civil(year, month, day):
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146097 + day_of_era - 719468


def unix_timestamp(year, month, day, hour=0, minute=0, second=0, *, utc_offset_minutes=0):
    if month not in range(1, 13):
        raise ValueError(f"month {month}")
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    length = _days_from_civil(*following, 1) - _days_from_civil(year, month, 1)
    if day not in range(1, length + 1):
        raise ValueError(f"day {day}")
    for number, limit in ((hour, 24), (minute, 60), (second, 60)):
        if number not in range(limit):
            raise ValueError(f"time {hour}:{minute}:{second}")
    minutes = (_days_from_civil(year, month, day) * 24 + hour) * 60 + minute - utc_offset_minutes
    return minutes * 60 + second


def processing_delay(cycle_times_s, complexities):
    try:
        times = list(cycle_times_s)
    except TypeError:
        times = [cycle_times_s for _ in complexities]
    total = 0.0
    for time, cycles in itertools.zip_longest(times, complexities):
        if time is None or cycles is None or time < 0 or cycles < 0:
            raise ValueError("lengths and signs")
        total += time * cycles
    return total


def trace_stages(stages, value, clock):
    names, readings = [], [clock()]

    def spans():
        return [(name, *pair) for name, pair in zip(names, itertools.pairwise(readings), strict=True)]

    for name, function in stages:
        names.append(name)
        try:
            value = function(value)
        except BaseException as error:
            readings.append(clock())
            error.spans = spans()
            raise error
        readings.append(clock())
    return value, spans()


def pipelined_delay(stage_times_s, items):
    if items < 0 or min(stage_times_s, default=0) < 0:
        raise ValueError("negative")
    # When each stage has let go of the item that went through last.
    free = [0.0] * len(stage_times_s)
    for _ in range(items):
        at = 0.0
        for stage, seconds in enumerate(stage_times_s):
            at = free[stage] = max(at, free[stage]) + seconds
    return free[-1] if free else 0.0


def request_latency(ttft_s, tpot_s, output_tokens):
    return sum(tpot_s if token else ttft_s for token in range(output_tokens))


def decode_floor(param_bytes, kv_bytes, bandwidth_bytes_per_s):
    if not bandwidth_bytes_per_s > 0:
        raise ValueError("bandwidth")
    return param_bytes / bandwidth_bytes_per_s + kv_bytes / bandwidth_bytes_per_s
