"""Partners on the lanes that all of them use, each weighted to one mix of these lanes.

The weight of a lane is 1 / sum(1 / n_p) over the partners' cases n_p there: for two partners that
of Mantel and Haenszel, n1 n2 / (n1 + n2), so that the difference of their standardised rates is
the Mantel-Haenszel difference. Its own interval takes cases as independent; here each side gets
one that respects batches, and the difference is recovered from the sides (MOVER). A lane needs two
batches of each partner to show how batches differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.kpi import MEDIAN, NINETIETH, Statistic
from tallyclerk.judge.cells import Cells
from tallyclerk.judge.estimates import MIN_BATCHES, MINUTES_PER_HOUR, Estimate
from tallyclerk.judge.lane_mix import (
    LaneCases,
    Lanes,
    Subject,
    by_subject,
    lane_cases,
    share_on,
    weights_of,
)
from tallyclerk.stats.cluster_cells import ClusterCells
from tallyclerk.stats.cluster_curves import percentiles_of
from tallyclerk.stats.clusters import ClusterSums
from tallyclerk.stats.rates import zero_hits_upper
from tallyclerk.stats.weighted_clusters import (
    WeightedStratum,
    kish_units,
    weighted_korn_graubard,
)

LEVELS = {Statistic.P50: MEDIAN, Statistic.P90: NINETIETH}
_FIXED = 2**60
"""Scores of batches are rounded to this part of one, so that their sums are exact."""
_WEIGHT = 2**32
_CELL = ("kpi", "role", "partner_id", "lane")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One partner, standardised.

    Attributes:
        estimate: Value, interval, batches and effective n.
        n: Its cases on the common lanes.
        hits: Of these in the numerator, None for durations.
        share: Of its cases, those on the common lanes.
    """

    estimate: Estimate
    n: int
    hits: int | None
    share: float


@dataclass(frozen=True, kw_only=True)
class Standardised:
    """Some partners under one statistic, on their common lanes."""

    lanes: tuple[str, ...]
    sides: Mapping[str, Side]


def standardised(cells: Cells, partners: Sequence[str]) -> dict[tuple[str, str, str], Standardised]:
    """What each of some partners would have on the same mix of lanes.

    Args:
        cells: Of the rows of these partners.
        partners: Two or more.

    Returns:
        By role, KPI and statistic, for those with common lanes.
    """
    found = _rates(cells.rates, partners) | _times(cells.times, partners)
    return {key: told for key, told in sorted(found.items()) if told.lanes}


def _rates(
    cells: pl.LazyFrame, partners: Sequence[str]
) -> dict[tuple[str, str, str], Standardised]:
    cases = lane_cases(cells)
    weights = {subject: weights_of(found, partners) for subject, found in cases.items()}
    scores = _scores(cells, cases, weights, partners)
    return {
        (role, kpi, str(Statistic.RATE)): Standardised(
            lanes=tuple(lanes),
            sides={
                p: _rate_side(cases[kpi, role][p], lanes, *scores[kpi, role, p])
                for p in partners
                if lanes
            },
        )
        for (kpi, role), lanes in weights.items()
    }


def _scores(
    cells: pl.LazyFrame,
    cases: Lanes,
    weights: Mapping[Subject, Mapping[str, float]],
    partners: Sequence[str],
) -> dict[tuple[str, str, str], tuple[float, ClusterSums]]:
    """Variance between batches and their sums, by KPI, role and partner.

    The score of a batch is sum w_l sqrt(k_l / (k_l - 1)) (x - p_l n) / n_l over its lanes; their
    squares add up to the variance. A batch on several lanes keeps its fate together.
    """
    parts = [
        (*subject, p, lane, weight, told.n, told.hits, told.batches)
        for subject, lanes in weights.items()
        for lane, weight in lanes.items()
        for p in partners
        for told in (cases[subject][p][lane],)
    ]
    numbers = {"weight": pl.Float64, "all_n": pl.Int64, "all_hits": pl.Int64, "k": pl.Int64}
    told = cells.collect_schema()
    schema = {name: told[name] for name in _CELL} | numbers
    lanes = pl.LazyFrame(parts, schema=schema, orient="row")
    n, hits, fixed = pl.col("n"), pl.col("hits"), pl.col("fixed").cast(pl.Int128)
    residual = (hits * pl.col("all_n") - pl.col("all_hits") * n) / pl.col("all_n") ** 2
    spread = (pl.col("k") / (pl.col("k") - 1)).sqrt()
    keys = ["kpi", "role", "partner_id"]
    summed = (
        cells.join(lanes, on=list(_CELL))
        .with_columns(fixed=(pl.col("weight") * spread * residual * _FIXED).round().cast(pl.Int64))
        .group_by(*keys, "batch")
        .agg(n.sum(), hits.sum(), pl.col("fixed").sum())
        .group_by(keys)
        .agg(
            (fixed * fixed).sum().alias("squares"),
            clusters=pl.len().cast(pl.Int64),
            n=n.sum(),
            hits=hits.sum(),
            n_squares=(n * n).sum(),
            hit_squares=(hits * hits).sum(),
            products=(n * hits).sum(),
        )
        .collect()
    )
    return {
        (kpi, role, partner): (int(squares) / _FIXED**2, ClusterSums(*sums))
        for kpi, role, partner, squares, *sums in summed.iter_rows()
    }


def _rate_side(
    cases: Mapping[str, LaneCases], lanes: Mapping[str, float], variance: float, sums: ClusterSums
) -> Side:
    strata = [WeightedStratum(w, cases[lane].n, cases[lane].hits) for lane, w in lanes.items()]
    rate = weighted_korn_graubard(strata, variance, sums)
    low, high = rate.low, rate.high
    if rate.hits == 0:
        high = zero_hits_upper(rate.effective_n)
    elif rate.hits == rate.n:
        low = 1 - zero_hits_upper(rate.effective_n)
    found = _gated(rate.share, low, high, rate.clusters, rate.effective_n)
    n, share = share_on(cases, lanes)
    return Side(estimate=found, n=n, hits=rate.hits, share=share)


def _times(
    cells: ClusterCells, partners: Sequence[str]
) -> dict[tuple[str, str, str], Standardised]:
    cases = by_subject(cells.sizes())
    weights = {subject: weights_of(found, partners) for subject, found in cases.items()}
    parts = {
        ((*subject, p), lane): round(weight * _WEIGHT / cases[subject][p][lane].n)
        for subject, lanes in weights.items()
        for lane, weight in lanes.items()
        for p in partners
    }
    units = {
        (*subject, p): kish_units([(w, cases[subject][p][lane].n) for lane, w in lanes.items()])
        for subject, lanes in weights.items()
        if lanes
        for p in partners
    }
    times = percentiles_of(cells.weighed(parts), list(LEVELS.values()), units) if parts else {}
    found = {}
    for (kpi, role), lanes in weights.items():
        for place, statistic in enumerate(LEVELS):
            sides = {}
            for p in partners if lanes else ():
                time = times[kpi, role, p][place]
                n, share = share_on(cases[kpi, role][p], lanes)
                limits = (_hours(time.low), _hours(time.high))
                estimate = _gated(_hours(time.value), *limits, time.clusters, time.effective_n)
                sides[p] = Side(estimate=estimate, n=n, hits=None, share=share)
            found[role, kpi, str(statistic)] = Standardised(lanes=tuple(lanes), sides=sides)
    return found


def _gated(
    value: float | None,
    low: float | None,
    high: float | None,
    batches: int,
    effective_n: float | None,
) -> Estimate:
    """An estimate, without an interval where batches are too few."""
    if batches < MIN_BATCHES:
        return Estimate(value=value, batches=batches)
    return Estimate(value=value, low=low, high=high, batches=batches, effective_n=effective_n)


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else minutes / MINUTES_PER_HOUR
