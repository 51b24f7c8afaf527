"""One submission in, one report out: every end has its outcome, and nothing that one check suffers reaches another."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.config import Content
from grader.errors import GraderError
from grader.examiner.client import Examiner, GradeOptions, Progress
from grader.model import Exercise, MistakeKind, Outcome, Report, Submission, Tier, Verdict

Grade = Callable[..., Report]
With = Callable[..., str]
O = Outcome  # noqa: E741
ADD_ALL = ("a_list", "add_all_values", "add_all_robust")


def outcomes(report: Report) -> dict[str, Outcome]:
    return {each.check.id: each.outcome for each in report.checks}


def result(report: Report, check: str) -> Any:
    return next(each for each in report.checks if each.check.id == check)


@pytest.fixture(scope="module")
def right(grade: Grade, adder_reference: str) -> Report:
    """The report on the reference."""
    return grade(adder_reference)


# ---- ends of a function ---------------------------------------------------------------------------------------------

FRIENDLY = """
class Friend(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = None
class Stranger:
    def __eq__(self, other): return True
    def __getattr__(self, name): return lambda *a, **k: Stranger()
"""
LYING = """
class Liar(Exception):
    def __str__(self): raise SystemExit(0)
    __repr__ = __str__
"""
# Name: (body of add_all, lines before the module, outcome, words of the message).
ENDS: dict[str, tuple[str, str, Outcome, str]] = {
    "leaves quietly": ("os._exit(0)", "import os", O.CRASHED, "exit status 0"),
    "leaves with 3": ("os._exit(3)", "import os", O.CRASHED, "exit status 3"),
    "segmentation fault": ("ctypes.string_at(0)", "import ctypes", O.CRASHED, "SIGSEGV"),
    "abort": ("os.abort()", "import os", O.CRASHED, "crashed the process with SIG"),
    "endless loop": ("while True: pass", "", O.TIMED_OUT, "time limit"),
    "endless sleep": ("time.sleep(10**6)", "import time", O.TIMED_OUT, "time limit"),
    "endless output": ("while True: print('x' * 10**5)", "", O.OVER_BUDGET, "printed more"),
    "memory bomb": ("hoard = []\nwhile True: hoard.append(bytearray(10**6))", "", O.OUT_OF_MEMORY, "memory"),
    "memory bomb that stays": ("while True: HOARD.append(bytearray(10**6))", "HOARD = []", O.OUT_OF_MEMORY, "memory"),
    "one huge list": ("return [0] * 10**11", "", O.OUT_OF_MEMORY, "memory"),
    "sys.exit": ("sys.exit(0)", "import sys", O.ERRORED, "SystemExit"),
    "interrupt": ("raise KeyboardInterrupt", "", O.ERRORED, "KeyboardInterrupt"),
    "not written": ("raise NotImplementedError", "", O.NOT_ATTEMPTED, "NotImplementedError"),
    "deep recursion": ("return add_all(numbers)", "", O.ERRORED, "RecursionError"),
    "an ordinary error": ("return {}['k']", "", O.ERRORED, "KeyError: 'k' (line"),
    "an error that lies": ("raise Liar", LYING, O.ERRORED, "Liar"),
    "a colourful error": ("raise ValueError('\\x1b[31mred')", "", O.ERRORED, "red"),
    "a huge int": ("return 10**300", "", O.FAILED, "64 bits"),
    "a generator": ("yield 6", "", O.FAILED, ""),
    "a friendly number": ("return Friend(7)", FRIENDLY, O.FAILED, ""),
    "a friendly stranger": ("return Stranger()", FRIENDLY, O.FAILED, ""),
    "nothing": ("return None", "", O.FAILED, ""),
    "not a number": ("return float('nan')", "", O.FAILED, ""),
    "text": ("return str(sum(numbers))", "", O.FAILED, ""),
    "the wrong number": ("return sum(numbers) + 1", "", O.FAILED, ""),
    "hangs up": ("os.close(3)\nwhile True: pass", "import os", O.CRASHED, "connection"),
    "speaks out of turn": ("os.write(3, b'x' * 100)\nreturn sum(numbers)", "import os", O.CRASHED, "connection"),
    "a process of its own": ("os.fork()", "import os", O.ERRORED, "raised"),
}


@pytest.fixture(scope="module")
def ended(grade: Grade, adder_with: With) -> Callable[[str], Report]:
    """The report on a submission whose add_all ends in one of these ways; each is graded once."""
    known: dict[str, Report] = {}

    def report(name: str) -> Report:
        if name not in known:
            body, before, _, _ = ENDS[name]
            known[name] = grade(adder_with(body, before))
        return known[name]

    return report


@pytest.mark.parametrize("name", ENDS)
def test_every_end_has_its_outcome(ended: Callable[[str], Report], name: str) -> None:
    """Outcomes that cannot be confused, with a sentence in both languages; the other functions' checks still run."""
    _, _, outcome, words = ENDS[name]
    report = ended(name)
    first = result(report, "a_list")

    assert first.outcome is outcome, first.message
    assert words in first.message.en
    assert first.message.zh != first.message.en
    assert first.points == 0
    # A function that is not written leaves nothing to skip; after any other end, what builds on it is skipped.
    assert outcomes(report)["add_all_values"] in (O.SKIPPED, O.NOT_ATTEMPTED)
    assert outcomes(report)["add_all_robust"] is outcome
    for other in ("two_numbers", "add_values", "add_laws", "tally_values"):
        assert outcomes(report)[other] is O.PASSED
    assert report.score == 55


def test_a_hostile_submission_is_graded_like_any_other(ended: Callable[[str], Report], right: Report) -> None:
    """Whatever the one before did, the next report is what it would have been alone."""
    for name in ("leaves quietly", "memory bomb that stays", "speaks out of turn"):
        assert ended(name)
    assert right.verdict is Verdict.ACCEPTED


VERDICTS = {
    "leaves quietly": Verdict.CRASHED,
    "endless loop": Verdict.TIME_LIMIT_EXCEEDED,
    "endless output": Verdict.OVER_BUDGET,
    "memory bomb": Verdict.MEMORY_LIMIT_EXCEEDED,
    "sys.exit": Verdict.RUNTIME_ERROR,
    "not written": Verdict.INCOMPLETE,
    "the wrong number": Verdict.WRONG_ANSWER,
}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_verdict_is_the_gravest(ended: Callable[[str], Report], name: str) -> None:
    """One word for the whole."""
    assert ended(name).verdict is VERDICTS[name]


def test_not_written_later_is_an_error(grade: Grade, adder_with: With) -> None:
    """NotImplementedError at the first call is a stub; once the function has answered it is a fault in it."""
    report = grade(adder_with("if len(numbers) != 3: raise NotImplementedError\nreturn sum(numbers)"))

    assert outcomes(report)["a_list"] is O.PASSED
    assert outcomes(report)["add_all_values"] is O.ERRORED


def test_a_missing_function_is_named(grade: Grade, adder_reference: str) -> None:
    """The others are graded; what is missing is said by name."""
    report = grade(adder_reference.replace("def add_all", "def add_al"))

    assert outcomes(report)["a_list"] is O.NOT_ATTEMPTED
    assert "defines no add_all" in result(report, "a_list").message.en
    assert report.verdict is Verdict.INCOMPLETE
    assert outcomes(report)["tally_values"] is O.PASSED


def test_a_wrong_arity_is_said_in_pythons_words(grade: Grade, adder_with: With) -> None:
    """As the candidate would see it at home."""
    report = grade(adder_with("return 0", signature=""))

    assert outcomes(report)["a_list"] is O.ERRORED
    assert "takes 0 positional arguments but 1 was given" in result(report, "a_list").message.en


def test_a_death_in_one_check_leaves_the_next_unaffected(grade: Grade, adder_with: With) -> None:
    """The function that ends its process on lists of three answers the longer ones right."""
    report = grade(adder_with("if numbers == [1, 2, 3]: os._exit(0)\nreturn sum(numbers)", "import os"))

    assert outcomes(report)["a_list"] is O.CRASHED
    assert outcomes(report)["add_all_robust"] is O.PASSED


def test_a_death_after_the_answer_takes_nothing_back(grade: Grade, adder_with: With) -> None:
    """An answer that came is an answer; who has died by the next call is asked anew."""
    before = "import os, threading"
    report = grade(adder_with("threading.Timer(0.0, os._exit, [5]).start()\nreturn sum(numbers)", before))

    assert outcomes(report)["two_numbers"] is O.PASSED
    assert {outcomes(report)[each] for each in ADD_ALL} <= {O.PASSED, O.CRASHED, O.SKIPPED}
    assert outcomes(report)["tally_values"] in (O.PASSED, O.CRASHED)


# ---- ends of a module -----------------------------------------------------------------------------------------------

IMPORTS: dict[str, tuple[bytes, Verdict, Outcome, str]] = {
    "a syntax error": (b"import math\n\ndef f(:\n", Verdict.IMPORT_ERROR, O.ERRORED, "line 3"),
    "no UTF-8": (b"# caf\xe9\n", Verdict.IMPORT_ERROR, O.ERRORED, "line 1 is not UTF-8"),
    "a NUL": (b"x = 1\n\0", Verdict.IMPORT_ERROR, O.ERRORED, "line 2 holds a NUL"),
    "deep brackets": (b"(" * 100_000, Verdict.IMPORT_ERROR, O.ERRORED, "nested"),
    "deep signs": (b"-" * 100_000 + b"1", Verdict.IMPORT_ERROR, O.ERRORED, "nested"),
    "deep sums": (b"1" + b"+1" * 100_000, Verdict.IMPORT_ERROR, O.ERRORED, "recursion"),
    "an error": (b"\n\n1 / 0\n", Verdict.IMPORT_ERROR, O.ERRORED, "ZeroDivisionError: division by zero (line 3)"),
    "sys.exit": (b"import sys\nsys.exit(0)\n", Verdict.IMPORT_ERROR, O.ERRORED, "SystemExit"),
    "leaving": (b"import os\nos._exit(0)\n", Verdict.CRASHED, O.CRASHED, "exit status 0"),
    "an endless import": (b"while True: pass\n", Verdict.TIME_LIMIT_EXCEEDED, O.TIMED_OUT, "time limit"),
    "a memory bomb": (b"x = bytearray(10**10)\n", Verdict.MEMORY_LIMIT_EXCEEDED, O.OUT_OF_MEMORY, "memory"),
    "endless output": (b"while True: print('x' * 10**5)\n", Verdict.OVER_BUDGET, O.OVER_BUDGET, "printed"),
    "a library that is not there": (b"import no_such\n", Verdict.IMPORT_ERROR, O.ERRORED, "ModuleNotFoundError"),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_a_module_that_cannot_be_had(grade: Grade, name: str) -> None:
    """Every check has the outcome of the import and its reason; nothing is diagnosed."""
    source, verdict, outcome, words = IMPORTS[name]
    report = grade(source)

    assert report.verdict is verdict
    assert set(outcomes(report).values()) == {outcome, O.NOT_GRADED}
    assert words in result(report, "two_numbers").message.en
    assert (report.score, report.diagnoses) == (0, ())


@pytest.mark.parametrize("change", ["byte order mark", "Windows lines", "nothing at the end"])
def test_odd_files_are_right_files(grade: Grade, adder_reference: str, change: str) -> None:
    """What an editor did to a right solution makes it no less right."""
    data = adder_reference.encode()
    changed = {
        "byte order mark": b"\xef\xbb\xbf" + data,
        "Windows lines": data.replace(b"\n", b"\r\n"),
        "nothing at the end": data.rstrip(),
    }
    assert grade(changed[change]).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("source", [b"", b"\n\n", b"# nothing yet\n"])
def test_an_empty_file_is_not_attempted(grade: Grade, source: bytes) -> None:
    """No points and no blame."""
    report = grade(source)

    assert report.verdict is Verdict.NOT_ATTEMPTED
    assert report.score == 0
    assert "defines no add" in result(report, "two_numbers").message.en


# ---- right, wrong, and in what part ---------------------------------------------------------------------------------


def test_the_reference_is_accepted(right: Report, adder: Exercise) -> None:
    """All points but those of the check that was left out; nothing to diagnose; the facts of the run."""
    assert right.verdict is Verdict.ACCEPTED
    assert (right.score, right.max_score) == (90, 90)
    assert right.diagnoses == right.notes == ()
    assert (right.exercise, right.exercise_version, right.seed) == ("adder", adder.version, 7)
    assert next(stage.name for stage in right.stages) == "import"
    assert {"small", "large"} <= {stage.name for stage in right.stages}
    assert right.isolation.tier in set(Tier)
    assert right.environment.libraries == {"math": "?"}
    assert all(each.cpu_s > 0 for each in right.checks if each.outcome is O.PASSED)


def test_the_stub_is_not_attempted(grade: Grade, adder: Exercise) -> None:
    """What candidates start from."""
    assert grade(adder.stub.read_bytes()).verdict is Verdict.NOT_ATTEMPTED


def test_every_variant_is_accepted(grade: Grade, adder: Exercise) -> None:
    """Right in another way is right."""
    for variant in adder.accepted:
        assert grade(variant.path.read_bytes()).verdict is Verdict.ACCEPTED, variant.id


def test_every_mistake_is_named_as_itself(grade: Grade, adder: Exercise) -> None:
    """The mistakes of value and rule; those of cost need the clock."""
    for mistake in adder.mistakes:
        if mistake.kind is not MistakeKind.COST:
            report = grade(mistake.path.read_bytes())
            assert [each.mistakes for each in report.diagnoses] == [(mistake.id,)]
            assert report.diagnoses[0].function == mistake.functions[0]


def test_a_part_that_failed_holds_up_those_that_need_it(grade: Grade, adder_reference: str) -> None:
    """They are skipped, with the reason."""
    report = grade(adder_reference.replace("return a + b", "return a * b"))

    assert {outcomes(report)[each] for each in (*ADD_ALL, "tally_values")} == {O.SKIPPED}
    assert result(report, "a_list").because == "small"
    assert "Two numbers" in result(report, "a_list").message.en


STATEFUL = """
import builtins, sys
seen = []
"""


def test_state_of_a_module_does_not_travel_between_parts(grade: Grade, adder_with: With) -> None:
    """What the first part left in it is gone when the second begins."""
    source = adder_with("assert not seen\nreturn sum(numbers)", "seen = []")
    source = source.replace("return a + b", "seen.append(a)\n    return a + b")
    source = source.replace("add(self._total, number)", "self._total + number")

    assert grade(source).verdict is Verdict.ACCEPTED


def test_what_parts_leave_elsewhere_costs_no_points(grade: Grade, adder_with: With) -> None:
    """What stumbles over it is graded in a process of its own; that it stumbled is left to a person."""
    leaves = "seen.append(a); builtins.was_here = True; sys.modules['was_here'] = seen\n    return a + b"
    source = adder_with(
        "assert not seen, 'module'\nassert not hasattr(builtins, 'was_here')\n"
        "assert 'was_here' not in sys.modules\nreturn sum(numbers)",
        STATEFUL,
    ).replace("return a + b", leaves)
    source = source.replace("add(self._total, number)", "self._total + number")
    report = grade(source)
    first = result(report, "a_list")

    assert report.verdict is Verdict.NEEDS_PERSON, [each.message.en for each in report.checks]
    assert (first.outcome, report.score, report.max_score) == (O.NEEDS_PERSON, 85.0, 85.0)
    assert "passes by itself" in first.message.en
    assert "单独运行" in first.message.zh
    assert {outcomes(report)[each] for each in ("add_all_values", "add_all_robust", "tally_values")} == {O.PASSED}


@pytest.mark.parametrize(("one", "other"), [("sum(numbers)", "0"), ("0", "sum(numbers)")])
def test_nobody_gets_two_tries(grade: Grade, adder_with: With, one: str, other: str) -> None:
    """Whoever answers otherwise in company than alone has the points only where the first answer was right."""
    body = f"return {one} if hasattr(builtins, 'part_one') else {other}"
    source = adder_with(body, "import builtins").replace("return a + b", "builtins.part_one = True\n    return a + b")
    source = source.replace("add(self._total, number)", "self._total + number")
    report = grade(source)

    if one == "0":
        assert outcomes(report)["a_list"] is O.NEEDS_PERSON
        assert report.verdict is Verdict.NEEDS_PERSON
    else:
        assert report.verdict is Verdict.ACCEPTED


def test_settings_that_programs_leave_changed_are_set_back(grade: Grade, adder_with: With) -> None:
    """Generators are the same for every part, and have been drawn from by none."""
    source = adder_with("assert drawn == FIRST, drawn\nreturn sum(numbers)", "import random\ndrawn = random.random()")
    source = source.replace(
        "drawn = random.random()", "drawn = random.random()\nrandom.seed(0)\nFIRST = random.random()"
    )
    source = source.replace("return a + b", "random.random()\n    return a + b")
    source = source.replace("add(self._total, number)", "self._total + number")

    assert grade(source).verdict is Verdict.ACCEPTED


def test_state_does_not_travel_between_submissions(grade: Grade, adder_with: With) -> None:
    """The one before changed the interpreter under its feet; it was its own."""
    vandal = "import builtins, math\nbuiltins.sum = builtins.len = builtins.isinstance = None\nmath.pi = 3\n"
    grade(adder_with("return 0", vandal))

    assert grade(adder_with("return sum(numbers) + (math.pi == 3)", "import math")).verdict is Verdict.ACCEPTED


def test_output_is_kept_and_does_no_harm(grade: Grade, adder_with: With) -> None:
    """What was printed stands in the report as it is, for the views to clean; the first part of it."""
    report = grade(adder_with("print('\\x1b[2J\\x07 <script>')\nreturn sum(numbers)"))
    assert report.verdict is Verdict.ACCEPTED
    assert "\x1b[2J\x07 <script>\n" in report.output
    assert not report.output_truncated

    report = grade(adder_with("print('x' * 10**5)\nreturn sum(numbers)"))
    assert report.verdict is Verdict.ACCEPTED
    assert len(report.output) <= 64_000
    assert report.output_truncated


def test_a_thread_that_goes_on_harms_nobody(grade: Grade, adder_with: With) -> None:
    """It ends with its worker."""
    spin = "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin, daemon=True).start()"

    assert grade(adder_with("return sum(numbers)", spin)).verdict is Verdict.ACCEPTED


# ---- what is left out -----------------------------------------------------------------------------------------------


def with_options(examiner: Examiner, source: str, **options: Any) -> Report:
    """As `grade`, in the same process, with other options."""
    before = examiner.options
    examiner.options = GradeOptions(seed=7, **{"timing": False, **options})
    try:
        return next(iter(examiner.grade([Submission(exercise="adder", name="a.py", source=source.encode())])))
    finally:
        examiner.options = before


@pytest.mark.parametrize(
    ("options", "graded", "points"),
    [
        ({"visible_only": True}, {"two_numbers", "a_list"}, 15),
        ({"parts": ("small",)}, {"two_numbers", "add_values", "add_laws"}, 40),
        ({"parts": ("large",)}, {*ADD_ALL, "tally_values"}, 50),
        ({"parts": ("small",), "visible_only": True}, {"two_numbers"}, 10),
    ],
)
def test_what_is_left_out_is_not_graded(
    examiner: Examiner, adder_reference: str, options: dict[str, Any], graded: set[str], points: float
) -> None:
    """It says so, and costs no points: the maximum leaves it out."""
    report = with_options(examiner, adder_reference, **options)

    assert {check for check, outcome in outcomes(report).items() if outcome is not O.NOT_GRADED} == graded
    assert all(each.message.en for each in report.checks if each.outcome is O.NOT_GRADED)
    assert (report.verdict, report.score, report.max_score) == (Verdict.ACCEPTED, points, points)


# ---- the same again -------------------------------------------------------------------------------------------------


def test_the_same_submission_gets_the_same_report(
    grade: Grade, adder: Exercise, adder_content: Content, without_times: Callable[[Report], Report]
) -> None:
    """With the same seed, in the same process or in another one, but for times."""
    sources = [each.path.read_bytes() for each in adder.mistakes if each.id in ("skips_last", "sorts_in_place")]
    first = [without_times(grade(each)) for each in sources]
    assert [without_times(grade(each)) for each in sources] == first

    with Examiner(options=GradeOptions(seed=7, timing=False), content=adder_content) as another:
        assert [without_times(grade(each, another)) for each in sources] == first


def test_another_seed_asks_other_questions(grade: Grade, adder: Exercise, adder_content: Content) -> None:
    """The inputs are secret: knowing those of one batch helps in no other."""
    wrong = next(each.path.read_bytes() for each in adder.mistakes if each.id == "subtracts")
    with Examiner(options=GradeOptions(seed=8, timing=False), content=adder_content) as another:
        other = grade(wrong, another)
    mine = grade(wrong)

    assert result(mine, "add_values").example != result(other, "add_values").example
    assert outcomes(mine) == outcomes(other)


def test_two_runs_at_once(
    adder: Exercise, adder_content: Content, without_times: Callable[[Report], Report], grade: Grade
) -> None:
    """Neither is in the other's way, whatever the other's submissions do."""
    sources = [each.path.read_bytes() for each in adder.mistakes] + [b"import os\nos._exit(0)\n"]
    alone = [without_times(grade(each)) for each in sources]
    found: dict[int, list[Report]] = {}

    def run(number: int) -> None:
        with Examiner(options=GradeOptions(seed=7, timing=False), content=adder_content) as own:
            found[number] = [without_times(grade(each, own)) for each in sources]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert found == {0: alone, 1: alone}


# ---- nothing is left behind, nothing is let in ----------------------------------------------------------------------


def process_of(examiner: Examiner) -> int:
    return next(iter(examiner._processes.values()))._process.pid


def test_no_process_is_left_behind(
    examiner: Examiner,
    grade: Grade,
    adder_with: With,
    ended: Callable[[str], Report],
    descendants: Callable[[int], set[int]],
    until: Callable[..., bool],
) -> None:
    """After all of these there are the zygote (two processes), the reference's worker and two in the making."""
    for name in ("endless loop", "leaves quietly", "memory bomb", "hangs up", "endless output"):
        ended(name)
    threads = "import threading, time\nfor _ in range(5): threading.Thread(target=time.sleep, args=[10**6]).start()"
    for _ in range(3):
        grade(adder_with("return sum(numbers)", threads))
    pid = process_of(examiner)

    assert until(lambda: len(descendants(pid)) <= 5)


def test_nothing_is_left_when_the_examiner_closes(
    adder_content: Content,
    adder_with: With,
    grade: Grade,
    descendants: Callable[[int], set[int]],
    alive: Callable[[set[int]], set[int]],
    until: Callable[..., bool],
) -> None:
    """Examiner, zygote and workers are gone, and no file that a submission tried to leave is anywhere."""
    token = f"left-behind-{uuid.uuid4().hex}"
    places = ("/tmp", "/dev/shm", "/var/tmp", str(Path.cwd()), str(Path.home()), "/")
    before = f"""
import os, tempfile
for place in [os.getcwd(), os.environ["HOME"], tempfile.gettempdir(), *{places!r}]:
    try:
        with open(os.path.join(place, {token!r}), "w") as file:
            file.write("x" * 10**6)
    except OSError:
        pass
"""
    with Examiner(options=GradeOptions(seed=7, timing=False), content=adder_content) as own:
        assert grade(adder_with("return sum(numbers)", before), own).verdict is Verdict.ACCEPTED
        pid = process_of(own)
        everybody = {pid, *descendants(pid)}
        assert len(everybody) >= 3

    assert until(lambda: not alive(everybody))
    assert [place for place in places if token in os.listdir(place)] == []
    scratch = [entry for entry in os.scandir("/tmp") if entry.name.startswith("grader-scratch-")]
    assert not any(token in names for entry in scratch for _, _, names in os.walk(entry.path))


PROBE = """
import builtins, gc, os, sys
MARKS = [each[::-1] for each in {backwards!r}]
def spy():
    gc.unfreeze()
    found = []
    for each in [dict(os.environ), sys.argv, sys.orig_argv, list(sys.modules), *gc.get_objects()]:
        if isinstance(each, (dict, list, tuple, set)) and len(each) < 10**4 and each is not MARKS:
            try: text = str(each)
            except Exception: continue
            found += [mark for mark in MARKS if mark in text and "MARKS" not in text]
    for path in {paths!r}:
        try: os.stat(path)
        except OSError: continue
        found.append(path)
    for name in ("pytest", "_pytest", "grader.exam", "grader.exam.room", "test_add", "hidden.adder.test_add"):
        if name in sys.modules: found.append(name)
    return found
if not hasattr(builtins, "spied"):  # executed a second time it would find what it left itself
    builtins.spied = spy()
FOUND = builtins.spied
"""


def test_no_secret_is_in_reach(
    monkeypatch: pytest.MonkeyPatch, adder_content: Content, adder_with: With, grade: Grade
) -> None:
    """Hidden tests, expected values, the seed and the caller's environment are neither in a worker nor on its disk."""
    canary = f"ENVIRONMENT-CANARY-{uuid.uuid4().hex}"
    monkeypatch.setenv("GRADER_CANARY", canary)
    seed = 987_654_321_123
    marks = ["HIDDEN-CANARY-7c1f", "EXPECTED-CANARY-90b2", canary, str(seed)]
    hidden = adder_content.hidden / "adder"
    paths = [str(hidden), str(hidden / "test_add.py"), str(adder_content.solutions), str(Path(__file__).parents[2])]
    spy = PROBE.format(backwards=[each[::-1] for each in marks], paths=paths)
    with Examiner(options=GradeOptions(seed=seed, timing=False), content=adder_content) as own:
        report = grade(adder_with("assert not FOUND, FOUND\nreturn sum(numbers)", spy), own)

    found = result(report, "a_list").message.en
    if report.isolation.tier in (Tier.D, Tier.E):
        assert "CANARY" not in found
        pytest.skip("this machine cannot hide files from a worker")
    assert report.verdict is Verdict.ACCEPTED, found


# ---- faults of ours -------------------------------------------------------------------------------------------------


@pytest.fixture
def mortal(adder_content: Content) -> Iterator[Examiner]:
    """An examiner of the test's own, whose processes may be killed."""
    with Examiner(options=GradeOptions(seed=7, timing=False), content=adder_content) as own:
        yield own


def grade_and_kill(
    examiner: Examiner, source: bytes, stage: str, victim: Callable[[], list[int]]
) -> tuple[Report | GraderError, int]:
    """Grade a submission and kill processes when it has come to a stage: what came of it, and how many were hit."""
    hit: list[int] = []

    def kill(progress: Progress) -> None:
        if progress.stage == stage and not hit:
            for pid in victim():
                with contextlib.suppress(ProcessLookupError):  # one may have ended meanwhile
                    os.kill(pid, signal.SIGKILL)
                    hit.append(pid)

    submission = Submission(exercise="adder", name="a.py", source=source)
    try:
        return next(iter(examiner.grade([submission], kill))), len(hit)
    except GraderError as error:
        return error, len(hit)


@pytest.mark.parametrize(("name", "stage"), [("skips_last", "import"), ("skips_last", "diagnosis"), ("", "add_values")])
def test_a_zygote_that_is_killed_costs_nobody_a_grade(
    mortal: Examiner,
    adder: Exercise,
    grade: Grade,
    descendants: Callable[[int], set[int]],
    without_times: Callable[[Report], Report],
    stage: str,
    name: str,
) -> None:
    """The submission is graded anew by another: the same report as ever, or a fault of ours, never a wrong grade."""
    path = next((each.path for each in adder.mistakes if each.id == name), adder.reference)
    mortal.start(["adder"])
    got, hits = grade_and_kill(mortal, path.read_bytes(), stage, lambda: sorted(descendants(process_of(mortal)))[:1])

    assert hits == 1
    if isinstance(got, GraderError):
        assert got.exit_code == 3
        return
    same = {"isolation", "environment", "stages"}
    got, want = without_times(got), without_times(grade(path.read_bytes()))
    for field in msgspec.structs.fields(Report):
        if field.name not in same:
            assert getattr(got, field.name) == getattr(want, field.name), field.name


def test_workers_that_are_killed_cost_nobody_a_grade(
    mortal: Examiner, adder_reference: str, descendants: Callable[[int], set[int]]
) -> None:
    """A machine short of memory kills a worker now and then; its submission is not blamed."""
    mortal.start(["adder"])

    def workers() -> list[int]:
        below = descendants(process_of(mortal))
        return [pid for pid in below if not descendants(pid)]

    got, hits = grade_and_kill(mortal, adder_reference.encode(), "add_laws", workers)

    assert hits
    if isinstance(got, GraderError):
        assert got.exit_code == 3
    else:
        assert got.verdict is Verdict.ACCEPTED
