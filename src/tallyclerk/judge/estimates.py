"""Counts to estimates: a value, its 95 % interval, and how much independent evidence there is.

Shipments of one batch share its fate, so intervals are those of batches: Korn-Graubard for rates,
Woodruff for percentiles. Where there are too few batches to know their spread there is none. A few
hits cannot show how batches differ: the design effect of rare events is held up, and that of a
clean record assumed (`tallyclerk.stats.sparse`). `make coverage-study` shows what the limits cover.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from tallyclerk.domain.kpi import Statistic
from tallyclerk.domain.results import Histogram
from tallyclerk.judge.counts import PERCENTILES, Count
from tallyclerk.stats.rates import zero_hits_upper
from tallyclerk.stats.sparse import cautious_korn_graubard
from tallyclerk.stats.woodruff import TimesOfCluster, woodruff

MIN_CASES = 30
MIN_BATCHES = 8
MINUTES_PER_HOUR = 60


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a count says of a statistic.

    Attributes:
        value: The statistic: a share, or hours; None where it cannot be said.
        low: Lower 95 % limit, None where there is none.
        high: Upper 95 % limit likewise.
        batches: Batches (of durations: groups of batches) that the cases came in.
        effective_n: Independent cases that would say as much; None where batches are too few.
        at_least: Of a percentile without a lower limit the hours it is proven to be beyond: those of
            the longest case that ended, or infinite where more cases never end than a percentile
            leaves above itself. None where there is no interval at all.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    batches: int = 0
    effective_n: float | None = None
    at_least: float | None = None

    @property
    def is_sufficient(self) -> bool:
        """Whether it may be judged: enough cases, by themselves and as evidence, and batches."""
        return (
            self.batches >= MIN_BATCHES
            and self.effective_n is not None
            and self.effective_n >= MIN_CASES
        )


def estimate(counts: Count, statistic: Statistic) -> Estimate:
    """The estimate of a statistic; without cases it has no value."""
    if counts.n == 0:
        return Estimate()
    found = _rate(counts) if statistic.quantile is None else _percentile(counts, statistic)
    if found.batches < MIN_BATCHES:
        return replace(found, low=None, high=None, effective_n=None)
    return found


def _rate(counts: Count) -> Estimate:
    n, hits = counts.n, counts.hits
    rate = cautious_korn_graubard(counts.batches)
    if rate is None:
        return Estimate(value=hits / n, batches=counts.batches.clusters)
    low, high = rate.low, rate.high
    if hits == 0:
        high = zero_hits_upper(rate.effective_n)
    elif hits == n:
        low = 1 - zero_hits_upper(rate.effective_n)
    return Estimate(
        value=hits / n, low=low, high=high, batches=rate.clusters, effective_n=rate.effective_n
    )


def _percentile(counts: Count, statistic: Statistic) -> Estimate:
    quantile = statistic.quantile
    assert quantile is not None  # noqa: S101 the caller asks for percentiles only
    if counts.timed:
        found = counts.timed[PERCENTILES.index(quantile)]
    else:
        groups = (TimesOfCluster(group.bins, group.never) for group in counts.times)
        found = woodruff(groups, quantile)
    told = Estimate(
        value=_hours(found.value),
        low=_hours(found.low),
        high=_hours(found.high),
        batches=found.clusters,
        effective_n=found.effective_n,
    )
    return told if found.low is not None else _unlimited(told, counts, quantile)


def _unlimited(told: Estimate, counts: Count, quantile: Fraction) -> Estimate:
    """The estimate of a percentile without a lower limit, with what it is beyond all the same."""
    never = cautious_korn_graubard(counts.batches)
    if never is not None and never.low > 1 - quantile:
        evidence = max(never.effective_n, told.effective_n or 0.0)
        return replace(told, effective_n=evidence, at_least=math.inf)
    has_level = told.effective_n is not None and told.effective_n >= MIN_CASES
    return replace(told, at_least=_hours(counts.last_ended)) if has_level else told


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else minutes / MINUTES_PER_HOUR


def pooled(groups: tuple[Histogram, ...]) -> Histogram:
    """The histogram of all groups together."""
    counts: dict[int, tuple[int, int]] = {}
    for group in groups:
        for minutes, observed, censored in group.bins:
            ended, opened = counts.get(minutes, (0, 0))
            counts[minutes] = (ended + observed, opened + censored)
    bins = tuple((minutes, *counts[minutes]) for minutes in sorted(counts))
    return Histogram(bins=bins, never=sum(group.never for group in groups))
