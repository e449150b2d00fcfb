"""Worked numbers for percentiles of censored times."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from tallyclerk.stats import survival
from tallyclerk.stats.percentiles import order_statistic_rank, rank_interval
from tallyclerk.stats.survival import Percentile, km_percentile, km_quantile

HALF = Fraction(1, 2)
NINETY = Fraction(9, 10)


def test_a_censored_unit_shifts_the_median() -> None:
    # S: 3/4 after 10, then 3/4 * 1/2 = 3/8 after 30; one open at 20.
    histogram = [(10, 1, 0), (20, 0, 1), (30, 1, 0), (40, 1, 0)]
    assert km_quantile(histogram, 0, HALF) == 30
    assert km_quantile(histogram, 0, Fraction(1, 4)) == 10
    assert km_quantile(histogram, 0, NINETY) == 40


def test_censored_at_a_time_are_at_risk_at_it() -> None:
    # At 10 both are at risk: S = 1/2, which reaches the median.
    assert km_quantile([(10, 1, 1)], 0, HALF) == 10
    assert km_quantile([(10, 1, 1)], 0, Fraction(51, 100)) is None


def test_units_that_never_end_count_as_longer_than_any_time() -> None:
    assert km_quantile([(5, 9, 0)], 1, NINETY) == 5
    assert km_quantile([(5, 9, 0)], 2, NINETY) is None
    assert km_quantile([], 3, HALF) is None


def test_nothing_observed_has_no_percentile() -> None:
    assert km_quantile([], 0, HALF) is None
    assert km_percentile([], 0, HALF) == Percentile(None, None, None)
    assert km_quantile([(5, 0, 7)], 0, HALF) is None


def test_a_boundary_that_floats_miss_is_decided_exactly() -> None:
    # S is exactly 1/10 at 2, while 1 - 0.9 in floats is below it.
    histogram = [(1, 3, 0), (2, 6, 0), (3, 1, 0)]
    assert km_quantile(histogram, 0, NINETY) == 2
    # 4/5 * 3/4 is exactly 3/5; 4/5 * 4/5 with three censored in between is exactly 16/25.
    assert km_quantile([(1, 1, 0), (2, 0, 0), (3, 1, 0), (4, 0, 3)], 0, Fraction(2, 5)) == 3
    assert km_quantile([(1, 2, 3), (2, 1, 4)], 0, Fraction(4, 10)) is None
    assert km_quantile([(1, 2, 3), (2, 1, 4)], 0, Fraction(36, 100)) == 2


def test_without_censoring_value_and_limits_are_order_statistics() -> None:
    values = sorted((7 * k * k + 3 * k) % 101 for k in range(50))
    histogram = [(v, values.count(v), 0) for v in sorted(set(values))]
    lower, upper = rank_interval(NINETY, 50)
    assert lower is not None
    assert upper is not None
    assert km_percentile(histogram, 0, NINETY) == (
        values[order_statistic_rank(NINETY, 50) - 1],
        values[lower - 1],
        values[upper - 1],
    )


def test_a_low_confidence_still_encloses_the_value() -> None:
    histogram = [(k, 1, 1) for k in range(1, 8)]
    value, low, high = km_percentile(histogram, 0, HALF, 0.05)
    assert value is not None
    assert low is not None
    assert low <= value
    assert high is None or high >= value


def test_too_few_units_have_no_limits() -> None:
    assert km_percentile([(1, 1, 0), (2, 1, 0), (9, 1, 0)], 0, HALF) == Percentile(2, None, None)


@pytest.mark.parametrize(
    ("histogram", "never"),
    [
        ([(2, 1, 0), (1, 1, 0)], 0),
        ([(1, 1, 0), (1, 1, 0)], 0),
        ([(1, -1, 0)], 0),
        ([(1, 0, -1)], 0),
        ([(1, 1, 0)], -1),
    ],
)
def test_a_broken_histogram_is_refused(histogram: list[tuple[int, int, int]], never: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        km_quantile(histogram, never, HALF)


def test_a_level_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="percentile level"):
        km_quantile([(1, 1, 0)], 0, Fraction(0))
    with pytest.raises(ValueError, match="below 1"):
        km_percentile([(1, 1, 0)], 0, Fraction(1))
    with pytest.raises(TypeError, match="exact fraction"):
        km_quantile([(1, 1, 0)], 0, 0.5)  # type: ignore[arg-type]


def exact_quantile(histogram: list[tuple[int, int, int]], never: int, q: Fraction) -> int | None:
    """Walk the definition in fractions."""
    at_risk = never + sum(d + c for _, d, c in histogram)
    share = Fraction(1)
    for duration, observed, censored in histogram:
        if observed:
            share *= Fraction(at_risk - observed, at_risk)
            if share <= 1 - q:
                return duration
        at_risk -= observed + censored
    return None


def test_floats_and_fractions_agree_on_and_beside_every_step() -> None:
    histogram = [(k, 1 + k % 3, k % 2) for k in range(1, 40)]
    at_risk = 2 + sum(d + c for _, d, c in histogram)
    share = Fraction(1)
    for duration, observed, censored in histogram:
        share *= Fraction(at_risk - observed, at_risk)
        at_risk -= observed + censored
        for q in (1 - share, 1 - share + Fraction(1, 10**25), 1 - share - Fraction(1, 10**25)):
            assert km_quantile(histogram, 2, q) == exact_quantile(histogram, 2, q)
        assert km_quantile(histogram, 2, 1 - share) == duration


def test_fifty_thousand_distinct_times_are_quick() -> None:
    histogram = [(minute, 3, minute % 3) for minute in range(50_000)]
    started = time.perf_counter()
    value, low, high = km_percentile(histogram, 100, NINETY)
    assert time.perf_counter() - started < 1.0
    assert low is not None
    assert value is not None
    assert high is not None
    assert low < value < high


def test_an_undecided_float_falls_back_to_integers(monkeypatch: pytest.MonkeyPatch) -> None:
    histogram = [(k, 2, k % 2) for k in range(1, 30)]
    quick = [km_quantile(histogram, 1, Fraction(k, 50)) for k in range(1, 50)]
    monkeypatch.setattr(survival, "_ERROR_PER_FACTOR", 1.0)
    assert [km_quantile(histogram, 1, Fraction(k, 50)) for k in range(1, 50)] == quick
