"""What is told per 1,000 shipments of 12 months follows from the months that pages list."""

from collections import Counter
from fractions import Fraction

import pytest

from tallyclerk.config import load
from tallyclerk.judge.cuts import Cuts
from tallyclerk.judge.money import with_money
from tallyclerk.pipeline import open_run
from tallyclerk.pipeline.answers import judgement_of
from tallyclerk.store import Ledger


@pytest.fixture(scope="module")
def accounts(fixtures_read):
    """The accounts of the last complete month of the fixtures, by partner and role."""
    settings = load(fixtures_read, {})
    run = open_run(settings)
    said = judgement_of(run, Cuts(), run.last_complete_month)
    owed = run.passes.liabilities().collect()
    return with_money(said, owed, settings, run.objections.disputes).money


def test_the_months_add_up_to_what_failures_cost(accounts):
    seen = set()
    for account in accounts.values():
        for part in account.failure_cost.parts:
            months = [month for month in account.year if month.what == part.what]
            settled = [month for month in months if month.cost_minor is not None]
            assert sum(month.n for month in settled) == part.n
            assert sum(month.cases for month in settled) == part.cases
            assert sum(month.cost_minor for month in settled) == (part.minor or 0)
            if part.cases and len(settled) > 1:
                seen.add(part.what)
    assert seen == {"loss", "damage", "lateness", "contacts"}


def test_every_ticket_of_the_year_is_paid_for_once(accounts, fixtures_read):
    """Of all partners together: each ticket has one, for every parcel of the fixtures has a supplier."""
    settings = load(fixtures_read, {})
    ledger = Ledger.open(settings.resolve(settings.run.store))
    opened = ledger.read_table("tickets").unique("ticket_id")["opened_at"]
    local = opened.dt.convert_time_zone(settings.run.timezone)
    months = (local.dt.year() * 100 + local.dt.month()).value_counts().rows()
    paid = Counter()
    for account in accounts.values():
        for month in account.year:
            if month.what == "contacts":
                assert month.cost_minor == 450 * month.cases
                paid[month.month] += month.cases
    assert sum(paid.values()) > 20
    assert {month: cases for month, cases in paid.items() if cases} == {
        month: cases for month, cases in months if month in paid
    }


def test_the_months_add_up_to_what_is_owed_for_goods(accounts):
    seen = 0
    for account in accounts.values():
        if account.expected_loss and account.expected_loss.value:
            n = sum(month.n for month in account.year if month.what == "loss")
            owed = sum(month.owed_minor or 0 for month in account.year)
            assert n == account.expected_loss.shipments
            assert float(Fraction(owed * 1000, n)) == pytest.approx(account.expected_loss.value)
            seen += 1
    assert seen
