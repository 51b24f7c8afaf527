"""Names that a task asks to do without: found by reading, caught when called."""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Iterator

import pytest

from grader.model import NotAllowed
from grader.wire.messages import Use
from grader.worker import rules

RULE = NotAllowed(name="math.fsum", aliases=("operator.fsum",))
FUNCTIONS = ("add", "add_all")


def uses(text: str, *given: NotAllowed) -> tuple[Use, ...]:
    return rules.find_uses(text, given or (RULE,), FUNCTIONS)


# ---- by reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "import math\ndef add_all(x):\n    return math.fsum(x)",
        "import math as m\ndef add_all(x):\n    return m.fsum(x)",
        "from math import fsum\ndef add_all(x):\n    return fsum(x)",
        "from math import fsum as f\ndef add_all(x):\n    return f(x)",
        "def add_all(x):\n    import math\n    return math.fsum(x)",
        "import operator\ndef add_all(x):\n    return operator.fsum(x)",
    ],
)
def test_a_use_is_found_under_any_alias(text: str) -> None:
    """Name, line and the function that reaches it."""
    (use,) = uses(text)

    assert (use.name, use.functions) == ("math.fsum", ("add_all",))
    assert "fsum" in text.splitlines()[use.line - 1] or " f(" in text.splitlines()[use.line - 1]


def test_a_use_is_found_through_others() -> None:
    """A contract's function that calls one of its own is charged with what that one uses."""
    text = "import math\ndef inner(x):\n    return math.fsum(x)\ndef between(x):\n    return inner(x)\n"

    assert uses(text + "def add_all(x):\n    return between(x)") == (Use("math.fsum", 3, ("add_all",)),)
    assert uses(text + "add_all = between") == (Use("math.fsum", 3, ("add_all",)),)


def test_methods_count_for_their_class() -> None:
    """The name of the contract may be a class."""
    text = "import math\nclass add_all:\n    def total(self):\n        return math.fsum([])"

    assert uses(text) == (Use("math.fsum", 4, ("add_all",)),)


@pytest.mark.parametrize(
    "text",
    [
        "import math\ndef add_all(x):\n    return sum(x)",
        "import math\ndef mine(x):\n    return math.fsum(x)\ndef add_all(x):\n    return sum(x)",
        "import math\ndef add_all(x):\n    return math.sqrt(x)",
        "class math:\n    fsum = sum\ndef add_all(x):\n    return math.fsum(x)",
        "def add_all(x):\n    return x.fsum()",
        "def add_all(x):\n    return 'math.fsum'  # math.fsum",
        "",
    ],
)
def test_what_is_no_use_is_not_taken_for_one(text: str) -> None:
    """Imported and not reached, named alike, or only written about: nobody is charged."""
    assert uses(text) == ()


def test_a_use_at_the_top_is_everybodys() -> None:
    """Code that runs at import serves every function; it is said once."""
    text = "import math\nsum_ = math.fsum\nother = math.fsum"

    assert uses(text) == (Use("math.fsum", 2, FUNCTIONS),)


def test_a_rule_may_hold_for_some_functions_only() -> None:
    """What is forbidden in one is free in another."""
    text = "import math\ndef add(x):\n    return math.fsum(x)\ndef add_all(x):\n    return math.fsum(x)"
    only = NotAllowed(name="math.fsum", functions=("add_all",))

    assert uses(text, only) == (Use("math.fsum", 5, ("add_all",)),)


MODULE = NotAllowed(name="time", aliases=("_time",))


@pytest.mark.parametrize(
    "text",
    [
        "import time\ndef add(x):\n    return time.time()",
        "import time as t\ndef add(x):\n    return t.perf_counter()",
        "from time import time as now\ndef add(x):\n    return now()",
        "def add(x):\n    from time import monotonic\n    return monotonic()",
    ],
)
def test_a_module_may_be_forbidden_as_a_whole(text: str) -> None:
    """Whatever is taken from it, under any name."""
    (use,) = uses(text, MODULE)

    assert (use.name, use.functions) == ("time", ("add",))


@pytest.mark.parametrize(
    "text",
    [
        "def add(x):\n    time = 3\n    return time",
        "import time\ndef add(time):\n    return time + 1",
        "import time\ndef add(x):\n    for time in x:\n        return time",
        "import time\ndef add(x):\n    return x\nif __name__ == '__main__':\n    print(time.time())",
        "from timeless import time\ndef add(x):\n    return time()",
        "import time\ndef main():\n    print(time.time())\ndef add(x):\n    return x",
    ],
)
def test_a_variable_of_a_modules_name_is_no_use_of_it(text: str) -> None:
    """Parameters and variables hide what was imported; what only runs as a script is nobody's."""
    assert uses(text, MODULE) == ()


def test_a_global_variable_is_not_the_functions_own() -> None:
    """Assigning to a module's name from inside a function hides nothing there."""
    text = "import time\ndef add(x):\n    global time\n    time = time.time\n    return time()"

    assert [each.name for each in uses(text, MODULE)][:1] == ["time"]


def test_reading_runs_nothing() -> None:
    """The text is parsed and no more; what is no Python raises."""
    assert uses("raise SystemExit  # math.fsum") == ()
    with pytest.raises(SyntaxError):
        uses("def f(:  # math.fsum")


def test_a_text_without_the_words_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parsing takes milliseconds, and a name that is used stands in the text with all its words."""
    parsed: list[str] = []
    parse = rules.ast.parse
    monkeypatch.setattr(rules.ast, "parse", lambda text: parsed.append(text) or parse(text))

    assert uses("def add(a, b):\n    return fsum(a, b)") == ()
    assert parsed == []
    assert uses("def add(a, b):\n    return fsum(a, b)  # not of math") == ()
    assert len(parsed) == 1


@pytest.mark.parametrize("name", ["ｆsum", "fｓｕｍ", "𝐟sum"])
def test_letters_that_python_takes_for_the_same_hide_nothing(name: str) -> None:
    """Python reads identifiers in their compatible form."""
    (use,) = uses(f"import math\ndef add_all(x):\n    return math.{name}(x)")

    assert (use.name, use.line) == ("math.fsum", 3)


# ---- when called ----------------------------------------------------------------------------------------------------


class Shelf:
    """A class of the library."""

    def method(self) -> str:
        return "done"


@pytest.fixture
def library() -> Iterator[types.ModuleType]:
    """A library of the test's own, for the watch to change."""
    module = types.ModuleType("a_library_of_these_tests")
    module.quick = lambda: "done"
    module.Shelf = type("Shelf", (Shelf,), {})
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


def watch(module: types.ModuleType, *names: str) -> rules.Watch:
    return rules.Watch([NotAllowed(name=f"{module.__name__}.{name}") for name in names], "adder.py")


def test_a_call_is_caught_with_its_line(library: types.ModuleType) -> None:
    """The first name called and the line of the candidate's file that called it are remembered."""
    watching = watch(library, "quick")
    assert watching.blocked is None
    code = compile("\n\ndef f():\n    library.quick()\nf()", "adder.py", "exec")

    with pytest.raises(rules.NotAllowedError):
        exec(code, {"library": library})
    with pytest.raises(rules.NotAllowedError):
        library.quick()

    assert watching.blocked == ("a_library_of_these_tests.quick", 4)


def test_an_ordinary_except_does_not_swallow_it(library: types.ModuleType) -> None:
    """`except Exception` of the candidate lets it through."""
    watch(library, "quick")

    def careless() -> None:
        try:
            library.quick()
        except Exception:
            pytest.fail("swallowed")

    with pytest.raises(rules.NotAllowedError):
        careless()


def test_classes_and_methods_are_caught(library: types.ModuleType) -> None:
    """Making an object, or calling a method, by a name that is not allowed."""
    watching = watch(library, "Shelf.method")
    assert library.Shelf()
    with pytest.raises(rules.NotAllowedError):
        library.Shelf().method()
    assert watching.blocked is not None

    watch(library, "Shelf")
    with pytest.raises(rules.NotAllowedError):
        library.Shelf()


def test_a_name_that_is_not_there_is_no_error(library: types.ModuleType) -> None:
    """Libraries move their names about between versions; aliases cover that."""
    watching = watch(library, "absent", "Absent.method")
    watching_nothing = rules.Watch([NotAllowed(name="no_such_library.f")], "adder.py")

    assert library.quick() == "done"
    assert watching.blocked is watching_nothing.blocked is None
    assert math.fsum([1.0]) == 1.0


# ---- a module as a whole --------------------------------------------------------------------------------------------


@pytest.fixture
def shut(library: types.ModuleType) -> rules.Watch:
    """The library, shut for the candidate's file."""
    return rules.Watch([NotAllowed(name=library.__name__)], "adder.py")


def run_as(name: str, text: str) -> dict[str, object]:
    variables: dict[str, object] = {}
    exec(compile(text, name, "exec"), variables)
    return variables


@pytest.mark.parametrize(
    "text",
    [
        "import a_library_of_these_tests as a\ndef f():\n    a.quick()\nf()",
        "from a_library_of_these_tests import quick\n\nquick()",
        "import importlib\ndef f():\n    importlib.import_module('a_library_of_these_tests').quick()\nf()",
    ],
)
def test_a_shut_module_is_caught_however_it_was_reached(shut: rules.Watch, text: str) -> None:
    """With the line of the candidate's file."""
    with pytest.raises(rules.NotAllowedError):
        run_as("adder.py", text)

    assert shut.blocked == ("a_library_of_these_tests", 3)


def test_a_shut_module_works_for_everybody_else(shut: rules.Watch) -> None:
    """Other modules find it as it was; the candidate's file may import it and take names from it, unused."""
    others = run_as(
        "other.py", "import a_library_of_these_tests as a\nfrom a_library_of_these_tests import quick\nx = a.quick()"
    )
    run_as("adder.py", "import a_library_of_these_tests as a\nfrom a_library_of_these_tests import quick\nb = a.Shelf")

    assert others["x"] == "done"
    assert shut.blocked is None
