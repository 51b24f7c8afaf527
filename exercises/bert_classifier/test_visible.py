"""Small cases that can be followed by hand. Run them with `pytest test_visible.py` beside your bert_classifier.py."""

from __future__ import annotations

import math

import bert_classifier
import support
import torch


def _tokenizer():
    """good is 5, bad is 6, film is 7, not is 8, and badly falls into bad (6) and ##ly (9)."""
    return support.small_tokenizer(bert_classifier)


def _model(bias):
    """A model whose weights are as good as zero: whatever it reads, its logits are the bias of its head."""
    return support.small_model(bert_classifier, bias)


def test_two_texts_in_a_batch():
    """[CLS] is 2, [SEP] is 3, [PAD] is 0; the shorter text is padded on the right and the mask says so."""
    batch = bert_classifier.encode(_tokenizer(), ["not badly good", "film"])
    assert batch["input_ids"].tolist() == [[2, 8, 6, 9, 5, 3], [2, 7, 3, 0, 0, 0]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]


def test_shares_of_three_classes():
    """Logits 0, ln 2 and ln 5: exp gives 1, 2 and 5, so the shares are 1/8, 2/8 and 5/8, for every text."""
    model = _model([0.0, math.log(2.0), math.log(5.0)])
    got = bert_classifier.predict_proba(model, _tokenizer(), ["good film", "bad"])
    assert tuple(got.shape) == (2, 3), f"shape {tuple(got.shape)}, should be (2, 3)"
    assert torch.allclose(got, torch.tensor([[0.125, 0.25, 0.625]] * 2), atol=1e-5), f"{got.tolist()}"


def test_class_of_each_text():
    """Class 1 has the largest logit."""
    got = bert_classifier.predict(_model([0.0, 2.0, -1.0, 0.5]), _tokenizer(), ["good", "bad film", "not good"])
    assert got == [1, 1, 1], f"{got}, should be [1, 1, 1]"


def test_always_the_same_answer():
    """The model always says 1. Two labels of four are 1; so of class 1 half is precise, all is recalled, F1 is 2/3.

    Classes 0 and 2 are never predicted: all their measures are 0. The mean is over three classes.
    """
    got = bert_classifier.evaluate(_model([0.0, 3.0, 0.0]), _tokenizer(), ["good", "bad", "film", "not"], [1, 0, 1, 2])
    want = {"accuracy": 1 / 2, "precision": 1 / 6, "recall": 1 / 3, "f1": 2 / 9}
    for name, value in want.items():
        assert math.isclose(got[name], value, abs_tol=1e-5), f"{name}: {got[name]}, should be {value}"


def test_first_step_of_adam():
    """All labels are 0. A model that knows nothing gives 1/3 to each class: the loss is ln 3.

    The first step of Adam is as long as the learning rate, so the bias becomes (1/2, -1/2, -1/2). All other weights
    have no gradient yet. The loss is then ln(e^(1/2) + 2 e^(-1/2)) - 1/2 = ln(1 + 2/e).
    """
    model = _model([0.0, 0.0, 0.0])
    got = bert_classifier.fine_tune(model, _tokenizer(), ["good", "bad film"], [0, 0], epochs=2, learning_rate=0.5)
    want = [math.log(3.0), math.log(1.0 + 2.0 / math.e)]
    assert len(got) == 2, f"{len(got)} numbers, should be 2: one for each epoch"
    assert all(math.isclose(a, b, abs_tol=1e-3) for a, b in zip(got, want, strict=True)), f"{got}, should be {want}"
