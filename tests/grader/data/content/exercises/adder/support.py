"""What the hidden checks look at beside the contract's own functions."""


def added_twice(submission, a, b):
    """Whether adding the second number twice is seen from inside of the worker."""
    return submission.add(submission.add(a, b), b)
