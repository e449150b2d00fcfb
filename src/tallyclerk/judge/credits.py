"""Credits for lateness: arithmetic on the mature cohort after agreed exclusions, in exact integers.

None is given where too much of the cohort cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tallyclerk.config.models import Settings
from tallyclerk.config.terms import Terms
from tallyclerk.domain.money import Credit
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.judge.targets import most_specific
from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.stats.exact_amounts import tiered_credit

LATENESS = "lateness"
TOLD = frozenset({"cancelled", "waiting"})
"""Reasons why a shipment is not counted that leave nothing untold."""
Key = tuple[str, str]
"""(partner_id, role)."""


def credit_of(
    results: Iterable[Result], key: Key, settings: Settings, period: Period
) -> Credit | None:
    """What is due for lateness in the period of the results; None where nothing is agreed."""
    place = {"partner": key[0], "role": key[1], "lane": None, "service": None}
    agreed = (terms for terms in settings.terms if terms.covers == LATENESS)
    terms = most_specific(agreed, place, period.last_day)
    if terms is None:
        return None
    named = (*key, terms.kpi, "rate")
    for result in results:
        if (result.partner_id, result.role, result.kpi, result.statistic) == named:
            return credit(result, terms)
    return Credit(kpi=terms.kpi, n=0, hits=0, why="no_cases")


def result_of(results: Iterable[Result], key: Key, kpi: str) -> Result | None:
    """The first result of a KPI of a partner in a role."""
    named = (*key, kpi)
    return next((r for r in results if (r.partner_id, r.role, r.kpi) == named), None)


def result_in(results: Iterable[Result], key: Key, kpi: str, month: int) -> Result | None:
    """The same among the results of a month."""
    label = Period(month, month).label
    return result_of((r for r in results if r.period == label), key, kpi)


def credit(result: Result, terms: Terms) -> Credit:
    """What is due by a rate of shipments in time: the quality of the data decides first."""
    n, hits = result.n, result.hits or 0
    told = Credit(
        kpi=terms.kpi,
        n=n,
        hits=hits,
        freight_minor=n * (terms.freight or 0),
        each_minor=terms.credit or 0,
    )
    untold = sum(
        cases for why, cases in result.excluded if why not in TOLD and not why.startswith(PREFIX)
    )
    if not n:
        return replace(told, why="no_cases")
    if result.waiting:
        return replace(told, why="waiting")
    if untold > terms.max_unknown * (n + untold):
        return replace(told, why="unknown")
    tiers = [tier.exact for tier in terms.tiers]
    most = terms.max_basis_points
    share = tiered_credit(hits, n, told.freight_minor, tiers, most) or 0
    points = tiered_credit(hits, n, 10_000, tiers, most) or 0
    due = (n - hits) * told.each_minor + share
    return replace(told, basis_points=points, amount_minor=due)
