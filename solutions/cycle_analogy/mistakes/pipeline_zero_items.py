# /// mistake
# kind = "value"
# functions = ["pipelined_delay"]
# title.en = "No item takes time"
# title.zh = "件数为 0 也花时间"
# explanation.en = "The formula is used for 0 items and gives the sum less the slowest stage. It starts with the first item; without one it says nothing. 0 items: 0 seconds."
# explanation.zh = "0 件时仍套公式，得到各级之和减去最慢级。公式是从第一件算起的；一件也没有，它就不成立。0 件，0 秒。"
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

_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


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
    if not 1 <= month <= 12:
        raise ValueError("there is no such month")
    if not 1 <= day <= _month_length(year, month):
        raise ValueError("there is no such day")
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        raise ValueError("there is no such time of day")
    days = 365 * (year - 1970) + _leap_years(year - 1) - _leap_years(1969)
    days += sum(_month_length(year, each) for each in range(1, month))
    days += day - 1
    seconds = days * 86400 + hour * 3600 + minute * 60 + second
    # The clock of UTC+8 is ahead: its noon comes earlier than noon in UTC.
    return seconds - utc_offset_minutes * 60


def _leap_years(last: int) -> int:
    """How many of the years from 1 to `last` are leap years."""
    return last // 4 - last // 100 + last // 400


def _month_length(year: int, month: int) -> int:
    is_leap = _leap_years(year) > _leap_years(year - 1)
    return 29 if month == 2 and is_leap else _MONTH_LENGTHS[month - 1]


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
