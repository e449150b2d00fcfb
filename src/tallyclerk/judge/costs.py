"""What failures cost per 1,000 shipments of 12 months: goods, lateness, contacts of customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tallyclerk.config.models import Settings
from tallyclerk.config.terms import Terms
from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.money import (
    Cost,
    CostMonth,
    Credit,
    ExpectedLoss,
    FailureCost,
    Liability,
    Standing,
)
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.judge.contacts import PER, cost_of_contacts, months_of_contacts
from tallyclerk.judge.credits import LATENESS, Key, credit_of, result_in, result_of
from tallyclerk.stats.amounts import fay_feuer
from tallyclerk.stats.exact_amounts import amount_per

GOODS = {"loss": "loss_rate", "damage": "damage_rate"}
"""What terms cover, and the KPI whose hits these shipments are."""
MONTHS = 12


def terms_of(settings: Settings, partner: str, role: str) -> list[Terms]:
    """Terms that may bind a partner in a role, on whatever lane."""
    return [t for t in settings.terms if t.partner in {None, partner} and t.role in {None, role}]


def expected_loss(
    said: Judgement, key: Key, settings: Settings, mine: Sequence[Liability]
) -> ExpectedLoss | None:
    """What a partner owes for goods per 1,000 of the mature shipments of 12 months."""
    lost = _of_year(said, key, "loss_rate")
    caps = [terms.cap for terms in terms_of(settings, *key) if terms.covers in GOODS]
    if lost is None or not caps:
        return None
    amounts = [each.amount_minor for each in _mature(said, mine) if each.amount_minor]
    value = sum(amounts) * PER / lost.n
    if None in caps:
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


def failure_cost(
    said: Judgement, key: Key, settings: Settings, mine: Sequence[Liability]
) -> FailureCost:
    """What failures of a partner cost per 1,000 of the mature shipments of 12 months, part by part.

    Goods count by their declared value, not by what the partner owes for them; lateness by the
    credits of each month that are settled; contacts as `tallyclerk.judge.contacts` counts them. Each
    part is per 1,000 of its own cohort, so that the parts add up to the whole.
    """
    covered = {terms.covers for terms in terms_of(settings, *key)}
    goods = list(_mature(said, mine))
    parts = [
        _of_goods(_of_year(said, key, kpi), [each for each in goods if each.covers == what], what)
        for what, kpi in GOODS.items()
        if what in covered
    ]
    if LATENESS in covered:
        parts.append(_of_lateness(said, key, settings))
    if settings.costs.contact:
        parts.append(cost_of_contacts(said, key, _year(said), settings.costs.contact))
    known = [part.per_1000_minor for part in parts if part.per_1000_minor is not None]
    return FailureCost(parts=tuple(parts), per_1000_minor=sum(known) if known else None)


def months_of(
    said: Judgement, key: Key, settings: Settings, mine: Sequence[Liability]
) -> Iterator[CostMonth]:
    """What `expected_loss` and `failure_cost` follow from, month by month: the parts add up to both.

    Shipments that may be lost are always among them where goods are covered: both are told per
    1,000 of these.
    """
    covered = {terms.covers for terms in terms_of(settings, *key)}
    goods, months = list(_mature(said, mine)), _year(said).months
    is_of_goods = not covered.isdisjoint(GOODS)
    for what in [what for what in GOODS if what in covered or (is_of_goods and what == "loss")]:
        for month in months:
            spoilt = [each for each in goods if (each.covers, each.month) == (what, month)]
            yield from _goods_in(
                _with_cases(result_in(said.months, key, GOODS[what], month)), spoilt, what, month
            )
    for month in months if LATENESS in covered else ():
        credit = _credit_in(said, key, settings, month)
        if credit is not None and credit.n:
            yield CostMonth(
                month=month,
                what=LATENESS,
                n=credit.n,
                cases=credit.n - credit.hits,
                cost_minor=credit.amount_minor,
                owed_minor=None,
            )
    if settings.costs.contact:
        yield from months_of_contacts(said, key, _year(said), settings.costs.contact)


def _goods_in(
    cohort: Result | None, spoilt: Sequence[Liability], what: str, month: int
) -> Iterator[CostMonth]:
    """A month of one kind of failure of goods, where there is anything of it."""
    if cohort is None and not spoilt:
        return
    cost = _of_goods(cohort, spoilt, what)
    yield CostMonth(
        month=month,
        what=what,
        n=cost.n,
        cases=cost.cases,
        cost_minor=cost.minor,
        owed_minor=sum(each.amount_minor or 0 for each in spoilt),
    )


def _of_goods(cohort: Result | None, spoilt: Sequence[Liability], what: str) -> Cost:
    """The declared value of goods; of those between two partners, the part that this one owes."""
    if cohort is None:
        return Cost(what=what, n=0, cases=0, why="no_cases")
    values = [each.amount_minor if each.is_shared else _value(each) for each in spoilt]
    told = [value for value in values if value is not None]
    cases = max(cohort.hits or 0, len(values))
    if cases and not told:
        return Cost(what=what, n=cohort.n, cases=cases, untold=cases, why="no_value")
    return Cost(
        what=what,
        n=cohort.n,
        cases=cases,
        untold=cases - len(told),
        minor=sum(told),
        per_1000_minor=amount_per(sum(told), cohort.n, PER),
    )


def _value(each: Liability) -> int | None:
    return None if each.why == "other_currency" else each.value_minor


def _of_lateness(said: Judgement, key: Key, settings: Settings) -> Cost:
    """The credits of the months that are settled; why none is, where none is."""
    of_months = (_credit_in(said, key, settings, month) for month in _year(said).months)
    found = [credit for credit in of_months if credit is not None]
    settled = [credit for credit in found if credit.amount_minor is not None]
    if not settled:
        why = found[-1].why if found else "no_cases"
        return Cost(what=LATENESS, n=0, cases=0, why=why)
    n = sum(credit.n for credit in settled)
    due = sum(credit.amount_minor or 0 for credit in settled)
    return Cost(
        what=LATENESS,
        n=n,
        cases=n - sum(credit.hits for credit in settled),
        minor=due,
        per_1000_minor=amount_per(due, n, PER),
    )


def _credit_in(said: Judgement, key: Key, settings: Settings, month: int) -> Credit | None:
    """What is due for a month; None where nothing is agreed for it."""
    period = Period(month, month)
    results = (result for result in said.months if result.period == period.label)
    return credit_of(results, key, settings, period)


def _year(said: Judgement) -> Period:
    return Period.of(said.run.period).back_to(MONTHS)


def _of_year(said: Judgement, key: Key, kpi: str) -> Result | None:
    """The 12 months' total of a KPI; None without a case."""
    return _with_cases(result_of(said.trailing.get(MONTHS, ()), key, kpi))


def _with_cases(result: Result | None) -> Result | None:
    return result if result and result.n else None


def _mature(said: Judgement, mine: Sequence[Liability]) -> Iterator[Liability]:
    """Lost and damaged shipments of the mature cohorts of 12 months that nothing excuses."""
    year = _year(said)
    for each in mine:
        is_counted = each.is_mature and each.standing is not Standing.EXCUSED
        if is_counted and year.first <= each.month <= year.last:
            yield each
