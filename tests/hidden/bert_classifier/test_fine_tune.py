"""Hidden checks of `fine_tune`.

Exact cases are single batches without dropout, in float64: there the order drawn makes no difference. What chance
decides is looked at as facts: which texts went through the model, what the returned numbers are the mean of, whether
two trainings agree. Weights are never compared.
"""

from __future__ import annotations

import re

import pytest

from grader.exam import expect

TUNE = {"part": "fine_tune", "function": "fine_tune"}

WORDS = re.findall(
    r"\w+",
    "the a film plot actor scene story music was not very too so good bad great dull slow clever funny zest qua",
)


def _texts(rng, count, low=1, high=9):
    """All different, so that each can be told by its tokens."""
    texts = set()
    while len(texts) < count:
        texts.add(" ".join(rng.python.choices(WORDS, k=rng.python.randint(low, high))))
    return rng.python.sample(sorted(texts), count)


def _labels(rng, count, classes=3):
    return rng.python.sample([at % classes for at in range(count)], count)


def _model(rng, **settings):
    return {"weights": rng.python.randrange(1 << 30), "width": 16, "layers": 1, **settings}


def _same(got, want):
    expect.that(
        isinstance(got["losses"], list | tuple) and len(got["losses"]) == len(want["losses"]),
        en="There should be one number for each epoch.",
        zh="每一轮（epoch）应当有一个数。",
    )
    hint = ("The losses of the epochs are not those of this training.", "各轮的损失与这样训练应有的不符。")
    expect.close(list(got["losses"]), list(want["losses"]), atol=1e-3, rtol=1e-3, hint=hint)
    hint = (
        "The losses are right, but after the training the model answers otherwise.",
        "损失是对的，但训练之后模型的回答不对。",
    )
    expect.close(got["after"], want["after"], atol=1e-3, rtol=1e-3, hint=hint)


@pytest.mark.check(
    **TUNE,
    points=7,
    kind="value",
    en="One batch, no dropout: losses of every epoch, and what the model says afterwards",
    zh="单个批次、没有 dropout：各轮的损失，以及训练之后模型的预测",
)
def test_fine_tune_values(candidate, reference, rng):
    cases = []
    for count, parameters in (
        (7, {"epochs": 8, "learning_rate": 0.3}),  # long steps, so that a decay of 0.01 shows whatever the draw
        (19, {"epochs": 6, "learning_rate": 0.2, "batch_size": 19, "seed": 5}),
        (6, {}),
    ):
        model = _model(rng, dropout=0.0)
        cases.append((model, _texts(rng, count), _labels(rng, count), parameters, _texts(rng, 5)))
    got = [candidate.support.trained(*case) for case in cases]
    for ours, theirs in zip(got, [reference.support.trained(*case) for case in cases], strict=True):
        _same(ours, theirs)


@pytest.mark.check(
    **TUNE,
    points=1,
    kind="property",
    en="Where nothing is said, batches hold 16 texts and the seed is 0",
    zh="不另作说明时，每批 16 段文本，种子是 0",
)
def test_fine_tune_defaults(candidate, rng):
    case = (_model(rng, dropout=0.0), _texts(rng, 17), _labels(rng, 17))
    probe = _texts(rng, 3)
    unsaid = candidate.support.trained(*case, {"epochs": 1, "learning_rate": 0.05}, probe)
    said = candidate.support.trained(*case, {"epochs": 1, "learning_rate": 0.05, "batch_size": 16, "seed": 0}, probe)
    expect.close(
        list(unsaid["losses"]),
        list(said["losses"]),
        atol=1e-6,
        rtol=1e-6,
        hint=(
            "A training without batch_size and seed is not the one with 16 and 0.",
            "不给 batch_size 和 seed 的训练，与给出 16 和 0 的不是同一次训练。",
        ),
    )


@pytest.mark.check(
    **TUNE,
    points=2,
    kind="value",
    en="Pairs of texts",
    zh="文本对",
)
def test_fine_tune_pairs(candidate, reference, rng):
    texts = list(zip(_texts(rng, 6), _texts(rng, 6), strict=True))
    case = (_model(rng, dropout=0.0), texts, _labels(rng, 6), {"epochs": 3, "learning_rate": 0.02}, texts[:3])
    _same(candidate.support.trained(*case), reference.support.trained(*case))


@pytest.mark.check(
    **TUNE,
    points=6,
    kind="property",
    en="Each text once an epoch, in a fresh order, with its own label; each number is the mean over the texts",
    zh="每轮每段文本恰好一次，次序每轮重新打乱，标签跟着文本走；每个数是对文本的平均",
)
def test_fine_tune_epochs(candidate, rng):
    facts = candidate.support.training_facts(
        _model(rng), _texts(rng, 14), _labels(rng, 14), 3, 4, rng.python.randrange(1 << 30)
    )
    expect.that(facts["numbers"] == 3, en="There should be one number for each epoch.", zh="每一轮应当有一个数。")
    expect.that(
        facts["texts"] == "each once an epoch",
        en="Not every text goes through the model exactly once an epoch. (With 14 texts in batches of 4, the last "
        "batch has 2.)",
        zh="并非每段文本每轮恰好通过模型一次。（14 段文本、每批 4 段，最后一批有 2 段。）",
    )
    expect.that(
        facts["order"] != "as given",
        en="The texts are taken in the order in which they were given, not in a random one.",
        zh="文本是按给定的次序取的，没有打乱。",
    )
    expect.that(
        facts["order"] == "fresh in every epoch",
        en="The texts come in the same order in every epoch.",
        zh="每一轮文本的次序都一样。",
    )
    expect.that(
        facts["loss"] == "mean over the texts",
        en="A returned number is not the mean over the texts of their losses. (The learning rate is 0 here, so "
        "that the loss of each text is known.)",
        zh="返回的数不是各段文本损失的平均。（这里学习率为 0，所以每段文本的损失是已知的。）",
    )


@pytest.mark.check(
    **TUNE,
    points=3,
    kind="property",
    en="Dropout is active, whichever mode the model comes in",
    zh="无论模型来时是哪种模式，训练中 dropout 都起作用",
)
def test_fine_tune_dropout(candidate, rng):
    active = candidate.support.dropout_in_training(_model(rng), _texts(rng, 5), _labels(rng, 5))
    expect.that(
        active["training"],
        en="Dropout is not active while the model is trained.",
        zh="训练时 dropout 没有起作用。",
    )
    expect.that(
        active["evaluation"],
        en="A model that comes in evaluation mode is trained in it, without dropout.",
        zh="模型来时是评估模式，就一直用评估模式训练，没有 dropout。",
    )


@pytest.mark.check(
    **TUNE,
    points=4,
    kind="property",
    en="The same seed gives the same training, whatever the global random state held",
    zh="种子相同，训练结果就相同，与全局随机状态无关",
)
def test_fine_tune_repeatable(candidate, rng):
    parameters = {"epochs": 2, "batch_size": 4, "seed": rng.python.randrange(1, 10_000)}
    agree = candidate.support.repeatability(_model(rng), _texts(rng, 10), _labels(rng, 10), parameters)
    expect.that(
        agree["without_dropout"],
        en="Two trainings with the same seed took the texts in different orders.",
        zh="种子相同的两次训练，文本的次序不同。",
    )
    expect.that(
        agree["with_dropout"],
        en="Two trainings with the same seed dropped out different values.",
        zh="种子相同的两次训练，dropout 丢掉的值不同。",
    )


@pytest.mark.check(
    **TUNE,
    points=2,
    kind="robust",
    en="The model is in the same mode afterwards, whichever that was",
    zh="无论模型原来处于哪种模式，训练之后都不变",
)
def test_fine_tune_mode(candidate, rng):
    after = candidate.support.mode_after_training(_model(rng), _texts(rng, 3), _labels(rng, 3))
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
    **TUNE,
    points=2,
    kind="robust",
    en="Texts longer than the model has positions are cut to fit",
    zh="文本比模型的位置数更长时，截到放得下",
)
def test_fine_tune_long(candidate, reference, rng):
    # Several models: what one last token changes in a mean loss may be small.
    cases = [
        (_model(rng, positions=20, width=32, layers=2), [*_texts(rng, 3), *_texts(rng, 2, 30, 40)], _labels(rng, 5))
        for _ in range(4)
    ]
    got = [candidate.support.long_texts_in_training(*case) for case in cases]
    want = [reference.support.long_texts_in_training(*case) for case in cases]
    for (count, losses), (right_count, right_losses) in zip(got, want, strict=True):
        expect.equal(count, right_count, hint=("Wrong number of tokens.", "词元个数不对。"))
        expect.close(list(losses), list(right_losses), atol=1e-3, rtol=1e-3)


@pytest.mark.check(
    **TUNE,
    points=2,
    kind="robust",
    en="ValueError where there are more texts than labels, or more labels than texts",
    zh="文本与标签个数不等时抛出 ValueError",
)
def test_fine_tune_unequal(candidate, rng):
    texts = _texts(rng, 4)
    for labels in ([0, 1, 2], [0, 1, 2, 0, 1]):
        expect.raises(
            ValueError, candidate.support.trained, _model(rng, dropout=0.0), texts, labels, {"epochs": 1}, texts
        )


@pytest.mark.check(
    **TUNE,
    points=2,
    kind="time",
    en="Training takes about as long as its batches do",
    zh="训练的用时与按批计算相当",
    needs=("fine_tune_values",),
)
def test_fine_tune_time(rng, timed):
    model = _model(rng, positions=128, width=32, layers=2)
    timed.compare(
        prepare=lambda side: side.support.desk(model),
        inputs=lambda: (_texts(rng, 48, 3, 8), _labels(rng, 48)),
        call=lambda side, desk, texts, labels: side.support.training_at(desk, texts, labels),
    )


@pytest.mark.check(
    **TUNE,
    points=1,
    kind="property",
    en="A pretrained model (MiniLM) learns from 140 rated sentences about films to rate 60 others",
    zh="预训练模型（MiniLM）用 140 句带评价的影评微调后，能判断另外 60 句",
    needs=("fine_tune_values", "fine_tune_epochs", "fine_tune_dropout", "fine_tune_repeatable", "fine_tune_long"),
    full=True,
    requires=("minilm",),
)
def test_fine_tune_real(candidate, rng):
    parameters = {"epochs": 3, "learning_rate": 1e-4}
    share = candidate.support.real_accuracy(rng.python.randrange(1 << 30), 140, parameters)
    expect.that(
        share >= 0.6,
        en=f"{share:.0%} of the other sentences are rated right; chance is 50 %.",
        zh=f"另外的句子判对了 {share:.0%}；瞎猜是 50%。",
    )
