"""Hidden checks of `generate`, on a tiny GPT with secret weights.

Prompts are drawn anew until, by full recomputation, the best logit is ahead of the second by more than 0.002 at every
step: nothing here hangs on a close call.
"""

from __future__ import annotations

import pytest

from grader.exam import expect

GENERATE = {"part": "cache", "function": "generate"}
CLEAR = 0.002


def _prompt(rng, reference, model, batch, length, new_tokens, vocabulary=61):
    """A prompt whose greedy continuation is clear at every step, and which goes on as none of its beginnings does."""
    for _ in range(100):
        ids = rng.integers(0, vocabulary, (batch, length))
        # Models have favourite tokens: one that comes after the first position too would hide that this one was read.
        *earlier, last = model(ids)[0].argmax(dim=-1).T.tolist()
        if last not in earlier and reference.support.greedy_margin(model, ids, new_tokens) > CLEAR:
            return ids
    raise AssertionError("no clear prompt found")


def _cases(rng, reference, shapes):
    """For each (batch, length, new tokens): a seed for the model, a prompt, the number of new tokens."""
    cases = []
    for batch, length, new_tokens in shapes:
        seed = rng.python.randrange(1 << 30)
        model = reference.support.small_gpt(seed)
        cases.append((seed, _prompt(rng, reference, model, batch, length, new_tokens), new_tokens))
    return cases


@pytest.mark.check(
    **GENERATE,
    points=4,
    kind="value",
    en="Token for token what full recomputation gives, for single prompts and batches",
    zh="逐词元与完整重算一致：单个提示词与成批提示词",
)
def test_generate_values(candidate, reference, rng):
    cases = _cases(rng, reference, [(1, 7, 12), (3, 5, 9), (2, 11, 6)])
    got = [candidate.generate(candidate.support.small_gpt(seed), *rest) for seed, *rest in cases]
    want = [reference.generate(reference.support.small_gpt(seed), *rest) for seed, *rest in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **GENERATE,
    points=2,
    kind="value",
    en="The same for the model of 3.8 million weights in float32",
    zh="换成 380 万权重、float32 的模型，也一样",
)
def test_generate_full_size(candidate, reference, rng):
    seed = rng.python.randrange(1 << 30)
    model = reference.support.tiny_gpt(seed)
    ids = _prompt(rng, reference, model, 1, 9, 8, vocabulary=1024)
    got = candidate.generate(candidate.support.tiny_gpt(seed), ids, 8)
    expect.equal(got, reference.generate(model, ids, 8))


@pytest.mark.check(
    **GENERATE,
    points=2,
    kind="robust",
    en="A prompt of one token; one new token; no new token at all",
    zh="提示词只有一个词元；只生成一个词元；一个也不生成",
)
def test_generate_short(candidate, reference, rng):
    cases = [*_cases(rng, reference, [(2, 1, 6), (1, 1, 1)]), _one_token(rng, reference)]
    cases.append((rng.python.randrange(1 << 30), rng.integers(0, 61, (2, 5)), 0))
    got = [candidate.generate(candidate.support.small_gpt(seed), *rest) for seed, *rest in cases]
    want = [reference.generate(reference.support.small_gpt(seed), *rest) for seed, *rest in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


def _one_token(rng, reference):
    """Two prompts and one new token, which no end of the prompts gives by itself."""
    for _ in range(50):
        ((seed, ids, count),) = _cases(rng, reference, [(2, 6, 1)])
        model = reference.support.small_gpt(seed)
        ends = [reference.generate(model, ids[:, start:], count)[:, -1].tolist() for start in range(6)]
        if ends[0] not in ends[1:]:
            return seed, ids, count
    raise AssertionError("no prompt found that counts as a whole")


@pytest.mark.check(
    **GENERATE,
    points=2,
    kind="robust",
    en="Calls share no state: the same prompt again, after others, gives the same",
    zh="各次调用互不影响：中间做过别的提示词，同一提示词的结果不变",
)
def test_generate_again(candidate, reference, rng):
    (seed, first, count), *_ = _cases(rng, reference, [(1, 6, 7)])
    model, right = candidate.support.small_gpt(seed), reference.support.small_gpt(seed)
    second = _prompt(rng, reference, right, 1, 8, 7)
    got = [candidate.generate(model, ids, count) for ids in (first, second, first)]
    want = [reference.generate(right, ids, count) for ids in (first, second, first)]
    expect.equal(got, want, hint=("The same model was asked three times.", "同一个模型问了三次。"))


@pytest.mark.check(
    **GENERATE,
    points=1,
    kind="robust",
    en="The model stays in the mode, training or evaluation, that it was in",
    zh="模型原来处于训练还是评估模式，之后仍是那个模式",
)
def test_generate_mode(candidate, rng):
    seed, ids = rng.python.randrange(1 << 30), rng.integers(0, 61, (1, 4))
    for training in (True, False):
        expect.that(
            candidate.support.mode_after(seed, ids, training) == [training],
            en="The model, or a part of it, is in another mode after the call than before.",
            zh="调用之后，模型或其中一部分的模式变了。",
        )


@pytest.mark.check(**GENERATE, points=1, kind="robust", en="The prompt is not changed", zh="不改动传入的提示词")
def test_generate_arguments(candidate, rng):
    model, ids = candidate.support.small_gpt(rng.python.randrange(1 << 30)), rng.integers(0, 61, (2, 6))
    _, after = candidate.with_arguments.generate(model, ids, 4)
    hint = ("The prompt was changed by the call.", "调用改动了传入的提示词。")
    expect.equal(after[1], ids, hint=hint)


@pytest.mark.check(
    **GENERATE,
    points=4,
    kind="time",
    en="As fast as a cache makes it: at least twice as fast as computing every position anew for each token",
    zh="速度与带缓存的写法相当：至少是每个词元都从头重算的两倍",
    needs=("generate_values",),
)
def test_generate_time(rng, timed):
    # In float64, so that no two right solutions ever round to different tokens.
    seed = rng.python.randrange(1 << 30)
    timed.compare(
        prepare=lambda side: side.support.tiny_gpt(seed, "float64"),
        inputs=lambda: (rng.integers(0, 1024, (1, rng.python.randint(28, 36))),),
        call=lambda side, model, ids: side.generate(model, ids, 56),
    )
