"""Hidden checks of `tokenize`.

Chinese is looked at in two ways: whatever segmentation was used, its words joined must give the text back and be
neither single characters nor whole clauses; and, in one check of its own, they must be those of jieba's default mode.
"""

from __future__ import annotations

import pytest

from grader.exam import expect

TOKENIZE = {"part": "tokenize", "function": "tokenize"}

LONG_WORDS = [  # clauses with words that hold other words, which every other mode cuts again
    "人工智能正在改变我们的生活",
    "今天下午我们一起去图书馆",
    "老师要求学生认真完成作业",
    "北京和上海之间的高速铁路非常方便",
    "他在大学里学习计算机科学",
    "医生建议病人多喝水多休息",
    "昨天晚上的足球比赛十分精彩",
    "科学家希望解决能源问题",
    "经济学家担心明年的通货膨胀",
]
CLAUSES = [
    *LONG_WORDS,
    "研究人员发现了一种新材料",
    "这家公司去年的收入增长很快",
    "机器学习模型需要大量数据",
    "孩子们在公园里高兴地唱歌",
    "政府决定投资建设新的机场",
    "这部电影讲述了一个感人的故事",
    "我的朋友喜欢音乐和旅行",
]
NEW_WORDS = [  # words that no dictionary lists, which the default mode puts together all the same
    "他来到了网易杭研大厦",
    "李小福是创新办主任也是云计算方面的专家",
    "韩梅梅和王晓明昨天结婚了",
    "我们在凯特琳家讨论了这个方案",
]


def _words(rng, count):
    """Different words of letters and digits in mixed case; there is a digit somewhere."""
    python = rng.python
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = {}
    while len(words) < count:
        word = "".join(python.choice(letters + letters.upper() + "0123456789") for _ in range(python.randint(1, 7)))
        words.setdefault(word.lower(), word)
    found = list(words.values())
    if not any(letter.isdigit() for word in found for letter in word):
        return _words(rng, count)
    return found


def _clauses(rng, count):
    """Different clauses, at least one of them with a word that holds others."""
    first = rng.python.choice(LONG_WORDS)
    others = rng.python.sample([clause for clause in CLAUSES if clause != first], count - 1)
    return rng.python.sample([first, *others], count)


def _pieces(tokens, runs, lengths):
    """Expect tokens that are the runs in order: Latin ones whole and lower-cased, Chinese ones cut into words."""
    at = 0
    for run in runs:
        start, joined = at, ""
        while at < len(tokens) and len(joined) < len(run):
            joined += tokens[at]
            at += 1
        expect.that(
            joined == run,
            en="The tokens, joined, should give the text's words and characters back, in order, and nothing else.",
            zh="各词首尾相接，应当按次序还原出文中的单词和汉字，不多也不少。",
        )
        if not run.isascii() and len(run) >= lengths:
            expect.that(at - start < len(run), en="Chinese was cut into characters.", zh="中文被切成了单字。")
            expect.that(at - start > 1, en="A Chinese clause was not cut into words.", zh="整句中文没有切分成词。")
    expect.that(at == len(tokens), en="There are tokens that the text does not have.", zh="结果里有文中没有的词。")


def _list_of_words(tokens):
    good = isinstance(tokens, list) and all(isinstance(token, str) and token for token in tokens)
    expect.that(
        good, en="It should return a list of words, none of them empty.", zh="应当返回由词组成的列表，且没有空词。"
    )


@pytest.mark.check(
    **TOKENIZE,
    points=4,
    kind="value",
    en="English words with capitals and digits, as the reference cuts them",
    zh="带大写和数字的英文单词，切法与参考一致",
)
def test_tokenize_english(candidate, reference, rng):
    texts = [" ".join(_words(rng, count)) for count in (5, 9, 14)]
    texts.append(", ".join(_words(rng, 6)) + ".")
    got = [candidate.tokenize(text) for text in texts]
    expect.equal(got, [reference.tokenize(text) for text in texts])


@pytest.mark.check(
    **TOKENIZE,
    points=3,
    kind="robust",
    en="Every other character separates: hyphens, points in numbers, tabs, Chinese punctuation",
    zh="其他字符一律起分隔作用：连字符、数字里的小数点、制表符、中文标点",
)
def test_tokenize_separators(candidate, reference, rng):
    separators = [
        "-",
        "/",
        ".",
        ":",
        "\t",
        "\n",
        " & ",
        "+",
        "%",
        "(",
        ") ",
        "，",
        "。",
        "！",
        "“",
        "、",
        "——",
        " \r\n ",
    ]
    rng.python.shuffle(separators)
    words = _words(rng, len(separators) + 1)
    text = words[0] + "".join(separator + word for separator, word in zip(separators, words[1:], strict=True))
    number = f"{rng.python.randint(2, 9)}.{rng.python.randint(10, 99)}"
    texts = [text, f"about {number}% of state-of-the-art models", f"  {words[1]}--{words[2]}  "]
    got = [candidate.tokenize(each) for each in texts]
    expect.equal(got, [reference.tokenize(each) for each in texts])


@pytest.mark.check(
    **TOKENIZE,
    points=4,
    kind="property",
    en="Chinese is cut into words: no single characters throughout, no whole clauses, nothing lost or doubled",
    zh="中文切分成词：不是逐字，不是整句，不多也不少",
)
def test_tokenize_chinese(candidate, rng):
    clauses = _clauses(rng, 6)
    # The first clause of each text stands at its end again.
    texts = [[*clauses[:3], clauses[0]], [*clauses[3:], clauses[3]]]
    got = [candidate.tokenize("，".join(texts[0]) + "。"), candidate.tokenize("！".join(texts[1]))]
    for tokens, runs in zip(got, texts, strict=True):
        _list_of_words(tokens)
        _pieces(tokens, runs, lengths=8)


@pytest.mark.check(
    **TOKENIZE,
    points=2,
    kind="value",
    en="Chinese words are those of jieba's default mode",
    zh="中文词与 jieba 默认模式的切分一致",
)
def test_tokenize_default_mode(candidate, reference, rng):
    clauses = [*_clauses(rng, 3), *rng.python.sample(NEW_WORDS, 2)]
    clauses.append(f"{clauses[0]}，{clauses[0]}")
    got = [candidate.tokenize(clause) for clause in clauses]
    expect.equal(got, [reference.tokenize(clause) for clause in clauses])


@pytest.mark.check(
    **TOKENIZE,
    points=3,
    kind="robust",
    en="Mixed text keeps its order; Latin and Chinese that touch are separate",
    zh="中英混排保持原有次序；紧挨着的英文与中文分开",
)
def test_tokenize_mixed(candidate, rng):
    first, second = _clauses(rng, 2)
    words = [word.lower() for word in _words(rng, 4)]
    text = f"{words[0].upper()}{first}{words[1]}，{words[2]} {second}{words[3].title()} {words[0]}"
    short = "AI模型和T恤"
    got, got_short = candidate.tokenize(text), candidate.tokenize(short)
    _list_of_words(got)
    _pieces(got, [words[0], first, words[1], words[2], second, words[3], words[0]], lengths=8)
    _list_of_words(got_short)
    _pieces(got_short, ["ai", "模型和", "t", "恤"], lengths=8)


@pytest.mark.check(
    **TOKENIZE,
    points=2,
    kind="robust",
    en="A list: repeats are kept, short words too, and a text without words gives []",
    zh="返回列表：重复的词和短词都保留，没有词的文本得到 []",
)
def test_tokenize_repeats(candidate, reference, rng):
    words = _words(rng, 3)
    texts = [" ".join([words[0], "the", words[1], "a", words[0], "I", words[2], "the"]), "", " ...，。！ \n"]
    got = [candidate.tokenize(text) for text in texts]
    expect.equal(got, [reference.tokenize(text) for text in texts])
