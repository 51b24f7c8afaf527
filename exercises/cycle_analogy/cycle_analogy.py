"""The cycle analogy: what a processor's clock and a language model's token steps have in common, in exact numbers.

Write the seven names below. Keep them, their arguments and the shapes; everything else is yours. What you have not
begun may go on raising NotImplementedError, and ANALOGY may stay empty: it then counts as not attempted, not as wrong.
The questions are answered in answers.md beside this file.

Pure Python. Not allowed: the modules datetime, calendar and time. (A variable of such a name is no use of them.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

# Each notion of a processor to the one that plays its part when a language model writes text.
#
# Keys:   clock_cycle  instruction_fetch  execute  write_back  data_cache  memory_bandwidth  pipelining  program_loop
# Values: accelerator_memory_bandwidth  append_token_and_kv  autoregressive_loop  continuous_batching
#         fixed_time_per_token  forward_pass  kv_cache  learning_rate  read_weights_and_kv  token_step  tokenizer
#         training_update
#
# Eight of the twelve values are used, each once.
ANALOGY: dict[str, str] = {}


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
    """Seconds from 1970-01-01T00:00 UTC to a civil time; negative before.

    Args:
        year: 1 to 9999, proleptic Gregorian calendar: today's leap-year rule for all years.
        month: 1 to 12.
        day: from 1.
        hour, minute, second: a time of day. There are no leap seconds.
        utc_offset_minutes: how far the given civil time is ahead of UTC; +480 is UTC+8.

    Raises:
        ValueError: there is no such date, or no such time (second 60 included).
    """
    raise NotImplementedError


def processing_delay(cycle_times_s: float | Sequence[float], complexities: Sequence[float]) -> float:
    """Seconds for tasks done one after another: the sum over tasks of cycle time x complexity.

    Args:
        cycle_times_s: seconds per cycle; one number for all tasks, or one for each.
        complexities: cycles that each task takes.

    Returns:
        The total; 0 where there is no task.

    Raises:
        ValueError: unequal lengths, or a negative number.
    """
    raise NotImplementedError


def trace_stages(
    stages: Sequence[tuple[str, Callable[[Any], Any]]], value: Any, clock: Callable[[], float]
) -> tuple[Any, list[tuple[str, float, float]]]:
    """Run stages one after another and record when each began and ended.

    Args:
        stages: (name, function) pairs; each function takes what the one before it returned, the first takes value.
        value: what goes in.
        clock: gives seconds; N stages read it N + 1 times, no stage reads it once.

    Returns:
        (result, spans): what the last stage returned (value itself where there is none), and a (name, start, end) for
        each stage, each start being the end before it.

    Raises:
        What a stage raises: the very same exception object, carrying an attribute `spans` with the spans of the k
        stages that were begun, the failing one last; the clock was then read k + 1 times.
    """
    raise NotImplementedError


def pipelined_delay(stage_times_s: Sequence[float], items: int) -> float:
    """Seconds until the last of some items leaves a pipeline in which each stage holds one item at a time.

    Args:
        stage_times_s: how long each stage takes for an item.
        items: how many go through.

    Returns:
        The sum of the stages + (items - 1) x the slowest; 0 where there is no item or no stage.

    Raises:
        ValueError: a negative number.
    """
    raise NotImplementedError


def request_latency(ttft_s: float, tpot_s: float, output_tokens: int) -> float:
    """Seconds until a request has its last token.

    Args:
        ttft_s: time to first token.
        tpot_s: time per output token, after the first.
        output_tokens: n.

    Returns:
        ttft + (n - 1) x tpot; 0 for n = 0.
    """
    raise NotImplementedError


def decode_floor(param_bytes: float, kv_bytes: float, bandwidth_bytes_per_s: float) -> float:
    """The least number of seconds that one decoded token can take, when memory is all that limits it.

    Args:
        param_bytes: all weights; each is read once.
        kv_bytes: the whole KV cache; it is read once.
        bandwidth_bytes_per_s: of the accelerator's memory.

    Raises:
        ValueError: the bandwidth is not positive.
    """
    raise NotImplementedError
