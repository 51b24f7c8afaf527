"""The question bank is sound: two languages, one right answer, named misconceptions, sources, no tell-tale form."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from pathlib import Path

import pytest

from grader.catalog.find import slugs
from grader.catalog.load import load
from grader.config import content
from grader.errors import ContentError, UsageError
from grader.marking import Choice, MarkOutcome, Numeric, Question, ShortAnswer, mark
from grader.marking.bank import misconceptions_of
from grader.model import Text
from grader.practice.bank import FOLDER, TOPICS_FILE, load_questions
from grader.practice.schedule import is_right

BANK = load_questions()
QUESTIONS = list(BANK.questions.values())
CHOICES = [each for each in QUESTIONS if isinstance(each, Choice)]
NUMBERS = [each for each in QUESTIONS if isinstance(each, Numeric)]
SHORT = [each for each in QUESTIONS if isinstance(each, ShortAnswer)]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = ("en", "zh")

# Words that have no Chinese of their own: formulas, code, names.
BARE = re.compile(r"^[\x00-\x7f、·Σ×√，。：]*$")


def _ids(questions: list[Question]) -> list[str]:
    return [each.id for each in questions]


def _texts(question: Question) -> list[Text]:
    texts = [question.prompt, question.reference]
    if isinstance(question, Choice):
        texts += question.choices.values()
    if isinstance(question, ShortAnswer):
        texts += [point.title for point in question.points]
    return texts


def test_there_is_enough_of_everything() -> None:
    """At least 120 items, eight of each topic, of every kind and every level, on all that was promised."""
    by_topic = Counter(each.topic for each in QUESTIONS)

    assert len(QUESTIONS) >= 120
    assert set(by_topic) == set(BANK.topics)
    assert len(BANK.topics) == 15
    assert min(by_topic.values()) >= 8
    assert min(len(CHOICES), len(NUMBERS)) >= 50
    assert {each.topic for each in SHORT} >= set(BANK.topics) - {"roofline"}
    assert set(Counter(each.level for each in QUESTIONS)) == {1, 2, 3}
    for topic in BANK.topics:
        assert len({each.level for each in BANK.of_topic(topic)}) >= 2, topic


@pytest.mark.parametrize("question", QUESTIONS, ids=_ids(QUESTIONS))
def test_every_question_is_whole(question: Question) -> None:
    """Both languages, in the language that they claim to be; a source; a level."""
    assert question.source
    assert question.level in (1, 2, 3)
    for text in _texts(question):
        assert text.en.strip()
        assert not CHINESE.search(re.sub(r'"[^"]*"', "", text.en))  # a quoted string may be Chinese
        assert CHINESE.search(text.zh) or BARE.match(text.zh) or text.zh == text.en, text.zh
    for text in (question.prompt, question.reference):
        assert CHINESE.search(text.zh) or "=" in text.zh


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_question_is_asked_twice(language: str) -> None:
    """Prompts are unlike one another."""
    prompts = Counter(getattr(each.prompt, language) for each in QUESTIONS)

    assert [prompt for prompt, count in prompts.items() if count > 1] == []


@pytest.mark.parametrize("question", CHOICES, ids=_ids(list(CHOICES)))
def test_a_choice_has_one_right_letter(question: Choice) -> None:
    """The key is right, every other letter is wrong and gives its own misconception away."""
    assert len(question.choices) >= 3
    assert len({each.en for each in question.choices.values()}) == len(question.choices)
    assert len({each.zh for each in question.choices.values()}) == len(question.choices)
    assert mark(question, question.key).outcome is MarkOutcome.RIGHT
    for letter, misconception in question.wrong.items():
        marked = mark(question, letter)
        assert marked.outcome is MarkOutcome.WRONG
        assert marked.misconceptions == (misconception,)


def test_the_place_of_the_key_tells_nothing() -> None:
    """The right choice stands about equally often in each place."""
    three = Counter(each.key for each in CHOICES if len(each.choices) == 3)

    assert max(three.values()) <= 0.45 * sum(three.values())
    assert min(three[letter] for letter in "ABC") >= 0.2 * sum(three.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_length_of_a_choice_tells_nothing(language: str) -> None:
    """The right choice is neither mostly the longest nor mostly the shortest."""
    longest = shortest = 0
    for each in CHOICES:
        right = len(getattr(each.choices[each.key], language))
        others = [len(getattr(text, language)) for letter, text in each.choices.items() if letter != each.key]
        longest += right > max(others)
        shortest += right < min(others)

    assert 0.1 * len(CHOICES) <= longest <= 0.4 * len(CHOICES)
    assert shortest <= 0.4 * len(CHOICES)


@pytest.mark.parametrize("question", NUMBERS, ids=_ids(list(NUMBERS)))
def test_a_number_tells_misconceptions_apart(question: Numeric) -> None:
    """The key is right with its unit; each wrong value names its own misconception; there is at least one."""
    factor = question.value / _number(question)

    assert mark(question, f"{_number(question):.10g} {question.unit}").outcome is MarkOutcome.RIGHT
    assert question.wrong
    assert len({each.misconception for each in question.wrong}) == len(question.wrong)
    for each in question.wrong:
        marked = mark(question, f"{each.value / factor:.12f}".rstrip("0").rstrip(".") + f" {question.unit}")
        assert marked.outcome is MarkOutcome.WRONG
        assert marked.misconceptions == (each.misconception,)


def _number(question: Numeric) -> float:
    """The value in the unit that the author wrote."""
    one = mark(question, f"1 {question.unit}").value
    assert one
    return question.value / one


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", SHORT, ids=_ids(list(SHORT)))
def test_the_reference_of_a_short_answer_is_right(question: ShortAnswer, language: str) -> None:
    """The rubric accepts the model answer in either language, with enough of its points."""
    marked = mark(question, getattr(question.reference, language))

    assert is_right(marked), (marked.outcome, marked.message.en, marked.missing)
    assert marked.misconceptions == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", SHORT, ids=_ids(list(SHORT)))
def test_a_short_answer_beside_the_point_is_not_right(question: ShortAnswer, language: str) -> None:
    """Words of the topic, the question given back, or another question's answer do not make an answer."""
    others = [each.reference for each in SHORT if each.topic != question.topic]
    beside = [question.prompt, BANK.topics[question.topic], *others[::3]]

    right = [text for text in beside if is_right(mark(question, getattr(text, language)))]

    assert right == []


# Answers as people write them, not as the rubric's author does.
OWN_WORDS = {
    "steps_sequential": (
        "Because each new token depends on the previous one.",
        "因为下一个 token 取决于前面已生成的 token",
    ),
    "pd_decode_bound": (
        "You must read all the weights from HBM for every token, but do only 2 flops per weight: low intensity",
        "每个 token 都要把全部权重读一遍，算术强度很低",
    ),
    "kv_growing_step": ("The attention has to read more keys and values", "因为要读的 KV 更多了"),
    "sv_why_batching": (
        "Weights are read once and shared across the batch; until compute becomes the bottleneck.",
        "权重只读一次，整批共享；直到算力成为瓶颈",
    ),
    "qz_accumulator": ("The sum would overflow int8.", "会溢出"),
    "pr_global_why": ("Some layers are more sensitive than others", "各层敏感度不同"),
    "kd_dark_knowledge": ("which wrong classes are similar to the right one", "各类别之间的相似关系"),
    "sp_when_pays": ("The draft model is much faster and its acceptance rate is high", "草稿模型小而快，接受率高"),
    "at_max_subtraction": ("To avoid overflow; softmax is shift-invariant so it is the same", "防止溢出；结果不变"),
    "tb_causal_training": ("Because otherwise it would see the next token it should predict", "否则会看到要预测的答案"),
    "wv_mean_loses": ("word order", "丢失词序"),
    "bt_why_masked_lm": ("To use bidirectional context", "为了利用双向上下文"),
    "mt_benchmark": ("warm up, and repeat many times taking the median", "预热；多次重复取中位数"),
    "ca_breaks": (
        "The time of a step is not constant: it grows with the context length",
        "每一步时间不固定，随上下文变长",
    ),
}
WRONG_WORDS = {
    "steps_sequential": ("They can, all tokens are generated in parallel", "tokens_in_parallel"),
    "kv_growing_step": ("it recomputes the prefix every time", "recompute_prefix"),
    "pd_decode_bound": ("Decoding is compute-bound.", "decode_is_compute_bound"),
    "bt_why_masked_lm": ("BERT reads from left to right", "bert_left_to_right"),
}


@pytest.mark.parametrize("question", SHORT, ids=_ids(list(SHORT)))
def test_a_short_answer_in_somebodys_own_words_is_right(question: ShortAnswer) -> None:
    """Every short answer has been tried on answers that were not written by its rubric's author."""
    for text in OWN_WORDS[question.id]:
        assert is_right(mark(question, text)), text


@pytest.mark.parametrize("name", WRONG_WORDS)
def test_a_wrong_claim_is_named(name: str) -> None:
    """Prose gives a misconception away as a letter does."""
    text, misconception = WRONG_WORDS[name]
    marked = mark(BANK.questions[name], text)

    assert not is_right(marked)
    assert misconception in marked.misconceptions


@pytest.mark.parametrize("page", ["tutorial.md", "tutorial.zh.md"])
def test_the_tutorial_promises_no_more_than_there_is(page: str) -> None:
    """Its figure for the size of the bank is a lower bound."""
    text = (Path(__file__).resolve().parents[3] / "docs" / page).read_text(encoding="utf-8")

    assert "150" in text
    assert len(QUESTIONS) > 150


def test_every_misconception_is_named_and_used() -> None:
    """Whoever holds one is told what it is; none is left that no answer gives away."""
    used = {name for each in QUESTIONS for name in misconceptions_of(each)}

    assert used == set(BANK.misconceptions)
    for each in BANK.misconceptions.values():
        assert CHINESE.search(each.title.zh)
        assert CHINESE.search(each.explanation.zh)
        assert each.title.en != each.explanation.en
        assert not each.title.en.endswith(".")
        assert not each.title.zh.endswith("。")
    titles = Counter(each.title.en for each in BANK.misconceptions.values())
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("slug", slugs())
def test_every_mistake_in_code_leads_to_a_question(slug: str) -> None:
    """A mistake made today comes back as a question; no pattern stands there for nothing."""
    mistakes = [each.id for each in load(slug).mistakes]
    patterns = BANK.mistakes[slug]

    assert [each for each in mistakes if not BANK.after(slug, each)] == []
    fits = {next(pattern for pattern in patterns if fnmatch.fnmatchcase(each, pattern)) for each in mistakes}
    assert [pattern for pattern in patterns if pattern not in fits and pattern != "*"] == []


def test_an_unknown_exercise_leads_to_no_question() -> None:
    """An author's own exercise is graded all the same."""
    assert BANK.after("no_such_exercise", "a_mistake") == ()
    assert BANK.topics_of("no_such_exercise") == ()


def test_the_topics_of_an_exercise_come_nearest_first() -> None:
    """What most of its mistakes lead to is what its interview asks first."""
    assert BANK.topics_of("self_attention")[0] == "attention"
    assert BANK.topics_of("word2vec")[0] == "word_vectors"


def test_the_bank_is_no_exercise_and_is_not_handed_out() -> None:
    """It holds answers: it lies with the solutions, and the catalogue does not take it for an exercise."""
    assert FOLDER not in slugs()
    assert not (content().exercises / FOLDER).exists()
    assert (content().solutions / FOLDER / TOPICS_FILE).is_file()


def test_a_topic_must_be_one() -> None:
    """A slip is answered with the list."""
    assert BANK.require_topic("bert") == "bert"
    with pytest.raises(UsageError, match="kv_cache"):
        BANK.require_topic("kv")


def test_rules_of_marking_have_names_too() -> None:
    """What the rules name by themselves is explained like any misconception."""
    for name in ("unit_missing", "wrong_dimension", "kv_counted_once"):
        assert BANK.misconception(name) is not None
    assert BANK.misconception("no_such_thing") is None


def test_a_broken_index_is_refused_by_name(tmp_path: Path) -> None:
    """The message says which file, and what is wrong with it."""
    import msgspec

    folder = tmp_path / FOLDER
    folder.mkdir()
    where = msgspec.structs.replace(content(), solutions=tmp_path)
    with pytest.raises(ContentError, match=TOPICS_FILE):
        load_questions(where)

    (folder / TOPICS_FILE).write_text(
        'schema = 1\n[topics]\nkv_cache = { en = "KV", zh = "缓存" }\n[mistakes.x]\n"*" = ["no_such_question"]\n'
    )
    for name in ("kv_cache.toml",):
        text = (content().solutions / FOLDER / name).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub(r"(?s)\n\[questions.*", "\n", text), encoding="utf-8")
    with pytest.raises(ContentError, match="no_such_question"):
        load_questions(where)
