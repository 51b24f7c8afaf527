# /// mistake
# kind = "value"
# functions = ["unix_timestamp"]
# title.en = "The article's expression: the day counts as years, the month is lost"
# title.zh = "照搬文章的算式：日被当成年，月不见了"
# explanation.en = "(year - 1970) x 365 days plus day x 365 days: the month is not used, the 10th of a month counts as ten years, leap days and the time zone are missing. 2023-10-10 12:00 becomes 1,986,811,200, which is 2032-12-16. Units would have shown it: a day of the month is worth days, not years. Whole years with their leap days, then whole months, then day - 1, then the time of day."
# explanation.zh = "（年 - 1970）× 365 天，再加日 × 365 天：月份没有用到，10 号被当成十年，闰日和时区都没有。2023-10-10 12:00 变成 1,986,811,200，即 2032-12-16。对一下单位就能发现：日的单位是天，不是年。先算整年连同闰日，再算整月，然后是日减一，最后是一天内的时刻。"
# ///
"""The reference with one mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

ANALOGY: dict[str, str] = {
    "clock_cycle": "token_step",
    "instruction_fetch": "read_weights_and_kv",
    "execute": "forward_pass",
    "write_back": "append_token_and_kv",
    "data_cache": "kv_cache",
    "memory_bandwidth": "accelerator_memory_bandwidth",
    "pipelining": "continuous_batching",
    "program_loop": "autoregressive_loop",
}

def unix_timestamp(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    *,
    utc_offset_minutes: int = 0,
) -> int:
    """Seconds since the epoch, for a civil time that is local to an offset from UTC."""
    return (year - 1970) * 365 * 86400 + day * 365 * 86400 + hour * 3600 + minute * 60 + second


def processing_delay(cycle_times_s: float | Sequence[float], complexities: Sequence[float]) -> float:
    """Time for all tasks, one after another: the sum of cycle time times cycles."""
    if isinstance(cycle_times_s, int | float):
        cycle_times_s = [cycle_times_s] * len(complexities)
    if len(cycle_times_s) != len(complexities):
        raise ValueError("one cycle time for each task")
    if any(each < 0 for each in cycle_times_s):
        raise ValueError("no cycle takes less than no time")
    if any(each < 0 for each in complexities):
        raise ValueError("no task takes fewer than no cycles")
    return sum(time * cycles for time, cycles in zip(cycle_times_s, complexities, strict=True))


def trace_stages(
    stages: Sequence[tuple[str, Callable[[Any], Any]]], value: Any, clock: Callable[[], float]
) -> tuple[Any, list[tuple[str, float, float]]]:
    """Run stages one after another and say when each began and ended."""
    spans: list[tuple[str, float, float]] = []
    start = clock()
    for name, function in stages:
        try:
            value = function(value)
        except BaseException as error:
            spans.append((name, start, clock()))
            error.spans = spans  # type: ignore[attr-defined]
            raise
        end = clock()
        spans.append((name, start, end))
        start = end  # one reading closes a stage and opens the next
    return value, spans


def pipelined_delay(stage_times_s: Sequence[float], items: int) -> float:
    """Time until the last item leaves: the first one fills the pipeline, then one leaves per step of the slowest."""
    if items < 0:
        raise ValueError("no fewer than no items")
    if any(each < 0 for each in stage_times_s):
        raise ValueError("no stage takes less than no time")
    if not stage_times_s:
        return 0.0
    if items == 0:
        return 0.0
    return sum(stage_times_s) + (items - 1) * max(stage_times_s)


def request_latency(ttft_s: float, tpot_s: float, output_tokens: int) -> float:
    """From the request to its last token: the first token, then a step for each of the others."""
    if output_tokens == 0:
        return 0.0
    return ttft_s + (output_tokens - 1) * tpot_s


def decode_floor(param_bytes: float, kv_bytes: float, bandwidth_bytes_per_s: float) -> float:
    """Least time for one decoded token: every byte of weights and KV cache comes by once."""
    if bandwidth_bytes_per_s <= 0:
        raise ValueError("the bandwidth must be positive")
    return (param_bytes + kv_bytes) / bandwidth_bytes_per_s
