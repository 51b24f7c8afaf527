"""Naming mistakes: which known wrong submission answers every recorded call as this one did.

Pure over a seam: a `Replayer` runs recorded calls on the reference and on the known mistakes, wherever it likes. This
package must not know of processes, files or pages.
"""

from grader.diagnosis.engine import Diagnosed, diagnose
from grader.diagnosis.replay import Replayer
from grader.diagnosis.sightings import replayable

__all__ = ["Diagnosed", "Replayer", "diagnose", "replayable"]
