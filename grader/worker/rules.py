"""Names that an exercise asks to do without: found by reading the source, and caught when they are called.

The reading happens before any byte of the source runs, in a worker, since a hostile source can break a parser. The
catching happens in the candidate's own process and is advice against a determined cheat, nothing more.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from grader.model import NotAllowed
from grader.wire.messages import Use


class NotAllowedError(BaseException):
    """Raised in place of the library function; no ordinary `except` of the candidate swallows it."""


class Watch:
    """Replaces the names by functions that raise, and remembers the first one called.

    A name that is not allowed in some functions only does its work as long as none of them has called it, directly or
    through others.
    """

    def __init__(self, not_allowed: Iterable[NotAllowed], file_name: str) -> None:
        self.blocked: tuple[str, int] | None = None
        self._file_name = file_name
        for each in not_allowed:
            for dotted in (each.name, *each.aliases):
                if "." not in dotted:  # a module as a whole
                    with contextlib.suppress(ImportError):
                        importlib.import_module(dotted)
                if dotted in sys.modules:
                    sys.modules[dotted] = _ShutModule(
                        sys.modules[dotted], file_name, self._trap(each.name, frozenset(), None)
                    )
                else:
                    self._replace(dotted, each.name, frozenset(each.functions))

    def _replace(self, dotted: str, shown: str, scope: frozenset[str]) -> None:
        owner_name, _, attribute = dotted.rpartition(".")
        owner: Any = sys.modules.get(owner_name)
        if owner is None:  # a method, or a class inside a module that was imported
            parent, _, child = owner_name.rpartition(".")
            owner = getattr(sys.modules.get(parent), child, None)
        target = getattr(owner, attribute, None)
        if target is None:
            return
        if isinstance(target, type):
            target.__init__ = self._trap(shown, scope, target.__init__)  # type: ignore[misc]
        elif isinstance(owner, type) and isinstance(vars(owner).get(attribute), staticmethod):
            setattr(owner, attribute, staticmethod(self._trap(shown, scope, target)))
        else:
            setattr(owner, attribute, self._trap(shown, scope, target))

    def _trap(self, shown: str, scope: frozenset[str], original: Any) -> Any:
        def trap(*arguments: Any, **keywords: Any) -> Any:
            if scope and not self._called_by(scope):
                return original(*arguments, **keywords)
            if self.blocked is None:
                self.blocked = (shown, self._line())
            raise NotAllowedError(shown)

        return trap

    def _called_by(self, scope: frozenset[str]) -> bool:
        """Whether a function of these names is at work, whatever it was called when it was written."""
        module = sys.modules.get(self._file_name.removesuffix(".py"))
        codes = {getattr(getattr(module, name, None), "__code__", None) for name in scope}
        if None in codes:  # no plain function: who is at work cannot be seen
            return True
        frame: types.FrameType | None = sys._getframe(2)
        while frame is not None:
            if frame.f_code in codes:
                return True
            frame = frame.f_back
        return False

    def _line(self) -> int:
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self._file_name:
                return int(frame.f_lineno)
            frame = frame.f_back  # type: ignore[assignment]
        return 0


class _ShutModule(types.ModuleType):
    """A module that works for everybody but the candidate's own file, whichever way it got there.

    What the file merely takes from it at import is no use yet: that gives something that cannot be used.
    """

    def __init__(self, module: types.ModuleType, file_name: str, trap: Callable[..., Any]) -> None:
        super().__init__(module.__name__)
        types.ModuleType.__getattribute__(self, "__dict__")["_shut"] = (module, file_name, trap)

    def __getattribute__(self, name: str) -> Any:
        module, file_name, trap = types.ModuleType.__getattribute__(self, "__dict__")["_shut"]
        code = sys._getframe(1).f_code
        if code.co_filename != file_name or name.startswith("__"):
            return getattr(module, name)
        return trap if code.co_name == "<module>" else trap()


def find_uses(text: str, not_allowed: Sequence[NotAllowed], functions: Sequence[str]) -> tuple[Use, ...]:
    """Names that are not allowed and that a function of the contract reaches, by reading alone.

    A name that is imported but reached by no function of the contract is no use of it.

    Raises:
        SyntaxError: the text is no Python, and the words of a name stand in it.
    """
    shown = {dotted: each.name for each in not_allowed for dotted in (each.name, *each.aliases)}
    # Reading takes its time. Every word of a name that is used stands in the text, unless it is written in other
    # letters of Unicode that Python takes for the same.
    if text.isascii() and not any(all(word in text for word in dotted.split(".")) for dotted in shown):
        return ()
    tree = ast.parse(text)
    scopes = {each.name: each.functions for each in not_allowed}
    reader = _Reader(shown)
    reader.read(tree)
    uses: list[Use] = []
    for name, line, home in reader.found:
        reached = tuple(f for f in functions if home is None or home in reader.reach(f))
        allowed_in = scopes[name]
        reached = tuple(f for f in reached if not allowed_in or f in allowed_in)
        if reached and (home is not None or name not in {u.name for u in uses}):
            uses.append(Use(name, line, reached))
    return tuple(uses)


class _Reader:
    """Resolves import aliases to dotted names, and notes in which top-level definition each use stands."""

    def __init__(self, shown: dict[str, str]) -> None:
        self._shown = shown
        self._names: dict[str, str] = {}
        self._edges: dict[str, set[str]] = {}
        self.found: list[tuple[str, int, str | None]] = []

    def read(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            self._imports(node)
        for statement in tree.body:
            if _is_main_guard(statement):  # never runs here
                continue
            home = statement.name if isinstance(statement, ast.FunctionDef | ast.ClassDef) else None
            names: set[str] = set()
            own = _own_variables(statement) if isinstance(statement, ast.FunctionDef) else set()
            for node in _code(statement):
                if isinstance(node, ast.Name) and node.id in own:
                    continue
                if isinstance(node, ast.Name):
                    names.add(node.id)
                self._use(node, home)
            for name in _bound(statement):
                self._edges.setdefault(name, set()).update(names)

    def _imports(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for each in node.names:
                self._names[each.asname or each.name.partition(".")[0]] = (
                    each.name if each.asname else each.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for each in node.names:
                self._names[each.asname or each.name] = f"{node.module}.{each.name}"

    def _use(self, node: ast.AST, home: str | None) -> None:
        dotted = self._dotted(node)
        if dotted is None:
            return
        # An assignment such as `attend = F.scaled_dot_product_attention` at the top gives the name a new alias.
        if dotted in self._shown:
            self.found.append((self._shown[dotted], int(getattr(node, "lineno", 0)), home))
        elif isinstance(node, ast.Name) and (shown := self._module_of(dotted)) is not None:
            self.found.append((shown, int(getattr(node, "lineno", 0)), home))

    def _module_of(self, dotted: str) -> str | None:
        """What is shown for a name that was imported from a module that is not allowed as a whole."""
        while dotted:
            dotted = dotted.rpartition(".")[0]
            if dotted in self._shown and "." not in dotted:
                return self._shown[dotted]
        return None

    def _dotted(self, node: ast.AST) -> str | None:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self._names:
            return None
        return ".".join([self._names[node.id], *reversed(parts)])

    def reach(self, function: str) -> set[str]:
        """The top-level names that a function refers to, directly or through others, itself included."""
        seen = {function}
        todo = [function]
        while todo:
            for name in self._edges.get(todo.pop(), ()):
                if name not in seen:
                    seen.add(name)
                    todo.append(name)
        return seen


def _code(statement: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement without its annotations: naming a class in one does not use it."""
    todo = [statement]
    while todo:
        node = todo.pop()
        yield node
        for field, value in ast.iter_fields(node):
            if field not in ("annotation", "returns"):
                children = value if isinstance(value, list) else [value]
                todo.extend(child for child in children if isinstance(child, ast.AST))


def _own_variables(function: ast.FunctionDef) -> set[str]:
    """Parameters and variables of a function, which hide what the module imported under the same name."""
    given = function.args
    found = {
        each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg) if each
    }
    outside: set[str] = set()
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue  # names of their own
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Global):
            outside.update(node.names)
        todo.extend(ast.iter_child_nodes(node))
    return found - outside


def _is_main_guard(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and ast.unparse(statement.test) in (
        "__name__ == '__main__'",
        "'__main__' == __name__",
    )


def _bound(statement: ast.stmt) -> Iterable[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id
