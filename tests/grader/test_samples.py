"""The samples that a newcomer sees first: each gets the verdict and the names that its README promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def graded(exercise: str) -> dict[str, Any]:
    """What becomes of the samples of an exercise, by person; times are for `make run` to show."""
    command = [sys.executable, "-m", "grader", "run", "samples", "--exercise", exercise]
    command += ["--no-timing", "--seed", "5", "--json", "-"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return {result["submission"].split("/")[1]: result for result in json.loads(done.stdout)["results"]}


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """The five of `self_attention`, graded once."""
    return graded("self_attention")


def named(result: Any) -> dict[str, list[str]]:
    return {each["function"]: each["mistakes"] for each in result["diagnoses"] if each["confidence"] == "exact"}


def test_everybody_is_there(results: dict[str, Any]) -> None:
    """Five people, by name."""
    assert list(results) == ["ada", "ben", "chen", "dora", "eve"]


def test_ada_is_right(results: dict[str, Any]) -> None:
    """Written differently from the reference, and accepted."""
    assert results["ada"]["verdict"] == "accepted"
    assert results["ada"]["score"] == results["ada"]["max_score"]


def test_ben_is_right_as_far_as_it_goes(results: dict[str, Any]) -> None:
    """What he did not attempt is not called wrong."""
    assert results["ben"]["verdict"] == "incomplete"
    assert named(results["ben"]) == {}
    outcomes = {check["outcome"] for check in results["ben"]["checks"]}
    assert outcomes <= {"passed", "not_attempted", "not_graded", "skipped"}


def test_chen_forgot_the_scale(results: dict[str, Any]) -> None:
    """Named once, at its root, although the layer fails with it."""
    assert results["chen"]["verdict"] == "wrong_answer"
    assert named(results["chen"]) == {"scaled_dot_product_attention": ["attn_no_scale"]}


def test_dora_has_three_slips(results: dict[str, Any]) -> None:
    """Each function's own."""
    assert named(results["dora"]) == {
        "make_attention_mask": ["mask_causal_peeks"],
        "MultiHeadAttention": ["mha_merge_without_transpose"],
        "streaming_attention": ["stream_output_not_rescaled"],
    }


def test_eve_leaves_and_the_rest_is_graded(results: dict[str, Any]) -> None:
    """Ending the process costs her that function, and only that."""
    assert results["eve"]["verdict"] == "crashed"
    assert results["eve"]["score"] == results["ben"]["score"]
    crashed = {check["function"] for check in results["eve"]["checks"] if check["outcome"] == "crashed"}
    assert crashed == {"streaming_attention"}


def test_three_hand_in_a_classifier() -> None:
    """One is right; one forgot the mask in one function, which is named there and nowhere else; one is an article's."""
    found = graded("bert_classifier")

    verdicts = {name: result["verdict"] for name, result in found.items()}
    assert verdicts == {"ada": "accepted", "chen": "wrong_answer", "finn": "runtime_error"}
    assert named(found["chen"]) == {"predict_proba": ["proba_no_mask"]}


def test_two_hand_in_word_vectors() -> None:
    """One is right, and what an article prints has a known mistake in each of its three functions."""
    found = graded("word2vec")
    assert {name: result["verdict"] for name, result in found.items()} == {"ada": "accepted", "finn": "runtime_error"}
    assert named(found["finn"]) == {
        "tokenize": ["tokenize_raw_split"],
        "train_word2vec": ["train_words_as_sentences"],
        "embed_text": ["embed_sentence_key"],
    }


def test_two_hand_in_the_analogy() -> None:
    """One is right, answers included; the other's slips and misconceptions are named."""
    found = graded("cycle_analogy")
    assert {name: result["verdict"] for name, result in found.items()} == {"ada": "accepted", "chen": "wrong_answer"}
    assert len(named(found["chen"])) >= 4


def test_two_hand_in_latency() -> None:
    """One is right; the other cuts off where rounding is due."""
    found = graded("latency_optimization")
    assert {name: result["verdict"] for name, result in found.items()} == {"ada": "accepted", "chen": "wrong_answer"}
    assert found["chen"]["diagnoses"]
