"""Find and validate exercises, and take submissions in.

`find` knows which slugs there are, `load` turns the files of one exercise into a frozen `Exercise`, `points` reads what
the tests declare without running them, `intake` turns path arguments into `Submission`s. Nothing here runs, imports
or parses a submission: whatever is wrong inside one is found behind the wall.
"""

from grader.catalog.find import require, slugs
from grader.catalog.intake import Intake, take_in
from grader.catalog.load import load
from grader.catalog.points import Points, points_of

__all__ = ["Intake", "Points", "load", "points_of", "require", "slugs", "take_in"]
