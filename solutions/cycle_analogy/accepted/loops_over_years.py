# /// accepted
# note.en = "Plain loops: year by year in both directions, month by month, task by task. Slower, and within the budget."
# note.zh = "朴素的循环：向前向后逐年、逐月、逐个任务。慢一些，但在预算之内。"
# ///
ANALOGY = {}
ANALOGY["clock_cycle"] = "token_step"
ANALOGY["instruction_fetch"] = "read_weights_and_kv"
ANALOGY["execute"] = "forward_pass"
ANALOGY["write_back"] = "append_token_and_kv"
ANALOGY["data_cache"] = "kv_cache"
ANALOGY["memory_bandwidth"] = "accelerator_memory_bandwidth"
ANALOGY["pipelining"] = "continuous_batching"
ANALOGY["program_loop"] = "autoregressive_loop"


def is_leap(year):
    if year % 400 == 0:
        return True
    if year % 100 == 0:
        return False
    return year % 4 == 0


def days_in_month(year, month):
    if month in (4, 6, 9, 11):
        return 30
    if month == 2:
        return 29 if is_leap(year) else 28
    return 31


def unix_timestamp(year, month, day, hour=0, minute=0, second=0, *, utc_offset_minutes=0):
    if month < 1 or month > 12:
        raise ValueError("month")
    if day < 1 or day > days_in_month(year, month):
        raise ValueError("day")
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        raise ValueError("time")
    time = 0
    for y in range(1970, year):
        time += 366 if is_leap(y) else 365
    for y in range(year, 1970):
        time -= 366 if is_leap(y) else 365
    for m in range(1, month):
        time += days_in_month(year, m)
    time += day - 1
    time = time * 24 + hour
    time = time * 60 + minute - utc_offset_minutes
    return time * 60 + second


def processing_delay(cycle_times_s, complexities):
    single = not isinstance(cycle_times_s, (list, tuple))
    if not single and len(cycle_times_s) != len(complexities):
        raise ValueError("lengths")
    total = 0
    for i in range(len(complexities)):
        time = cycle_times_s if single else cycle_times_s[i]
        if time < 0 or complexities[i] < 0:
            raise ValueError("negative")
        total = total + time * complexities[i]
    return total


def trace_stages(stages, value, clock):
    spans = []
    last = clock()
    i = 0
    while i < len(stages):
        error = None
        try:
            value = stages[i][1](value)
        except Exception as caught:
            error = caught
        now = clock()
        spans.append([stages[i][0], last, now])
        if error is not None:
            error.spans = spans
            raise error
        last = now
        i += 1
    return [value, spans]


def pipelined_delay(stage_times_s, items):
    total = 0.0
    slowest = 0.0
    for time in stage_times_s:
        if time < 0:
            raise ValueError("negative")
        total += time
        if time > slowest:
            slowest = time
    if items < 0:
        raise ValueError("negative")
    if items == 0:
        return 0.0
    for _ in range(items - 1):
        total += slowest
    return total


def request_latency(ttft_s, tpot_s, output_tokens):
    total = 0.0
    for i in range(output_tokens):
        if i == 0:
            total += ttft_s
        else:
            total += tpot_s
    return total


def decode_floor(param_bytes, kv_bytes, bandwidth_bytes_per_s):
    if bandwidth_bytes_per_s <= 0:
        raise ValueError("bandwidth")
    seconds = param_bytes / bandwidth_bytes_per_s
    seconds += kv_bytes / bandwidth_bytes_per_s
    return seconds
