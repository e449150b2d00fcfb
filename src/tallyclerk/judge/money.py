"""The money between us and each partner: goods lost and damaged, and credits for lateness.

Whole minor units throughout. A shipment has one standing, so that the standings of a partner add up
to all that it lost and damaged; a credit is arithmetic on the mature cohort after agreed
exclusions, and is not given where too much of the cohort cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.config.terms import Terms
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.money import Account, Credit, ExpectedLoss, Liability, Standing, Sum
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Judgement, Result
from tallyclerk.errors import ConfigError
from tallyclerk.judge.claims import Desk
from tallyclerk.judge.targets import most_specific
from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.stats.amounts import fay_feuer
from tallyclerk.stats.exact_amounts import tiered_credit

GOODS, LATENESS = ("loss", "damage"), "lateness"
MONTHS_OF_LOSS, PER = 12, 1000
TOLD = frozenset({"cancelled", "waiting"})
"""Reasons why a shipment is not counted that leave nothing untold."""
Key = tuple[str, str]


def with_money(
    said: Judgement, owed: pl.DataFrame, settings: Settings, disputes: pl.DataFrame
) -> Judgement:
    """A judgement with the account of each partner and role that has terms.

    Args:
        said: The judgement of a period.
        owed: LIABILITIES of all months, with `tallyclerk.kpis.evidence.PROOF`.
        settings: The terms, and what the run reckons in.
        disputes: DISPUTES, of any period.
    """
    desk = Desk(settings=settings, as_of=said.run.as_of)
    found = desk.liabilities(owed, disputes)
    without = desk.without_terms(owed)
    subjects = sorted({(r.partner_id, r.role) for r in said.totals})
    accounts = {
        key: replace(
            account(said, key, settings, [each for each in found if _key(each) == key]),
            without_terms=without[key],
        )
        for key in subjects
        if _terms_of(settings, *key)
    }
    return replace(
        said, money=accounts, liabilities=tuple(each for each in found if _key(each) in accounts)
    )


def account(said: Judgement, key: Key, settings: Settings, mine: Sequence[Liability]) -> Account:
    """The account of one partner in one role, of the losses and damage that are its own."""
    period = Period.of(said.run.period)
    return Account(
        partner_id=key[0],
        role=key[1],
        period=said.run.period,
        currency=settings.run.currency,
        sums=summed(each for each in mine if period.first <= each.month <= period.last),
        until_now=summed(mine),
        expiring=_sum(each for each in mine if each.is_expiring),
        credit=_credit(said.totals, key, settings, period),
        expected_loss=_expected_loss(said, key, settings, mine),
    )


def check_money(settings: Settings, kpis: Mapping[str, Kpi]) -> None:
    """Refuses terms of lateness on what is no rate of shipments in time.

    Raises:
        ConfigError: With everything that is wrong.
    """
    problems = [
        f"[[terms]] kpi: {terms.kpi} is no rate of which more is better"
        for terms in settings.terms
        if terms.covers == LATENESS
        and not (
            terms.kpi in kpis and kpis[terms.kpi].is_rate and kpis[terms.kpi].better == "higher"
        )
    ]
    if problems:
        raise ConfigError("; ".join(problems), how="`tallyclerk kpis` lists the KPIs")


def summed(liabilities: Iterable[Liability]) -> dict[Standing, Sum]:
    """Shipments and amounts by standing, in the order of the standings, those that occur."""
    mine = list(liabilities)
    return {
        standing: _sum(each for each in mine if each.standing is standing)
        for standing in Standing
        if any(each.standing is standing for each in mine)
    }


def _sum(liabilities: Iterable[Liability]) -> Sum:
    mine = list(liabilities)
    return Sum(shipments=len(mine), minor=sum(each.amount_minor or 0 for each in mine))


def _key(liability: Liability) -> Key:
    return liability.partner_id, liability.role


def _terms_of(settings: Settings, partner: str, role: str) -> list[Terms]:
    """Terms that may bind a partner in a role, on whatever lane."""
    return [t for t in settings.terms if t.partner in {None, partner} and t.role in {None, role}]


def _credit(
    totals: Sequence[Result], key: Key, settings: Settings, period: Period
) -> Credit | None:
    """What is due for lateness in a period; None where nothing is agreed."""
    place = {"partner": key[0], "role": key[1], "lane": None, "service": None}
    agreed = (terms for terms in settings.terms if terms.covers == LATENESS)
    terms = most_specific(agreed, place, period.last_day)
    if terms is None:
        return None
    named = (*key, terms.kpi, "rate")
    for result in totals:
        if (result.partner_id, result.role, result.kpi, result.statistic) == named:
            return credit(result, terms)
    return Credit(kpi=terms.kpi, n=0, hits=0, why="no_cases")


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


def _expected_loss(
    said: Judgement, key: Key, settings: Settings, mine: Sequence[Liability]
) -> ExpectedLoss | None:
    """Goods lost and damaged per 1,000 of the mature shipments of 12 months."""
    period = Period.of(said.run.period).back_to(MONTHS_OF_LOSS)
    lost = next(
        (
            r
            for r in said.trailing.get(MONTHS_OF_LOSS, ())
            if (r.partner_id, r.role, r.kpi) == (*key, "loss_rate") and r.n
        ),
        None,
    )
    if lost is None:
        return None
    amounts = [
        each.amount_minor
        for each in mine
        if each.is_mature
        and each.standing is not Standing.EXCUSED
        and each.amount_minor
        and period.first <= each.month <= period.last
    ]
    caps = [terms.cap for terms in _terms_of(settings, *key) if terms.covers in GOODS]
    value = sum(amounts) * PER / lost.n
    if not caps or None in caps:
        return ExpectedLoss(shipments=lost.n, value=value, low=None, high=None)
    rate = fay_feuer(
        sum(amounts),
        sum(amount * amount for amount in amounts),
        max(cap for cap in (*caps, *amounts) if cap),
        lost.n,
    )
    if rate is None:
        return None
    return ExpectedLoss(shipments=lost.n, value=rate.value, low=rate.low, high=rate.high)
