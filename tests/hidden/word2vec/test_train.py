"""Hidden checks of `train_word2vec`.

No check looks at the numbers of a vector: algorithms differ and all are right. What is compared are facts that every
right training shares, and words are compared with what the submission's own `tokenize` finds.
"""

from __future__ import annotations

import numpy as np
import pytest

from grader.exam import expect

TRAIN = {"part": "train", "function": "train_word2vec"}

CHINESE = [
    "机器学习模型需要大量数据，数据越多模型越好。",
    "深度学习是机器学习的一个分支。",
    "今天天气很好，我们去公园散步。",
    "公园里有很多孩子在唱歌。",
    "这家公司用人工智能处理数据。",
    "天气不好的时候，孩子们在家里看书。",
]


def _new_words(rng, count, length=6):
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = set()
    while len(words) < count:
        words.add("".join(rng.python.choice(letters) for _ in range(length)))
    return rng.python.sample(sorted(words), count)


def _texts(rng, words, count, length):
    return [" ".join(rng.python.choices(words, k=length)) for _ in range(count)]


def _with_rare_words(rng):
    """Texts in which one word stands once, one twice, one three times, and the others often."""
    words = _new_words(rng, 15)
    texts = _texts(rng, words[:12], 20, 8)
    for text, word in enumerate([words[12], *[words[13]] * 2, *[words[14]] * 3]):
        texts[text * 3] += f", {word.title()}!"
    return texts


def _right_words(facts):
    expect.that(
        facts["type"] == "KeyedVectors",
        en="It should return the KeyedVectors, not the model or anything else.",
        zh="应当返回 KeyedVectors，而不是模型或别的对象。",
    )
    expect.that(
        not facts["words_too_many"],
        en="There are vectors for what is no word of the texts, or too rare.",
        zh="有的向量对应的不是文中的词，或者那个词太少见、本不该有向量。",
    )
    expect.that(not facts["words_missing"], en="Words of the texts have no vector.", zh="文中有的词没有得到向量。")


@pytest.mark.check(
    **TRAIN,
    points=4,
    kind="value",
    en="A vector for every word that your tokenize finds often enough, and for nothing else",
    zh="tokenize 找到的、够常见的词各有一个向量，别的都没有",
)
def test_train_vocabulary(candidate, reference, rng):
    texts = _with_rare_words(rng)
    cases = [{"epochs": 2, "vector_size": 6, "min_count": least} for least in (1, 2, 3)]
    got = [candidate.support.training_facts(texts, case) for case in cases]
    want = [reference.support.training_facts(texts, case) for case in cases]
    for facts in got:
        _right_words(facts)
    expect.equal(got, want)


@pytest.mark.check(
    **TRAIN,
    points=2,
    kind="property",
    en="Vectors of the width asked for: float32, finite, none of them zero",
    zh="向量宽度符合要求：float32、数值有限、没有零向量",
)
def test_train_vectors(candidate, rng):
    *words, rare = _new_words(rng, 11)
    texts = [*_texts(rng, words, 12, 7), rare]  # a single time: none is too rare where min_count is not given
    asked = (17, 50, 100)
    cases = [{"epochs": 2, "vector_size": 17}, {"epochs": 2}, {"epochs": 2, "vector_size": 100}]
    got = [candidate.support.training_facts(texts, case) for case in cases]
    for facts, width in zip(got, asked, strict=True):
        _right_words(facts)
        expect.that(
            facts["vector_size"] == facts["width"] == width,
            en="The vectors do not have the width asked for.",
            zh="向量的宽度与要求不符。",
        )
        expect.that(facts["dtype"] == "float32", en="The vectors should be float32.", zh="向量应当是 float32。")
        expect.that(
            facts["finite_and_not_zero"],
            en="There are vectors with NaN, infinities or only zeros.",
            zh="有的向量含 NaN、无穷，或者全是零。",
        )


@pytest.mark.check(
    **TRAIN,
    points=2,
    kind="robust",
    en="A generator, which can be gone through only once, gives what a list gives",
    zh="只能遍历一次的生成器，结果与列表相同",
)
def test_train_generator(candidate, rng):
    texts = _texts(rng, _new_words(rng, 14), 30, 9)
    facts = candidate.support.training_facts_of_generator(texts, {"epochs": 4, "vector_size": 9})
    _right_words(facts)
    expect.that(
        facts["as_from_list"],
        en="The vectors differ from those of a list: a generator is empty after the first pass over it.",
        zh="向量与用列表训练的不同：生成器走过一遍之后就空了。",
    )


@pytest.mark.check(
    **TRAIN,
    points=4,
    kind="property",
    en="The same seed gives the same vectors on real news, bit for bit, also with other hashes",
    zh="在真实新闻上，相同的种子逐位得到相同的向量，换了哈希也一样",
)
def test_train_repeatable(candidate, rng):
    first = rng.python.randrange(0, 200)
    parameters = {"epochs": 1, "vector_size": 10, "seed": rng.python.randrange(1, 10_000)}
    facts = candidate.support.repeatability(first, first + 80, parameters)
    expect.that(
        facts["again"],
        en="A second training with the same seed gave other vectors.",
        zh="用相同的种子再训练一次，得到的向量不同。",
    )
    expect.that(
        facts["in_another_process"],
        en="With sets in another order and other hashes of strings, as in another process, the vectors are different.",
        zh="集合的遍历次序和字符串的哈希一变（换个进程就会如此），得到的向量就不同。",
    )


@pytest.mark.check(
    **TRAIN,
    points=2,
    kind="robust",
    en="Real news: the words of 100 texts, rare ones left out",
    zh="真实新闻：100 篇文本的词，去掉少见的",
)
def test_train_news(candidate, rng):
    # The agency sent some texts twice; every hundred from here on has such a pair, and it counts twice.
    first = rng.python.randrange(20, 200)
    parameters = {"epochs": 1, "vector_size": 10, "min_count": 4}
    _right_words(candidate.support.training_facts_of_news(first, first + 100, parameters))


@pytest.mark.check(
    **TRAIN,
    points=2,
    kind="robust",
    en="Chinese texts: words as your tokenize cuts them",
    zh="中文文本：词就是 tokenize 切出来的词",
)
def test_train_chinese(candidate, rng):
    texts = rng.python.choices(CHINESE, k=14)
    _right_words(candidate.support.training_facts(texts, {"epochs": 2, "vector_size": 8}))


@pytest.mark.check(
    **TRAIN,
    points=2,
    kind="property",
    en="The number of epochs and the window make a difference",
    zh="训练轮数（epochs）和窗口（window）确实起作用",
)
def test_train_parameters(candidate, rng):
    facts = candidate.support.parameters_that_matter(_texts(rng, _new_words(rng, 20), 40, 12))
    expect.that(
        facts["epochs"],
        en="The vectors are the same after 1 epoch and after 6.",
        zh="训练 1 轮与 6 轮，得到的向量一样。",
    )
    expect.that(
        facts["window"],
        en="The vectors are the same for a window of 1 and of 6.",
        zh="窗口为 1 与为 6，得到的向量一样。",
    )


@pytest.mark.check(
    **TRAIN,
    points=3,
    kind="property",
    en="Words that stand in the same surroundings end up close together, for three seeds",
    zh="上下文相同的词，训练后彼此靠近（三个种子都成立）",
)
def test_train_neighbours(candidate, rng):
    topics, around = 6, 8
    words = _new_words(rng, topics * (around + 2))
    groups = [words[at : at + around + 2] for at in range(0, len(words), around + 2)]
    texts = []
    for number in range(480):
        group = groups[number % topics]
        text = rng.python.choices(group[2:], k=around)
        text[around // 2] = rng.python.choice(group[:2])  # either of the two, in the same places
        texts.append(" ".join(text))
    pairs = [(group[0], group[1]) for group in groups]
    strangers = [(one[0], other[1]) for one in groups for other in groups if one is not other]
    seeds = [rng.python.randrange(1, 10_000) for _ in range(3)]
    learnt = [candidate.support.gaps_learnt(texts, pairs, strangers, seed) for seed in seeds]
    expect.that(
        all(learnt),
        en="Two words that are used alike are hardly closer than two that are not: nothing was learnt.",
        zh="用法相同的两个词，并不比毫不相干的两个词更近：没有学到东西。",
    )


@pytest.mark.check(
    **TRAIN,
    points=1,
    kind="robust",
    en="No word left is an error, not an empty result",
    zh="一个词也不剩时应当报错，而不是返回空结果",
)
def test_train_without_words(candidate, rng):
    texts = _new_words(rng, 4)
    cases = [([], {}), (["", ""], {}), (texts, {"min_count": 50})]
    got = [candidate.support.without_words(*case) for case in cases]
    expect.that(
        got == ["raised"] * len(cases),
        en="It should raise an error (KeyError, ValueError or gensim's own) where no word is left.",
        zh="一个词也不剩时，应当抛出错误（KeyError、ValueError 或 gensim 自己的错误）。",
    )


@pytest.mark.check(
    **TRAIN,
    points=1,
    kind="time",
    en="Training takes about as long as one training does",
    zh="训练的用时与训练一次相当",
    needs=("train_vocabulary",),
)
def test_train_time(rng, timed):
    words = _new_words(rng, 300)
    timed.compare(
        inputs=lambda: (_texts(rng, words, 120, 12),),
        call=lambda side, _, texts: side.support.trained_only(texts),
    )


@pytest.mark.check(
    **TRAIN,
    points=1,
    kind="property",
    en="On news and Wikipedia, cosines agree a little with what people said about pairs of words (wordsim353)",
    zh="用新闻和维基百科训练后，余弦与人们对词对的评分（wordsim353）略有一致",
    needs=("train_vocabulary", "train_time"),
    full=True,
)
def test_train_wikipedia(candidate):
    parameters = {"epochs": 6, "min_count": 5, "seed": 1}
    said, found = candidate.support.similarities_after_wikipedia(parameters)
    expect.that(len(said) >= 100, en="Words of the texts have no vector.", zh="文中有的词没有得到向量。")
    expect.that(
        np.corrcoef(_ranks(said), _ranks(found))[0, 1] > 0.1,
        en="The cosines have nothing to do with what people said: their rank correlation should be above 0.1.",
        zh="余弦与人们的评分毫无关系：两者的秩相关系数应当大于 0.1。",
    )


def _ranks(values):
    """Ranks, ties sharing their mean."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]
