"""Hidden checks of `evaluate`: labels are chosen by what the reference predicts, so that every case of 0/0 occurs."""

from __future__ import annotations

import re

import pytest

from grader.exam import expect

EVALUATE = {"part": "evaluate", "function": "evaluate"}

WORDS = re.findall(
    r"\w+",
    "the a film plot actor scene story music was not very too so good bad great dull slow clever funny zest qua",
)


def _texts(rng, count):
    return [" ".join(rng.python.choices(WORDS, k=rng.python.randint(1, 9))) for _ in range(count)]


def _case(rng, reference, classes, count, never=None):
    """A model that predicts no class for nearly all texts, and one of them for none; texts, and its classes."""
    while True:
        model = {"weights": rng.python.randrange(1 << 30), "classes": classes}
        texts = _texts(rng, count)
        found = reference.support.classes_of(model, texts)
        if max(map(found.count, found)) <= 0.7 * count and never not in found:
            return model, texts, found


@pytest.mark.check(
    **EVALUATE,
    points=5,
    kind="value",
    en="Accuracy, precision, recall and F1 equal the reference",
    zh="准确率、精确率、召回率和 F1 与参考一致",
)
def test_evaluate_values(candidate, reference, rng):
    cases = []
    # First 32 texts, one full batch: whatever loses the last, short one goes wrong with the second case only.
    for classes, count, never in ((3, 32, 2), (4, 37, 3), (2, 9, None)):
        model, texts, found = _case(rng, reference, classes, count, never)
        # Right more often than not, and wrong unevenly.
        labels = [label if rng.python.random() < 0.6 else rng.python.randrange(classes) for label in found]
        if never is not None:
            labels[0] = never
        cases.append((model, texts, labels))
    got = [candidate.support.measures(*case) for case in cases]
    expect.equal(got, [reference.support.measures(*case) for case in cases])


@pytest.mark.check(
    **EVALUATE,
    points=4,
    kind="robust",
    en="Classes that occur only in the labels, only among the predictions, or not at all",
    zh="有的类别只出现在标签里，有的只出现在预测里，有的都不出现",
)
def test_evaluate_absent(candidate, reference, rng):
    never = rng.python.randrange(6)
    model, texts, found = _case(rng, reference, 6, 30, never)
    one = max(sorted(set(found)), key=found.count)
    half = [at for at, label in enumerate(found) if label == one][::2]
    # First fewer texts than classes: too many predictions are then told from too few.
    cases = [
        (model, texts[:3], [never] * 3),
        (model, texts, [never if at in half else label for at, label in enumerate(found)]),
        (model, texts, [one] * len(texts)),
    ]
    got = [candidate.support.measures(*case) for case in cases]
    expect.equal(got, [reference.support.measures(*case) for case in cases])


@pytest.mark.check(
    **EVALUATE,
    points=3,
    kind="property",
    en="All right is 1 in everything, all wrong is 0, also over several batches",
    zh="全对时四项都是 1，全错时都是 0；分成几批也一样",
)
def test_evaluate_extremes(candidate, reference, rng):
    # Class 1 is among neither predictions nor right labels: whoever averages over it, or looks at it alone, is off.
    model, texts, found = _case(rng, reference, 3, 37, never=1)
    names = ("accuracy", "precision", "recall", "f1")
    right = candidate.support.measures(model, texts, found)
    wrong = candidate.support.measures(model, texts, [(label + 1) % 3 for label in found])
    for measures, value, en, zh in (
        (right, 1.0, "every label is what the model says", "所有标签都与预测相同"),
        (wrong, 0.0, "no label is what the model says", "没有一个标签与预测相同"),
    ):
        expect.that(
            isinstance(measures, dict) and set(names) <= set(measures),
            en="The result should have accuracy, precision, recall and f1.",
            zh="结果里应当有 accuracy、precision、recall 和 f1。",
        )
        for name in names:
            expect.that(
                abs(float(measures[name]) - value) < 1e-5,
                en=f"{name} should be {value:g} where {en}.",
                zh=f"{zh}时，{name} 应当是 {value:g}。",
            )
