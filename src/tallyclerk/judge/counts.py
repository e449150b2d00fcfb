"""TALLIES to counts: what a result is computed from, at a cut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.results import Histogram

SUBJECT = ("partner_id", "role")
CUTS = ("month", "lane", "service", "chain", "counterpart", "rule")
"""Columns of TALLIES by which results can be split."""

NO_TIMES = Histogram(bins=())


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
        times: Durations, empty for a rate.
    """

    partner_id: str
    role: str
    value: str | int | None = None
    n: int = 0
    hits: int = 0
    waiting: int = 0
    excluded: tuple[tuple[str, int], ...] = ()
    times: Histogram = NO_TIMES


def count(tallies: pl.LazyFrame, kpi: Kpi, cut: str | None = None) -> list[Count]:
    """Counts of one KPI.

    Args:
        tallies: TALLIES of the period, any KPIs.
        kpi: The KPI to count.
        cut: One of CUTS for finer rows instead of totals.

    Returns:
        Sorted by partner, role and cut. With the cut "rule" and a KPI made of rules, one row per
        rule of it, those that nobody broke included.
    """
    mine = tallies.filter(pl.col("kpi") == kpi.name)
    is_part = pl.col("rule").is_not_null()
    if cut == "rule" and kpi.rules:
        return _shared_by_rules(mine.filter(~is_part), mine.filter(is_part), kpi)
    chosen = mine.filter(is_part if cut == "rule" else ~is_part)
    keys = [*SUBJECT, cut] if cut else [*SUBJECT]
    if cut:
        chosen = chosen.filter(pl.col(cut).is_not_null())
    frame = _summed(chosen, keys)
    if not kpi.is_rate:
        frame = frame.join(_times(chosen, keys), on=keys, how="left")
    return [_row(values, cut) for values in frame.sort(keys).collect().iter_rows(named=True)]


def complete(counts: Iterable[Count], subjects: Iterable[tuple[str, str]]) -> list[Count]:
    """The counts with an empty one for each (partner, role) that has none, sorted."""
    found = {(c.partner_id, c.role): c for c in counts}
    for partner, role in subjects:
        found.setdefault((partner, role), Count(partner_id=partner, role=role))
    return [found[key] for key in sorted(found)]


def _summed(chosen: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    is_waiting = pl.col("reason") == "waiting"
    totals = chosen.group_by(keys).agg(
        pl.col("n").sum(), pl.col("hits").sum(), waiting=pl.col("rows").filter(is_waiting).sum()
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


def _times(chosen: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """The histogram of each group as lists: minutes, observed, censored; and never."""
    ending = pl.col("ending")
    timed = chosen.filter(ending.is_not_null())
    bins = (
        timed.filter(ending != "never")
        .group_by(*keys, "minutes")
        .agg(
            observed=pl.col("n").filter(ending == "observed").sum(),
            censored=pl.col("n").filter(ending == "censored").sum(),
        )
        .sort(*keys, "minutes")
        .group_by(keys, maintain_order=True)
        .agg("minutes", "observed", "censored")
    )
    never = timed.group_by(keys).agg(never=pl.col("n").filter(ending == "never").sum())
    return never.join(bins, on=keys, how="left")


def _shared_by_rules(totals: pl.LazyFrame, parts: pl.LazyFrame, kpi: Kpi) -> list[Count]:
    hits = {
        (partner, role, rule): found
        for partner, role, rule, found in parts.group_by(*SUBJECT, "rule")
        .agg(pl.col("hits").sum())
        .collect()
        .iter_rows()
    }
    wholes = _summed(totals, [*SUBJECT]).sort(SUBJECT).collect().iter_rows(named=True)
    return [
        Count(
            partner_id=whole["partner_id"],
            role=whole["role"],
            value=rule,
            n=whole["n"],
            hits=hits.get((whole["partner_id"], whole["role"], rule), 0),
            waiting=whole["waiting"],
        )
        for whole in wholes
        for rule in sorted(kpi.rules)
    ]


def _row(values: dict[str, object], cut: str | None) -> Count:
    reasons, counts = values["reasons"] or (), values["counts"] or ()
    fields: dict[str, object] = {key: values[key] for key in (*SUBJECT, "n", "hits", "waiting")}
    if "never" in values:
        columns = [values[name] or () for name in ("minutes", "observed", "censored")]
        bins = tuple(zip(*columns, strict=True))
        fields["times"] = Histogram(bins=bins, never=int(values["never"] or 0))  # type: ignore[call-overload]
    if cut:
        fields["value"] = values[cut]
    pairs = tuple(zip(reasons, counts, strict=True))  # type: ignore[call-overload]
    return Count(excluded=pairs, **fields)  # type: ignore[arg-type]
