"""The contract: see `README.md`."""


def probe():
    """Return the doors that are open: an empty list."""
    raise NotImplementedError


def add(a, b):
    """Return a + b."""
    raise NotImplementedError


def make_counter(start):
    """Return an object whose `step(n)` adds n and returns the sum so far."""
    raise NotImplementedError


def digest(data):
    """Return the sum of all bytes times their place, modulo 1,000,003."""
    raise NotImplementedError
