"""The handle of examiners: submissions in, reports out, faults as one sentence, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader import config
from grader.config import Content
from grader.errors import ContentError, ExaminerDied, GraderError, IsolationError, UnknownExerciseError, ZygoteDied
from grader.examiner import client, protocol
from grader.examiner.client import SEED_BITS, Examiner, GradeOptions, Progress
from grader.jail.probe import probe
from grader.jail.tiers import tiers_of
from grader.model import Exercise, Outcome, Submission, Tier, Verdict

Descendants = Callable[[int], set[int]]
Alive = Callable[[set[int]], set[int]]
Until = Callable[[Callable[[], object]], bool]
QUICK = GradeOptions(seed=3, timing=False, parts=("small",))


@pytest.fixture
def right(adder: Exercise) -> Submission:
    return Submission(exercise="adder", name="ada", source=adder.reference.read_bytes())


@pytest.fixture(scope="module")
def examiner(adder_content: Content) -> Iterator[Examiner]:
    """One for all tests that do not harm it."""
    with Examiner(options=QUICK, content=adder_content) as started:
        yield started


@pytest.fixture
def content(adder_content: Content, tmp_path: Path) -> Content:
    """A copy that a test may break."""
    for name in ("exercises", "solutions", "hidden"):
        shutil.copytree(getattr(adder_content, name), tmp_path / name)
    return Content(
        exercises=tmp_path / "exercises",
        solutions=tmp_path / "solutions",
        hidden=tmp_path / "hidden",
        templates=tmp_path,
        attacks=tmp_path,
    )


def pid_of(examiner: Examiner) -> int:
    (process,) = examiner._processes.values()
    return process._process.pid


# ---- grading -------------------------------------------------------------------------------------------------------


def test_reports_come_in_order_and_one_by_one(examiner: Examiner, right: Submission, adder: Exercise) -> None:
    """Each as soon as it is there: nothing of the second is graded before it is asked for."""
    stub = Submission(exercise="adder", name="ben", source=adder.stub.read_bytes())
    told: list[Progress] = []

    reports = examiner.grade([right, stub], told.append)
    first = next(reports)

    assert {each.submission for each in told} == {0}
    second = next(reports)
    assert [(each.submission_name, each.verdict) for each in (first, second)] == [
        ("ada", Verdict.ACCEPTED),
        ("ben", Verdict.NOT_ATTEMPTED),
    ]
    assert next(reports, None) is None


def test_one_process_serves_all_submissions(examiner: Examiner, right: Submission) -> None:
    """Libraries are imported once."""
    examiner.start(["adder"])
    pid = pid_of(examiner)

    list(examiner.grade([right, right]))

    assert pid_of(examiner) == pid


def test_an_exercise_that_comes_later_joins_the_others(content: Content, right: Submission) -> None:
    """One process for each set of libraries; it is replaced by one that knows both exercises."""
    for folder in (content.exercises, content.solutions, content.hidden):
        shutil.copytree(folder / "adder", folder / "other")
    for folder in (content.exercises, content.solutions):
        (folder / "other" / "adder.py").rename(folder / "other" / "other.py")
    visible = content.exercises / "other" / "test_visible.py"
    visible.write_text(visible.read_text(encoding="utf-8").replace("adder", "other"), encoding="utf-8")
    other = Submission(exercise="other", name="", source=right.source)

    with Examiner(options=QUICK, content=content) as examiner:
        verdicts = [next(iter(examiner.grade([each]))).verdict for each in (right, other, right)]
        assert len(examiner._processes) == 1

    assert verdicts == [Verdict.ACCEPTED] * 3


def test_two_at_once(adder_content: Content, examiner: Examiner, right: Submission) -> None:
    """Neither is in the other's way, and the same seed gives the same report."""
    found: dict[int, list[tuple[str, Outcome]]] = {}

    def run(number: int, using: Examiner) -> None:
        for report in using.grade([right, right]):
            found.setdefault(number, []).extend((each.check.id, each.outcome) for each in report.checks)

    with Examiner(options=QUICK, content=adder_content) as second:
        threads = [threading.Thread(target=run, args=each) for each in enumerate((examiner, second))]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    assert found[0] == found[1]
    assert found[0]


# ---- seed and tier -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2**SEED_BITS - 1])
def test_a_seed_that_is_given_is_used(adder_content: Content, seed: int) -> None:
    """Zero too."""
    assert Examiner(options=GradeOptions(seed=seed), content=adder_content).seed == seed


def test_a_seed_that_is_not_given_is_drawn(adder_content: Content) -> None:
    """Another one each time, so that nobody knows the inputs beforehand, and short enough to copy."""
    seeds = {Examiner(options=GradeOptions(), content=adder_content).seed for _ in range(8)}

    assert len(seeds) == 8
    assert all(0 <= each < 2**SEED_BITS for each in seeds)


def test_the_report_says_the_seed(examiner: Examiner, right: Submission) -> None:
    """With it, the grading can be repeated."""
    assert next(iter(examiner.grade([right]))).seed == examiner.seed == 3


def test_just_this_tier(adder_content: Content, right: Submission) -> None:
    """Though the machine may have a better one: the worst that still filters, if there is one."""
    tier = next((each for each in reversed(tiers_of(probe())) if each is not Tier.E), Tier.E)

    with Examiner(options=QUICK, content=adder_content, exact_tier=tier) as examiner:
        report = next(iter(examiner.grade([right])))

    assert (report.isolation.tier, report.verdict) == (tier, Verdict.ACCEPTED)


def test_a_tier_that_cannot_be_had_is_an_error(adder_content: Content, right: Submission) -> None:
    """And not a lesser tier; nothing is graded."""
    options = GradeOptions(require_tier=Tier.A_PLUS)

    with (
        Examiner(options=options, content=adder_content) as examiner,
        pytest.raises(IsolationError, match="grader doctor") as caught,
    ):
        list(examiner.grade([right]))

    assert "A+ 级隔离" in caught.value.text.zh


# ---- faults --------------------------------------------------------------------------------------------------------


def test_an_unknown_exercise(examiner: Examiner) -> None:
    """The nearest name is offered; the examiner is none the worse for it."""
    with pytest.raises(UnknownExerciseError, match="adder"):
        list(examiner.grade([Submission(exercise="ader", name="", source=b"")]))


def test_a_broken_exercise_says_file_key_and_remedy(content: Content, right: Submission) -> None:
    """Before any process is started."""
    file = content.exercises / "adder" / "exercise.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("add_all_time = 4.0", "add_all_time = 0.5"))

    with Examiner(options=QUICK, content=content) as examiner:
        with pytest.raises(ContentError) as caught:
            list(examiner.grade([right]))
        assert examiner._processes == {}

    said = str(caught.value)
    assert str(file) in said
    assert "time_budgets.add_all_time" in said
    assert "must be > 1" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("import pytest", "import pytest\nimport nothing_of_this_name", "nothing_of_this_name"),
        ('kind="robust"', 'kind="rubber"', "the check mark of test_add_all_robust is wrong"),
        ('"part": "small"', '"part": "tiny"', "names no part of the exercise"),
    ],
    ids=["import", "mark", "part"],
)
def test_broken_hidden_tests_are_said_to_be_broken(
    content: Content, right: Submission, old: str, new: str, words: str
) -> None:
    """What the examiner's process finds crosses to the caller as the error that it is, in both languages."""
    file = content.hidden / "adder" / "test_add.py"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")

    with Examiner(options=QUICK, content=content) as examiner, pytest.raises(ContentError) as caught:
        list(examiner.grade([right]))

    assert "test_add.py" in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.text.zh != caught.value.text.en


def test_an_examiner_that_was_killed_says_so(adder_content: Content, right: Submission) -> None:
    """By which signal, and that nothing was graded wrongly."""
    with Examiner(options=QUICK, content=adder_content) as examiner:
        list(examiner.grade([right]))
        os.kill(pid_of(examiner), signal.SIGKILL)

        with pytest.raises(ExaminerDied, match="signal 9") as caught:
            list(examiner.grade([right]))

    assert "请重新运行" in caught.value.text.zh


def test_an_examiner_that_is_killed_while_grading_takes_all_down_with_it(
    adder_content: Content, right: Submission, descendants: Descendants, alive: Alive, until: Until
) -> None:
    """The caller is told, and no zygote and no worker outlives it."""
    sleeping = right.source.replace(b"    return a + b", b"    __import__('time').sleep(0.05)\n    return a + b")
    slow = Submission(exercise="adder", name="", source=sleeping)
    below: set[int] = set()

    def kill(progress: Progress) -> None:
        if progress.stage == "two_numbers":
            below.update(descendants(pid_of(examiner)))
            os.kill(pid_of(examiner), signal.SIGKILL)

    with Examiner(options=QUICK, content=adder_content) as examiner:
        with pytest.raises(ExaminerDied):
            list(examiner.grade([slow], kill))
        assert len(below) >= 2  # zygote and worker

        assert until(lambda: not alive(below))


def test_a_fault_keeps_its_class_and_never_becomes_something_else() -> None:
    """By its name in `grader.errors`; any other name of that module is the root of the tree."""
    for name, kind in (
        ("ZygoteDied", ZygoteDied),
        ("annotations", GraderError),
        ("Text", GraderError),
        ("", GraderError),
    ):
        error = client._error_of(protocol.Fault(name, "it broke", "坏了"))
        assert type(error) is kind
        assert (error.text.en, error.text.zh) == ("it broke", "坏了")


# ---- processes -----------------------------------------------------------------------------------------------------


def test_closing_leaves_no_process(
    adder_content: Content, right: Submission, descendants: Descendants, alive: Alive, until: Until
) -> None:
    """Examiner, zygote and workers end, and a second time there is nothing left to end."""
    examiner = Examiner(options=QUICK, content=adder_content)
    list(examiner.grade([right]))
    pid = pid_of(examiner)
    family = {pid, *descendants(pid)}
    assert len(alive(family)) >= 3

    examiner.close()
    examiner.close()

    assert not alive({pid})
    assert until(lambda: not alive(family))


def test_an_examiner_that_was_never_asked_starts_nothing(adder_content: Content, descendants: Descendants) -> None:
    """Making the handle costs nothing."""
    before = descendants(os.getpid())

    with Examiner(options=QUICK, content=adder_content) as examiner:
        assert list(examiner.grade([])) == []
        assert descendants(os.getpid()) <= before


def test_the_process_sees_nothing_of_the_caller(
    adder_content: Content, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, right: Submission
) -> None:
    """Neither variables nor modules that lie in the current folder."""
    for name in ("torch", "pytest", "msgspec", "math"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(66)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTEST_ADDOPTS", "--this-option-does-not-exist")

    with Examiner(options=QUICK, content=adder_content) as examiner:
        assert next(iter(examiner.grade([right]))).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("enabled", "packages", "flags"),
    [
        (True, "/nowhere", ["-I", "-B"]),
        (False, str(Path(config.__file__).parent), ["-I", "-B"]),
        (None, str(Path(config.__file__).parent), ["-I", "-B"]),
        (True, str(Path(config.__file__).parent), ["-E", "-P", "-B"]),
    ],
    ids=["installed for all", "user site off", "user site unsafe", "installed for one user"],
)
def test_the_process_is_isolated_and_still_finds_this_package(
    monkeypatch: pytest.MonkeyPatch, enabled: bool | None, packages: str, flags: list[str]
) -> None:
    """Isolated mode hides the user's own packages: only where we are one of them it is loosened."""
    monkeypatch.setattr(client.site, "ENABLE_USER_SITE", enabled)
    monkeypatch.setattr(client.site, "getusersitepackages", lambda: packages)

    assert client.isolation_flags() == flags


# ---- pretrained models ----------------------------------------------------------------------------------------------


def _with_model(content: Content, package: str) -> None:
    """The exercise gets a model, and a slow check that sees in the worker what was loaded."""
    folder = content.exercises / "adder"
    with (folder / "exercise.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[models]]\nname = "tiny"\npackage = "{package}"\ninstall = "pip install {package}"\n')
        file.write('[[support]]\nname = "weight_of_tiny"\nobserves = "add"\n')
    (folder / "models.py").write_text("def tiny(folder):\n    return {'weight': 42}\n", encoding="utf-8")
    with (folder / "support.py").open("a", encoding="utf-8") as file:
        file.write("\n\nMODELS = {}\n\n\ndef weight_of_tiny(submission):\n    return MODELS['tiny']['weight']\n")
    (content.hidden / "adder" / "test_tiny.py").write_text(
        "import pytest\nfrom grader.exam import expect\n\n\n"
        '@pytest.mark.check(part="small", function="add", points=1, kind="value", en="Tiny", zh="小", '
        'full=True, requires=("tiny",))\n'
        "def test_tiny(candidate):\n    expect.equal(candidate.support.weight_of_tiny(), 42)\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("full", "package", "outcome"),
    [
        (True, "pytest", Outcome.PASSED),
        (True, "no-such-model", Outcome.NOT_GRADED),
        (False, "pytest", Outcome.NOT_GRADED),
    ],
)
def test_models_are_loaded_for_slow_checks_only(
    content: Content, right: Submission, full: bool, package: str, outcome: Outcome
) -> None:
    """Where the package is missing, the check leaves the maximum and its sentence says how to install it."""
    _with_model(content, package)
    options = GradeOptions(seed=3, timing=False, parts=("small",), full=full)
    with Examiner(options=options, content=content) as examiner:
        (report,) = examiner.grade([right])
    (result,) = (each for each in report.checks if each.check.id == "tiny")

    assert result.outcome is outcome
    assert report.verdict is Verdict.ACCEPTED
    assert ("pip install no-such-model" in result.message.en) is (package == "no-such-model")
    if outcome is Outcome.NOT_GRADED:
        assert report.max_score == sum(
            each.check.points for each in report.checks if each.outcome is not Outcome.NOT_GRADED
        )
