"""The `Kpi` type: one definition from which rows, labels, parameters and documentation all follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

MEDIAN, NINETIETH = Fraction(1, 2), Fraction(9, 10)


class Statistic(StrEnum):
    """How the facts of a KPI become one number."""

    RATE = "rate"
    P50 = "p50"
    P90 = "p90"

    @property
    def quantile(self) -> Fraction | None:
        """The exact fraction of a percentile, None for a rate."""
        return {"p50": MEDIAN, "p90": NINETIETH}.get(self.value)


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A target for one statistic, and the value beyond which it is a breach.

    Attributes:
        target: The value to reach.
        limit: Beyond it, a breach.
        clock: On which clock a duration is held against it: hours, business_hours, business_days.
    """

    target: float
    limit: float
    clock: str = "hours"


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One key performance indicator, declared.

    Attributes:
        name: Key in results and config, `snake_case`, unit as suffix.
        label: Title for people, in the trade's words.
        question: What a buyer asks.
        subject: Whose scorecard it is on.
        roles: Roles for which it is asked; one without cases is told so.
        cohort: Date that puts a shipment into a period.
        eligible: Who is in n.
        numerator: What is counted, or what is measured.
        maturity: When a shipment may be judged.
        better: "higher" or "lower".
        statistics: The numbers printed.
        hit_word: The numerator in a sentence: "97 of 611 were {hit_word}".
        source: Where the definition comes from.
        caveats: What it does not say.
        milestones: Milestones without which it cannot be assessed.
        needs: What else must have been told or agreed for it to have a case.
        parameters: Settings of `[kpis.NAME]` with their default.
        goals: Default target and limit by statistic.
        cases: What n counts: shipments, handovers, events, milestones or contacts.
        rare: Judged on the upper bound (loss, damage).
        about_time: A rate that delays decide, so that agreed excuses apply to it.
        self_reported: The subject could hide it by not reporting.
        by_plans: Its facts follow the plans that others make, which any new case may move.
        rules: Incident rules it is made of; each has a row with the n of the total.
        facts: JOURNEYS and parameters to rows of FACTS (see `tallyclerk.kpis.engine`).
    """

    name: str
    label: str
    question: str
    subject: str
    roles: tuple[str, ...]
    cohort: str
    eligible: str
    numerator: str
    maturity: str
    better: str
    statistics: tuple[Statistic, ...]
    source: str
    facts: Callable[[Any, Mapping[str, Any]], pl.LazyFrame] = field(repr=False, compare=False)
    hit_word: str = ""
    caveats: str = ""
    milestones: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    parameters: Mapping[str, int] = field(default_factory=dict)
    goals: Mapping[Statistic, Goal] = field(default_factory=dict)
    cases: str = "shipments"
    rare: bool = False
    about_time: bool = False
    self_reported: bool = False
    by_plans: bool = False

    @property
    def is_rate(self) -> bool:
        """Whether the KPI is a share of cases (else it is a duration)."""
        return self.statistics == (Statistic.RATE,)

    @property
    def unit(self) -> str:
        """Unit of its values: rate (0..1) or hours."""
        return "rate" if self.is_rate else "hours"

    @property
    def is_timely(self) -> bool:
        """Whether it is about time, as every duration is: agreed excuses apply to it."""
        return self.about_time or not self.is_rate

    def title(self, statistic: str) -> str:
        """The name of one statistic for people: "Loss", "Handover in P90"."""
        return self.label if statistic == "rate" else f"{self.label} {statistic.upper()}"
