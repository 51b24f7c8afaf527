"""Attacks on this machine: hostile submissions, graded like any other, and a look at what they changed.

An attack is contained when it got nothing and every check ran as if nothing had been tried, detected when its own
checks ended with an outcome that its file allows, open when anything else happened.
"""

from grader.attack.ground import Ground
from grader.attack.model import Attack, Breach, Finding, Invariant, Status
from grader.attack.read import read_all, read_attack

__all__ = ["Attack", "Breach", "Finding", "Ground", "Invariant", "Status", "read_all", "read_attack"]
