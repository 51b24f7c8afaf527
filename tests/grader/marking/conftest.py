"""A small bank of questions, whole and right, for tests to answer and to break."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.marking import Bank, load_bank

TEXTS = """\
schema = 1
[questions.letter]
kind = "choice"
prompt = { en = "Which phase builds the cache?", zh = "哪个阶段建立缓存？" }
choices.A = { en = "Decode", zh = "解码" }
choices.B = { en = "Prefill", zh = "预填充" }
choices.C = { en = "Training", zh = "训练" }
[questions.time]
kind = "number"
prompt = { en = "14 GB at 2 TB/s?", zh = "14 GB，带宽 2 TB/s，要多久？" }
[questions.size]
kind = "number"
prompt = { en = "How large?", zh = "多大？" }
[questions.rate]
kind = "number"
prompt = { en = "How many per second?", zh = "每秒多少？" }
[questions.count]
kind = "number"
prompt = { en = "How many heads?", zh = "几个头？" }
[questions.why]
kind = "short"
prompt = { en = "Why is a decode step slow for one user?", zh = "单用户解码一步为什么慢？" }
"""

KEYS = """\
schema = 1
[questions.letter]
key = "B"
wrong = { A = "phases", C = "trains" }
reference = { en = "Prefill.", zh = "预填充。" }
[questions.time]
key = "7 ms"
wrong = [{ answer = "7 s", misconception = "ms_for_s" }, { answer = "7 us", misconception = "ms_for_s" }]
reference = { en = "7 ms", zh = "7 ms" }
[questions.size]
key = "512 KiB"
wrong = [
    { answer = "512 KB", misconception = "kib_for_kb" },
    { answer = "64 KiB", misconception = "bits" },
    { answer = "256 KiB", misconception = "half" },
]
reference = { en = "512 KiB", zh = "512 KiB" }
[questions.rate]
key = "143 tok/s"
tolerance = 0.02
reference = { en = "143", zh = "143" }
[questions.count]
key = "32"
reference = { en = "32", zh = "32" }
[questions.why]
enough = 2
reference = { en = "All weights are read; little is computed.", zh = "权重全部要读，计算却很少。" }
remarks = ["bandwidth|带宽 + limit|瓶颈"]
[[questions.why.points]]
id = "read"
title = { en = "Weights are read", zh = "要读权重" }
said = ["weight|权重 & read|读 & every|each|all|每|全部"]
[[questions.why.points]]
id = "idle"
title = { en = "Units idle", zh = "算力空闲" }
said = ["unit|core|算力|计算单元 & idle|wait|空闲|等"]
[[questions.why.points]]
id = "frozen"
title = { en = "Weights do not change", zh = "权重不变" }
said = ["weight|权重 & not|never|不|没有 & chang|updat|改|更新"]
[[questions.why.faults]]
misconception = "trains"
said = ["weight|权重 + updat|learn|更新|学习 & step|token|步"]

[misconceptions.phases]
title = { en = "Phases exchanged", zh = "阶段弄反" }
explanation = { en = "Prefill builds it.", zh = "由预填充建立。" }
[misconceptions.trains]
title = { en = "Trains", zh = "训练" }
explanation = { en = "Inference does not train.", zh = "推理不训练。" }
[misconceptions.ms_for_s]
title = { en = "ms and s", zh = "毫秒与秒" }
explanation = { en = "A factor of 1000.", zh = "差 1000 倍。" }
[misconceptions.kib_for_kb]
title = { en = "KiB and KB", zh = "KiB 与 KB" }
explanation = { en = "1024 and 1000.", zh = "1024 与 1000。" }
[misconceptions.bits]
title = { en = "Bits", zh = "比特" }
explanation = { en = "A factor of 8.", zh = "差 8 倍。" }
[misconceptions.half]
title = { en = "Half", zh = "一半" }
explanation = { en = "K and V.", zh = "K 和 V。" }
"""


@pytest.fixture
def bank_files(tmp_path: Path) -> tuple[Path, Path]:
    """Texts and keys, in two files."""
    files = tmp_path / "questions.toml", tmp_path / "answers.toml"
    for file, text in zip(files, (TEXTS, KEYS), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


@pytest.fixture
def bank(bank_files: tuple[Path, Path]) -> Bank:
    return load_bank(*bank_files)
