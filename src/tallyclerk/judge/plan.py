"""How many cases a cut needs: still, after those at hand, or before any trial."""

from __future__ import annotations

import datetime as dt
import math

from tallyclerk.config.models import Settings
from tallyclerk.domain.vetting import PlannedCheck
from tallyclerk.judge.estimates import MIN_BATCHES, MIN_CASES
from tallyclerk.judge.misses import APPROVE_AT, Misses
from tallyclerk.judge.terms import Kpis, Term, mandatory
from tallyclerk.stats.clusters import student_effective_n, sums_of
from tallyclerk.stats.planning import exact_n_to_stay_below
from tallyclerk.stats.sparse import clean_design_effect

CORRELATION = 0.02
"""Intraclass correlation planned with: how alike the cases of a batch are. Partners that ship in
batches have 0.01 to 0.05; at 0 a batch would not matter. A clean record counts by `stats.sparse`."""
PLANNED_SHARE = 0.5
"""Part of the allowed misses that a plan expects."""
MOST = 10_000_000
"""More cases than this are as good as none that would do."""

Needed = tuple[int | None, int | None]


def still_needed(found: Misses | None, allowed: float, most_batches: int | None = None) -> Needed:
    """Cases and batches still needed for approval if everything goes on as it did.

    Args:
        found: The misses at hand, None without cases.
        allowed: Share of cases that may miss.
        most_batches: Batches there can be at all, where cases are kept in groups of them.

    Returns:
        (None, None) where the share that misses is no better than the one allowed.
    """
    needed = _independent(found.share if found else 0.0, allowed)
    if needed is None:
        return None, None
    needed = max(needed, MIN_CASES)
    if found is None:
        return needed, MIN_BATCHES
    size = found.n / found.batches
    total = math.ceil(needed * found.design_effect)
    if found.misses:
        batches = max(MIN_BATCHES, math.ceil(total / size))
        batches = min(batches, most_batches) if most_batches else batches
        effective = student_effective_n(total, batches, found.design_effect, 2 * APPROVE_AT - 1)
        total = math.ceil(total * needed / effective)
    missing = max(MIN_BATCHES - found.batches, 0)
    more = max(total - found.n, missing, 1)
    return more, max(missing, math.ceil(more / size))


def clean_trial(allowed: float) -> int:
    """Cases that prove a cut without a single miss; none where no number would."""
    return _independent(0.0, allowed) or 0


def plan(settings: Settings, kpis: Kpis, partner: str | None = None) -> list[PlannedCheck]:
    """What a trial needs in each role, by the terms agreed last; no data are needed.

    Args:
        settings: `[vetting]` and `[[targets]]`.
        kpis: Definitions by name.
        partner: The partner on trial: targets of its own count.

    Returns:
        One row per role and mandatory KPI statistic that can be proven at all.
    """
    return [
        planned
        for role, terms in mandatory(settings, kpis).items()
        for term in terms
        if (planned := _planned(term, role, partner, settings)) is not None
    ]


def _planned(term: Term, role: str, partner: str | None, settings: Settings) -> PlannedCheck | None:
    goal = term.goal(settings.targets, partner, role, dt.date.max)
    if goal is None:
        return None
    allowed = term.misses(goal.target)
    clean, usual = _independent(0.0, allowed), _independent(PLANNED_SHARE * allowed, allowed)
    if clean is None or usual is None:
        return None
    size = settings.vetting.parcels_per_batch
    unseen = clean_design_effect(sums_of([(size, 0)]))
    clean = math.ceil(max(clean, MIN_CASES) * unseen)
    effect = max(unseen, 1.0 + (size - 1) * CORRELATION)
    cases, batches = _in_batches(max(usual, MIN_CASES), size, effect)
    return PlannedCheck(
        role=role,
        kpi=term.kpi.name,
        statistic=str(term.statistic),
        unit=term.kpi.unit,
        better=term.kpi.better,
        cut=goal.target,
        allowed=allowed,
        clean_cases=clean,
        clean_batches=max(MIN_BATCHES, math.ceil(clean / size)),
        planned_share=PLANNED_SHARE * allowed,
        cases=cases,
        batches=batches,
    )


def _in_batches(independent: int, size: int, effect: float) -> tuple[int, int]:
    """Cases that say as much as independent ones, and their batches of some size."""
    batches = MIN_BATCHES
    while _effective(batches, size, effect) < independent:
        batches = max(batches + 1, int(independent * effect / size))
    return batches * size, batches


def _effective(batches: int, size: int, effect: float) -> float:
    return student_effective_n(batches * size, batches, effect, 2 * APPROVE_AT - 1)


def _independent(share: float, allowed: float) -> int | None:
    """Independent cases needed at a share of misses; None where no number would do."""
    if not (0.0 < allowed < 1.0 and share < allowed):
        return None
    if allowed - share < math.sqrt(allowed * (1.0 - allowed) / MOST):
        return None
    return exact_n_to_stay_below(share, allowed, APPROVE_AT)
