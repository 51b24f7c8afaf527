"""Grade the code of the articles that the exercises grew from, and write `docs/articles.md`.

The page says what the grader says; nothing on it is written by hand but the frame.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from grader import config
from grader.audit.files import short
from grader.catalog.load import load
from grader.exam.answers import handed_in
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Report, Submission, Text

PAGE = Path(__file__).resolve().parent.parent / "docs" / "articles.md"
SEED = 20_240_229


class Block(msgspec.Struct, frozen=True):
    """One block of an article that attempts one of the tasks."""

    slug: str
    mistake: str  # the submission that holds it, in our own words
    what: Text
    beyond: Text = Text("", "")  # what no call can show


BLOCKS = (
    Block(
        "self_attention",
        "article_one_sequence",
        Text(
            "A `SelfAttention` layer in PyTorch, with a model of two such layers around it.",
            "用 PyTorch 写的 `SelfAttention` 层，外面是由两层组成的模型。",
        ),
        Text(
            "The printed training loop around it cannot run at all: neither data set is defined, the loss gets class "
            "scores of the wrong shape, and accuracy is counted per token over a number of sequences.",
            "文中围绕它的训练循环根本运行不了：两个数据集都没有定义，损失函数收到的形状不对，准确率则是用词元的命中数除以序列数。",
        ),
    ),
    Block(
        "self_attention",
        "article_skeleton",
        Text(
            "A skeleton of a language model whose functions hold comments and `pass`.",
            "一个语言模型的骨架，函数里只有注释和 `pass`。",
        ),
        Text(
            "As printed it does not even import: its main function has comments only, which is an IndentationError.",
            "照文中原样连导入都不行：主函数里只有注释，会抛出 IndentationError。",
        ),
    ),
    Block(
        "word2vec",
        "article_one_sentence",
        Text(
            "Word2Vec trained on one sentence and asked for the vector of that sentence.",
            "用一句话训练 Word2Vec，再去取这句话的向量。",
        ),
    ),
    Block(
        "bert_classifier",
        "article_made_up_label",
        Text(
            "A text classifier on a pretrained BERT whose head was never trained.",
            "基于预训练 BERT 的文本分类，但分类头从未训练过。",
        ),
        Text(
            "As printed it also lacks `import torch` and loads the model anew for every text; long texts are not cut, "
            "which shows only where texts of equal length hide the missing padding.",
            "照文中原样还缺少 `import torch`，并且每条文本都重新加载一次模型；长文本也没有截断，"
            "但只有当文本一样长、没有填充（padding）也不报错时才看得出来。",
        ),
    ),
    Block(
        "cycle_analogy",
        "timestamp_article_formula",
        Text("A formula for the Unix timestamp of a civil date.", "由日期计算 Unix 时间戳的公式。"),
    ),
    Block(
        "cycle_analogy",
        "timestamp_article_number",
        Text(
            "The number printed beside that formula, which the formula does not give.",
            "公式旁边印出的数值，但公式算不出这个数。",
        ),
    ),
    Block(
        "cycle_analogy",
        "analogy_article",
        Text(
            "A table that matches the stages of a CPU's cycle with those of inference.",
            "把 CPU 时钟周期的各个阶段与推理的各个阶段一一对应的表。",
        ),
    ),
)

_HEAD = """# The articles' own code, graded / 文章里的代码，评分结果

Written by `python tools/articles.py`. The exercises grew from introductory articles on LLM inference. Every block of
theirs that attempts one of the five tasks is a submission here, in our own words and behind the names of the contract;
below it stands what the grader makes of it, in both languages, word for word.

本页由 `python tools/articles.py` 生成。这些练习源自几篇介绍大模型推理的文章。
文中凡是尝试过五道题之一的代码，这里都改写成了一份提交，接口换成题目约定的名称；
下面是评分器对它的诊断，中英文逐字照录。

Not among them, since they attempt none of the five tasks: a text-generation pipeline on GPT-2 (it needs a download,
and its length limit counts the prompt), a script that trains an encoder twice over and calls it encoder and decoder,
and skeletons of question answering, translation and summaries that print results they cannot have.
"""


def main() -> int:
    """1 where something of an article is accepted."""
    parts = [_HEAD]
    suspicious = 0
    for block in BLOCKS:
        report = _graded(block)
        suspicious += not report.diagnoses
        parts.append(_section(block, report))
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(PAGE, file=sys.stderr)
    return 1 if suspicious else 0


def _graded(block: Block) -> Report:
    exercise = load(block.slug)
    mistake = next(each for each in exercise.mistakes if each.id == block.mistake)
    source, answers = handed_in(exercise, mistake.path)
    with Examiner(options=GradeOptions(seed=SEED, timing=False)) as examiner:
        (report,) = examiner.grade(
            [Submission(exercise=block.slug, name=block.mistake, source=source, answers=answers)]
        )
    return report


def _section(block: Block, report: Report) -> str:
    path = config.solutions_dir() / block.slug / "mistakes" / f"{block.mistake}.py"
    lines = [
        f"## {block.slug}: {block.mistake}",
        "",
        f"{block.what.en}",
        "",
        f"{block.what.zh}",
        "",
        f"`{short(path)}`, {report.score:g} of {report.max_score:g} points.",
        "",
    ]
    own = _own_code(path)
    if own:
        lines += ["```python", own, "```", ""]
    for diagnosis in report.diagnoses:
        named = ", ".join(f"`{each}`" for each in diagnosis.mistakes) or "-"
        lines += [
            f"- **{diagnosis.function}**: {diagnosis.title.en} · {diagnosis.title.zh} ({named})",
            *(f"  > {line}" for line in diagnosis.explanation.en.splitlines()),
            "  >",
            *(f"  > {line}" for line in diagnosis.explanation.zh.splitlines()),
            "",
        ]
    if block.beyond.en:
        lines += [block.beyond.en, "", block.beyond.zh, ""]
    return "\n".join(lines)


def _own_code(path: Path) -> str:
    """The file below its header; nothing where it is the reference with one mistake, which shows little."""
    text = path.read_text(encoding="utf-8")
    body = text.split("# ///\n", 1)[1] if "# ///\n" in text else text
    return "" if "The reference with one mistake" in body else body.strip()


if __name__ == "__main__":
    raise SystemExit(main())
