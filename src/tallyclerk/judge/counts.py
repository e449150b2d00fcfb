"""TALLIES to counts: what a result is computed from, at a cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tallyclerk.domain.kpi import MEDIAN, NINETIETH, Kpi
from tallyclerk.domain.results import Histogram
from tallyclerk.kpis.retold import is_retold
from tallyclerk.stats.cluster_curves import cluster_percentiles
from tallyclerk.stats.clusters import ClusterSums
from tallyclerk.stats.woodruff import ClusterPercentile

SUBJECT = ("partner_id", "role")
CUTS = ("month", "lane", "service", "chain", "handovers", "counterpart", "rule")
"""Columns of TALLIES by which results can be split; handovers: how many the chain has."""

PERCENTILES = (MEDIAN, NINETIETH)
NO_BATCHES = ClusterSums(clusters=0, n=0, hits=0, n_squares=0, hit_squares=0, products=0)


@dataclass(frozen=True, kw_only=True)
class Count:
    """One partner in one role under one KPI (at one value of a cut), counted.

    Attributes:
        partner_id: The subject.
        role: Its role.
        value: Of the cut, None for a total.
        n: Eligible cases.
        hits: The numerator.
        waiting: Cases that are not mature yet.
        excluded: Cases out of n by reason, sorted.
        batches: Sums over the batches that n came in; of a duration over their groups, with those
            that never end as hits.
        times: Durations by group of batches.
        timed: Their percentiles at `PERCENTILES`, in place of them.
        last_ended: Minutes of the longest duration that ended, where a percentile has no lower limit:
            that limit is beyond it.
    """

    partner_id: str
    role: str
    value: str | int | None = None
    n: int = 0
    hits: int = 0
    waiting: int = 0
    excluded: tuple[tuple[str, int], ...] = ()
    batches: ClusterSums = NO_BATCHES
    times: tuple[Histogram, ...] = ()
    timed: tuple[ClusterPercentile, ...] = ()
    last_ended: int | None = None


def count(
    tallies: pl.LazyFrame, kpi: Kpi, cut: str | None = None, *, is_timed: bool = False
) -> list[Count]:
    """Counts of one KPI.

    Args:
        tallies: TALLIES of the period, any KPIs.
        kpi: The KPI to count.
        cut: One of CUTS for finer rows instead of totals.
        is_timed: Whether percentiles of durations are wanted, and no histograms: they are much
            faster to have.

    Returns:
        Sorted by partner, role and cut. With the cut "rule" and a KPI made of rules, one row per
        rule of it, those that nobody broke included.
    """
    mine = tallies.filter(pl.col("kpi") == kpi.name)
    is_total = pl.col("rule").is_null()
    is_part = ~is_total & ~is_retold()
    if cut == "rule" and kpi.rules:
        return _shared_by_rules(mine.filter(is_total), mine.filter(is_part), kpi)
    chosen = mine.filter(is_part if cut == "rule" else is_total)
    keys = [*SUBJECT, cut] if cut else [*SUBJECT]
    if cut:
        chosen = chosen.filter(pl.col(cut).is_not_null())
    in_batches = chosen if kpi.is_rate else _endless(chosen)
    frame = with_batches(summed_up(chosen, keys), in_batches, keys)
    if not (is_timed or kpi.is_rate):
        frame = frame.join(_times(chosen, keys), on=keys, how="left")
    found = [counts_in(values, cut) for values in frame.sort(keys).collect().iter_rows(named=True)]
    return _with_percentiles(found, chosen, keys) if is_timed and not kpi.is_rate else found


def _with_percentiles(
    counts: Iterable[Count], chosen: pl.LazyFrame, keys: Sequence[str]
) -> list[Count]:
    """Counts with the percentiles of their times."""
    cases = cases_of(chosen)
    found = cluster_percentiles(cases, keys, PERCENTILES)
    last: dict[tuple[Any, ...], int] = {}
    if any(each.low is None for told in found.values() for each in told):
        ended = cases.filter(pl.col("ended") > 0).group_by(keys).agg(pl.col("time").max())
        last = {row[:-1]: row[-1] for row in ended.collect().iter_rows()}
    told = []
    for counted in counts:
        key = (counted.partner_id, counted.role, counted.value)[: len(keys)]
        told.append(replace(counted, timed=tuple(found.get(key, ())), last_ended=last.get(key)))
    return told


def cases_of(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The durations among TALLIES as cases of `tallyclerk.stats.curves`.

    Returns:
        The same rows with the columns cluster, time (minutes), ended and opened.
    """
    ending, n = pl.col("ending"), pl.col("n")
    return rows.filter(ending.is_not_null()).with_columns(
        time=pl.when(ending != "never").then("minutes"),
        cluster=pl.col("batch_group"),
        ended=pl.when(ending == "observed").then(n).otherwise(0),
        opened=pl.when(ending != "observed").then(n).otherwise(0),
    )


def complete(counts: Iterable[Count], subjects: Iterable[tuple[str, str]]) -> list[Count]:
    """The counts with an empty one for each (partner, role) that has none, sorted."""
    found = {(c.partner_id, c.role): c for c in counts}
    for partner, role in subjects:
        found.setdefault((partner, role), Count(partner_id=partner, role=role))
    return [found[key] for key in sorted(found)]


def summed_up(chosen: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """What TALLIES count by some keys: n, hits, waiting; `reasons` of other cases with `counts`."""
    is_waiting = pl.col("reason") == "waiting"
    totals = chosen.group_by(keys).agg(
        pl.col("n").sum(),
        pl.col("hits").sum(),
        waiting=pl.col("rows").filter(is_waiting).sum(),
    )
    excluded = (
        chosen.filter(pl.col("reason").is_not_null() & ~is_waiting)
        .group_by(*keys, "reason")
        .agg(pl.col("rows").sum())
        .sort(*keys, "reason")
        .group_by(keys, maintain_order=True)
        .agg(reasons="reason", counts="rows")
    )
    return totals.join(excluded, on=keys, how="left")


def with_batches(summed: pl.LazyFrame, chosen: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """Counts of `summed_up` with what the batches of some rows come to."""
    return summed.join(_batches(chosen, keys), on=keys, how="left")


def _batches(chosen: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """What the spread between batches needs, see `ClusterSums`."""
    n, hits = pl.col("n"), pl.col("hits")
    return (
        chosen.group_by(*keys, "batch")
        .agg(n.sum(), hits.sum())
        .filter(n > 0)
        .group_by(keys)
        .agg(
            clusters=pl.len().cast(pl.Int64),
            counted=hits.sum(),
            n_squares=(n * n).sum(),
            hit_squares=(hits * hits).sum(),
            products=(n * hits).sum(),
        )
    )


def _endless(chosen: pl.LazyFrame) -> pl.LazyFrame:
    """Durations as a rate of those that never end, by the groups of their batches."""
    never = pl.col("ending") == "never"
    hits = pl.when(never).then("n").otherwise(pl.lit(0, dtype=pl.Int64))
    return chosen.filter(never.is_not_null()).with_columns(batch="batch_group", hits=hits)


def _times(chosen: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """The histograms of each group of batches as lists of lists."""
    ending = pl.col("ending")
    timed = chosen.filter(ending.is_not_null())
    grouped = [*keys, "batch_group"]
    bins = (
        timed.filter(ending != "never")
        .group_by(*grouped, "minutes")
        .agg(
            observed=pl.col("n").filter(ending == "observed").sum(),
            censored=pl.col("n").filter(ending == "censored").sum(),
        )
        .sort(*grouped, "minutes")
        .group_by(grouped, maintain_order=True)
        .agg("minutes", "observed", "censored")
    )
    never = timed.group_by(grouped).agg(never=pl.col("n").filter(ending == "never").sum())
    return (
        never.join(bins, on=grouped, how="left")
        .sort(grouped)
        .group_by(keys, maintain_order=True)
        .agg("minutes", "observed", "censored", "never")
    )


def _shared_by_rules(totals: pl.LazyFrame, parts: pl.LazyFrame, kpi: Kpi) -> list[Count]:
    """Counts by rule, where every rule has the n of the total: batch by batch."""
    subject = [*SUBJECT]
    rules = pl.LazyFrame({"rule": sorted(kpi.rules)})
    eligible = totals.group_by(*subject, "batch").agg(pl.col("n").sum()).join(rules, how="cross")
    broken = (
        parts.group_by(*subject, "batch", "rule")
        .agg(pl.col("hits").sum())
        .with_columns(pl.col("rule").cast(pl.String))
    )
    keys = [*subject, "rule"]
    cases = eligible.join(broken, on=[*keys, "batch"], how="left").with_columns(
        pl.col("hits").fill_null(0),
        reason=pl.lit(None, dtype=pl.String),
        rows=pl.col("n"),
    )
    waiting = summed_up(totals, subject).select(*subject, "waiting")
    frame = summed_up(cases, keys).drop("waiting").join(waiting, on=subject)
    frame = with_batches(frame, cases, keys)
    return [
        counts_in(values, "rule") for values in frame.sort(keys).collect().iter_rows(named=True)
    ]


def counts_in(values: dict[str, Any], cut: str | None = None) -> Count:
    """The counts in a row of `with_batches`, with or without times."""
    reasons = zip(values["reasons"] or (), values["counts"] or (), strict=True)
    return Count(
        **{key: values[key] for key in (*SUBJECT, "n", "hits", "waiting")},
        value=values[cut] if cut else None,
        excluded=tuple(reasons),
        batches=_sums(values) if values.get("clusters") else NO_BATCHES,
        times=tuple(_histograms(values)) if values.get("never") else (),
    )


def _sums(values: dict[str, Any]) -> ClusterSums:
    found = values | {"hits": values["counted"]}
    return ClusterSums(**{name: int(found[name]) for name in ClusterSums._fields})


def _histograms(values: dict[str, Any]) -> Iterator[Histogram]:
    columns = (values[name] for name in ("minutes", "observed", "censored", "never"))
    for minutes, observed, censored, never in zip(*columns, strict=True):
        bins = zip(minutes or (), observed or (), censored or (), strict=True)
        yield Histogram(bins=tuple(bins), never=never)


def handovers() -> pl.Expr:
    """The number of handovers of a chain "supplier>forwarder>courier", as text."""
    return pl.col("chain").cast(pl.String).str.count_matches(">", literal=True).cast(pl.String)
