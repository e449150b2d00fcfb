"""Durations and percentiles of the true answers, worked by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from tests.support.truth import utc

from tallyclerk.simulate.truth.durations import Ending, Measured, measure, percentile

MEDIAN, NINETIETH = Fraction(1, 2), Fraction(9, 10)
OPEN = Ending("open")
AS_OF = utc("03-10T00:00")


def observed(*minutes: int) -> list[Measured]:
    return [Measured(value, "observed") for value in minutes]


def censored(*minutes: int) -> list[Measured]:
    return [Measured(value, "censored") for value in minutes]


def never(count: int) -> list[Measured]:
    return [Measured(None, "never")] * count


@pytest.mark.parametrize(
    ("q", "expected"),
    [(MEDIAN, 5), (NINETIETH, 9), (Fraction(91, 100), 10), (Fraction(1, 10), 1)],
)
def test_without_open_ones_it_is_the_order_statistic_at_rank_ceil_of_qn(
    q: Fraction, expected: int
) -> None:
    assert percentile(observed(7, 1, 10, 4, 3, 6, 2, 9, 8, 5), q) == expected


def test_kaplan_meier_of_the_shared_example() -> None:
    # S: 2 -> 9/10, 3 -> 7/10, 4 -> 6/10, 5 -> 1/2 (the open one at 5 is still at risk), ...,
    # 8 -> 1/4: the 90th percentile is not reached.
    durations = observed(2, 3, 3, 4, 5, 6, 8) + censored(5, 8, 10)
    assert percentile(durations, MEDIAN) == 5
    assert percentile(durations, Fraction(3, 4)) == 8
    assert percentile(durations, NINETIETH) is None


def test_at_equal_times_the_ended_go_before_the_open() -> None:
    # At risk at 10: both; S(10) = 1/2. Were the open one gone before, S(10) would be 0.
    durations = observed(10) + censored(10)
    assert percentile(durations, MEDIAN) == 10
    assert percentile(durations, Fraction(51, 100)) is None


def test_what_never_ends_stays_at_risk() -> None:
    # One of ten never ends: S after all others is 1/10, which is just the 90th percentile.
    assert percentile(observed(*range(1, 10)) + never(1), NINETIETH) == 9
    assert percentile(observed(*range(1, 9)) + never(2), NINETIETH) is None


def test_an_early_open_one_moves_its_weight_to_the_later_ones() -> None:
    # S(1) = 1, for only the open one leaves; then S(2) = 2/3, S(3) = 1/3, S(4) = 0.
    assert percentile(censored(1) + observed(2, 3, 4), MEDIAN) == 3


def test_the_rank_is_found_exactly_where_floats_miss_it() -> None:
    # 1 - 0.9 is 0.09999999999999998 in floats; S(9) is 1/10 and reaches it.
    assert percentile(observed(*range(1, 11)), NINETIETH) == 9


def test_nothing_to_say_of_nothing() -> None:
    assert percentile([], MEDIAN) is None
    assert percentile([Measured(reason="negative")], MEDIAN) is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Measured(0, "observed")),
        (59, Measured(0, "observed")),
        (60, Measured(1, "observed")),
        (-1, Measured(0, "observed")),
        (-1800, Measured(0, "observed")),
        (-1801, Measured(reason="negative")),
    ],
)
def test_minutes_are_rounded_down_and_small_negatives_are_none(
    seconds: int, expected: Measured
) -> None:
    start = utc("03-02T10:00")
    assert measure(start, start + dt.timedelta(seconds=seconds), OPEN, AS_OF) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("open", Measured(1440, "censored")),
        ("delivered", Measured(1440, "censored")),
        ("never", Measured(None, "never")),
        ("cancelled", Measured(reason="cancelled")),
        ("undated", Measured(reason="undated")),
    ],
)
def test_without_an_end_the_ending_decides(kind: str, expected: Measured) -> None:
    assert measure(utc("03-09T00:00"), None, Ending(kind), AS_OF) == expected


def test_an_open_interval_that_starts_after_as_of_is_no_duration() -> None:
    assert measure(utc("03-10T00:30"), None, OPEN, AS_OF) == Measured(0, "censored")
    assert measure(utc("03-10T00:31"), None, OPEN, AS_OF) == Measured(reason="negative")
