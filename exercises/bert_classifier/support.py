"""What the checks run beside your code: small random models, and trainings looked at as plain facts.

Every function gets your module as `submission`. You need not read this file to solve the exercise; it is here so that
you can see what is looked at. The models are random but wide (weights of standard deviation 0.3): in a freshly made
BERT (0.02) a forgotten attention mask changes the fourth decimal, here it changes the answer. They are handed over in
training mode and with dropout, since a model that comes in evaluation mode would hide that nobody asked for it.
"""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

# Filled by the grader where the checks of --full run; models.py says with what.
MODELS: dict[str, Any] = {}

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WORDS = re.findall(
    r"\w+",
    "the a film plot actor scene story music ending joke is was not never very too so and but of in with this that "
    "good bad great dull slow clever funny sad long short old new best worst watch laugh cry sleep love hate "
    "好 坏 看 电 影",
)
_PIECES = [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,!?'"
_VOCABULARY = {token: number for number, token in enumerate((*_SPECIAL, *_WORDS, *_PIECES, *_LETTERS))}

# ---- models and tokenizers ------------------------------------------------------------------------------------------


def _tokenizer() -> BertTokenizer:
    """WordPiece over a small vocabulary: a word that is not in it falls into its letters."""
    return BertTokenizer(vocab=dict(_VOCABULARY))


def _model(
    weights: int,
    *,
    classes: int = 3,
    positions: int = 64,
    dropout: float = 0.5,
    training: bool = True,
    double: bool = False,
    width: int = 32,
    layers: int = 2,
) -> BertForSequenceClassification:
    """A random model; the same weights for the same number."""
    config = BertConfig(
        vocab_size=len(_VOCABULARY),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=2 * width,
        max_position_embeddings=positions,
        num_labels=classes,
        initializer_range=0.3,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
    )
    state = torch.get_rng_state()
    torch.default_generator.manual_seed(weights)
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:  # biases are made as zeros, and would hide that they are forgotten
                parameter.add_(0.3 * torch.randn_like(parameter))
    torch.set_rng_state(state)
    return (model.double() if double else model).train(training)


_FEW_WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "not", "##ly")


def small_tokenizer(_: ModuleType) -> BertTokenizer:
    """For the visible tests: good is 5, bad is 6, film is 7, not is 8, and badly falls into bad (6) and ##ly (9)."""
    return BertTokenizer(vocab={token: number for number, token in enumerate(_FEW_WORDS)})


def small_model(_: ModuleType, bias: list[float]) -> BertForSequenceClassification:
    """For the visible tests: weights as good as zero, so that the logits are the bias of the head, whatever is read."""
    config = BertConfig(
        vocab_size=len(_FEW_WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=16,
        num_labels=len(bias),
        initializer_range=1e-9,
    )
    model = BertForSequenceClassification(config)
    head = {"classifier.weight": torch.zeros(len(bias), 8), "classifier.bias": torch.tensor(bias)}
    model.load_state_dict(head, strict=False)
    return model


# ---- encode ---------------------------------------------------------------------------------------------------------


def encoded(submission: ModuleType, texts: list[Any], max_length: int | None = None) -> Any:
    """What encode makes of texts, by name; without max_length where none is given."""
    lengths = {} if max_length is None else {"max_length": max_length}
    batch = submission.encode(_tokenizer(), texts, **lengths)
    if not isinstance(batch, Mapping):
        return batch
    return {name: batch[name] for name in ("input_ids", "attention_mask", "token_type_ids") if name in batch}


# ---- predict --------------------------------------------------------------------------------------------------------


def probabilities(
    submission: ModuleType, model: dict[str, Any], texts: list[Any], batch_size: int | None = None
) -> Any:
    """What predict_proba gives for a model of these settings; without batch_size where none is given."""
    sizes = {} if batch_size is None else {"batch_size": batch_size}
    return submission.predict_proba(_model(**model), _tokenizer(), texts, **sizes)


def alone_and_together(submission: ModuleType, model: dict[str, Any], texts: list[Any], batch_size: int) -> list[Any]:
    """What predict_proba gives for the texts together, and for each of them alone."""
    held, tokenizer = _model(**model), _tokenizer()
    together = submission.predict_proba(held, tokenizer, texts, batch_size=batch_size)
    return [together, *(submission.predict_proba(held, tokenizer, [text]) for text in texts)]


def dropout_and_graph(submission: ModuleType, model: dict[str, Any], texts: list[Any]) -> dict[str, bool]:
    """Whether predict_proba answers the same twice, and whether its answer hangs on a graph for gradients."""
    held, tokenizer = _model(**model), _tokenizer()
    first, second = (submission.predict_proba(held, tokenizer, texts) for _ in range(2))
    return {
        "same_twice": bool(torch.equal(torch.as_tensor(first).detach(), torch.as_tensor(second).detach())),
        "graph": bool(isinstance(first, Tensor) and first.requires_grad),
    }


def mode_after_predicting(submission: ModuleType, model: dict[str, Any], texts: list[Any]) -> dict[str, bool]:
    """model.training after predict_proba, by what it was before."""
    after = {}
    for name, training in (("training", True), ("evaluation", False)):
        held = _model(**model, training=training)
        submission.predict_proba(held, _tokenizer(), texts)
        after[name] = bool(held.training)
    return after


def classes_of(submission: ModuleType, model: dict[str, Any], texts: list[Any], batch_size: int | None = None) -> Any:
    """What predict gives."""
    sizes = {} if batch_size is None else {"batch_size": batch_size}
    return submission.predict(_model(**model), _tokenizer(), texts, **sizes)


def plain_classes(submission: ModuleType, model: dict[str, Any], texts: list[Any]) -> bool:
    """Whether predict gives a list of nothing but plain ints."""
    found = submission.predict(_model(**model), _tokenizer(), texts)
    return isinstance(found, list) and all(type(each) is int for each in found)


class Desk:
    """A model and a tokenizer that are made before the clock starts."""

    def __init__(self, model: dict[str, Any]) -> None:
        self.model = _model(**model)
        self.tokenizer = _tokenizer()


def desk(_: ModuleType, model: dict[str, Any]) -> Desk:
    """A model and a tokenizer, to be kept."""
    return Desk(model)


def probabilities_at(submission: ModuleType, held: Desk, texts: list[str]) -> Any:
    """predict_proba with what was made before."""
    return submission.predict_proba(held.model, held.tokenizer, texts)


# ---- evaluate -------------------------------------------------------------------------------------------------------


def measures(submission: ModuleType, model: dict[str, Any], texts: list[Any], labels: list[int]) -> Any:
    """What evaluate gives; numbers are compared as float32."""
    found = submission.evaluate(_model(**model), _tokenizer(), texts, labels)
    return {name: _number(value) for name, value in found.items()} if isinstance(found, Mapping) else found


def _number(value: Any) -> Any:
    if isinstance(value, Tensor) and value.dim() == 0 and value.is_floating_point():
        return np.float32(value.item())
    if isinstance(value, float | np.floating) or (isinstance(value, int) and not isinstance(value, bool)):
        return np.float32(value)
    return value


# ---- fine_tune ------------------------------------------------------------------------------------------------------


def trained(
    submission: ModuleType,
    model: dict[str, Any],
    texts: list[Any],
    labels: list[int],
    parameters: dict[str, Any],
    others: list[Any],
) -> dict[str, Any]:
    """The losses of a training, and the probabilities of other texts after it; computed in float64."""
    held, tokenizer = _model(**model, double=True), _tokenizer()
    losses = submission.fine_tune(held, tokenizer, texts, labels, **parameters)
    return {"losses": _plain(losses), "after": _forward(held, tokenizer, others).softmax(dim=-1)}


def _plain(losses: Any) -> Any:
    """A list of numbers, tensors and numpy's own among them, as floats."""
    if not isinstance(losses, list | tuple):
        return losses
    return [
        float(each) if isinstance(each, float | np.floating) or (isinstance(each, Tensor) and each.dim() == 0) else each
        for each in losses
    ]


def _forward(model: BertForSequenceClassification, tokenizer: BertTokenizer, texts: list[Any]) -> Tensor:
    """Logits, without dropout and without your code."""
    columns = [texts] if isinstance(texts[0], str) else [list(column) for column in zip(*texts, strict=True)]
    longest = min(128, model.config.max_position_embeddings)
    batch = tokenizer(*columns, padding=True, truncation=True, max_length=longest, return_tensors="pt")
    mode_before = model.training
    with torch.no_grad():
        logits = model.eval()(**batch).logits
    model.train(mode_before)
    return logits


def mode_after_training(
    submission: ModuleType, model: dict[str, Any], texts: list[Any], labels: list[int]
) -> dict[str, bool]:
    """model.training after fine_tune, by what it was before."""
    after = {}
    for name, training in (("training", True), ("evaluation", False)):
        held = _model(**model, training=training)
        submission.fine_tune(held, _tokenizer(), texts, labels, epochs=1)
        after[name] = bool(held.training)
    return after


def dropout_in_training(
    submission: ModuleType, model: dict[str, Any], texts: list[Any], labels: list[int]
) -> dict[str, bool]:
    """Whether dropout is at work, by the mode that the model was handed over in.

    The learning rate is 0 and all texts are one batch: only dropout can make the losses of two epochs differ.
    """
    active = {}
    for name, training in (("training", True), ("evaluation", False)):
        held = _model(**model, training=training, double=True)
        losses = _plain(
            submission.fine_tune(held, _tokenizer(), texts, labels, epochs=2, learning_rate=0.0, batch_size=len(texts))
        )
        active[name] = bool(abs(losses[0] - losses[1]) > 1e-7)
    return active


def repeatability(
    submission: ModuleType, model: dict[str, Any], texts: list[Any], labels: list[int], parameters: dict[str, Any]
) -> dict[str, bool]:
    """Whether two trainings from equal weights with one seed agree, whatever the global random state held before.

    By the dropout of the model: without any, only the order of the texts is left to chance.
    """
    agree = {}
    for name, dropout in (("with_dropout", 0.5), ("without_dropout", 0.0)):
        found = []
        for state in (11, 12):
            held, tokenizer = _model(**model, dropout=dropout), _tokenizer()
            _random_state(state)
            losses = submission.fine_tune(held, tokenizer, texts, labels, **parameters)
            found.append((_plain(losses), _forward(held, tokenizer, texts)))
        (first, one), (second, other) = found
        agree[name] = bool(np.allclose(first, second, atol=1e-6) and torch.allclose(one, other, atol=1e-4))
    return agree


def _random_state(number: int) -> None:
    random.seed(number)
    np.random.seed(number)
    torch.default_generator.manual_seed(number)


def training_facts(
    submission: ModuleType,
    model: dict[str, Any],
    texts: list[str],
    labels: list[int],
    epochs: int,
    batch_size: int,
    random_state: int,
) -> dict[str, Any]:
    """What went through the model in a training, and what the returned losses are.

    The learning rate is 0 and there is no dropout: the loss of each text is known beforehand and stays what it is, and
    what was returned must be some mean of those losses. Nothing depends on the order that was drawn.
    """
    held, tokenizer = _model(**model, dropout=0.0, double=True), _tokenizer()
    loss_of = F.cross_entropy(
        _forward(held, tokenizer, texts).repeat_interleave(held.config.num_labels, dim=0),
        torch.arange(held.config.num_labels).repeat(len(texts)),
        reduction="none",
    ).reshape(len(texts), -1)
    _random_state(random_state)
    with _Watch(held, tokenizer, texts) as watch:
        losses = _plain(
            submission.fine_tune(
                held, tokenizer, texts, labels, epochs=epochs, learning_rate=0.0, batch_size=batch_size
            )
        )
    seen = [at for batch in watch.batches for at in batch]
    per_epoch = [seen[start : start + len(texts)] for start in range(0, len(seen), len(texts))]
    counts = Counter(seen)
    return {
        "numbers": len(losses) if isinstance(losses, list) else -1,
        "texts": _how_often([counts[at] for at in range(len(texts))], epochs),
        "order": _order(per_epoch, len(texts)),
        "loss": _meaning(losses, watch.batches, loss_of, labels, epochs),
    }


class _Watch:
    """While it lasts, writes down which texts go through the model with gradients on, batch by batch."""

    def __init__(self, model: BertForSequenceClassification, tokenizer: BertTokenizer, texts: list[str]) -> None:
        self.batches: list[list[int]] = []
        self._embeddings = model.bert.embeddings.word_embeddings
        self._known = {tuple(ids): at for at, ids in enumerate(tokenizer(texts)["input_ids"])}
        self._hook: Any = None

    def __enter__(self) -> Self:
        self._hook = self._embeddings.register_forward_pre_hook(self._see)
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()

    def _see(self, _: Any, arguments: tuple[Any, ...]) -> None:
        if torch.is_grad_enabled():
            rows = [tuple(token for token in row if token != 0) for row in arguments[0].tolist()]
            self.batches.append([self._known.get(row, -1) for row in rows])


def _how_often(counts: list[int], epochs: int) -> str:
    if all(count == epochs for count in counts):
        return "each once an epoch"
    return "some left out" if min(counts) < epochs else "some too often"


def _order(per_epoch: list[list[int]], count: int) -> str:
    if all(each == list(range(count)) for each in per_epoch):
        return "as given"
    return "the same in every epoch" if all(each == per_epoch[0] for each in per_epoch) else "fresh in every epoch"


def _meaning(losses: Any, batches: list[list[int]], loss_of: Tensor, labels: list[int], epochs: int) -> str:
    """Which mean of the texts' own losses the returned numbers are."""
    if not isinstance(losses, list) or not losses or not all(isinstance(each, float) for each in losses):
        return "no list of numbers"
    if len(batches) % epochs or any(at < 0 for batch in batches for at in batch):
        return "other"
    size = len(batches) // epochs
    wanted = np.array(losses)
    for name, mean in _MEANS.items():
        expected = []
        for start in range(0, len(batches), size):
            place = 0
            epoch = []
            for batch in batches[start : start + size]:
                # Where texts are shuffled and labels are not, a text gets the label that stands at its new place.
                found = (
                    labels[place : place + len(batch)] if name == "labels out of step" else [labels[a] for a in batch]
                )
                epoch.append(loss_of[batch, found].numpy())
                place += len(batch)
            expected.append(mean(epoch))
        if len(expected) == len(wanted) and np.allclose(expected, wanted, atol=1e-6):
            return name
    return "other"


_MEANS: dict[str, Callable[[list[np.ndarray]], float]] = {
    "mean over the texts": lambda batches: float(np.concatenate(batches).mean()),
    "mean over the batches": lambda batches: float(np.mean([batch.mean() for batch in batches])),
    "last batch": lambda batches: float(batches[-1].mean()),
    "sum over the batches": lambda batches: float(np.sum([batch.mean() for batch in batches])),
    "sum over the texts": lambda batches: float(np.concatenate(batches).sum()),
    "labels out of step": lambda batches: float(np.concatenate(batches).mean()),
}


def long_texts_in_training(
    submission: ModuleType, model: dict[str, Any], texts: list[str], labels: list[int]
) -> tuple[int, list[Any]]:
    """How many tokens of a text reach the model at most, and the losses: texts are longer than it has positions."""
    held, tokenizer = _model(**model, dropout=0.0, double=True), _tokenizer()
    widths: list[int] = []
    hook = held.bert.embeddings.word_embeddings.register_forward_pre_hook(
        lambda _, arguments: widths.append(int((arguments[0] != 0).sum(dim=1).max()))
    )
    losses = submission.fine_tune(held, tokenizer, texts, labels, epochs=2, batch_size=len(texts))
    hook.remove()
    return max(widths, default=0), _plain(losses)


def training_at(submission: ModuleType, held: Desk, texts: list[str], labels: list[int]) -> int:
    """One epoch on a copy of a model that was made before, for its time: the number of losses."""
    return len(submission.fine_tune(copy.deepcopy(held.model), held.tokenizer, texts, labels, epochs=1))


# ---- a real model, with --full --------------------------------------------------------------------------------------


def _minilm(seed: int) -> tuple[BertForSequenceClassification, BertTokenizer, list[str], list[int]]:
    """A copy of the pretrained model with a new head, its tokenizer, and the rated sentences, bad and good in turn."""
    held = MODELS["minilm"]
    model = copy.deepcopy(held["model"])
    state = torch.get_rng_state()
    torch.default_generator.manual_seed(seed)
    model.classifier.weight.data.normal_(std=0.02)
    torch.set_rng_state(state)
    dice = random.Random(seed)
    sides = [[at for at, label in enumerate(held["labels"]) if label == side] for side in (0, 1)]
    order = [at for pair in zip(*(dice.sample(side, len(side)) for side in sides), strict=True) for at in pair]
    return model, held["tokenizer"], [held["texts"][at] for at in order], [held["labels"][at] for at in order]


def real_probabilities(submission: ModuleType, seed: int, count: int) -> Any:
    """predict_proba of the pretrained model, its head random and wide, on rated sentences."""
    model, tokenizer, texts, _ = _minilm(seed)
    model.classifier.weight.data.mul_(20.0)
    return submission.predict_proba(model.train(), tokenizer, texts[:count], batch_size=8)


def real_accuracy(submission: ModuleType, seed: int, used: int, parameters: dict[str, Any]) -> float:
    """Fine-tune the pretrained model on some rated sentences: the share of the others that it then gets right."""
    model, tokenizer, texts, labels = _minilm(seed)
    submission.fine_tune(model, tokenizer, texts[:used], labels[:used], **parameters)
    hits = 0
    for start in range(used, len(texts), 20):
        found = _forward(model, tokenizer, texts[start : start + 20]).argmax(dim=-1)
        hits += int((found == torch.tensor(labels[start : start + 20])).sum())
    return hits / (len(texts) - used)
