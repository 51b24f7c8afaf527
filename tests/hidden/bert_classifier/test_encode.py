"""Hidden checks of `encode`, on a tokenizer with a small vocabulary: unknown words fall into letters."""

from __future__ import annotations

import re

import pytest
import torch

from grader.exam import expect

ENCODE = {"part": "encode", "function": "encode"}

WORDS = re.findall(
    r"\w+",
    "the a film plot actor scene story music was not very too so good bad great dull slow clever funny zest qua",
)


def _text(rng, low, high):
    return " ".join(rng.python.choices(WORDS, k=rng.python.randint(low, high)))


def _words(rng, low, high):
    """Words of the vocabulary: one token each."""
    known = [word for word in WORDS if word not in ("zest", "qua")]
    return " ".join(rng.python.choices(known, k=rng.python.randint(low, high)))


def _names(batch):
    wanted = ("input_ids", "attention_mask", "token_type_ids")
    missing = [name for name in wanted if not isinstance(batch, dict) or name not in batch]
    expect.that(
        not missing,
        en=f"The result lacks {', '.join(missing)}.",
        zh=f"结果里缺少 {'、'.join(missing)}。",
    )


@pytest.mark.check(
    **ENCODE,
    points=4,
    kind="value",
    en="Ids, mask and token types of texts of different length",
    zh="长短不一的文本：编号、掩码和句段类型都与参考一致",
)
def test_encode_values(candidate, reference, rng):
    cases = [[_text(rng, low, low + 3) for low in rng.python.sample(range(1, 10), 5)] for _ in range(3)]
    cases.append([_text(rng, 3, 6)])
    got = [candidate.support.encoded(case) for case in cases]
    for each in got:
        _names(each)
    expect.equal(got, [reference.support.encoded(case) for case in cases])


@pytest.mark.check(
    **ENCODE,
    points=4,
    kind="value",
    en="Pairs: [CLS] first [SEP] second [SEP], with token types 0 and 1",
    zh="文本对：[CLS] 第一段 [SEP] 第二段 [SEP]，句段类型分别为 0 和 1",
)
def test_encode_pairs(candidate, reference, rng):
    cases = [[(_text(rng, 1, 7), _text(rng, 1, 7)) for _ in range(count)] for count in (4, 2, 1)]
    got = [candidate.support.encoded(case) for case in cases]
    for each in got:
        _names(each)
    expect.equal(got, [reference.support.encoded(case) for case in cases])


@pytest.mark.check(
    **ENCODE,
    points=4,
    kind="robust",
    en="Long texts are cut to max_length tokens, special tokens in place; to 128 without max_length",
    zh="长文本截到 max_length 个词元，特殊符号仍在；不给 max_length 时截到 128",
)
def test_encode_truncates(candidate, reference, rng):
    cases = [
        ([_text(rng, 3, 4), _text(rng, 14, 18), _text(rng, 10, 13)], 9),
        ([_text(rng, 16, 20), _text(rng, 2, 4)], 12),
        ([_text(rng, 150, 160), _text(rng, 5, 9)],),
    ]
    got = [candidate.support.encoded(*case) for case in cases]
    expect.equal(got, [reference.support.encoded(*case) for case in cases])


@pytest.mark.check(
    **ENCODE,
    points=3,
    kind="robust",
    en="Of a pair that is too long, the longer text is cut first",
    zh="文本对太长时，先截其中较长的一段",
)
def test_encode_truncates_pairs(candidate, reference, rng):
    # The short texts stay short in tokens too: there is padding beside them, and never two texts that are equally long.
    long_first = [(_text(rng, 17, 20), _words(rng, 3, 4)), (_words(rng, 2, 3), _words(rng, 2, 3))]
    long_second = [(_words(rng, 3, 4), _text(rng, 17, 20)), (_words(rng, 1, 3), _text(rng, 14, 16))]
    got = [candidate.support.encoded(case, 14) for case in (long_first, long_second)]
    expect.equal(got, [reference.support.encoded(case, 14) for case in (long_first, long_second)])


@pytest.mark.check(
    **ENCODE,
    points=2,
    kind="property",
    en="As wide as the longest text and no wider; the mask is 1 on tokens, and padding stands on the right",
    zh="宽度恰好等于最长的那段文本；掩码在词元处为 1，填充都在右边",
)
def test_encode_padding(candidate, rng):
    counts = rng.python.sample(range(2, 15), 4)
    batch = candidate.support.encoded([_words(rng, count, count) for count in counts])
    _names(batch)
    width = max(counts) + 2
    for tensor in batch.values():
        expect.shape(tensor, (4, width))
    mask = torch.tensor([[int(at < count + 2) for at in range(width)] for count in counts])
    hint = ("The mask should be 1 on tokens and 0 on padding.", "掩码在词元处应为 1，在填充处应为 0。")
    expect.equal(batch["attention_mask"], mask, hint=hint)
    expect.equal(batch["input_ids"] != 0, mask.bool(), hint=("Padding should stand on the right.", "填充应当在右边。"))


@pytest.mark.check(
    **ENCODE,
    points=1,
    kind="robust",
    en="Capitals, punctuation, Chinese and words that nobody knows",
    zh="大写、标点、中文和词表之外的词",
)
def test_encode_odd_texts(candidate, reference, rng):
    odd = ["GOOD Film!!!", "电影 很好看，不 bad", "x", "zzz?! [MASK] qwerty-42", "  spaces \t everywhere  "]
    cases = [rng.python.sample(odd, 4), [rng.python.choice(odd)]]
    got = [candidate.support.encoded(case) for case in cases]
    expect.equal(got, [reference.support.encoded(case) for case in cases])
