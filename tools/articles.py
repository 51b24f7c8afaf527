"""Grade the code of the articles that the exercises grew from; write `docs/articles.md` and its Chinese twin.

The pages say what the grader says, each in its language; nothing on them is written by hand but the frame.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader import config
from grader.audit.files import short
from grader.catalog.load import load
from grader.exam.answers import handed_in
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Diagnosis, Language, Report, Submission, Text

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES: dict[Language, str] = {"en": "articles.md", "zh": "articles.zh.md"}
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
            "文中围绕它的训练循环根本运行不了：两个数据集都没有定义，送进损失函数的各类分数形状不对，准确率则是拿逐词元（token）的命中数除以序列数。",
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
            "照文中原样，连导入都不行：主函数里只有注释，会抛出 IndentationError。",
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
            "照文中原样，还缺少 `import torch`，并且每条文本都要重新加载一次模型；长文本也没有截断，"
            "不过只有各条文本恰好一样长、漏掉填充（padding）也不报错时，才看得出来。",
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

_HEAD = Text(
    """# The articles' own code, graded

[中文](articles.zh.md)

Written by `python -m tools.articles`. The exercises grew from introductory articles on LLM inference. Every block of
theirs that attempts one of the five tasks is a submission here, in our own words and behind the names of the contract;
below it stands what the grader makes of it, word for word.

Not among them, since they attempt none of the five tasks: a text-generation pipeline on GPT-2 (it needs a download,
and its length limit counts the prompt), a script that trains an encoder twice over and calls it encoder and decoder,
and skeletons of question answering, translation and summaries that print results they cannot have.
""",
    """# 文章里的代码，评分结果

[English](articles.md)

本页由 `python -m tools.articles` 生成。这些练习源自几篇介绍大语言模型（LLM）推理的文章。
文中凡是尝试过五道题之一的代码，这里都改写成了一份提交，接口换成题目约定的名称；下面是评分器对它的诊断，逐字照录。

没有收进来的，是与五道题都无关的代码：一段 GPT-2 文本生成的 pipeline（要联网下载，长度上限还把提示词也算了进去）；
一段把编码器训练两遍、分别叫作编码器和解码器的脚本；以及问答、翻译、摘要的几个骨架，里面打印的结果不可能由它们得出。
""",
)
_POINTS = Text("`{path}`, {score:g} of {most:g} points.", "`{path}`，得 {score:g} 分，满分 {most:g} 分。")
_NAMED = Text("- **{function}**: {title} ({named})", "- **{function}**：{title}（{named}）")
_COMMA = Text(", ", "、")


def main() -> int:
    """1 where something of an article is accepted."""
    graded = [(block, _graded(block)) for block in BLOCKS]
    for language, name in PAGES.items():
        (DOCS / name).write_text(page(graded, language), encoding="utf-8")
        print(DOCS / name, file=sys.stderr)
    return 1 if any(not report.diagnoses for _, report in graded) else 0


def page(graded: Sequence[tuple[Block, Report]], language: Language) -> str:
    """The whole page in one language."""
    return "\n".join([_HEAD.in_language(language), *(_section(block, report, language) for block, report in graded)])


def _graded(block: Block) -> Report:
    exercise = load(block.slug)
    mistake = next(each for each in exercise.mistakes if each.id == block.mistake)
    source, answers = handed_in(exercise, mistake.path)
    with Examiner(options=GradeOptions(seed=SEED, timing=False)) as examiner:
        (report,) = examiner.grade(
            [Submission(exercise=block.slug, name=block.mistake, source=source, answers=answers)]
        )
    return report


def _section(block: Block, report: Report, language: Language) -> str:
    path = config.solutions_dir() / block.slug / "mistakes" / f"{block.mistake}.py"
    points = _POINTS.in_language(language).format(path=short(path), score=report.score, most=report.max_score)
    lines = [f"## {block.slug}: {block.mistake}", "", block.what.in_language(language), "", points, ""]
    own = _own_code(path)
    if own:
        lines += ["```python", own, "```", ""]
    for diagnosis in report.diagnoses:
        lines += [_named(diagnosis, language)]
        lines += [*(f"  > {line}" for line in diagnosis.explanation.in_language(language).splitlines()), ""]
    if block.beyond.en:
        lines += [block.beyond.in_language(language), ""]
    return "\n".join(lines)


def _named(diagnosis: Diagnosis, language: Language) -> str:
    named = _COMMA.in_language(language).join(f"`{each}`" for each in diagnosis.mistakes) or "-"
    title = diagnosis.title.in_language(language)
    return _NAMED.in_language(language).format(function=diagnosis.function, title=title, named=named)


def _own_code(path: Path) -> str:
    """The file below its header; nothing where it is the reference with one mistake, which shows little."""
    text = path.read_text(encoding="utf-8")
    body = text.split("# ///\n", 1)[1] if "# ///\n" in text else text
    return "" if "The reference with one mistake" in body else body.strip()


if __name__ == "__main__":
    raise SystemExit(main())
