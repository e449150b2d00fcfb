"""One scale for all KPIs that vetting asks: the share of cases that miss, and how sure it is.

A miss is a hit of a rate of which less is better, no hit of one of which more is better, and of a
percentile a case that took longer than a given time.
"""

from __future__ import annotations

from dataclasses import dataclass

from tallyclerk.domain.results import Histogram
from tallyclerk.judge.counts import Count
from tallyclerk.judge.estimates import MIN_BATCHES, MIN_CASES, MINUTES_PER_HOUR
from tallyclerk.judge.terms import Term
from tallyclerk.stats.clusters import ClusterSums, cluster_spread, student_effective_n, sums_of
from tallyclerk.stats.multiple import p_rate_above, p_rate_below
from tallyclerk.stats.sparse import cautious_design_effect

APPROVE_AT, REJECT_AT = 0.95, 0.99
"""One-sided confidence of the bound that approves, and of the one that rejects."""
SHOWN_AT = 0.95
"""Two-sided confidence of the intervals on pages, by which evidence is found enough or too thin."""


@dataclass(frozen=True, kw_only=True)
class Misses:
    """Cases of one partner that miss, in batches.

    Attributes:
        n: Cases.
        misses: Those that miss.
        batches: Batches (of durations: groups of batches) they came in.
        design_effect: Variance between batches over that of independent cases, 1 or more; 1 where
            it cannot be told.
    """

    n: int
    misses: int
    batches: int
    design_effect: float

    @property
    def share(self) -> float:
        """Share of cases that miss."""
        return self.misses / self.n

    @property
    def is_sufficient(self) -> bool:
        """Whether it may be judged: enough cases, by themselves and as evidence, and batches."""
        return (
            self.batches >= MIN_BATCHES
            and self.n >= MIN_CASES
            and self.effective_n(SHOWN_AT) >= MIN_CASES
        )

    def effective_n(self, confidence: float) -> float:
        """Independent cases that would say as much, at a two-sided confidence (Korn-Graubard)."""
        if self.misses in {0, self.n}:
            return self.n / self.design_effect
        return student_effective_n(self.n, self.batches, self.design_effect, confidence)

    def p_beyond(self, allowed: float) -> float:
        """The p value of "no more than the allowed share misses", small when more do.

        Where every case misses, batches tell nothing of how they differ: each counts as one case.
        """
        effective = self.effective_n(2 * REJECT_AT - 1)
        if self.misses == self.n:
            effective = min(effective, float(self.batches))
        hits = effective if self.misses == self.n else self.share * effective
        return p_rate_above(hits, effective, allowed)

    def is_proven_within(self, allowed: float) -> bool:
        """Whether the pessimistic bound, one-sided at 95 %, keeps to the allowed share."""
        effective = self.effective_n(2 * APPROVE_AT - 1)
        hits = effective if self.misses == self.n else self.share * effective
        return p_rate_below(hits, effective, allowed) <= 1 - APPROVE_AT


def misses_of(count: Count, term: Term, threshold: float) -> Misses | None:
    """The cases that miss; None without cases.

    Args:
        count: Cases of one partner.
        term: What is asked.
        threshold: Of a percentile the time in hours beyond which a case misses. Open cases that
            are not that old yet do not miss: they never speak against a partner.
    """
    sums = _sums(count, term, threshold)
    if sums.n == 0:
        return None
    return Misses(
        n=sums.n, misses=sums.hits, batches=sums.clusters, design_effect=_effect(sums, term)
    )


def _effect(sums: ClusterSums, term: Term) -> float:
    """The design effect by which the KPI's interval is made (see `tallyclerk.judge.estimates`)."""
    if term.kpi.is_rate:
        found = cautious_design_effect(sums)
    else:
        spread = cluster_spread(sums)
        found = spread.design_effect if spread else None
    return max(1.0, found or 1.0)


def _sums(count: Count, term: Term, threshold: float) -> ClusterSums:
    if term.statistic.quantile is not None:
        return sums_of(_beyond(group, threshold * MINUTES_PER_HOUR) for group in count.times)
    if term.kpi.better == "lower":
        return count.batches
    hits = count.batches
    return hits._replace(
        hits=hits.n - hits.hits,
        hit_squares=hits.n_squares - 2 * hits.products + hits.hit_squares,
        products=hits.n_squares - hits.products,
    )


def _beyond(group: Histogram, minutes: float) -> tuple[int, int]:
    """Cases of a group, and those that are known to take longer than so many minutes."""
    n = group.never + sum(observed + censored for _, observed, censored in group.bins)
    late = sum(observed + censored for at, observed, censored in group.bins if at > minutes)
    return n, group.never + late
