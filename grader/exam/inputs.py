"""Secret inputs: one generator a check, from the batch's seed. The same seed gives every submission the same inputs."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Any


def derive_seed(seed: int, *names: str) -> int:
    """A seed of 63 bits for a purpose, which tells nothing about the seed it comes from."""
    digest = hashlib.blake2b(digest_size=8, key=seed.to_bytes(16, "little", signed=True))
    digest.update("\0".join(names).encode())
    return int.from_bytes(digest.digest(), "little") >> 1


class Inputs:
    """Draws inputs. Values of std 1.5 by default: small ones hide mistakes behind the tolerance."""

    def __init__(self, seed: int) -> None:
        self.begin(seed)

    def begin(self, seed: int) -> None:
        """Draw from this seed from now on. Of its 63 bits torch keeps 32."""
        self._seed = seed
        self._torch: Any = None
        self._numpy: Any = None
        self.python = random.Random(seed)

    @property
    def torch(self) -> Any:
        """A `torch.Generator`."""
        if self._torch is None:
            import torch

            self._torch = torch.Generator().manual_seed(self._seed)
        return self._torch

    @property
    def numpy(self) -> Any:
        """A `numpy.random.Generator`."""
        if self._numpy is None:
            import numpy

            self._numpy = numpy.random.default_rng(self._seed)
        return self._numpy

    def normal(self, *shape: int, std: float = 1.5, dtype: Any = None) -> Any:
        """A tensor of normal values; float64 unless said otherwise. Drawn in float64, then rounded to `dtype`."""
        import torch

        value = torch.normal(0.0, std, shape, generator=self.torch, dtype=torch.float64)
        return value if dtype is None else value.to(dtype)

    def uniform(self, low: float, high: float, shape: Sequence[int], dtype: Any = None) -> Any:
        """A tensor of uniform values in [low, high)."""
        import torch

        value = torch.rand(*shape, generator=self.torch, dtype=torch.float64) * (high - low) + low
        return value if dtype is None else value.to(dtype)

    def integers(self, low: int, high: int, shape: Sequence[int]) -> Any:
        """An int64 tensor of values in [low, high)."""
        import torch

        return torch.randint(low, high, tuple(shape), generator=self.torch)

    def bools(self, p: float, shape: Sequence[int]) -> Any:
        """A bool tensor, True with probability p."""
        import torch

        return torch.rand(*shape, generator=self.torch, dtype=torch.float64) < p
