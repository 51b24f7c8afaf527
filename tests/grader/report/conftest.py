"""Hand-built reports: one of each kind that a reader can meet, and one that is hostile wherever it can be."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from grader.model import (
    Check,
    CheckKind,
    CheckResult,
    Confidence,
    Diagnosis,
    Environment,
    Example,
    FollowUp,
    Isolation,
    MistakeKind,
    Outcome,
    Part,
    Report,
    Stage,
    Text,
    Tier,
    Timing,
    TimingVerdict,
    Verdict,
)

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"

# In every place of the hostile report that a candidate could fill.
HOSTILE = (
    "<script>document.title='pwned'</script></style></pre></table><img src=x onerror=alert(1)>"
    "\x1b[31mred\x1b]52;c;Zm9v\x07\x9b2J {{ 7*7 }} %s {0} [bold]markup[/bold]"
    "\u202egnp.exe\u2066 zero\u200bwidth\ufeff \r::error::fake\n12 passed in 0.1s ]]> &amp; \udc80"
)
SECRET = "1.61803398874"  # an input value of a hidden check; must never leave an assessment view

_PARTS = (
    Part(
        id="attention",
        title=Text("Scaled dot-product attention", "缩放点积注意力（scaled dot-product attention）"),
        hints=(
            Text("How large do dot products of long vectors get?", "向量越长，点积的数量级会怎样变化？"),
            Text("Look at the variance of q·k as d grows.", "看看 q·k 的方差如何随 d 增长。"),
            Text("Divide the scores by the square root of the last dimension.", "把分数除以最后一维大小的平方根。"),
        ),
    ),
    Part(
        id="masking",
        title=Text("Masks", "掩码（mask）"),
        requires=(),
        hints=(
            Text("Which positions may look ahead?", "哪些位置可以看到后面？"),
            Text("Draw the 4 by 4 case on paper.", "在纸上画出 4×4 的情形。"),
            Text("A lower triangle, the diagonal included.", "下三角，包含对角线。"),
        ),
    ),
    Part(
        id="streaming",
        title=Text("Streaming attention", "流式注意力"),
        requires=("attention",),
        hints=(
            Text("What must be kept from one block to the next?", "从一块到下一块，需要保留什么？"),
            Text("A running maximum and a running sum.", "一个滚动的最大值和一个滚动的和。"),
            Text("Rescale the old sum when the maximum grows.", "最大值变大时，要重新缩放旧的和。"),
        ),
    ),
)

_CHECKS = (
    (
        "shapes",
        "attention",
        "scaled_dot_product_attention",
        4,
        "visible",
        CheckKind.VALUE,
        Text("Output and weights have the shapes of the contract", "输出与权重的形状符合约定"),
    ),
    (
        "attention_values",
        "attention",
        "scaled_dot_product_attention",
        16,
        "hidden",
        CheckKind.VALUE,
        Text("Equal to the reference on odd shapes", "在奇数形状的输入上与参考实现一致"),
    ),
    (
        "attention_gradients",
        "attention",
        "scaled_dot_product_attention",
        10,
        "hidden",
        CheckKind.VALUE,
        Text("Gradients reach q, k and v", "梯度能传到 q、k、v"),
    ),
    (
        "mask_causal",
        "masking",
        "make_attention_mask",
        10,
        "hidden",
        CheckKind.PROPERTY,
        Text("No query attends to a later key", "任何查询都看不到它之后的键"),
    ),
    (
        "mask_padding",
        "masking",
        "make_attention_mask",
        10,
        "hidden",
        CheckKind.VALUE,
        Text("Padding keys are never attended to", "从不关注填充的键"),
    ),
    (
        "streaming_values",
        "streaming",
        "streaming_attention",
        20,
        "hidden",
        CheckKind.VALUE,
        Text("Blocks give the same result as the whole", "分块计算与整体计算结果相同"),
    ),
    (
        "streaming_time",
        "streaming",
        "streaming_attention",
        15,
        "hidden",
        CheckKind.TIME,
        Text("As fast as the reference, within its budget", "与参考实现一样快，不超出预算"),
    ),
    (
        "streaming_memory",
        "streaming",
        "streaming_attention",
        15,
        "hidden",
        CheckKind.MEMORY,
        Text("Memory does not grow with the square of the length", "内存不随长度的平方增长"),
    ),
)

_PASSED = Text("passed", "通过")
_PENDING = (Outcome.NOT_GRADED, Outcome.TOO_NOISY, Outcome.NEEDS_PERSON, Outcome.GRADER_FAULT)


def _result(name: str, outcome: Outcome = Outcome.PASSED, message: Text = _PASSED, **more: object) -> CheckResult:
    identity, part, function, points, visibility, kind, title = next(row for row in _CHECKS if row[0] == name)
    check = Check(
        id=identity, title=title, part=part, function=function, points=points, visibility=visibility, kind=kind
    )
    costs = {"cpu_s": 0.0123, "wall_s": 0.0141, "peak_rss_bytes": 34_500_000}
    return CheckResult(
        check=check,
        outcome=outcome,
        points=points if outcome is Outcome.PASSED else 0,
        message=message,
        **{**costs, **more},
    )


def _report(*changed: CheckResult, verdict: Verdict, **more: object) -> Report:
    by_id = {each.check.id: each for each in changed}
    checks = tuple(by_id.get(row[0]) or _result(row[0]) for row in _CHECKS)
    fields: dict[str, object] = {
        "exercise": "self_attention",
        "exercise_version": "3f9a1c0d2b7e",
        "exercise_title": Text("Self-attention", "自注意力（self-attention）"),
        "parts": _PARTS,
        "followups": (
            FollowUp(
                question=Text("Why divide by the square root of d?", "为什么要除以 d 的平方根？"),
                answer=Text(
                    "Scores of unit-variance vectors have variance d; without the division softmax saturates.",
                    "单位方差的向量，点积的方差是 d；不除的话 softmax 会饱和。",
                ),
            ),
            FollowUp(
                question=Text("What does a KV cache keep?", "KV cache 保存的是什么？"),
                answer=Text("Keys and values of all earlier positions.", "之前所有位置的键和值。"),
            ),
        ),
        "submission_name": "alice.py",
        "submission_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "verdict": verdict,
        "score": sum(each.points for each in checks),
        "max_score": sum(each.check.points for each in checks if each.outcome not in _PENDING),
        "checks": checks,
        "diagnoses": (),
        "timing": (_timing(TimingVerdict.WITHIN),),
        "isolation": Isolation(
            tier=Tier.A,
            layers=("user namespace", "private root", "network namespace", "landlock", "seccomp", "no capabilities"),
            missing=("cgroup",),
        ),
        "environment": Environment(
            grader="0.2.0",
            python="3.11.2",
            platform="Linux-6.1-x86_64",
            cpu="A CPU @ 2.80GHz",
            cores=2,
            libraries={"torch": "2.13.0", "numpy": "2.4.6"},
        ),
        "seed": 20_261_122,
        "stages": (
            Stage(name="import", start_s=0.0, end_s=0.031),
            Stage(name="attention", start_s=0.031, end_s=0.102),
            Stage(name="masking", start_s=0.102, end_s=0.151),
            Stage(name="streaming", start_s=0.151, end_s=0.609),
            Stage(name="diagnosis", start_s=0.609, end_s=0.741),
        ),
        "started_at": "2026-11-22T00:37:05+00:00",
        "wall_s": 0.741,
    }
    return Report(**{**fields, **more})


def _timing(verdict: TimingVerdict, ratio: float = 1.42, spread: float = 0.09) -> Timing:
    wobble = (0.0, 0.4, -0.5, 1.1, -0.9, 0.2, -0.1, 0.7, -1.3, 0.3, 1.6, -0.3)
    return Timing(
        check="streaming_time",
        ratio=ratio,
        low=ratio - spread,
        high=ratio + spread,
        budget=3.0,
        verdict=verdict,
        repeats=12,
        candidate_cpu_s=0.0142,
        reference_cpu_s=0.01,
        ratios=tuple(ratio + 2 * spread * each for each in wobble),
    )


_UNSCALED = Diagnosis(
    function="scaled_dot_product_attention",
    kind=MistakeKind.VALUE,
    confidence=Confidence.EXACT,
    mistakes=("unscaled_scores",),
    title=Text("The scores are not divided by √d", "分数没有除以 √d"),
    explanation=Text(
        "Dot products of d-dimensional vectors grow with √d. Without the division the softmax is too sharp: it picks "
        "almost one key, and its gradients vanish. Look at the line that computes the scores.",
        "d 维向量的点积大小随 √d 增长。不做除法，softmax 就过于尖锐：几乎只选中一个键，梯度也随之消失。"
        "请看计算分数的那一行。",
    ),
    checks=("attention_values", "attention_gradients"),
    inherited_by=("streaming_attention",),
    example=Example(
        call="scaled_dot_product_attention(q (1, 2, 3), k (1, 2, 3), v (1, 2, 2))",
        inputs=f"q = [[[ {SECRET}, -0.2000,  1.1000],\n      [ 0.3000,  0.9000, -1.4000]]]\nk = …",
        where="out[0, 1, 0]",
        expected="[[[ 0.4211, -0.8130],\n  [ 0.1934,  0.5507]]]",
        got="[[[ 0.5862, -1.0277],\n  [ 0.0718,  0.7441]]]",
        predicted="[[[ 0.5862, -1.0277],\n  [ 0.0718,  0.7441]]]",
    ),
)


def _wrong() -> Report:
    different = Text("The values differ from the expected ones.", "数值与期望不符。")
    raised = Text(f"It raised ValueError: {SECRET} is too large.", f"抛出了 ValueError: {SECRET} is too large.")
    return _report(
        _result("attention_values", Outcome.FAILED, different, example=_UNSCALED.example),
        _result("attention_gradients", Outcome.ERRORED, raised, traceback=f"line 9, in softmax: x = {SECRET}"),
        _result(
            "mask_causal",
            Outcome.FAILED,
            Text("Query 2 attends to key 3.", "查询 2 关注了键 3。"),
            example=Example(call="make_attention_mask(lengths (3,), 4, causal=True)", expected="True", got="False"),
        ),
        _result(
            "streaming_values",
            Outcome.SKIPPED,
            Text(
                "Skipped because the part “Scaled dot-product attention” did not pass.",
                "已跳过，因为“缩放点积注意力（scaled dot-product attention）”部分没有通过。",
            ),
            because="attention",
        ),
        _result("streaming_time", Outcome.NOT_GRADED, Text("Left out: no timing was asked for.", "按要求不计时。")),
        _result("streaming_memory", Outcome.NOT_ATTEMPTED, Text("Not attempted.", "尚未作答。")),
        verdict=Verdict.WRONG_ANSWER,
        timing=(),
        diagnoses=(
            _UNSCALED,
            Diagnosis(
                function="make_attention_mask",
                kind=MistakeKind.VALUE,
                confidence=Confidence.SYMPTOM,
                mistakes=(),
                title=Text("Off by one position", "错开了一个位置"),
                explanation=Text(
                    "Your mask is the right one, shifted by one key.", "你的掩码与正确的掩码相差一个键的位置。"
                ),
                checks=("mask_causal",),
            ),
        ),
        output="loss 0.31\nloss 0.29",
    )


def _several() -> Report:
    return _report(
        _result("attention_values", Outcome.FAILED, Text("The values differ.", "数值不符。")),
        verdict=Verdict.WRONG_ANSWER,
        diagnoses=(
            msgspec.structs.replace(
                _UNSCALED,
                confidence=Confidence.SEVERAL,
                mistakes=("softmax_over_queries", "keys_not_transposed"),
                title=Text("Softmax over the queries, or keys not transposed", "softmax 沿查询方向，或键没有转置"),
            ),
        ),
        submission_name="bob.py",
    )


def _crashed() -> Report:
    return _report(
        _result("shapes", Outcome.CRASHED, Text("The worker died with signal 11.", "工作进程因信号 11 退出。")),
        _result("attention_values", Outcome.OUT_OF_MEMORY, Text("More than 1 GB.", "超过 1 GB。")),
        _result("attention_gradients", Outcome.TIMED_OUT, Text("Over 10 s.", "超过 10 秒。")),
        _result(
            "mask_causal",
            Outcome.ERRORED,
            Text("IndexError: index 4 is out of bounds", "IndexError: index 4 is out of bounds"),
            traceback="  line 31, in make_attention_mask\n    return mask[4]",
        ),
        _result(
            "mask_padding",
            Outcome.BLOCKED,
            Text("nn.MultiheadAttention is not allowed.", "不允许使用 nn.MultiheadAttention。"),
        ),
        _result("streaming_values", Outcome.GRADER_FAULT, Text("The zygote died.", "孵化进程退出。")),
        _result("streaming_time", Outcome.NOT_GRADED, Text("Left out.", "未评分。")),
        _result("streaming_memory", Outcome.OVER_BUDGET, Text("80 MB of 40 MB.", "80 MB，预算 40 MB。")),
        verdict=Verdict.GRADER_FAULT,
        timing=(),
        isolation=Isolation(tier=Tier.E, layers=(), missing=("everything",)),
        notes=(Text("This run was not isolated.", "本次运行没有隔离。"),),
        submission_name="crash.py",
    )


def _import_error() -> Report:
    message = Text("line 12: SyntaxError: '(' was never closed", "第 12 行：SyntaxError: '(' was never closed")
    lines = "  line 12\n    scores = torch.matmul(q, k.transpose(-2, -1)"
    return _report(
        *(_result(row[0], Outcome.ERRORED, message, traceback=lines) for row in _CHECKS),
        verdict=Verdict.IMPORT_ERROR,
        timing=(),
        submission_name="syntax.py",
    )


def _hung() -> Report:
    message = Text("import did not come back within its time limit.", "import 没有在时限内返回。")
    return _report(
        *(_result(row[0], Outcome.TIMED_OUT, message) for row in _CHECKS[:-1]),
        _result("streaming_memory", Outcome.NOT_GRADED, Text("Left out.", "未评分。")),
        verdict=Verdict.TIME_LIMIT_EXCEEDED,
        timing=(),
        submission_name="hung.py",
    )


def _timed(verdict: TimingVerdict, outcome: Outcome, ratio: float, spread: float, whole: Verdict) -> Report:
    return _report(
        _result("streaming_time", outcome, Text("See the chart.", "见图。")),
        verdict=whole,
        timing=(_timing(verdict, ratio, spread),),
        submission_name=f"{verdict.value}.py",
    )


def _hostile() -> Report:
    text = Text(HOSTILE, HOSTILE)
    flood = HOSTILE + "x" * 1_000_000 + "\n" * 10_000
    example = Example(call=HOSTILE, inputs=flood, expected=HOSTILE, got=flood, predicted=HOSTILE, where=HOSTILE)
    return _report(
        _result("attention_values", Outcome.FAILED, text, example=example, traceback=flood),
        _result("mask_causal", Outcome.ERRORED, Text(flood, flood), traceback=flood, because=HOSTILE),
        verdict=Verdict.WRONG_ANSWER,
        submission_name=HOSTILE,
        output=flood,
        output_truncated=True,
        notes=(text,),
        timing=(
            msgspec.structs.replace(
                _timing(TimingVerdict.TOO_NOISY), ratio=float("nan"), high=float("inf"), ratios=(float("nan"),)
            ),
        ),
        diagnoses=(
            Diagnosis(
                function=HOSTILE,
                kind=MistakeKind.VALUE,
                confidence=Confidence.SYMPTOM,
                mistakes=(),
                title=text,
                explanation=Text(flood, flood),
                checks=("mask_causal", HOSTILE),
                inherited_by=(HOSTILE,),
                example=example,
            ),
        ),
    )


def sample_reports() -> dict[str, Report]:
    """All of them by name."""
    return {
        "accepted": _report(verdict=Verdict.ACCEPTED),
        "wrong": _wrong(),
        "several": _several(),
        "crashed": _crashed(),
        "import_error": _import_error(),
        "hung": _hung(),
        "over": _timed(TimingVerdict.OVER, Outcome.OVER_BUDGET, 4.6, 0.2, Verdict.OVER_BUDGET),
        "too_noisy": _timed(TimingVerdict.TOO_NOISY, Outcome.TOO_NOISY, 2.8, 0.9, Verdict.TOO_NOISY),
        "needs_person": _timed(TimingVerdict.NEEDS_PERSON, Outcome.NEEDS_PERSON, 3.0, 1.0, Verdict.NEEDS_PERSON),
        "hostile": _hostile(),
    }


@pytest.fixture(scope="package", autouse=True)
def strict_translations() -> object:
    """A sentence without a translation is a fault here, not an English sentence in a Chinese page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_STRICT_I18N", "1")
        yield


@pytest.fixture(scope="session")
def reports() -> dict[str, Report]:
    """Hand-built reports by name."""
    return sample_reports()


@pytest.fixture(scope="session")
def templates() -> Path:
    """The templates of this checkout."""
    return TEMPLATES


@pytest.fixture(scope="session")
def hostile_string() -> str:
    """What stands wherever a candidate has a say in the report named hostile."""
    return HOSTILE


@pytest.fixture(scope="session")
def secret() -> str:
    """An input value of a hidden check in the report named wrong."""
    return SECRET
