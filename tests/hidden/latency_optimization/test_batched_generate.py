"""Hidden checks of `batched_generate`, on a tiny GPT with secret weights and prompts of unequal length.

As for `generate`, prompts are drawn until every step has a clear winner.
"""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

BATCH = {"part": "batch", "function": "batched_generate"}
CLEAR = 0.002
VOCABULARY = 61


def _prompts(rng, reference, model, lengths, new_tokens, pad_id, *, inside=False):
    """Prompts of these lengths with clear continuations. `pad_id` is in none of them; with `inside`, in each."""
    prompts = []
    for number, length in enumerate(lengths):
        for _ in range(100):
            ids = rng.integers(0, VOCABULARY, (1, length))
            if inside:
                ids[0, (0, -1, length // 2)[number % 3]] = pad_id
            elif pad_id in ids:
                continue
            if reference.support.greedy_margin(model, ids, new_tokens) > CLEAR and (
                length == max(lengths) or _ends_itself(reference, model, ids, pad_id)
            ):
                prompts.append(ids[0].tolist())
                break
        else:
            raise AssertionError("no clear prompt found")
    return prompts


def _ends_itself(reference, model, ids, pad_id):
    """Whether a column of padding after the prompt would go on with another token than the prompt does.

    Models have favourite tokens, and one that comes either way would not show that the wrong column was read.
    """
    length = ids.shape[1]
    logits, _ = model(
        torch.cat([ids, torch.tensor([[pad_id]])], dim=1),
        positions=torch.tensor([[*range(length), length - 1]]),
        attention_mask=torch.arange(length + 1)[None] < length,
    )
    return int(logits[0, -1].argmax()) != int(reference.generate(model, ids, 1)[0, -1])


def _cut(solo, end):
    """Each answer up to and with its first end token."""
    return [each[: each.index(end) + 1] if end in each else each for each in solo]


def _ends(rng, reference, lengths, new_tokens, places):
    """A model, prompts, their answers, end tokens from these places (row, column), and a pad_id found nowhere.

    Some answers end with such a token before others do: a model may well begin all of them alike.
    """
    for _ in range(50):
        _, model = _model(rng)
        right, pad_id = model(reference), rng.python.randrange(VOCABULARY)
        prompts = _prompts(rng, reference, right, lengths, new_tokens, pad_id)
        solo = reference.support.solo_answers(right, prompts, new_tokens)
        ends = [solo[row][column] for row, column in places]
        early = all(len({len(answer) for answer in _cut(solo, end)}) > 1 for end in ends)
        if early and all(pad_id not in answer for answer in solo):
            return model, prompts, solo, ends, pad_id
    raise AssertionError("no answers of different length found")


def _model(rng):
    seed = rng.python.randrange(1 << 30)
    return seed, lambda side: side.support.small_gpt(seed)


@pytest.mark.check(
    **BATCH,
    points=4,
    kind="value",
    en="Each answer equals what its prompt gives alone, in the order of the prompts, new tokens only",
    zh="每个回答都与该提示词单独生成时一致，次序与提示词相同，且只含新词元",
)
def test_batch_values(candidate, reference, rng):
    for lengths, new_tokens in (((5, 2, 9, 7), 8), ((3, 8), 5), ((10, 1, 6, 4, 2), 6)):
        _, model = _model(rng)
        right, pad_id = model(reference), rng.python.randrange(VOCABULARY)
        prompts = _prompts(rng, reference, right, lengths, new_tokens, pad_id)
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
        model, prompts, solo, (end,), pad_id = _ends(rng, reference, (4, 7, 2, 5, 9), 9, [(1, 3)])
        got = candidate.batched_generate(model(candidate), prompts, 9, pad_id=pad_id, eos_id=end)
        expect.equal(got, _cut(solo, end))


@pytest.mark.check(
    **BATCH,
    points=2,
    kind="robust",
    en="The end token may come first, or in every answer, or never",
    zh="结束词元可能第一个就出现，可能每个回答里都有，也可能从不出现",
)
def test_batch_end_early(candidate, reference, rng):
    for _ in range(2):
        model, prompts, solo, ends, pad_id = _ends(rng, reference, (6, 3, 8, 2, 5), 6, [(0, 0), (2, 0)])
        used = {pad_id, *(token for each in (*prompts, *solo) for token in each)}
        ends.append(rng.python.choice([token for token in range(VOCABULARY) if token not in used]))
        got = [candidate.batched_generate(model(candidate), prompts, 6, pad_id=pad_id, eos_id=end) for end in ends]
        expect.equal(got, [_cut(solo, end) for end in ends])
        end = solo[0][2]
        alone = candidate.batched_generate(model(candidate), prompts[:1], 6, pad_id=pad_id, eos_id=end)
        expect.equal(alone, _cut(solo[:1], end))


@pytest.mark.check(
    **BATCH,
    points=3,
    kind="robust",
    en="pad_id inside a prompt, at its beginning or its end too, is a token like any other",
    zh="提示词里出现 pad_id（包括开头和结尾）时，它就是普通的词元",
)
def test_batch_pad_inside(candidate, reference, rng):
    for _ in range(2):
        _, model = _model(rng)
        right, pad_id = model(reference), rng.python.randrange(VOCABULARY)
        prompts = _prompts(rng, reference, right, (5, 8, 3, 6), 7, pad_id, inside=True)
        got = candidate.batched_generate(model(candidate), prompts, 7, pad_id=pad_id)
        expect.equal(
            got,
            reference.support.solo_answers(right, prompts, 7),
            hint=("Some prompts contain pad_id.", "有的提示词里含有 pad_id。"),
        )


@pytest.mark.check(
    **BATCH,
    points=1,
    kind="robust",
    en="One prompt alone; prompts of equal length; one new token",
    zh="只有一个提示词；长度都相同的提示词；只生成一个词元",
)
def test_batch_no_padding(candidate, reference, rng):
    for _ in range(2):
        _, model = _model(rng)
        right, pad_id = model(reference), rng.python.randrange(VOCABULARY)
        prompts = _prompts(rng, reference, right, (6, 6, 6), 5, pad_id, inside=True)
        cases = [(prompts[:1], 5), (prompts, 5), (prompts, 1)]
        got = [candidate.batched_generate(model(candidate), *case, pad_id=pad_id) for case in cases]
        want = [reference.support.solo_answers(right, *case) for case in cases]
        expect.equal(got, want)


@pytest.mark.check(**BATCH, points=1, kind="robust", en="The prompts are not changed", zh="不改动传入的提示词")
def test_batch_arguments(candidate, rng):
    _, model = _model(rng)
    prompts = [rng.integers(0, VOCABULARY, (length,)).tolist() for length in (4, 2, 7)]
    _, after = candidate.with_arguments.batched_generate(model(candidate), prompts, 3, pad_id=0)
    hint = ("The prompts were changed by the call.", "调用改动了传入的提示词。")
    expect.equal(after[1], prompts, hint=hint)


@pytest.mark.check(
    **BATCH,
    points=4,
    kind="time",
    en="A batch of eight at least twice as fast as eight prompts one after the other, and with a cache",
    zh="八个提示词成批生成，速度至少是逐个生成的两倍，并且用缓存",
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
