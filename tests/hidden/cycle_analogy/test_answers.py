"""The questions of `answers.md`: one check each, marked on the trusted side. No worker is asked."""

from __future__ import annotations

import pytest

from grader.exam import expect


@pytest.mark.check(
    part="questions",
    function="q01",
    points=1,
    kind="value",
    en="Question 1: weights during generation",
    zh="第 1 题：生成时的权重",
)
def test_q01(candidate):
    expect.right(candidate.answers.q01)


@pytest.mark.check(
    part="questions",
    function="q02",
    points=1,
    kind="value",
    en="Question 2: steps at short and long context",
    zh="第 2 题：长短上下文的一步",
)
def test_q02(candidate):
    expect.right(candidate.answers.q02)


@pytest.mark.check(
    part="questions",
    function="q03",
    points=1,
    kind="value",
    en="Question 3: what plays the fetch",
    zh="第 3 题：与取指相当的一环",
)
def test_q03(candidate):
    expect.right(candidate.answers.q03)


@pytest.mark.check(
    part="questions",
    function="q04",
    points=1,
    kind="value",
    en="Question 4: what prefill takes",
    zh="第 4 题：预填充需要什么",
)
def test_q04(candidate):
    expect.right(candidate.answers.q04)


@pytest.mark.check(
    part="questions",
    function="q05",
    points=1,
    kind="value",
    en="Question 5: what a KV cache spares",
    zh="第 5 题：KV 缓存省下什么",
)
def test_q05(candidate):
    expect.right(candidate.answers.q05)


@pytest.mark.check(
    part="questions",
    function="q06",
    points=1,
    kind="value",
    en="Question 6: twice the FLOP/s",
    zh="第 6 题：算力翻倍",
)
def test_q06(candidate):
    expect.right(candidate.answers.q06)


@pytest.mark.check(
    part="questions",
    function="q07",
    points=1,
    kind="value",
    en="Question 7: sixteen requests in a batch",
    zh="第 7 题：16 个请求合批",
)
def test_q07(candidate):
    expect.right(candidate.answers.q07)


@pytest.mark.check(
    part="questions",
    function="q08",
    points=1,
    kind="value",
    en="Question 8: why decoding is sequential",
    zh="第 8 题：解码为何串行",
)
def test_q08(candidate):
    expect.right(candidate.answers.q08)


@pytest.mark.check(
    part="questions",
    function="q09",
    points=1.5,
    kind="value",
    en="Question 9: KV cache of one token",
    zh="第 9 题：一个 token 的 KV 缓存",
)
def test_q09(candidate):
    expect.right(candidate.answers.q09)


@pytest.mark.check(
    part="questions",
    function="q10",
    points=1.5,
    kind="value",
    en="Question 10: least time for a token",
    zh="第 10 题：一个 token 的最短时间",
)
def test_q10(candidate):
    expect.right(candidate.answers.q10)


@pytest.mark.check(
    part="questions",
    function="q11",
    points=1.5,
    kind="value",
    en="Question 11: most tokens per second",
    zh="第 11 题：每秒最多多少 token",
)
def test_q11(candidate):
    expect.right(candidate.answers.q11)


@pytest.mark.check(
    part="questions",
    function="q12",
    points=1.5,
    kind="value",
    en="Question 12: latency of a reply",
    zh="第 12 题：一段回复的延迟",
)
def test_q12(candidate):
    expect.right(candidate.answers.q12)


@pytest.mark.check(
    part="questions",
    function="q13",
    points=1.5,
    kind="value",
    en="Question 13: where the two limits meet",
    zh="第 13 题：两条上限的交点",
)
def test_q13(candidate):
    expect.right(candidate.answers.q13)


@pytest.mark.check(
    part="questions",
    function="q14",
    points=1.5,
    kind="value",
    en="Question 14: KV cache of a long context",
    zh="第 14 题：长上下文的 KV 缓存",
)
def test_q14(candidate):
    expect.right(candidate.answers.q14)


@pytest.mark.check(
    part="questions",
    function="q15",
    points=1.5,
    kind="value",
    en="Question 15: ten items in a pipeline",
    zh="第 15 题：流水线上的 10 件",
)
def test_q15(candidate):
    expect.right(candidate.answers.q15)


@pytest.mark.check(
    part="questions",
    function="q16",
    points=1.5,
    kind="value",
    en="Question 16: weights in 4 bits",
    zh="第 16 题：4 bit 权重",
)
def test_q16(candidate):
    expect.right(candidate.answers.q16)


@pytest.mark.check(
    part="essays",
    function="q17",
    points=3.75,
    kind="value",
    en="Question 17: why bandwidth limits decoding",
    zh="第 17 题：解码为何受限于带宽",
)
def test_q17(candidate):
    expect.right(candidate.answers.q17)


@pytest.mark.check(
    part="essays",
    function="q18",
    points=3.75,
    kind="value",
    en="Question 18: where the analogy holds and breaks",
    zh="第 18 题：类比在哪里成立、在哪里不成立",
)
def test_q18(candidate):
    expect.right(candidate.answers.q18)


@pytest.mark.check(
    part="essays",
    function="q19",
    points=3.75,
    kind="value",
    en="Question 19: gain and price of a KV cache",
    zh="第 19 题：KV 缓存的得与失",
)
def test_q19(candidate):
    expect.right(candidate.answers.q19)


@pytest.mark.check(
    part="essays",
    function="q20",
    points=3.75,
    kind="value",
    en="Question 20: what changes during generation",
    zh="第 20 题：生成过程中变的是什么",
)
def test_q20(candidate):
    expect.right(candidate.answers.q20)
