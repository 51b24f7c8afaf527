"""Small sums that can be done by hand."""

import adder


def test_two_numbers():
    """Two and three."""
    assert adder.add(2, 3) == 5


def test_a_list():
    """One, two and three."""
    assert adder.add_all([1, 2, 3]) == 6
