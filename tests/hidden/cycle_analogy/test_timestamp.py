"""Hidden checks of `unix_timestamp`: thousands of dates in a few calls.

The reference is itself held against Python's calendar here, where that is allowed. Kinds of dates are kept in calls of
their own, so that two faults in one submission can be told apart.
"""

from __future__ import annotations

import datetime

import pytest

from grader.exam import expect

TIMESTAMP = {"part": "timestamp", "function": "unix_timestamp"}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def _dates(rng, first, last, count):
    """Random moments from the first day of one year to the last day of another."""
    low, high = datetime.date(first, 1, 1).toordinal(), datetime.date(last, 12, 31).toordinal()
    return [_moment(rng, datetime.date.fromordinal(rng.python.randint(low, high))) for _ in range(count)]


def _moment(rng, day):
    clock = [rng.python.randrange(24), rng.python.randrange(60), rng.python.randrange(60)]
    return [day.year, day.month, day.day, *clock]


def _same(candidate, reference, *groups):
    """All groups are called before one is judged: what tells two mistakes apart may be a later one."""
    got = [candidate.support.timestamps(dates) for dates in groups]
    for dates, timestamps in zip(groups, got, strict=True):
        want = reference.support.timestamps(dates)
        moments = [datetime.datetime(*each, tzinfo=datetime.UTC) for each in dates]
        assert want == [(each - EPOCH) // datetime.timedelta(seconds=1) for each in moments]
        expect.equal(timestamps, want)


def _refused(candidate, *groups):
    got = [candidate.support.refused(dates) for dates in groups]
    expect.equal(got, [["ValueError"] * len(dates) for dates in groups])


@pytest.mark.check(
    **TIMESTAMP,
    points=3,
    kind="value",
    en="Three thousand moments from 1970 to 2099",
    zh="1970 到 2099 年间的三千个时刻",
)
def test_timestamp_values(candidate, reference, rng):
    days = [date[:3] for date in _dates(rng, 1970, 2099, 200)]
    _same(candidate, reference, _dates(rng, 1970, 2099, 3000), days, [[2023, 10, 10, 12]])


@pytest.mark.check(
    **TIMESTAMP,
    points=2,
    kind="robust",
    en="Moments before 1970, as negative numbers",
    zh="1970 年以前的时刻，得到负数",
)
def test_timestamp_before_1970(candidate, reference, rng):
    _same(candidate, reference, _dates(rng, 1901, 1969, 800), _dates(rng, 1, 1899, 200))


@pytest.mark.check(
    **TIMESTAMP,
    points=2,
    kind="robust",
    en="Moments from 2100 to 9999: three centuries in four have no leap day",
    zh="2100 到 9999 年的时刻：四个整百年里有三个不闰",
)
def test_timestamp_far(candidate, reference, rng):
    _same(candidate, reference, _dates(rng, 2100, 9999, 100))


@pytest.mark.check(
    **TIMESTAMP,
    points=2,
    kind="property",
    en="One second after the end of a month, and of a February, is the next one",
    zh="月末（包括二月末）再过一秒，就是下个月的开头",
)
def test_timestamp_ends_of_months(candidate, rng):
    firsts = [datetime.date(rng.python.randint(1971, 2099), month, 1) for month in range(1, 13) for _ in range(10)]
    firsts += [datetime.date(year, 3, 1) for year in (1972, 2000, 2023, 2024)]
    lasts = [day - datetime.timedelta(days=1) for day in firsts]
    after = candidate.support.timestamps([[day.year, day.month, day.day] for day in firsts])
    before = candidate.support.timestamps([[day.year, day.month, day.day, 23, 59, 59] for day in lasts])
    expect.equal(
        [later - earlier for later, earlier in zip(after, before, strict=True)],
        [1] * len(firsts),
        hint=(
            "23:59:59 on the last day of a month and 0:00 on the first of the next are one second apart.",
            "某月最后一天的 23:59:59 与下月第一天的 0:00 应当相差一秒。",
        ),
    )


@pytest.mark.check(
    **TIMESTAMP,
    points=3,
    kind="value",
    en="Local times east and west of Greenwich, also by half hours",
    zh="东西各时区的当地时间，包括半小时的时区",
)
def test_timestamp_offsets(candidate, reference, rng):
    offsets = [480, 330, -300, -570, 60, -720, 840, 345]
    dates = [[*date, rng.python.choice(offsets)] for date in _dates(rng, 1975, 2090, 400)]
    ahead, behind = ([date for date in dates if (date[-1] > 0) is east] for east in (True, False))
    got = [candidate.support.local_timestamps(each) for each in (ahead, behind)]
    expect.equal(got, [reference.support.local_timestamps(each) for each in (ahead, behind)])


@pytest.mark.check(
    **TIMESTAMP,
    points=2,
    kind="robust",
    en="ValueError for months and days that do not exist",
    zh="不存在的月、日要抛出 ValueError",
)
def test_timestamp_impossible_days(candidate, rng):
    year = rng.python.randint(1971, 2099)
    common = rng.python.choice([2001, 2002, 2003, 2021, 2022, 2023])
    _refused(
        candidate,
        [[year, 13, 1], [year, 14, 5]],
        [[year, 0, 1], [year, -1, 1], [year, 5, 0], [year, 5, -3]],
        [[year, month, 32] for month in (1, 3, 5, 7, 8, 10, 12)],
        [[year, month, 31] for month in (4, 6, 9, 11)] + [[year, 2, 30]],
        [[common, 2, 29]],
        [[1900, 2, 29], [2100, 2, 29], [2200, 2, 29]],
    )


@pytest.mark.check(
    **TIMESTAMP,
    points=2,
    kind="robust",
    en="ValueError for times of day that do not exist, second 60 included",
    zh="不存在的时刻要抛出 ValueError，第 60 秒也在内",
)
def test_timestamp_impossible_times(candidate, rng):
    day = [rng.python.randint(1971, 2099), rng.python.randint(1, 12), rng.python.randint(1, 28)]
    kinds = (
        [[24, 0, 0]],
        [[25, 0, 0], [7, 60, 0], [7, 75, 0], [7, 5, 61]],
        [[23, 59, 60], [7, 5, 60]],
        [[-1, 0, 0], [7, -1, 0], [7, 5, -1]],
    )
    _refused(candidate, *([[*day, *each] for each in times] for times in kinds))


@pytest.mark.check(
    **TIMESTAMP,
    points=1,
    kind="value",
    en="The 29th of February, in leap years of every sort",
    zh="各种闰年的 2 月 29 日",
)
def test_timestamp_leap_days(candidate, reference, rng):
    years = range(1972, 2099, 4)
    _same(candidate, reference, [[year, 2, 29] for year in rng.python.sample(years, 12)], [[2000, 2, 29]])


@pytest.mark.check(
    **TIMESTAMP,
    points=1,
    kind="time",
    en="CPU time against the reference, on dates near the present",
    zh="在当代的日期上，与参考实现比较 CPU 用时",
    needs=("timestamp_values",),
)
def test_timestamp_time(rng, timed):
    timed.compare(
        inputs=lambda: (_dates(rng, 1990, 2060, 400),),
        call=lambda side, _, dates: side.support.timestamps(dates),
    )
