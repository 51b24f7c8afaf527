"""The author's proof that an exercise is sound, before anyone meets it.

The stub is *not attempted*, the reference and every accepted variant pass, every mistake fails and is named as itself,
every hidden check catches something, every budget keeps its margins, nothing is missing in either language.
"""

from grader.audit.prove import audit
from grader.audit.result import AuditResult, ExerciseProof, Row

__all__ = ["AuditResult", "ExerciseProof", "Row", "audit"]
