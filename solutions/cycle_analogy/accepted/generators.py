# /// accepted
# note.en = "Generators and folds: cumulative month lengths, a generator of spans that hands errors out as values, math.fsum."
# note.zh = "生成器与折叠：逐项累计月长；产出时间段的生成器把异常当值交出来；用 math.fsum 求和。"
# ///
import functools
import math

ANALOGY = {
    key: value
    for key, value in (
        ("clock_cycle", "token_step"),
        ("instruction_fetch", "read_weights_and_kv"),
        ("execute", "forward_pass"),
        ("write_back", "append_token_and_kv"),
        ("data_cache", "kv_cache"),
        ("memory_bandwidth", "accelerator_memory_bandwidth"),
        ("pipelining", "continuous_batching"),
        ("program_loop", "autoregressive_loop"),
    )
}


@functools.cache
def _leaps(year):
    return sum(sign * (year // step) for sign, step in ((1, 4), (-1, 100), (1, 400)))


def _lengths(year):
    yield 31
    yield 28 + _leaps(year) - _leaps(year - 1)
    yield from (31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def unix_timestamp(year, month, day, hour=0, minute=0, second=0, *, utc_offset_minutes=0):
    lengths = list(_lengths(year))
    valid = 1 <= month <= len(lengths) and 1 <= day <= lengths[month - 1]
    if not (valid and hour in range(24) and minute in range(60) and second in range(60)):
        raise ValueError("no such moment")
    days = (year - 1970) * 365 + _leaps(year - 1) - _leaps(1969) + sum(lengths[: month - 1]) + day - 1
    units = ((24, hour), (60, minute - utc_offset_minutes), (60, second))
    return functools.reduce(lambda total, unit: total * unit[0] + unit[1], units, days)


def _pairs(cycle_times_s, complexities):
    if isinstance(cycle_times_s, (list, tuple)):
        if len(cycle_times_s) != len(complexities):
            raise ValueError("lengths")
        yield from zip(cycle_times_s, complexities)
    else:
        yield from ((cycle_times_s, each) for each in complexities)


def _checked(pairs):
    for pair in pairs:
        if min(pair) < 0:
            raise ValueError("negative")
        yield pair


def processing_delay(cycle_times_s, complexities):
    return math.fsum(time * cycles for time, cycles in _checked(_pairs(cycle_times_s, complexities)))


def _run(stages, value, clock):
    start = clock()
    for name, function in stages:
        error = None
        try:
            value = function(value)
        except BaseException as caught:
            error = caught
        end = clock()
        yield (name, start, end), value, error
        if error is not None:
            return
        start = end
    if not stages:
        return


def trace_stages(stages, value, clock):
    spans = []
    for span, value, error in _run(stages, value, clock):
        spans.append(span)
        if error is not None:
            error.spans = spans
            raise error
    return value, spans


def pipelined_delay(stage_times_s, items):
    if items < 0 or any(time < 0 for time in stage_times_s):
        raise ValueError("negative")
    if items == 0:
        return 0
    return math.fsum(stage_times_s) + (items - 1) * max(stage_times_s, default=0)


def request_latency(ttft_s, tpot_s, output_tokens):
    match output_tokens:
        case 0:
            return 0
        case 1:
            return ttft_s
        case n:
            return ttft_s - tpot_s + n * tpot_s


def decode_floor(param_bytes, kv_bytes, bandwidth_bytes_per_s):
    if bandwidth_bytes_per_s <= 0:
        raise ValueError("bandwidth")
    seconds_per_byte = 1 / bandwidth_bytes_per_s
    return param_bytes * seconds_per_byte + kv_bytes * seconds_per_byte
