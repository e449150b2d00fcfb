"""KPI statistics on one scale: 0 at the limit, 100 at the target, with and without each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.config.models import Target
from tallyclerk.domain.kpi import Goal, Kpi
from tallyclerk.domain.results import State
from tallyclerk.judge.clocks import Clocks, on_clocks
from tallyclerk.judge.counts import Count, count
from tallyclerk.judge.estimates import MIN_CASES, MINUTES_PER_HOUR, Estimate, estimate, pooled
from tallyclerk.judge.states import state_of
from tallyclerk.judge.terms import Term
from tallyclerk.stats.interval import Bounds
from tallyclerk.stats.jackknife import stable_group
from tallyclerk.stats.score import utility, utility_interval
from tallyclerk.stats.survival import km_quantile

Subject = tuple[str, str]
GROUP = "group"


@dataclass(frozen=True, kw_only=True)
class Utility:
    """One KPI statistic of one partner on the scale of 0 to 100.

    Attributes:
        term: The KPI statistic.
        found: Its estimate.
        value: The utility; None where it is missing.
        without: The utility without each group of batches that holds cases, None where nothing
            is left.
        limits: Utilities of the limits of its interval, the worse one first.
        state: Its state.
        reason: Why it is missing.
    """

    term: Term
    found: Estimate
    value: float | None = None
    without: Mapping[int, float | None]
    limits: Bounds | None = None
    state: State = State.NO_TARGET
    reason: str | None = None

    @property
    def is_clamped(self) -> bool:
        """Whether it is held at an end of the scale, where groups make no difference."""
        return self.value in {0.0, 100.0}


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Counts of one KPI by partner and role: in total, and in each group of batches."""

    totals: Mapping[Subject, Count]
    parts: Mapping[Subject, Sequence[Count]]
    clocks: tuple[Clocks, Clocks]

    def total(self, subject: Subject, goal: Goal | None) -> Count:
        """All cases, on the clock of the goal."""
        none = Count(partner_id=subject[0], role=subject[1])
        return self.clocks[0].chosen(self.totals.get(subject, none), goal)

    def by_group(self, subject: Subject, goal: Goal) -> dict[int, Count]:
        """The cases of each group of batches that holds any, on the clock of the goal."""
        chosen = (self.clocks[1].chosen(part, goal) for part in self.parts.get(subject, ()))
        return {
            part.value: part
            for part in chosen
            if part.n and isinstance(part.value, int) and (part.times or part.batches.n)
        }


def grouped(tallies: pl.LazyFrame) -> pl.LazyFrame:
    """TALLIES with `group`: the group that a batch is in, the same for all KPIs."""
    batches = tallies.select("batch").unique().drop_nulls().collect()["batch"]
    numbers = pl.LazyFrame(
        {"batch": batches, GROUP: [stable_group(batch) for batch in batches.to_list()]},
        schema={"batch": pl.String, GROUP: pl.Int32},
    )
    joined = tallies.join(numbers, on="batch", how="left")
    return joined.with_columns(pl.coalesce(GROUP, "batch_group").alias(GROUP))


def groups_of(tallies: pl.LazyFrame, kpi: Kpi, targets: Sequence[Target]) -> Groups:
    """Counts of one KPI.

    Args:
        tallies: TALLIES with `group`.
        kpi: The KPI.
        targets: `[[targets]]`, for the clocks they were agreed in.
    """
    parts: dict[Subject, list[Count]] = {}
    for each in count(tallies, kpi, GROUP):
        parts.setdefault((each.partner_id, each.role), []).append(each)
    clocks = on_clocks(tallies, kpi, targets, None), on_clocks(tallies, kpi, targets, GROUP)
    totals = {(each.partner_id, each.role): each for each in count(tallies, kpi)}
    return Groups(totals=totals, parts=parts, clocks=clocks)


def utility_of(term: Term, goal: Goal | None, groups: Groups, subject: Subject) -> Utility:
    """The utility of one KPI statistic of one partner."""
    counts = groups.total(subject, goal)
    found = estimate(counts, term.statistic)
    reason = _missing(counts, found, goal)
    if reason or goal is None:
        return Utility(term=term, found=found, without={}, reason=reason)
    parts = groups.by_group(subject, goal)
    value = _utility(list(parts.values()), term, goal)
    return Utility(
        term=term,
        found=found,
        value=value,
        without={
            group: _utility([part for key, part in parts.items() if key != group], term, goal)
            for group in sorted(parts)
        },
        limits=_limits(found, goal),
        state=state_of(found, goal, better=term.kpi.better, n=counts.n),
        reason=None if value is not None else "not reached: too many cases are still open",
    )


def _limits(found: Estimate, goal: Goal) -> Bounds:
    bad, good = utility_interval(found.low, found.high, goal.limit, goal.target)
    return Bounds(bad or 0.0, 100.0 if good is None else good)


def _missing(counts: Count, found: Estimate, goal: Goal | None) -> str | None:
    """Why a statistic cannot be part of a score."""
    if counts.n == 0:
        return "no cases"
    if goal is None:
        return "no target"
    if goal.limit == goal.target:
        return "its limit is its target: nothing lies between them"
    if counts.n < MIN_CASES or not found.is_sufficient:
        return "too few cases or batches"
    return None


def _utility(parts: Sequence[Count], term: Term, goal: Goal) -> float | None:
    value = _value(parts, term, goal)
    return None if value is None else utility(value, goal.limit, goal.target)


def _value(parts: Sequence[Count], term: Term, goal: Goal) -> float | None:
    """The statistic of some groups together.

    A percentile that is not reached is at the limit or beyond once a case has been seen to get
    that far, or never ends; else nothing is known of it.
    """
    n = sum(part.n for part in parts)
    if n == 0:
        return None
    quantile = term.statistic.quantile
    if quantile is None:
        return sum(part.hits for part in parts) / n
    held = pooled(tuple(group for part in parts for group in part.times))
    minutes = km_quantile(held.bins, held.never, quantile)
    if minutes is not None:
        return minutes / MINUTES_PER_HOUR
    oldest = held.bins[-1][0] if held.bins else 0
    is_beyond = held.never > 0 or oldest >= goal.limit * MINUTES_PER_HOUR
    return goal.limit if is_beyond else None
