"""What customers who ask cost: each ticket its price, by the month in which it was opened.

A ticket is held against who had the goods then, as contact rate and resolution time hold it. It
stands beside the shipments that the partner took in that month, mature or not: what was spent in
twelve months on what was carried in them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.money import Cost, CostMonth
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.judge.credits import Key, result_in
from tallyclerk.stats.exact_amounts import amount_per

CONTACTS, PER = "contacts", 1000
TAKEN, OPENED = "contact_rate", "resolution_hours"
"""KPIs whose cases are the shipments a partner took, and the tickets opened while it had them."""
NEGATIVE, UNTOLD = "negative", "not_reported"


def cost_of_contacts(said: Judgement, key: Key, year: Period, each_minor: int) -> Cost:
    """What the tickets of a year cost; no data where no ticket of anybody is known."""
    months = list(months_of_contacts(said, key, year, each_minor))
    n, cases = sum(month.n for month in months), sum(month.cases for month in months)
    if not n:
        told = [result_in(said.months, key, TAKEN, month) for month in year.months]
        is_untold = any(row and UNTOLD in dict(row.excluded) for row in told)
        return Cost(what=CONTACTS, n=0, cases=0, why="no_contacts" if is_untold else "no_cases")
    return Cost(
        what=CONTACTS,
        n=n,
        cases=cases,
        minor=cases * each_minor,
        per_1000_minor=amount_per(cases * each_minor, n, PER),
    )


def months_of_contacts(
    said: Judgement, key: Key, year: Period, each_minor: int
) -> Iterator[CostMonth]:
    """The months that it follows from, those in which anything was taken or asked."""
    for month in year.months:
        taken, opened = (
            result_in(said.months, key, TAKEN, month),
            result_in(said.months, key, OPENED, month),
        )
        if taken is None or UNTOLD in dict(taken.excluded):
            continue
        n, cases = _shipments(taken), _tickets(opened)
        if n or cases:
            yield CostMonth(
                month=month,
                what=CONTACTS,
                n=n,
                cases=cases,
                cost_minor=cases * each_minor,
                owed_minor=None,
            )


def _shipments(taken: Result) -> int:
    """All that it took: counted, not mature yet, or asked about at no known time."""
    return taken.n + taken.waiting + sum(n for why, n in taken.excluded if why != "waiting")


def _tickets(opened: Result | None) -> int:
    """Tickets opened, those too that are said to be resolved before; nothing that is excused."""
    return 0 if opened is None else opened.n + dict(opened.excluded).get(NEGATIVE, 0)
