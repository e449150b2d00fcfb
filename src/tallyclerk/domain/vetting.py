"""VETTINGS: approve, conditional or reject, with what was found of each KPI that is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What vetting says of a partner in a role."""

    APPROVE = "approve"
    CONDITIONAL = "conditional"
    REJECT = "reject"


class Finding(StrEnum):
    """What the data prove of one mandatory KPI statistic, the gravest first."""

    BEYOND_TWICE = "beyond_limit_in_consecutive_periods"
    BEYOND_ONCE = "beyond_limit_in_single_periods"
    MISSES = "misses_cut"
    NO_DATA = "no_data"
    TOO_FEW = "too_few"
    OPEN = "not_proven"
    MEETS = "meets_cut"


AGAINST = frozenset({Finding.BEYOND_TWICE, Finding.BEYOND_ONCE, Finding.MISSES})
"""Findings that are proven against a partner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One mandatory KPI statistic of one partner.

    Attributes:
        kpi: Name of the KPI.
        statistic: rate, p50 or p90.
        unit: rate (0..1) or hours.
        better: "higher" or "lower".
        cut: Approved from here on.
        limit: Rejected when proven beyond it.
        n: Eligible cases.
        hits: The numerator as the KPI names it; None for percentiles.
        value: The statistic, None where it cannot be said.
        bound: Pessimistic bound, one-sided at 95 %; None where there is none.
        low: Lower limit of the two-sided 95 % interval; `high`: the upper one.
        batches: Batches (of durations: groups of batches) that the cases came in.
        effective_n: Independent cases that would say as much; None with too few batches.
        waiting: Cases that are not mature yet.
        finding: What is proven.
        beyond: Mature periods in which it is proven beyond the limit, as labels.
        mended: The later mature period in which it is proven within the limit again.
        cases_needed: Cases still needed for approval at the present value; 0 when it is proven,
            None when no number would do.
        batches_needed: Batches that they have to come in, likewise.
        reason: Why it cannot be assessed.
        in_doubt: Cases that an own missing scan which the partner owes may have made look better.
        worst: The value with the worst of each of them; None also where none is in doubt.
    """

    kpi: str
    statistic: str
    unit: str
    better: str
    cut: float | None
    limit: float | None
    n: int = 0
    hits: int | None = None
    value: float | None = None
    bound: float | None = None
    low: float | None = None
    high: float | None = None
    batches: int = 0
    effective_n: float | None = None
    waiting: int = 0
    finding: Finding
    beyond: tuple[str, ...] = ()
    mended: str | None = None
    cases_needed: int | None = None
    batches_needed: int | None = None
    reason: str | None = None
    in_doubt: int = 0
    worst: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetting:
    """The verdict on one partner in one role.

    Attributes:
        partner_id: The partner.
        role: Its role.
        period: Months that were looked at, "2026-08..2026-10"; None without data.
        decision: approve, conditional or reject.
        checks: Each mandatory KPI statistic, in the order asked.
        binding: Places in `checks` of what decides: all that reject, or the one that keeps from
            approval; none when approved.
        cap: Most shipments to entrust it with, None where the decision sets none.
        cap_scope: "period": so many in each period of `months_per_period`; "until_proven": so many
            in all before it is vetted again.
        months_per_period: Calendar months of a period.
    """

    partner_id: str
    role: str
    period: str | None
    decision: Decision
    checks: tuple[Check, ...]
    binding: tuple[int, ...] = ()
    cap: int | None = None
    cap_scope: str | None = None
    months_per_period: int = 1

    @property
    def against(self) -> tuple[Check, ...]:
        """What is proven against the partner."""
        return tuple(check for check in self.checks if check.finding in AGAINST)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCheck:
    """How large a trial has to be for one mandatory KPI statistic of a role.

    Attributes:
        role: The role.
        kpi: Name of the KPI.
        statistic: rate, p50 or p90.
        unit: rate (0..1) or hours.
        better: "higher" or "lower".
        cut: Approved from here on.
        allowed: Share of cases that may miss at the cut.
        clean_cases: Cases that prove it without a single miss.
        clean_batches: Batches they have to come in.
        planned_share: Share of misses planned for: half of what is allowed.
        cases: Cases that prove it at that share, in batches.
        batches: Batches they come in.
    """

    role: str
    kpi: str
    statistic: str
    unit: str
    better: str
    cut: float
    allowed: float
    clean_cases: int
    clean_batches: int
    planned_share: float
    cases: int
    batches: int
