"""Small cases that can be followed by hand. Run them with `pytest test_visible.py` beside your cycle_analogy.py."""

from __future__ import annotations

import math

import cycle_analogy
import pytest
import support


def test_known_moments():
    """The epoch, a second before it, leap days, and a moment in two time zones."""
    assert cycle_analogy.unix_timestamp(1970, 1, 1) == 0
    assert cycle_analogy.unix_timestamp(1969, 12, 31, 23, 59, 59) == -1
    assert cycle_analogy.unix_timestamp(2000, 3, 1) == 951868800
    assert cycle_analogy.unix_timestamp(2024, 2, 29, 12) == 1709208000
    assert cycle_analogy.unix_timestamp(2100, 3, 1) == 4107542400, "2100 is no leap year"
    assert cycle_analogy.unix_timestamp(2023, 10, 10, 12) == 1696939200
    assert cycle_analogy.unix_timestamp(2023, 10, 10, 12, utc_offset_minutes=480) == 1696910400, "noon in UTC+8"


def test_no_such_date():
    """Neither the 30th of February nor a minute of 61 seconds."""
    with pytest.raises(ValueError):
        cycle_analogy.unix_timestamp(2024, 2, 30)
    with pytest.raises(ValueError):
        cycle_analogy.unix_timestamp(2016, 12, 31, 23, 59, 60)


def test_three_tasks():
    """3 + 5 + 2 cycles of a millisecond; then a cycle time for each task."""
    assert math.isclose(cycle_analogy.processing_delay(0.001, [3, 5, 2]), 0.010)
    assert math.isclose(cycle_analogy.processing_delay([0.001, 0.002, 0.004], [3, 5, 2]), 0.021)


def test_delay_needs_matching_lengths():
    """Two cycle times do not fit three tasks."""
    with pytest.raises(ValueError):
        cycle_analogy.processing_delay([0.001, 0.002], [3, 5, 2])


def test_two_stages():
    """(5 + 2) x 10 = 70. The clock shows 100; stages take 3 s and 4 s; a reading itself takes 1 s."""
    stages = [["load", "add", 2, 3.0], ["compute", "multiply", 10, 4.0]]
    got = support.traced(cycle_analogy, stages, 5, 100.0, [1.0, 1.0, 1.0])
    result, spans = got["returned"]
    assert result == 70
    assert [tuple(span) for span in spans] == [("load", 101.0, 105.0), ("compute", 105.0, 110.0)]
    assert got["readings"] == 3, "two stages, three readings"


def test_a_stage_that_raises():
    """The first stage works, the second raises KeyError, the third is never begun."""
    stages = [["load", "add", 2, 3.0], ["break", "KeyError", 7, 4.0], ["never", "add", 1, 5.0]]
    got = support.traced_raising(cycle_analogy, stages, 5, 100.0, [1.0, 1.0, 1.0, 1.0])
    assert got["error"] == "KeyError"
    assert got["the_same_object"], "not the exception object that the stage raised"
    assert [tuple(span) for span in got["spans"]] == [("load", 101.0, 105.0), ("break", 105.0, 110.0)]


def test_four_items_in_a_pipeline():
    """Stages of 1, 3 and 2 s: the first item leaves after 6 s, then one every 3 s."""
    assert math.isclose(cycle_analogy.pipelined_delay([1.0, 3.0, 2.0], 4), 15.0)


def test_a_request_of_ten_tokens():
    """0.2 s for the first token, 0.05 s for each of the nine others."""
    assert math.isclose(cycle_analogy.request_latency(0.2, 0.05, 10), 0.65)


def test_a_floor_under_a_token():
    """14 GB of weights and 2 GB of KV cache at 2 TB/s."""
    assert math.isclose(cycle_analogy.decode_floor(14e9, 2e9, 2e12), 0.008)


def test_words_of_the_analogy():
    """All eight keys, no others, and only values from the list."""
    form = support.analogy_form(cycle_analogy)
    assert form["all_keys"], "a key is missing"
    assert form["no_other_keys"], "there is a key that is not on the list"
    assert form["known_values"], "there is a value that is not on the list"


def test_a_cache_is_a_cache():
    """One of the eight for free: what is kept close so that it need not be computed again."""
    assert support.analogy_of(cycle_analogy, "data_cache") == "kv_cache"
