"""A text classifier with BERT: from text to probabilities, and from labels to weights.

Write the five names below. Keep them, their arguments and the shapes; everything else is yours. What you have not begun
may go on raising NotImplementedError: it then counts as not attempted, not as wrong.

The model is a BertForSequenceClassification of the transformers library and comes with its own tokenizer. Both are
handed to you: there is nothing to load and nothing to download.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor
from transformers import BertForSequenceClassification, BertTokenizer

Texts = Sequence[str] | Sequence[tuple[str, str]]  # texts, or pairs of texts


def encode(tokenizer: BertTokenizer, texts: Texts, *, max_length: int = 128) -> Mapping[str, Tensor]:
    """Turn texts, or pairs of texts, into a batch that BERT can read.

    Args:
        tokenizer: the model's own; it pads on the right.
        texts: at least one; either all are strings or all are pairs of strings.
        max_length: longer ones are cut to so many tokens, special tokens included; of a pair the longer text first.

    Returns:
        `input_ids`, `attention_mask` and `token_type_ids`, each (N, L), L being the longest of these texts. A dict, or
        what the tokenizer returns. Special tokens are in place: [CLS] text [SEP], or [CLS] first [SEP] second [SEP].
    """
    raise NotImplementedError


def predict_proba(
    model: BertForSequenceClassification, tokenizer: BertTokenizer, texts: Texts, *, batch_size: int = 32
) -> Tensor:
    """The probability of each class for each text.

    Args:
        model: in whatever mode; its mode is the same afterwards.
        texts: as for encode, but there may be none. Cut to 128 tokens, or to as many positions as the model has.
        batch_size: so many texts go through the model at a time.

    Returns:
        (N, C), rows in the order of the texts, each summing to 1; without dropout and without a graph for gradients.
        What else is in its batch makes no difference to a text. Without texts: (0, C).
    """
    raise NotImplementedError


def predict(
    model: BertForSequenceClassification, tokenizer: BertTokenizer, texts: Texts, *, batch_size: int = 32
) -> list[int]:
    """The number of the most probable class of each text, as plain ints."""
    raise NotImplementedError


def evaluate(
    model: BertForSequenceClassification, tokenizer: BertTokenizer, texts: Texts, labels: Sequence[int]
) -> dict[str, float]:
    """How well the model's classes agree with the labels.

    Returns:
        `accuracy`; and `precision`, `recall`, `f1`: each worked out class by class and then averaged (macro) over the
        classes that occur in the labels or among the predictions. 0/0 counts as 0.
    """
    raise NotImplementedError


def fine_tune(
    model: BertForSequenceClassification,
    tokenizer: BertTokenizer,
    texts: Texts,
    labels: Sequence[int],
    *,
    epochs: int = 3,
    learning_rate: float = 5e-4,
    batch_size: int = 16,
    seed: int = 0,
) -> list[float]:
    """Train all parameters of the model, in place.

    AdamW with torch's default betas and eps, no weight decay, a constant learning rate, no clipping; cross entropy,
    averaged over the batch. Every epoch takes the texts in a fresh random order; the last batch may be short and is
    kept. Dropout is active. Texts are cut as predict_proba cuts them.

    Args:
        labels: class numbers, one for each text.
        seed: from equal weights the same seed gives the same result, whatever the global random state was before.

    Returns:
        For each epoch the mean over its texts of the loss, each taken before its batch changes the weights. The
        model's mode is the same afterwards.

    Raises:
        ValueError: there are not as many labels as texts.
    """
    raise NotImplementedError
