"""Hidden checks of `predict_proba` and `predict`, on random models that are wide enough for every fault to show.

The models come in training mode and with dropout, unless a check says otherwise.
"""

from __future__ import annotations

import re

import pytest
import torch

from grader.exam import expect

PROBA = {"part": "predict", "function": "predict_proba"}
PREDICT = {"part": "predict", "function": "predict"}

WORDS = re.findall(
    r"\w+",
    "the a film plot actor scene story music was not very too so good bad great dull slow clever funny zest qua",
)


def _text(rng, low, high):
    return " ".join(rng.python.choices(WORDS, k=rng.python.randint(low, high)))


def _texts(rng, count, low=1, high=9):
    return [_text(rng, low, high) for _ in range(count)]


def _model(rng, **settings):
    return {"weights": rng.python.randrange(1 << 30), **settings}


def _divided(rng, reference, classes, count, *batch_size):
    """Many texts that a model does not nearly all put into one class: a class may well be right by chance."""
    while True:
        case = (_model(rng, classes=classes), _texts(rng, count), *batch_size)
        found = reference.support.classes_of(*case)
        if max(map(found.count, found)) <= 0.7 * count:
            return case


@pytest.mark.check(
    **PROBA,
    points=5,
    kind="value",
    en="Probabilities of texts of different length, batch by batch, equal the reference",
    zh="长短不一的文本分批预测，概率与参考一致",
)
def test_proba_values(candidate, reference, rng):
    cases = [
        (_model(rng), _texts(rng, 7), 3),
        (_model(rng, classes=4), _texts(rng, 5)),
        (_model(rng, classes=2), _texts(rng, 4), 4),
    ]
    got = [candidate.support.probabilities(*case) for case in cases]
    expect.equal(got, [reference.support.probabilities(*case) for case in cases])


@pytest.mark.check(
    **PROBA,
    points=3,
    kind="value",
    en="Pairs: the model is told which text is which",
    zh="文本对：模型知道哪段是第一段、哪段是第二段",
)
def test_proba_pairs(candidate, reference, rng):
    pairs = [(_text(rng, 1, 6), _text(rng, 1, 6)) for _ in range(5)]
    case = (_model(rng), pairs, 2)
    expect.equal(candidate.support.probabilities(*case), reference.support.probabilities(*case))


@pytest.mark.check(
    **PROBA,
    points=3,
    kind="property",
    en="Rows sum to 1, and a text has the same probabilities alone and among others",
    zh="每行之和为 1；一段文本单独预测与放在一批里预测，概率相同",
)
def test_proba_alone(candidate, rng):
    texts = [_text(rng, low, low + 1) for low in rng.python.sample(range(1, 14), 5)]
    together, *alone = candidate.support.alone_and_together(_model(rng), texts, 3)
    for each in (together, *alone):
        expect.that(isinstance(each, torch.Tensor), en="It should be a tensor.", zh="应当返回张量。")
    expect.shape(together, (5, 3))
    hint = ("The rows should sum to 1.", "每行之和应为 1。")
    expect.close(together.sum(dim=-1), torch.ones(5), atol=1e-4, rtol=0.0, hint=hint)
    for row, single in zip(together, alone, strict=True):
        expect.shape(single, (1, 3))
        hint = (
            "A text has other probabilities alone than among others (the first of them is shown).",
            "同一段文本，单独预测与放在一批里预测的概率不同（这里显示第一处）。",
        )
        expect.close(row, single[0], atol=1e-4, rtol=1e-3, hint=hint)


@pytest.mark.check(
    **PROBA,
    points=3,
    kind="property",
    en="No dropout: the same answer twice; and no graph for gradients",
    zh="没有 dropout：两次结果相同；也没有梯度图",
)
def test_proba_dropout(candidate, rng):
    facts = candidate.support.dropout_and_graph(_model(rng), _texts(rng, 4))
    expect.that(
        facts["same_twice"],
        en="Two calls gave different probabilities: dropout was active.",
        zh="两次调用的概率不同：dropout 没有关掉。",
    )
    expect.that(
        not facts["graph"],
        en="The result requires gradients: the whole graph of the model is kept in memory with it.",
        zh="结果带着梯度：整个模型的计算图也跟着留在内存里。",
    )


@pytest.mark.check(
    **PROBA,
    points=2,
    kind="robust",
    en="The model is in the same mode afterwards, whichever that was",
    zh="无论模型原来处于哪种模式，调用之后都不变",
)
def test_proba_mode(candidate, rng):
    after = candidate.support.mode_after_predicting(_model(rng), _texts(rng, 2))
    expect.that(
        after["training"],
        en="The model came in training mode and was left in evaluation mode.",
        zh="模型来时是训练模式，之后却成了评估模式。",
    )
    expect.that(
        not after["evaluation"],
        en="The model came in evaluation mode and was left in training mode.",
        zh="模型来时是评估模式，之后却成了训练模式。",
    )


@pytest.mark.check(
    **PROBA,
    points=3,
    kind="robust",
    en="Texts longer than the model has positions, and longer than 128 tokens",
    zh="文本比模型的位置数更长，或超过 128 个词元",
)
def test_proba_long(candidate, reference, rng):
    few = (_model(rng, positions=20), [*_texts(rng, 2), _text(rng, 30, 40)])
    many = (_model(rng, positions=200), [_text(rng, 160, 190), _text(rng, 5, 8)])
    got = [candidate.support.probabilities(*case) for case in (few, many)]
    expect.equal(got, [reference.support.probabilities(*case) for case in (few, many)])


@pytest.mark.check(
    **PROBA,
    points=2,
    kind="robust",
    en="No texts give (0, C)",
    zh="没有文本时，形状是 (0, C)",
)
def test_proba_none(candidate, rng):
    for classes in (3, 5):
        got = candidate.support.probabilities(_model(rng, classes=classes), [])
        expect.shape(got, (0, classes))


@pytest.mark.check(
    **PROBA,
    points=3,
    kind="time",
    en="Fast on many short texts: they go through the model in batches",
    zh="大量短文本也很快：一批一批地通过模型",
    needs=("proba_values",),
)
def test_proba_time(rng, timed):
    model = _model(rng, positions=128)
    timed.compare(
        prepare=lambda side: side.support.desk(model),
        inputs=lambda: (_texts(rng, 160, 2, 9),),
        call=lambda side, desk, texts: side.support.probabilities_at(desk, texts),
    )


@pytest.mark.check(
    **PREDICT,
    points=4,
    kind="value",
    en="The most probable class of each text",
    zh="每段文本最可能的类别",
)
def test_predict_values(candidate, reference, rng):
    cases = [
        _divided(rng, reference, 3, 32, 5),
        _divided(rng, reference, 5, 30),
        _divided(rng, reference, 2, 25, 7),
    ]
    got = [candidate.support.classes_of(*case) for case in cases]
    expect.equal(got, [reference.support.classes_of(*case) for case in cases])


@pytest.mark.check(
    **PREDICT,
    points=1,
    kind="property",
    en="A list of plain ints",
    zh="返回由普通 int 组成的列表",
)
def test_predict_plain(candidate, rng):
    plain = candidate.support.plain_classes(_model(rng), _texts(rng, 4))
    expect.that(
        plain,
        en="It should be a list of plain Python ints, ready for json: no tensor, no numpy number.",
        zh="应当是由 Python 普通 int 组成的列表，可以直接写进 json：不是张量，也不是 numpy 数值。",
    )


@pytest.mark.check(
    **PROBA,
    points=1,
    kind="value",
    en="A pretrained model (MiniLM) on real sentences about films: probabilities equal the reference",
    zh="预训练模型（MiniLM）预测真实的影评句子：概率与参考一致",
    needs=("proba_values", "proba_dropout", "proba_long"),
    full=True,
    requires=("minilm",),
)
def test_proba_real(candidate, reference, rng):
    case = (rng.python.randrange(1 << 30), 24)
    got, want = candidate.support.real_probabilities(*case), reference.support.real_probabilities(*case)
    expect.shape(got, (24, 2))
    expect.close(got, want, atol=1e-4, rtol=1e-3)
