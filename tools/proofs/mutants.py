"""Small faults put into a reference by machine: whatever the hidden tests let pass is a hole in them, or no fault.

A mutant differs from the reference in one place of its syntax tree. It is killed when it is not accepted. What
survives must be listed in `tools/proofs/equivalent/<slug>.toml` with the reason why nobody can tell it from the
reference; anything else is a survivor, and a check is missing.
"""

from __future__ import annotations

import ast
import copy
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

EQUIVALENT = Path(__file__).parent / "equivalent"

_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CALLEES = {
    "min": "max",
    "max": "min",
    "amax": "amin",
    "amin": "amax",
    "sum": "mean",
    "mean": "sum",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "tril": "triu",
    "triu": "tril",
    "argmax": "argmin",
    "round": "floor",
    "floor": "ceil",
    "eval": "train",
    "train": "eval",
    "extend": "append",
    "any": "all",
    "all": "any",
}
_SYMMETRIC = {"transpose", "isinstance", "maximum", "minimum", "max", "min", "logaddexp", "zip", "swapaxes"}
_SHOWN = 70


class Mutant(msgspec.Struct, frozen=True):
    """One fault: where it is, what it is, and the whole source that has it."""

    id: str  # "function: old -> new", with a number where it would not be unique
    line: int
    source: str


def mutants_of(source: str) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its text."""
    tree = ast.parse(source)
    seen: dict[str, int] = {}
    for path, function in _places(tree):
        for what, mutated in _changes(tree, path):
            name = f"{function}: {what}"
            seen[name] = seen.get(name, 0) + 1
            unique = name if seen[name] == 1 else f"{name} ({seen[name]})"
            line = getattr(_at(tree, path), "lineno", 0)
            yield Mutant(unique, line, ast.unparse(ast.fix_missing_locations(mutated)) + "\n")


def equivalent(slug: str) -> dict[str, str]:
    """The survivors that are no fault, with the reason: mutant id -> reason."""
    path = EQUIVALENT / f"{slug}.toml"
    if not path.exists():
        return {}
    return {str(key): str(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}


# ---- the tree ------------------------------------------------------------------------------------------------------

Path_ = tuple[tuple[str, int | None], ...]


def _places(tree: ast.Module) -> Iterator[tuple[Path_, str]]:
    """Every node inside of functions and of constants of the module, with the name of what holds it."""
    for number, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign):
            name = getattr(node, "name", None) or ast.unparse(
                node.targets[0] if isinstance(node, ast.Assign) else node.target  # type: ignore[union-attr]
            )
            yield from _walk(node, (("body", number),), name)


def _walk(node: ast.AST, path: Path_, function: str) -> Iterator[tuple[Path_, str]]:
    if isinstance(node, ast.FunctionDef) and path[-1][0] == "body" and len(path) > 1:
        function = f"{function}.{node.name}"
    yield path, function
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "bases", "arg", "type_comment"}:
            continue
        if isinstance(node, ast.Raise) and field == "exc":
            continue  # what a message says is free
        if isinstance(value, list):
            for number, each in enumerate(value):
                if isinstance(each, ast.AST):
                    yield from _walk(each, (*path, (field, number)), function)
        elif isinstance(value, ast.AST):
            yield from _walk(value, (*path, (field, None)), function)


def _at(tree: ast.AST, path: Path_) -> ast.AST:
    node: ast.AST = tree
    for field, number in path:
        value = getattr(node, field)
        node = value if number is None else value[number]
    return node


def _put(tree: ast.Module, path: Path_, new: ast.AST) -> ast.Module:
    mutated = copy.deepcopy(tree)
    parent = _at(mutated, path[:-1])
    field, number = path[-1]
    if number is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[number] = new
    return mutated


def _changes(tree: ast.Module, path: Path_) -> Iterator[tuple[str, ast.Module]]:
    node = _at(tree, path)
    for what, new in _variants(node, _at(tree, path[:-1]) if path else None):
        yield what, _put(tree, path, new)


def _variants(node: ast.AST, parent: ast.AST | None) -> Iterator[tuple[str, ast.AST]]:
    for new in _replacements(node, parent):
        before, after = _text(node), _text(new)
        if before != after:
            yield _change(before, after), new


def _replacements(node: ast.AST, parent: ast.AST | None) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp() if type(node.op) in _BINARY:
            yield _with(node, op=_BINARY[type(node.op)]())
        case ast.AugAssign() if type(node.op) in _BINARY:
            yield _with(node, op=_BINARY[type(node.op)]())
            yield ast.Pass()
        case ast.Compare():
            for number, op in enumerate(node.ops):
                if type(op) in _COMPARE:
                    ops = [*node.ops]
                    ops[number] = _COMPARE[type(op)]()
                    yield _with(node, ops=ops)
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp():
            yield copy.deepcopy(node.operand)
        case ast.IfExp():
            yield _with(node, body=node.orelse, orelse=node.body)
        case ast.If():
            yield _with(node, test=ast.UnaryOp(ast.Not(), copy.deepcopy(node.test)))
        case ast.While():
            yield _with(node, test=ast.Constant(False))
        case ast.Constant() if not isinstance(parent, ast.Expr | ast.JoinedStr | ast.FormattedValue):
            yield from _constants(node.value)
        case ast.Return() if node.value is not None and not _is_none(node.value):
            yield ast.Return(ast.Constant(None))
        case ast.Call():
            yield from _calls(node)
        case ast.Assign() if isinstance(node.targets[0], ast.Attribute | ast.Subscript):
            yield ast.Pass()
        case ast.Expr() if not isinstance(node.value, ast.Constant):
            yield ast.Pass()
        case ast.Raise():
            yield ast.Pass()
        case ast.Slice():
            for name in ("lower", "upper"):
                if getattr(node, name) is not None:
                    yield _with(node, **{name: None})
        case ast.comprehension() if node.ifs:
            yield _with(node, ifs=node.ifs[1:])


def _constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        if value != 0:
            yield ast.Constant(value - 1)
    elif isinstance(value, float):
        yield ast.Constant(value * 2 if value else 1.0)
    elif isinstance(value, str) and value:
        yield ast.Constant(value + "x")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    for number, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            yield _with(node, keywords=[*node.keywords[:number], *node.keywords[number + 1 :]])
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    swappable = name not in _SYMMETRIC and not any(isinstance(each, ast.Starred) for each in node.args)
    if len(node.args) == 2 and swappable:
        yield _with(node, args=[node.args[1], node.args[0]])
    if name in _CALLEES:
        yield _with(
            node, func=_with(node.func, **{"attr" if isinstance(node.func, ast.Attribute) else "id": _CALLEES[name]})
        )
    if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
        yield copy.deepcopy(node.func.value)  # a step of a chain left out


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(new, name, copy.deepcopy(value))
    return new


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _text(node: ast.AST) -> str:
    shown = node.target if isinstance(node, ast.comprehension) else node
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(shown))).strip()
    if isinstance(node, ast.comprehension):
        text += "".join(f" if {ast.unparse(each)}" for each in node.ifs)
    return text.splitlines()[0] if text else ""


def _change(before: str, after: str) -> str:
    """Both texts; of long ones what is around the first difference."""
    start = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(after))
    start = 0 if max(len(before), len(after)) <= _SHOWN else max(0, start - _SHOWN // 2)
    return " -> ".join(_clipped(text, start) for text in (before, after))


def _clipped(text: str, start: int) -> str:
    shown = text[start : start + _SHOWN]
    return ("..." if start else "") + shown + ("..." if start + _SHOWN < len(text) else "")
