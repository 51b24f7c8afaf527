"""A call across the wall, there and back with the same tensor, beside a plain copy in this process."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import figures
from bench.markdown import Section

# (name, elements of float32, calls a sample, samples)
_SIZES = (
    ("no argument", None, 100, 30),
    ("64 B", 16, 100, 30),
    ("1 MB", 1 << 18, 20, 30),
    ("64 MB", 1 << 24, 1, 15),
)
_SOURCE = b"def nothing():\n    return None\n\n\ndef copy_of(x):\n    return x.clone()\n"


def run() -> Section:
    """Measure calls of three sizes, alternating with `clone()`."""
    import torch

    from grader.model import Budget, Call, Returned
    from grader.sandbox import start_zygote
    from grader.wire import messages

    torch.set_num_threads(1)
    rows = []
    with start_zygote(["torch"]) as zygote:
        worker = zygote.spawn(Budget())
        worker.await_ready()
        worker.request(
            messages.Load(
                slug="bench",
                source_bytes=len(_SOURCE),
                steady_heap=False,
                not_allowed=(),
                functions=("nothing", "copy_of"),
            ),
            [_SOURCE],
        )
        worker.request(messages.Begin(0))
        for name, elements, calls, samples in _SIZES:
            tensor = None if elements is None else torch.randn(elements)
            arguments = () if tensor is None else (tensor,)
            call = Call(
                target="function",
                name="nothing" if tensor is None else "copy_of",
                function="copy_of",
                arguments=arguments,
            )

            def across(call: Call = call) -> None:
                answer = worker.call(call)
                if type(answer) is not Returned:
                    raise RuntimeError(f"the worker answered {answer}")

            def plain(tensor: torch.Tensor | None = tensor) -> None:
                if tensor is not None:
                    tensor.clone()

            across_s, plain_s = _alternating(across, plain, calls, samples)
            moved = 0 if tensor is None else 2 * tensor.numel() * tensor.element_size()
            rows.append(
                (
                    name,
                    figures.spread(across_s),
                    figures.spread(plain_s) if moved else "-",
                    figures.rate(moved / figures.median(across_s)) if moved >= 1 << 20 else "-",
                )
            )
        layers = ", ".join(worker.layers)
        tier = zygote.hello.tier
        worker.kill()
    return Section(
        title="A call across the wall",
        command="make bench",
        text=(
            "One call of a function that copies its argument, in a jailed worker, until the copy is a tensor in the "
            "examiner again, beside `tensor.clone()` in one process. The rate counts the bytes of both directions."
        ),
        columns=("tensor", "across the wall", "plain `clone()`", "rate"),
        rows=rows,
        notes=f"Isolation: tier {tier} ({layers}).",
    )


def _alternating(
    first: Callable[[], None], second: Callable[[], None], calls: int, samples: int
) -> tuple[list[float], list[float]]:
    """Time both, one after the other, so that the machine's moods fall on both; seconds of one call."""
    taken: tuple[list[float], list[float]] = ([], [])
    for sample in range(samples + 1):
        order = (0, 1) if sample % 2 == 0 else (1, 0)
        for side in order:
            function = (first, second)[side]
            start_s = time.perf_counter()
            for _ in range(calls):
                function()
            if sample > 0:  # the first is a warm-up
                taken[side].append((time.perf_counter() - start_s) / calls)
    return taken
