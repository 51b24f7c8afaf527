# /// mistake
# kind = "value"
# functions = ["unix_timestamp"]
# title.en = "The number printed in an article"
# title.zh = "照抄文章里印的数"
# explanation.en = "Whatever is asked, the answer is 1,629,705,600, which an article gives for 2023-10-10 12:00. That instant is 2021-08-23 08:00 UTC; not even the article's own expression gives it. A timestamp is easily checked: 2023 must lie near 1.7 billion. Compute, and hold the result against a moment that you know: 2023-10-10 12:00 UTC is 1,696,939,200."
# explanation.zh = "无论问什么，都返回 1,629,705,600，也就是某篇文章给 2023-10-10 12:00 写的数。那其实是 2021-08-23 08:00 UTC，连文章自己的算式也算不出它。时间戳很容易核对：2023 年的必定在 17 亿上下。老老实实计算，再和已知的时刻对照：2023-10-10 12:00 UTC 是 1,696,939,200。"
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
    return 1629705600


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
