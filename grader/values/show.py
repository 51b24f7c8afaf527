"""Plain values in a few characters, for people.

What arrives may be huge, nested or hostile: no function here looks at more than a capped piece of it. The texts are
code-like, the same in every language. They are not escaped: whoever renders them does that.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from grader.model import Call
from grader.values.kinds import DEPTH_LIMIT, as_scalar, dtype_of, kind_of, shape_of

SNIPPET_CHARACTERS = 240
_STRING_CHARACTERS = 60
_WHOLE_ELEMENTS = 24  # arrays up to this size are printed whole
_AROUND = 3  # elements shown on either side of the one that matters
_ITEMS = 6  # items of a list or mapping that are shown
_NAME_CHARACTERS = 48


def describe(value: Any) -> str:
    """Say what a value is without its contents: "tensor float64 (2, 3, 7, 5)", "list[3]", "str[12]", "float"."""
    kind = kind_of(value)
    if kind in ("tensor", "array"):
        return f"{kind} {dtype_of(value)} {shape_text(shape_of(value))}"
    if kind in ("text", "bytes"):
        return f"{'str' if kind == 'text' else 'bytes'}[{len(value)}]"
    if kind == "sequence":
        return f"{'list' if isinstance(value, list) else 'tuple'}[{len(value)}]"
    if kind == "mapping":
        return f"dict[{len(value)}]"
    if kind == "handle":
        return _clip(value.type_name or "object", _NAME_CHARACTERS)
    return "None" if kind == "none" else _clip(type(value).__name__, _NAME_CHARACTERS)


def shape_text(shape: Sequence[int]) -> str:
    """A shape as Python writes it: "(2, 3)", "(3,)", "()"."""
    return str(tuple(shape))


def snippet(value: Any, limit: int = SNIPPET_CHARACTERS, index: Sequence[int] | None = None) -> str:
    """Print a small value whole, and of a large one what lies around an index.

    Args:
        value: any plain value.
        limit: characters at most.
        index: for a tensor or array, the element that matters; the first one where not given.
    """
    return _clip(_snippet(value, index, 0), limit)


def element_count(value: Any) -> int:
    """How many leaves a value has: elements of arrays, characters of strings, items of lists, 1 for a scalar."""
    return _count(value, 0)


def describe_call(call: Call, names: Sequence[str] = (), limit: int = SNIPPET_CHARACTERS) -> str:
    """Say how a call reads, arrays by dtype and shape, small values as they are.

    Args:
        call: the call.
        names: the names of its positional parameters, where they are known.
        limit: characters at most.
    """
    arguments = [
        f"{names[at]}: {_argument(value)}" if at < len(names) else _argument(value)
        for at, value in enumerate(call.arguments[:16])
    ]
    keywords = itertools.islice(call.keywords.items(), 16)
    arguments += [f"{_clip(str(name), _NAME_CHARACTERS)}={_argument(value)}" for name, value in keywords]
    return _clip(f"{_callee(call)}({', '.join(arguments)})", limit)


def _callee(call: Call) -> str:
    if call.target == "method":
        owner = call.receiver.type_name if call.receiver and call.receiver.type_name else call.function
        owner = f"{_clip(owner, _NAME_CHARACTERS)}(...)"
        return f"{owner}.{call.name}" if call.name else owner
    return f"support.{call.name}" if call.target == "support" else call.name


def _argument(value: Any) -> str:
    kind = kind_of(value)
    if kind in ("tensor", "array"):
        return f"{dtype_of(value)} {shape_text(shape_of(value))}"
    if kind in ("text", "bytes", "sequence", "mapping"):
        return _snippet(value, None, 0) if element_count(value) <= _WHOLE_ELEMENTS * 2 else describe(value)
    return _snippet(value, None, 0)


def _count(value: Any, depth: int) -> int:
    kind = kind_of(value)
    if kind in ("tensor", "array"):
        count = 1
        for size in shape_of(value):
            count *= size
        return count
    if kind in ("text", "bytes"):
        return len(value)
    if kind in ("sequence", "mapping") and depth < DEPTH_LIMIT:
        items = value.values() if kind == "mapping" else value
        counted = sum(_count(item, depth + 1) for item in itertools.islice(items, 1000))
        return counted + max(0, len(value) - 1000)
    return 1


def _snippet(value: Any, index: Sequence[int] | None, depth: int) -> str:
    kind = kind_of(value)
    if kind in ("tensor", "array"):
        return _array_snippet(value, index)
    if kind == "text":
        return repr(value if len(value) <= _STRING_CHARACTERS else value[:_STRING_CHARACTERS] + "…")
    if kind == "bytes":
        return repr(bytes(value[:_STRING_CHARACTERS])) + ("…" if len(value) > _STRING_CHARACTERS else "")
    if kind in ("sequence", "mapping"):
        return _container_snippet(value, depth)
    if kind == "handle":
        return f"<{describe(value)}>"
    if kind == "other":
        return f"<{describe(value)}>"
    return _number_text(as_scalar(value))


def _container_snippet(value: Any, depth: int) -> str:
    if depth >= 4:
        return "…"
    if isinstance(value, Mapping):
        pairs = itertools.islice(value.items(), _ITEMS)
        items = [f"{_snippet(key, None, depth + 1)}: {_snippet(item, None, depth + 1)}" for key, item in pairs]
    else:
        shown = _WHOLE_ELEMENTS if all(as_scalar(item) is not None for item in value[:_WHOLE_ELEMENTS]) else _ITEMS
        items = [_snippet(item, None, depth + 1) for item in value[:shown]]
    rest = ["…"] if len(value) > len(items) else []
    opening, closing = "{}" if isinstance(value, Mapping) else "[]" if isinstance(value, list) else "()"
    comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
    return f"{opening}{', '.join(items + rest)}{comma}{closing}"


def _array_snippet(value: Any, index: Sequence[int] | None) -> str:
    shape = shape_of(value)
    if not shape:
        return _number_text(as_scalar(value))
    if 0 in shape:
        return f"empty {shape_text(shape)}"
    if element_count(value) <= _WHOLE_ELEMENTS:
        return _nested(value.tolist())
    centred = (0,) * len(shape)
    if index is not None and len(index) == len(shape):
        centred = tuple(min(at, size - 1) for at, size in zip(index, shape, strict=True))
    *lead, centre = centred
    start, stop = max(0, centre - _AROUND), min(shape[-1], centre + _AROUND + 1)
    row = value
    for at in lead:
        row = row[at]
    items = [_number_text(item) for item in row[start:stop].tolist()]
    items = ["…"] * (start > 0) + items + ["…"] * (stop < shape[-1])
    place = ", ".join([*map(str, lead), f"{start}:{stop}"])
    return f"[{place}] = [{', '.join(items)}]"


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_nested(item) for item in value)}]"
    return _number_text(value)


def _number_text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return text if len(text) <= _STRING_CHARACTERS else text[:_STRING_CHARACTERS] + "…"


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"
