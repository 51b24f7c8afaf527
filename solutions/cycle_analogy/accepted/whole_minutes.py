# /// accepted
# note.en = "A table of days before each month, checks by try and except, context manager for the stages, a recursive pipeline, results as int or Fraction where they fall out so."
# note.zh = "“各月之前天数”表，用 try/except 检查；阶段用上下文管理器；流水线用递归。"
# ///
import contextlib

ANALOGY = dict(
    [
        ("execute", "forward_pass"),
        ("data_cache", "kv_cache"),
        ("clock_cycle", "token_step"),
        ("pipelining", "continuous_batching"),
        ("write_back", "append_token_and_kv"),
        ("program_loop", "autoregressive_loop"),
        ("instruction_fetch", "read_weights_and_kv"),
        ("memory_bandwidth", "accelerator_memory_bandwidth"),
    ]
)

BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]


def _leap(year):
    return year & 3 == 0 and (year % 25 != 0 or year & 15 == 0)


def _day_number(year, month, day):
    """Days since 1970-01-01 by the number of days in 4, 100 and 400 years."""
    cycles, rest = divmod(year - 2001, 400)
    centuries, rest = min(rest // 100, 3), rest - 100 * min(rest // 100, 3)
    fours, years = divmod(rest, 4)
    days = cycles * 146097 + centuries * 36524 + fours * 1461 + years * 365
    return 11323 + days + BEFORE[month - 1] + (month > 2 and _leap(year)) + day - 1


def unix_timestamp(year, month, day, hour=0, minute=0, second=0, *, utc_offset_minutes=0):
    try:
        month_days = [BEFORE[at + 1] - BEFORE[at] for at in range(12)]
        month_days[1] += _leap(year)
        list(range(1, 13)).index(month)
        list(range(1, month_days[month - 1] + 1)).index(day)
        "".join(map(chr, range(24))).index(chr(hour))
        assert minute == minute % 60 and second == second % 60
    except (AssertionError, ValueError):
        raise ValueError("no such time") from None
    minutes = 1440 * _day_number(year, month, day) + 60 * hour + minute
    return (minutes - utc_offset_minutes) * 60 + second


def processing_delay(cycle_times_s, complexities):
    if isinstance(cycle_times_s, float | int):
        return processing_delay([cycle_times_s] * len(complexities), complexities)
    if len(cycle_times_s) - len(complexities):
        raise ValueError("lengths")
    if not complexities:
        return 0
    (time, *times), (cycles, *more) = cycle_times_s, complexities
    if time < 0 or cycles < 0:
        raise ValueError("negative")
    return time * cycles + processing_delay(times, more)


def trace_stages(stages, value, clock):
    spans, start = [], clock()

    @contextlib.contextmanager
    def stage(name):
        nonlocal start
        try:
            yield
        finally:
            begun, start = start, clock()
            spans.append((name, begun, start))

    for name, function in stages:
        failure = None
        with stage(name):
            try:
                value = function(value)
            except BaseException as error:
                failure = error
        if failure is not None:
            failure.spans = spans
            raise failure
    return value, spans


def pipelined_delay(stage_times_s, items):
    if items < 0 or sorted([0, *stage_times_s])[0] < 0:
        raise ValueError("negative")
    if not items or not stage_times_s:
        return 0
    fill, bottleneck = sum(stage_times_s), sorted(stage_times_s)[-1]
    return fill - bottleneck + items * bottleneck


def request_latency(ttft_s, tpot_s, output_tokens):
    return bool(output_tokens) * (ttft_s + (output_tokens - 1) * tpot_s)


def decode_floor(param_bytes, kv_bytes, bandwidth_bytes_per_s):
    if bandwidth_bytes_per_s > 0:
        return (param_bytes + kv_bytes) / bandwidth_bytes_per_s
    raise ValueError("the bandwidth must be positive")
