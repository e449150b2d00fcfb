"""RESULTS: what is said of one partner under one KPI statistic, with everything behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the data prove about a result: decided on its interval, never on its value."""

    MEETS = "meets"
    BELOW_TARGET = "below_target"
    BREACH = "breach"
    NOT_PROVEN = "not_proven"
    INSUFFICIENT = "insufficient"
    NOT_ASSESSABLE = "not_assessable"
    NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One statistic of one KPI for one partner in one role, over a period and optional cuts.

    Attributes:
        partner_id: Subject of the KPI.
        role: Role in which it is judged.
        kpi: Name of the KPI.
        statistic: rate, p50 or p90.
        unit: rate (0..1) or hours.
        period: "2026-10" or "2026-08..2026-10"; None where nothing was in the data.
        lane: Lane of a finer row, None = all; likewise `service`, `chain`, `handovers` (how many the
            chain has), `counterpart`, `rule`.
        n: Eligible cases.
        hits: The numerator as the KPI names it; None for percentiles.
        value: The statistic, None where it cannot be said (see `reason`).
        low: Lower limit of the 95 % interval; None = no finite limit.
        high: Upper limit likewise.
        batches: Batches (for durations: groups of batches) that the cases came in.
        effective_n: Independent cases that would say as much; None with too few batches.
        clock: On which clock the value runs: hours, or the business_hours or business_days (of 24
            hours each) that a target was agreed in.
        in_hours: The value in plain hours where the agreed clock says another one.
        gross: The value in plain hours with the cases that were agreed to be excused, where there
            are any; `value` is net of them, `excluded` lists them.
        counted: "met" or "missed": plain arithmetic against the target.
        state: What is more than chance; of cases in doubt it takes the worst.
        reason: Why there is no value or no state.
        in_doubt: Cases, in n or out of it, that an own missing scan which the partner owes may have
            made look better than they are: `value` is that of the cases at hand.
        worst: The value with the worst of each of them; None also where it is not reached, and
            where none is in doubt. `worst_low`, `worst_high`: its 95 % limits.
        target: The agreed value; `limit`: beyond it, breach.
        better: "higher" or "lower".
        expected: What peers would have had on the same lanes.
        ratio: Observed over expected.
        coverage: Share of the cases that lie on lanes which peers use too; below 60 % nothing is
            expected.
        peers_n: Cases of the peers on those lanes.
        previous: Value of the period before, of equal length; `previous_n`: its n.
        change: "better", "worse" or "within_noise" against it; better and worse only where proven.
        change_year: Likewise against the same period a year before.
        signal: What a control chart of the months says of the last one: "above_limits" or
            "below_limits" (of its value), "shift" where the months stay too long on one side of
            their median; None for nothing.
        is_flagged: Whether screening all partners of the role, with false discoveries controlled,
            flags it as worse than its peers on the same lanes; None where it was not screened.
        provisional: Whether some shipments of the cohort are not mature yet.
        waiting: How many.
        excluded: Shipments out of n by reason, sorted.
        disputed: Cases in n that the partner objects to; they are counted all the same.
    """

    partner_id: str
    role: str
    kpi: str
    statistic: str
    unit: str
    period: str | None
    lane: str | None = None
    service: str | None = None
    chain: str | None = None
    handovers: str | None = None
    counterpart: str | None = None
    rule: str | None = None
    n: int
    hits: int | None
    value: float | None
    low: float | None
    high: float | None
    batches: int = 0
    effective_n: float | None = None
    clock: str = "hours"
    in_hours: float | None = None
    gross: float | None = None
    counted: str | None = None
    state: State
    reason: str | None = None
    in_doubt: int = 0
    worst: float | None = None
    worst_low: float | None = None
    worst_high: float | None = None
    target: float | None = None
    limit: float | None = None
    better: str
    expected: float | None = None
    ratio: float | None = None
    coverage: float | None = None
    peers_n: int | None = None
    previous: float | None = None
    previous_n: int | None = None
    change: str | None = None
    change_year: str | None = None
    signal: str | None = None
    is_flagged: bool | None = None
    provisional: bool = False
    waiting: int = 0
    excluded: tuple[tuple[str, int], ...] = ()
    disputed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """What a control chart expects of one month, in the unit of the result.

    Attributes:
        period: The month, "2026-10".
        centre: What is usual for it (of rates: the season allowed for where `is_seasonal`).
        low: Below it is more than the series' own noise.
        high: Above it likewise.
        is_signal: Whether the month is outside.
        is_seasonal: Whether centre and limits follow the other partners of the role.
    """

    period: str
    centre: float
    low: float
    high: float
    is_signal: bool = False
    is_seasonal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Durations of one KPI for one partner and role in the period, exact and mergeable.

    Attributes:
        bins: (minutes, observed, censored) with ascending minutes.
        never: Cases that will not reach their end: longer than any time.
    """

    bins: tuple[tuple[int, int, int], ...]
    never: int = 0
