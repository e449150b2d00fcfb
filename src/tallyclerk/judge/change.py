"""Change against an earlier period of the same partner: better or worse only where it is proven.

Two periods are compared on their own cluster-robust intervals (MOVER, see
`tallyclerk.stats.differences`). A change that their batches cannot prove is `within_noise`; where
one of the periods has too little to be judged at all there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tallyclerk.domain.results import Result
from tallyclerk.judge.estimates import MIN_BATCHES, MIN_CASES
from tallyclerk.stats.differences import mover
from tallyclerk.stats.rates import exact_limits

BETTER, WORSE, WITHIN_NOISE = "better", "worse", "within_noise"
Key = tuple[str, str, str, str]
Limits = tuple[float | None, float | None]


def key_of(result: Result) -> Key:
    """What names a total: partner, role, KPI and statistic."""
    return result.partner_id, result.role, result.kpi, result.statistic


def with_changes(
    totals: Sequence[Result], before: Iterable[Result], year_before: Iterable[Result]
) -> list[Result]:
    """Totals with `previous`, `previous_n`, `change` and `change_year`.

    Args:
        totals: Of the period.
        before: Totals of the period of equal length that ended where it began.
        year_before: Totals of the same months a year earlier.
    """
    last = {key_of(result): result for result in before}
    year = {key_of(result): result for result in year_before}
    return [
        replace(
            now,
            previous=then.value if (then := last.get(key_of(now))) else None,
            previous_n=then.n if then else None,
            change=change(now, then),
            change_year=change(now, year.get(key_of(now))),
        )
        for now in totals
    ]


def change(now: Result, then: Result | None) -> str | None:
    """What two periods prove of each other.

    Returns:
        better or worse where the 95 % interval of now - then leaves out 0, else within_noise; None
        where either has no value, fewer than 30 (effective) cases or fewer than 8 batches.
    """
    if then is None or now.value is None or then.value is None:
        return None
    if not (is_sufficient(now) and is_sufficient(then)):
        return None
    diff = mover(now.value, *_limits(now, then), then.value, *_limits(then, now))
    if diff.low is not None and diff.low > 0:
        return BETTER if now.better == "higher" else WORSE
    if diff.high is not None and diff.high < 0:
        return WORSE if now.better == "higher" else BETTER
    return WITHIN_NOISE


def is_sufficient(result: Result) -> bool:
    """Whether a result has the cases and batches of a judgement."""
    return (
        result.n >= MIN_CASES
        and result.batches >= MIN_BATCHES
        and result.effective_n is not None
        and result.effective_n >= MIN_CASES
    )


def _limits(result: Result, other: Result) -> Limits:
    """The two-sided limits of a result.

    A period in which all cases went alike (no hits, or only hits) does not show how its batches
    differ: it takes the design effect of the other period and the exact two-sided limits.
    """
    if result.hits is None or 0 < result.hits < result.n:
        return result.low, result.high
    as_the_other = result.n * (other.effective_n or other.n) / other.n
    effective = max(1.0, min(result.effective_n or result.n, as_the_other))
    low, high = exact_limits(effective if result.hits else 0.0, effective)
    return low, high
