"""The facts behind a number, case by case, in plain objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.results import Result
from tallyclerk.judge.against import is_miss
from tallyclerk.judge.estimates import MINUTES_PER_HOUR
from tallyclerk.kpis.retold import PART, is_evidence


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a case: a late message, an incident of a handover, a share of a lateness.

    Attributes:
        rule: Which it is.
        minutes: How late it was told, or how much of the lateness it is, in whole minutes.
        place: File and row of its end.
    """

    rule: str
    minutes: int | None
    place: str | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One fact: a shipment (or handover, or event) under a KPI.

    Attributes:
        shipment_id: The shipment.
        lane: Its lane; `counterpart`: the other partner of a handover.
        cohort_at: The time that puts it into a period.
        n: Cases it stands for in n, 0 where it is out.
        hits: Of these, in the numerator; None for a duration.
        minutes: The duration in whole minutes.
        ending: observed, censored (still open) or never (longer than any time).
        reason: Why it is out of n; "waiting" = not mature yet.
        is_miss: Whether it counts against the partner.
        worst: What it may have been, where a scan that the partner owes is missing: "miss", the time,
            or "never".
        rules: Incident rules or milestones that made it one.
        parts: What its evidence names one by one.
        from_place: File and row of the event it starts at; `to_place`: ends at.
    """

    shipment_id: str
    role: str
    lane: str | None
    counterpart: str | None
    cohort_at: dt.datetime | None
    n: int
    hits: int | None
    minutes: int | None
    ending: str | None
    reason: str | None
    is_miss: bool
    worst: str | None
    rules: tuple[str, ...]
    parts: tuple[Part, ...]
    from_place: str | None
    to_place: str | None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The results of a KPI and the cases behind them, those against the partner first."""

    results: tuple[Result, ...]
    cases: tuple[Case, ...]

    @property
    def misses(self) -> tuple[Case, ...]:
        """The cases that count against the partner."""
        return tuple(case for case in self.cases if case.is_miss)


def explain(facts: pl.DataFrame, results: Sequence[Result], kpi: Kpi) -> Explanation:
    """Put the facts of one partner and KPI into words.

    Args:
        facts: FACTS of the partner, KPI and period, with their places.
        results: What was said of them.
        kpi: The definition.
    """
    is_part = pl.col("rule").is_not_null()
    rules = _rules(facts.filter(is_part & ~is_evidence()), kpi)
    parts = _parts(facts.filter(is_evidence()))
    judged = facts.filter(~is_part).with_columns(is_miss=_strictest(results, kpi))
    cases = [
        _case(row, kpi, rules.get(key[:2], ()), tuple(parts.get(key, ())))
        for row in judged.iter_rows(named=True)
        for key in ((row["shipment_id"], row["role"], row["month"]),)
    ]
    return Explanation(results=tuple(results), cases=tuple(sorted(cases, key=_order)))


def _rules(parts: pl.DataFrame, kpi: Kpi) -> dict[tuple[str, str], tuple[str, ...]]:
    """The rules that a shipment broke, or the milestones it lacks."""
    named: dict[tuple[str, str], list[str]] = {}
    broken = parts.filter(is_miss(kpi.unit, kpi.better))
    broken = broken.select("shipment_id", "role", "rule").unique().sort(pl.all())
    for shipment, role, rule in broken.iter_rows():
        named.setdefault((shipment, role), []).append(rule)
    return {key: tuple(rules) for key, rules in named.items()}


def _parts(told: pl.DataFrame) -> dict[tuple[str, str, int], list[Part]]:
    """The messages that evidence names one by one, by shipment, role and month, in their order."""
    found: dict[tuple[str, str, int], list[Part]] = {}
    for row in told.sort("cohort_at", "rule", "to_event").iter_rows(named=True):
        part = Part(
            rule=row["rule"].removeprefix(PART), minutes=row["minutes"], place=_place(row, "to")
        )
        found.setdefault((row["shipment_id"], row["role"], row["month"]), []).append(part)
    return found


def _strictest(results: Sequence[Result], kpi: Kpi) -> pl.Expr:
    """What counts against the partner by the strictest target of the KPI's statistics."""
    agreed = [r for r in results if r.target is not None]
    strictest = min(agreed, key=lambda r: r.target or 0.0, default=None)
    if strictest is None:
        return is_miss(kpi.unit, kpi.better)
    return is_miss(kpi.unit, kpi.better, strictest.target, strictest.clock)


def _case(
    row: Mapping[str, Any], kpi: Kpi, rules: tuple[str, ...], parts: tuple[Part, ...]
) -> Case:
    names = ("shipment_id", "role", "lane", "counterpart", "cohort_at", "n", "minutes", "ending")
    told = {name: row[name] for name in (*names, "reason")}
    hits = row["hits"] if kpi.is_rate else None
    return Case(
        **told,
        hits=hits,
        is_miss=row["is_miss"],
        worst=_worst(row, kpi),
        rules=rules,
        parts=parts,
        from_place=_place(row, "from"),
        to_place=_place(row, "to"),
    )


def _worst(row: Mapping[str, Any], kpi: Kpi) -> str | None:
    """The worst case of a case in doubt, None where none is."""
    if row["worst_n"] is None:
        return None
    if kpi.is_rate:
        return "miss" if row["worst_n"] == 1 else f"{row['worst_hits']}/{row['worst_n']}"
    if row["worst_ending"] == "never":
        return "never"
    open_ended = "> " if row["worst_ending"] == "censored" else ""
    return f"{open_ended}{row['worst_minutes'] / MINUTES_PER_HOUR:,.1f} h"


def _place(row: Mapping[str, Any], side: str) -> str | None:
    file, number = row[f"{side}_file"], row[f"{side}_row"]
    return None if file is None else f"{file}:{number}"


def _order(case: Case) -> tuple[object, ...]:
    """Misses first, then what is in n, the longest first; then by time."""
    longest = -(case.minutes or 0) if case.ending != "never" else float("-inf")
    at = case.cohort_at.isoformat() if case.cohort_at else ""
    return (not case.is_miss, case.n == 0, longest, at, case.shipment_id, case.counterpart or "")
