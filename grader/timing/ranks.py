"""Which order statistics bound a median, when one looks after every repetition.

The classic interval for a median takes the j-th smallest and the j-th largest of n values: it misses only
when fewer than j values fall on one side, and how many do is a fair coin tossed n times, whatever the
distribution (W. R. Thompson, Ann. Math. Statist. 7, 1936; H. A. David and H. N. Nagaraja, "Order
Statistics", 3rd ed., 7.1). Looking again and again gives chance more than one try, so the allowed error is
spent bit by bit over the looks (K. K. G. Lan and D. L. DeMets, Biometrika 70, 1983), here in a straight
line from the first look to the last; the chance of ever leaving the interval is counted path by path
(P. Armitage, C. K. McPherson and B. C. Rowe, J. R. Statist. Soc. A 132, 1969), in whole numbers, so it is
exact. The result is a confidence sequence: all intervals cover the median at once with at least the stated
probability, at whichever repetition one stops.
"""

from __future__ import annotations

import functools
from fractions import Fraction


@functools.cache
def ranks(first_look: int, last_look: int, error: Fraction) -> tuple[int, ...]:
    """Choose the rank j for each number of repetitions.

    Args:
        first_look: the least number of repetitions at which an interval is wanted.
        last_look: the greatest.
        error: the probability that the true median ever lies outside, both sides together.

    Returns:
        j for n = 0 .. last_look; 0 where n values are too few to bound anything at this error.
    """
    allowed_a_side = error / 2
    # paths[b] is the number of sequences of n coin tosses with b heads that have stayed inside so far.
    paths = {0: 1}
    spent = Fraction(0)
    chosen = [0] * (last_look + 1)
    begin = max(first_look, _least(allowed_a_side))
    for n in range(1, last_look + 1):
        paths = {heads: paths.get(heads, 0) + paths.get(heads - 1, 0) for heads in range(min(paths), max(paths) + 2)}
        if n < begin:
            continue
        at_first = Fraction(1, 2**begin)
        progress = Fraction(n - begin, last_look - begin) if last_look > begin else Fraction(1)
        allowance = at_first + (allowed_a_side - at_first) * progress
        rank = 0
        # Heads below the rank would leave the interval now: take in ranks while the allowance lasts.
        while 2 * (rank + 1) <= n:
            price = Fraction(paths.get(rank, 0), 2**n)
            if spent + price > allowance:
                break
            spent += price
            paths.pop(rank, None)
            rank += 1
        chosen[n] = rank
    return tuple(chosen)


def _least(error_a_side: Fraction) -> int:
    """The fewest values that bound a median at all: all n fall on one side with chance 2**-n."""
    n = 1
    while Fraction(1, 2**n) > error_a_side:
        n += 1
    return n
