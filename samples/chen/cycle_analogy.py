ANALOGY = {
    "clock_cycle": "token_step",
    "instruction_fetch": "read_weights_and_kv",
    "execute": "forward_pass",
    "write_back": "training_update",
    "data_cache": "kv_cache",
    "memory_bandwidth": "accelerator_memory_bandwidth",
    "pipelining": "continuous_batching",
    "program_loop": "autoregressive_loop",
}


def is_leap(year):
    return year % 4 == 0 and year % 100 != 0 or year % 400 == 0


def month_days(year, month):
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def unix_timestamp(year, month, day, hour=0, minute=0, second=0, *, utc_offset_minutes=0):
    if month < 1 or month > 12 or day < 1 or day > month_days(year, month):
        raise ValueError("bad date")
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        raise ValueError("bad time")
    days = 0
    for y in range(min(year, 1970), max(year, 1970)):
        length = 366 if is_leap(y) else 365
        days += length if year > 1970 else -length
    for m in range(1, month):
        days += month_days(year, m)
    days += day - 1
    # local time plus the offset
    return days * 86400 + hour * 3600 + minute * 60 + second + utc_offset_minutes * 60


def processing_delay(cycle_times_s, complexities):
    if not isinstance(cycle_times_s, (list, tuple)):
        cycle_times_s = [cycle_times_s for _ in complexities]
    if len(cycle_times_s) != len(complexities):
        raise ValueError("lengths differ")
    total = 0
    for t, c in zip(cycle_times_s, complexities):
        if t < 0 or c < 0:
            raise ValueError("negative")
        total += t * c
    return total


def trace_stages(stages, value, clock):
    spans = []
    for name, fn in stages:
        begin = clock()
        try:
            value = fn(value)
        except Exception as e:
            spans.append((name, begin, clock()))
            e.spans = spans
            raise
        spans.append((name, begin, clock()))
    return value, spans


def pipelined_delay(stage_times_s, items):
    if items < 0 or any(t < 0 for t in stage_times_s):
        raise ValueError("negative")
    if items == 0 or len(stage_times_s) == 0:
        return 0.0
    return sum(stage_times_s) + (items - 1) * max(stage_times_s)


def request_latency(ttft_s, tpot_s, output_tokens):
    if output_tokens == 0:
        return 0.0
    return ttft_s + output_tokens * tpot_s


def decode_floor(param_bytes, kv_bytes, bandwidth_bytes_per_s):
    if bandwidth_bytes_per_s <= 0:
        raise ValueError("bandwidth")
    return (param_bytes + kv_bytes) / bandwidth_bytes_per_s
