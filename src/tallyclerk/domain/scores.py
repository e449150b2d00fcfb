"""SCORES: an optional composite of KPI statistics, with what it hides told beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """One KPI statistic in a score.

    Attributes:
        kpi: Name of the KPI.
        statistic: rate, p50 or p90.
        weight: Share of the weight of all that is asked of the role.
        value: The statistic; None where it cannot be said or evidence is too thin.
        utility: 0 at the limit, 100 at the target, in between in proportion; None likewise.
        reason: Why it is missing.
    """

    kpi: str
    statistic: str
    weight: float
    value: float | None = None
    utility: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The composite of one partner in one role. It stands after the KPIs, never before them.

    Attributes:
        partner_id: The partner.
        role: Its role.
        period: Months it is about.
        score: 0..100; None where too much is missing (see `reason`).
        low: Lower 95 % limit of the delete-a-group jackknife; `high`: the upper one.
        grade: Grade of the score; `grade_low` and `grade_high`: those of its limits.
        is_firm: Whether the three grades agree.
        covered: Share of the weight that has a utility.
        parts: Each KPI statistic, in the order configured.
        best_rank: Best rank among partners of the role that noise allows, 1 being the best;
            `worst_rank`: the worst one.
        ranked: Partners of the role that are ranked.
        score_least: Least score when any one weight is changed by a quarter; `score_most`: the most.
        same_ranking: Share of these changes that leave the ranking of the role as it is.
        barred_by: Mandatory KPI statistics in proven breach, which no score makes up for.
        reason: Why there is no score, or no interval.
    """

    partner_id: str
    role: str
    period: str | None
    score: float | None = None
    low: float | None = None
    high: float | None = None
    grade: str | None = None
    grade_low: str | None = None
    grade_high: str | None = None
    is_firm: bool = False
    covered: float = 0.0
    parts: tuple[ScorePart, ...] = ()
    best_rank: int | None = None
    worst_rank: int | None = None
    ranked: int = 0
    score_least: float | None = None
    score_most: float | None = None
    same_ranking: float | None = None
    barred_by: tuple[str, ...] = ()
    reason: str | None = None
