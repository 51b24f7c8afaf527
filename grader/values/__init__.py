"""Plain values: are two equal by the contract, how do they read, in what relation do they stand.

Pure functions over None, bool, int, float, str, bytes, lists, tuples, mappings, tensors, arrays and references to
objects in the worker. Importing this imports neither torch nor numpy.
"""

from grader.values.compare import difference
from grader.values.kinds import Kind, as_array, as_floats, as_scalar, dtype_of, is_numeric_block, kind_of, shape_of
from grader.values.observations import same_observation
from grader.values.reasons import Difference, DifferenceKind
from grader.values.relations import Relation, RelationKind, recognise, relations
from grader.values.show import describe, describe_call, element_count, shape_text, snippet
from grader.values.tolerance import EXACT, HALF_PRECISION, TOLERANCES, Tolerance, tolerance_of

__all__ = [
    "EXACT",
    "HALF_PRECISION",
    "TOLERANCES",
    "Difference",
    "DifferenceKind",
    "Kind",
    "Relation",
    "RelationKind",
    "Tolerance",
    "as_array",
    "as_floats",
    "as_scalar",
    "describe",
    "describe_call",
    "difference",
    "dtype_of",
    "element_count",
    "is_numeric_block",
    "kind_of",
    "recognise",
    "relations",
    "same_observation",
    "shape_of",
    "shape_text",
    "snippet",
    "tolerance_of",
]
