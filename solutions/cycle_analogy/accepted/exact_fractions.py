# /// accepted
# note.en = "Everything in exact fractions, turned into floats at the very end; the Julian day number for dates."
# note.zh = "全程用精确分数，最后才化成浮点数；日期用儒略日数。"
# ///
from fractions import Fraction
from math import prod

ANALOGY = {
    "program_loop": "autoregressive_loop",
    "pipelining": "continuous_batching",
    "memory_bandwidth": "accelerator_memory_bandwidth",
    "data_cache": "kv_cache",
    "write_back": "append_token_and_kv",
    "execute": "forward_pass",
    "instruction_fetch": "read_weights_and_kv",
    "clock_cycle": "token_step",
}


class NoSuchTimeError(ValueError):
    pass


def _julian_day(year, month, day):
    shift = (14 - month) // 12
    y = year + 4800 - shift
    return day + (153 * (month + 12 * shift - 3) + 2) // 5 + 365 * y + y // 4 - y // 100 + y // 400 - 32045


def unix_timestamp(year, month, day, hour=0, minute=0, second=0, *, utc_offset_minutes=0):
    leap = year % 400 == 0 or (year % 4 == 0 and year % 100 != 0)
    lengths = {1: 31, 2: 28 + leap, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
    if not 0 < day <= lengths.get(month, 0):
        raise NoSuchTimeError(f"{year}-{month}-{day}")
    if (hour // 24, minute // 60, second // 60) != (0, 0, 0):
        raise NoSuchTimeError(f"{hour}:{minute}:{second}")
    days = Fraction(_julian_day(year, month, day) - 2440588)
    days += Fraction(hour, 24) + Fraction(minute - utc_offset_minutes, 1440) + Fraction(second, 86400)
    return int(days * 86400)


def processing_delay(cycle_times_s, complexities):
    cycles = [Fraction(each) for each in complexities]
    shared = not hasattr(cycle_times_s, "__len__")
    times = [Fraction(cycle_times_s)] * len(cycles) if shared else [Fraction(each) for each in cycle_times_s]
    if len(times) != len(cycles) or any(each < 0 for each in times + cycles):
        raise ValueError("not delays")
    return float(sum((prod(pair) for pair in zip(times, cycles, strict=True)), Fraction()))


def trace_stages(stages, value, clock):
    moments = [clock()]
    try:
        for _, function in stages:
            try:
                value = function(value)
            finally:
                moments.append(clock())
    except BaseException as error:
        error.spans = _spans(stages, moments)
        raise
    return value, _spans(stages, moments)


def _spans(stages, moments):
    return tuple((stages[at][0], moments[at], moments[at + 1]) for at in range(len(moments) - 1))


def pipelined_delay(stage_times_s, items):
    times = [Fraction(each) for each in stage_times_s]
    if items < 0 or any(each < 0 for each in times):
        raise ValueError("negative")
    if not (items and times):
        return 0
    return float(sum(times) + (items - 1) * max(times))


def request_latency(ttft_s, tpot_s, output_tokens):
    return float(Fraction(ttft_s) + (output_tokens - 1) * Fraction(tpot_s)) if output_tokens else 0


def decode_floor(param_bytes, kv_bytes, bandwidth_bytes_per_s):
    if bandwidth_bytes_per_s > 0:
        return float((Fraction(param_bytes) + Fraction(kv_bytes)) / Fraction(bandwidth_bytes_per_s))
    raise ValueError(bandwidth_bytes_per_s)
