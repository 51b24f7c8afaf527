"""Hidden checks of `batched_generate`, on a tiny GPT with secret weights and prompts of unequal length.

As for `generate`, prompts are drawn until every step has a clear winner.
"""

from __future__ import annotations

import pytest

from grader.exam import expect

BATCH = {"part": "batch", "function": "batched_generate"}
CLEAR = 0.002
VOCABULARY = 61


def _prompts(rng, reference, model, lengths, new_tokens, pad_id=None):
    """Prompts of these lengths with clear continuations; with `pad_id` each holds that token somewhere."""
    prompts = []
    for number, length in enumerate(lengths):
        for _ in range(50):
            ids = rng.integers(0, VOCABULARY, (1, length))
            if pad_id is not None:
                ids[0, (0, -1, length // 2)[number % 3]] = pad_id
            if reference.support.greedy_margin(model, ids, new_tokens) > CLEAR:
                prompts.append(ids[0].tolist())
                break
        else:
            raise AssertionError("no clear prompt found")
    return prompts


def _unused(rng, tokens):
    return rng.python.choice([token for token in range(VOCABULARY) if token not in tokens])


def _model(rng):
    seed = rng.python.randrange(1 << 30)
    return seed, lambda side: side.support.small_gpt(seed)


@pytest.mark.check(
    **BATCH,
    points=4,
    kind="value",
    en="Each answer equals what its prompt gives alone, in the order of the prompts, new tokens only",
    zh="每个回答都与该提示单独生成时一致，次序与提示相同，且只含新词元",
)
def test_batch_values(candidate, reference, rng):
    for lengths, new_tokens in (((5, 2, 9, 7), 8), ((3, 8), 5), ((10, 1, 6, 4, 2), 6)):
        _, model = _model(rng)
        right = model(reference)
        prompts = _prompts(rng, reference, right, lengths, new_tokens)
        pad_id = _unused(rng, {token for prompt in prompts for token in prompt})
        got = candidate.batched_generate(model(candidate), prompts, new_tokens, pad_id=pad_id)
        expect.equal(got, reference.support.solo_answers(right, prompts, new_tokens))


@pytest.mark.check(
    **BATCH,
    points=4,
    kind="value",
    en="An answer ends with its first end token, which belongs to it; the other answers go on",
    zh="回答在第一个结束词元处停下（含该词元），其余回答继续",
)
def test_batch_end(candidate, reference, rng):
    for _ in range(2):
        _, model = _model(rng)
        right, lengths = model(reference), (4, 7, 2, 5, 9)
        prompts = _prompts(rng, reference, right, lengths, 9)
        solo = reference.support.solo_answers(right, prompts, 9)
        # In the midst of one answer: the others go on after it.
        end = solo[1][3]
        pad_id = _unused(rng, {end, *(token for prompt in prompts for token in prompt)})
        got = candidate.batched_generate(model(candidate), prompts, 9, pad_id=pad_id, eos_id=end)
        want = [answer[: answer.index(end) + 1] if end in answer else answer for answer in solo]
        expect.equal(got, want)


@pytest.mark.check(
    **BATCH,
    points=2,
    kind="robust",
    en="The end token may come first, or in every answer, or never",
    zh="结束词元可能第一个就出现，可能每个回答里都有，也可能从不出现",
)
def test_batch_end_early(candidate, reference, rng):
    _, model = _model(rng)
    right = model(reference)
    prompts = _prompts(rng, reference, right, (6, 3, 8), 6)
    solo = reference.support.solo_answers(right, prompts, 6)
    used = {token for each in (*prompts, *solo) for token in each}
    pad_id = _unused(rng, used)
    never = _unused(rng, {*used, pad_id})
    ends = [solo[0][0], solo[2][0], never]
    got = [candidate.batched_generate(model(candidate), prompts, 6, pad_id=pad_id, eos_id=end) for end in ends]
    alone = candidate.batched_generate(model(candidate), prompts[:1], 6, pad_id=pad_id, eos_id=solo[0][2])
    want = [[each[: each.index(end) + 1] if end in each else each for each in solo] for end in ends]
    expect.equal(got, want)
    expect.equal(alone, [solo[0][: solo[0].index(solo[0][2]) + 1]])


@pytest.mark.check(
    **BATCH,
    points=3,
    kind="robust",
    en="pad_id inside a prompt, at its beginning or its end too, is a token like any other",
    zh="提示里出现 pad_id（包括开头和结尾）时，它就是普通的词元",
)
def test_batch_pad_inside(candidate, reference, rng):
    _, model = _model(rng)
    right, pad_id = model(reference), rng.python.randrange(VOCABULARY)
    prompts = _prompts(rng, reference, right, (5, 8, 3, 6), 7, pad_id)
    got = candidate.batched_generate(model(candidate), prompts, 7, pad_id=pad_id)
    expect.equal(
        got,
        reference.support.solo_answers(right, prompts, 7),
        hint=("Some prompts contain pad_id.", "有的提示里含有 pad_id。"),
    )


@pytest.mark.check(
    **BATCH,
    points=1,
    kind="robust",
    en="One prompt alone; prompts of equal length; one new token",
    zh="只有一个提示；长度都相同的提示；只生成一个词元",
)
def test_batch_no_padding(candidate, reference, rng):
    _, model = _model(rng)
    right = model(reference)
    prompts = _prompts(rng, reference, right, (6, 6, 6), 5)
    pad_id = prompts[0][0]
    cases = [(prompts[:1], 5), (prompts, 5), (prompts, 1)]
    got = [candidate.batched_generate(model(candidate), *case, pad_id=pad_id) for case in cases]
    want = [reference.support.solo_answers(right, *case) for case in cases]
    expect.equal(got, want)


@pytest.mark.check(**BATCH, points=1, kind="robust", en="The prompts are not changed", zh="不改动传入的提示")
def test_batch_arguments(candidate, rng):
    _, model = _model(rng)
    prompts = [rng.integers(0, VOCABULARY, (length,)).tolist() for length in (4, 2, 7)]
    _, after = candidate.with_arguments.batched_generate(model(candidate), prompts, 3, pad_id=0)
    hint = ("The prompts were changed by the call.", "调用改动了传入的提示。")
    expect.equal(after[1], prompts, hint=hint)


@pytest.mark.check(
    **BATCH,
    points=4,
    kind="time",
    en="A batch of eight at least twice as fast as eight prompts one after the other, and with a cache",
    zh="八个提示成批生成，至少比逐个生成快一倍，并且用缓存",
    needs=("batch_values",),
)
def test_batch_time(rng, timed):
    # In float64, so that no two right solutions ever round to different tokens.
    seed = rng.python.randrange(1 << 30)

    def inputs():
        lengths = rng.python.sample(range(8, 25), 8)
        return ([rng.integers(0, 1024, (length,)).tolist() for length in lengths],)

    timed.compare(
        prepare=lambda side: side.support.tiny_gpt(seed, "float64"),
        inputs=inputs,
        call=lambda side, model, prompts: side.batched_generate(model, prompts, 24, pad_id=0),
    )
