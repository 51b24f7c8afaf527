from target import add


def test_small_sum():
    assert add(2, 3) == 5
