"""The exam room: tests collected once, run anew for each submission, in a pytest session inside of this one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.catalog.load import load
from grader.config import Content
from grader.errors import ContentError, WireError
from grader.exam.memo import ReferenceSeat
from grader.exam.program import Program
from grader.exam.room import Room, open_room
from grader.exam.seat import Seat
from grader.exam.sitting import Sat, UnusableResult
from grader.exam.supply import Supply
from grader.model import Check, CheckKind, Exercise, Outcome
from grader.sandbox import Zygote

REFERENCE = "def add(a, b): return a + b\ndef add_all(numbers): return sum(numbers)\n"


def in_room(exercise: Exercise, body: Callable[[Room], Any]) -> Any:
    """What a body returned that had the room.

    An examiner's process opens one room; here one follows another, and pytest would know the modules by name.
    """
    found: list[Any] = []
    before = set(sys.modules)
    try:
        open_room([exercise], lambda room: found.append(body(room)))
    finally:
        for name in set(sys.modules) - before:
            if "adder" in name or "test_" in name:
                del sys.modules[name]
    return found[0]


def write(content: Content, text: str, name: str = "test_more.py") -> Exercise:
    (content.hidden / "adder" / name).write_text(f"import pytest\nfrom grader.exam import expect\n{text}")
    return load("adder", content)


def marked(body: str, name: str = "test_extra", **fields: object) -> str:
    given = {"part": "small", "function": "add", "points": 1, "kind": "value", "en": "E", "zh": "中", **fields}
    mark = ", ".join(f"{key}={value!r}" for key, value in given.items() if value is not None)
    return f"@pytest.mark.check({mark})\ndef {name}(candidate, reference, rng):\n    {body}\n"


@pytest.fixture
def sit_in(zygote: Zygote) -> Iterator[Callable[..., Sat]]:
    """Run one check of an exercise on a submission, in a room of its own."""
    supplies: list[Supply] = []

    def run(exercise: Exercise, name: str, source: str = REFERENCE, times: int = 1) -> Sat:
        supply = Supply(zygote, exercise.budget, ahead=0)
        supplies.append(supply)
        seat = Seat(Program(exercise, source.encode()), supply)
        memo = ReferenceSeat(Seat(Program(exercise, exercise.reference.read_bytes()), supply))

        def body(room: Room) -> Sat:
            check = next(each for each in room.checks("adder") if each.id == name)
            try:
                return [room.sit(check, seat, memo, 7) for _ in range(times)][-1]
            finally:
                seat.leave()
                memo.seat.leave()

        return in_room(exercise, body)  # type: ignore[no-any-return]

    yield run
    for each in supplies:
        each.close()


# ---- collecting -----------------------------------------------------------------------------------------------------


def test_checks_are_what_their_authors_declare(adder: Exercise) -> None:
    """Hidden ones by their mark, visible ones by exercise.toml; part by part, visible ones first."""
    checks: tuple[Check, ...] = in_room(adder, lambda room: room.checks("adder"))

    assert [each.id for each in checks][:3] == ["two_numbers", "add_values", "add_laws"]
    assert [each.part for each in checks] == ["small"] * 3 + ["large"] * 5
    assert sum(each.points for each in checks) == 100
    timed = next(each for each in checks if each.kind is CheckKind.TIME)
    assert (timed.id, timed.budget, timed.needs) == ("add_all_time", 4.0, ("add_all_values",))
    assert {each.visibility for each in checks[:2]} == {"visible", "hidden"}


def test_the_session_leaves_no_trace(adder: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the user's pytest are not heard; module and environment are as they were."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    before = dict(os.environ)
    in_room(adder, lambda room: sys.modules["adder"])

    assert "adder" not in sys.modules
    assert dict(os.environ) == before


def test_settings_that_lie_about_are_not_read(copied: Content, sit_in: Callable[..., Sat]) -> None:
    """Neither a conftest nor an ini file above the tests can change what is run."""
    hostile = "import os\nos._exit(66)\n"
    (copied.hidden.parent.parent / "conftest.py").write_text(hostile)
    (copied.exercises / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")

    assert sit_in(load("adder", copied), "add_values").outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (marked("pass", "test_add_values"), "two checks are called add_values"),
        (marked("pass", part="middle"), "no part of the exercise"),
        (marked("pass", points=None), "points"),
        (marked("pass", kind="speed"), "speed"),
        (marked("pass", kind="time"), "budget"),
        (marked("pass", colour="red"), "colour"),
        ("def test_bare(candidate): pass\n", "test_bare has no @pytest.mark.check"),
        ("def test_broken(:\n", "cannot be collected"),
        ("import no_such_module\n", "no_such_module"),
        (marked("pass").replace("mark.check", "mark.chekc"), "chekc"),
    ],
)
def test_a_broken_test_is_the_authors(copied: Content, text: str, words: str) -> None:
    """Refused before anybody is graded, with the file and what is wrong in it."""
    exercise = write(copied, text)
    with pytest.raises(ContentError) as caught:
        in_room(exercise, lambda _: None)

    assert words in caught.value.text.en
    assert "test_more" in caught.value.text.en
    assert "_pytest" not in caught.value.text.en  # the author's error, without the way that led to it


def test_a_visible_check_needs_its_test(copied: Content) -> None:
    """exercise.toml may not promise what test_visible.py does not have."""
    (copied.exercises / "adder" / "test_visible.py").write_text("def test_two_numbers(): pass\n")
    with pytest.raises(ContentError, match="a_list"):
        in_room(load("adder", copied), lambda _: None)


def test_whatever_the_body_raises_comes_out(adder: Exercise) -> None:
    """Errors of ours, and interrupts."""
    for error in (WireError("ours"), KeyboardInterrupt()):

        def body(_: Room, error: BaseException = error) -> None:
            raise error

        with pytest.raises(type(error)):
            in_room(adder, body)


# ---- sitting --------------------------------------------------------------------------------------------------------


def test_hidden_and_visible_checks_run_on_the_submission(adder: Exercise, sit_in: Callable[..., Sat]) -> None:
    """The module that a visible test imports is the submission behind the wall."""
    wrong = REFERENCE.replace("a + b", "a - b")

    assert sit_in(adder, "two_numbers").outcome is Outcome.PASSED
    assert sit_in(adder, "add_values").outcome is Outcome.PASSED
    assert sit_in(adder, "add_values", wrong).outcome is Outcome.FAILED
    with pytest.raises(UnusableResult) as caught:
        sit_in(adder, "two_numbers", wrong)
    assert "test_visible.py" in caught.value.message(visible=True).en


def test_a_visible_test_reads_as_under_plain_pytest(copied: Content, sit_in: Callable[..., Sat]) -> None:
    """An error caught as its built-in type, a constant imported by name, a function of support.py beside the module."""
    (copied.exercises / "adder" / "test_visible.py").write_text(
        "import adder\nimport pytest\nimport support\nfrom adder import LIMITS, add\n"
        "def test_two_numbers():\n"
        "    with pytest.raises(ValueError, match='too large'):\n        add(2, 300)\n"
        "    assert LIMITS == adder.LIMITS == {'largest': 200}\n"
        "    assert support.added_twice(adder, 1, 2) == 5\n"
        "def test_a_list():\n    adder.add(2, 300)\n"
    )
    exercise = load("adder", copied)
    source = "LIMITS = {'largest': 200}\ndef add(a, b):\n    if b > 200:\n        raise ValueError('too large')\n"
    source += "    return a + b\n"

    assert sit_in(exercise, "two_numbers", source).outcome is Outcome.PASSED
    with pytest.raises(UnusableResult):
        sit_in(exercise, "two_numbers", source.replace("200}", "100}"))
    assert (
        sit_in(exercise, "two_numbers", source.replace("= {'largest': 200}", "= {}")).outcome is Outcome.NOT_ATTEMPTED
    )
    uncaught = sit_in(exercise, "a_list", source)
    assert (uncaught.outcome, uncaught.message.en) == (Outcome.ERRORED, "add raised ValueError: too large (line 4)")


def test_a_check_can_be_run_again_and_again(adder: Exercise, sit_in: Callable[..., Sat]) -> None:
    """Each time with fixtures of its own: the same inputs, a transcript that starts empty."""
    sat = sit_in(adder, "add_values", times=3)

    assert sat.outcome is Outcome.PASSED
    assert len(sat.scene.calls) == 4


def test_only_support_and_the_contract_are_reached(copied: Content, sit_in: Callable[..., Sat]) -> None:
    """A proxy is no module: its dunder names are not there, other names are asked for on the other side."""
    exercise = write(copied, marked("assert not hasattr(candidate, '__dict__x')\n    candidate.add(1, 2)"))

    assert sit_in(exercise, "extra").outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "body",
    [
        "assert candidate.add(1, 2) == 4",
        "candidate.add(1, 2)['key']",
        "pytest.fail('so it is')",
        "pytest.skip('not today')",
        "with pytest.raises(ValueError):\n        candidate.add(1, 2)",
    ],
)
def test_a_test_of_another_mind_is_told_apart(copied: Content, sit_in: Callable[..., Sat], body: str) -> None:
    """Whatever a test's own code raises, pytest's own ways of ending it included: no pass, and not the end of all."""
    exercise = write(copied, marked(body))
    with pytest.raises(UnusableResult):
        sit_in(exercise, "extra")


def test_a_fixture_of_the_tests_own(copied: Content, sit_in: Callable[..., Sat]) -> None:
    """Hidden tests may share what they prepare; a fixture that fails is as a test that does."""
    text = "@pytest.fixture\ndef three():\n    yield 3\n" + marked("expect.equal(candidate.add(1, 2), three)").replace(
        "rng)", "rng, three)"
    )
    assert sit_in(write(copied, text), "extra").outcome is Outcome.PASSED
    with pytest.raises(UnusableResult):
        sit_in(write(copied, text.replace("yield 3", "raise ValueError")), "extra")


def test_a_fixture_of_ours_may_be_replaced(copied: Content, sit_in: Callable[..., Sat]) -> None:
    """As pytest has it: the nearest of a name counts, and one that is used by itself runs before every test."""
    own = "@pytest.fixture\ndef rng(): return 41\n"
    replaced = own + marked("expect.equal(candidate.add(rng, 1), 42)")
    assert sit_in(write(copied, replaced), "extra").outcome is Outcome.PASSED

    every = "seen = []\n@pytest.fixture(autouse=True)\ndef note():\n    seen.append(1)\n    yield\n"
    noted = every + marked("expect.equal(candidate.add(len(seen), 1), 2)")
    assert sit_in(write(copied, noted), "extra").outcome is Outcome.PASSED

    prepared = "ready = []\ndef setup_function(): ready.append(1)\n" + marked("expect.equal(len(ready), 1)")
    assert sit_in(write(copied, prepared), "extra").outcome is Outcome.PASSED


def test_pytests_own_fixtures_are_pytests(copied: Content, sit_in: Callable[..., Sat]) -> None:
    """A test may ask for the request beside ours; a fixture that there is not is said to be none, by pytest."""
    asks = marked("expect.equal(request.node.name, 'test_extra')").replace("rng):", "rng, request):")
    assert sit_in(write(copied, asks), "extra").outcome is Outcome.PASSED

    for name in ("candidat", "finish"):
        misspelt = write(copied, marked("pass").replace("rng):", f"{name}):"))
        with pytest.raises(UnusableResult, match=f"'{name}'.*FixtureRequest"):
            sit_in(misspelt, "extra")


def test_most_tests_need_nothing_of_pytest(adder: Exercise) -> None:
    """All of this exercise are called straight: fixtures of ours, or none."""

    def body(room: Room) -> tuple[int, int]:
        return len(room._plain), len(room.checks("adder"))

    plain, every = in_room(adder, body)
    assert plain == every > 5


def test_what_a_test_prints_goes_nowhere(
    copied: Content, sit_in: Callable[..., Sat], capfd: pytest.CaptureFixture[str]
) -> None:
    """Output of the examiner's process is nobody's to read."""
    sit_in(write(copied, marked("print('hidden value')")), "extra")

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("where", ["", "hidden", "hidden/adder"])
def test_a_conftest_beside_or_above_the_tests_is_not_run(
    copied: Content, sit_in: Callable[..., Sat], where: str
) -> None:
    """In a checkout the grader's own stands above them: what it sets up, and leaves behind, is not for the exam."""
    (copied.hidden.parent / where / "conftest.py").write_text("raise RuntimeError('run')\n")

    assert sit_in(load("adder", copied), "add_values").outcome is Outcome.PASSED
