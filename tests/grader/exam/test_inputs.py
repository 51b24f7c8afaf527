"""Secret inputs: the same for the same seed, unlike for any other, and large enough to show mistakes."""

from __future__ import annotations

import pytest
import torch

from grader.exam.inputs import Inputs, derive_seed


def test_a_seed_serves_one_purpose() -> None:
    """Every exercise, check and purpose has its own, and names do not run together."""
    names = [("a", "b", "inputs"), ("a", "b", "worker"), ("ab", "inputs"), ("a", "binputs"), ("a", "c", "inputs")]
    seeds = [derive_seed(7, *each) for each in names] + [derive_seed(8, *names[0])]

    assert len(set(seeds)) == len(seeds)
    assert derive_seed(7, *names[0]) == seeds[0]
    assert all(0 <= each < 1 << 63 for each in seeds)


@pytest.mark.parametrize("seed", [0, -1, 2**64, -(2**100)])
def test_any_number_is_a_seed(seed: int) -> None:
    """Whatever a user has written down."""
    assert derive_seed(seed, "a") != derive_seed(seed + 1, "a")


def drawn(seed: int) -> list[object]:
    rng = Inputs(seed)
    return [
        rng.normal(2, 3).tolist(),
        rng.uniform(-1, 1, (4,)).tolist(),
        rng.integers(0, 100, (5,)).tolist(),
        rng.bools(0.5, (20,)).tolist(),
        rng.python.random(),
        rng.numpy.random(),
        float(torch.rand(1, generator=rng.torch)),
    ]


def test_the_same_seed_gives_the_same_inputs() -> None:
    """Every submission of a batch is asked the same; another batch is asked something else."""
    first, again, other = drawn(5), drawn(5), drawn(6)

    assert first == again
    assert all(one != two for one, two in zip(first, other, strict=True))


def test_inputs_ignore_everybody_elses_generators() -> None:
    """Global seeds, and what was drawn from them, change nothing."""
    state = torch.get_rng_state()
    try:
        torch.manual_seed(1)
        first = Inputs(5).normal(3)
        torch.manual_seed(2)
        second = Inputs(5).normal(3)
    finally:
        torch.set_rng_state(state)

    assert torch.equal(first, second)


def test_inputs_are_as_declared() -> None:
    """Shapes, dtypes, bounds; float64 and a width of 1.5 unless said otherwise."""
    rng = Inputs(1)
    wide = rng.normal(4000)

    assert wide.dtype == torch.float64
    assert 1.4 < float(wide.std()) < 1.6
    assert 4.5 < float(rng.normal(4000, std=5.0).std()) < 5.5
    assert rng.normal(2, 3, dtype=torch.bfloat16).dtype == torch.bfloat16
    flat = rng.uniform(2.0, 3.0, (50, 2), dtype=torch.float32)
    assert (flat.shape, flat.dtype) == ((50, 2), torch.float32)
    assert bool(((flat >= 2) & (flat < 3)).all())
    whole = rng.integers(3, 6, (200,))
    assert sorted(set(whole.tolist())) == [3, 4, 5]
    assert 0.15 < float(rng.bools(0.25, (1000,)).double().mean()) < 0.35
