"""The money between us and each partner: goods lost and damaged, and credits for lateness.

Whole minor units throughout. A shipment has one standing, so that the standings of a partner add up
to all that it lost and damaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.money import Account, Liability, Standing, Sum
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.errors import ConfigError
from tallyclerk.judge.claims import Desk
from tallyclerk.judge.costs import MONTHS, expected_loss, failure_cost, months_of, terms_of
from tallyclerk.judge.credits import LATENESS, Key, credit_of

Row = TypeVar("Row", Liability, Result)


def with_money(
    said: Judgement, owed: pl.DataFrame, settings: Settings, disputes: pl.DataFrame
) -> Judgement:
    """A judgement with the account of each partner and role that has terms.

    Where contacts of customers have a price everybody has one, without terms to say what these cost.

    Args:
        said: The judgement of a period.
        owed: LIABILITIES of all months, with `tallyclerk.kpis.evidence.PROOF`.
        settings: The terms, and what the run reckons in.
        disputes: DISPUTES, of any period.
    """
    desk = Desk(settings=settings, as_of=said.run.as_of)
    found = desk.liabilities(owed, disputes)
    without = desk.without_terms(owed)
    theirs, totals, months = _apart(found), _apart(said.totals), _apart(said.months)
    year = _apart(said.trailing.get(MONTHS, ()))
    accounts = {}
    for key in sorted(totals):
        has_terms = bool(terms_of(settings, *key))
        if has_terms or settings.costs.contact:
            own = replace(
                said,
                totals=tuple(totals[key]),
                months=tuple(months.get(key, ())),
                trailing={MONTHS: tuple(year.get(key, ()))},
            )
            told = account(own, key, settings, theirs.get(key, ()))
            accounts[key] = replace(told, has_terms=has_terms, without_terms=without[key])
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
        credit=credit_of(said.totals, key, settings, period),
        expected_loss=expected_loss(said, key, settings, mine),
        failure_cost=failure_cost(said, key, settings, mine),
        year=tuple(months_of(said, key, settings, mine)),
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


def _key(row: Liability | Result) -> Key:
    return row.partner_id, row.role


def _apart(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """Rows by partner and role."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(_key(row), []).append(row)
    return found
