"""What pages say about money: nothing without terms, else claims, credits and what losses cost."""

import datetime as dt
import json
from dataclasses import replace
from io import BytesIO

from python_calamine import load_workbook
from tests.unit.report import world

from tallyclerk.domain.money import (
    Account,
    Cost,
    CostMonth,
    Credit,
    ExpectedLoss,
    FailureCost,
    Liability,
    Standing,
    Sum,
)
from tallyclerk.report import words
from tallyclerk.report.brief import brief
from tallyclerk.report.evidence import evidence_book
from tallyclerk.report.model import KpiText
from tallyclerk.report.money import SHEET, YEAR, claimable_now, cost_lines, money_lines
from tallyclerk.report.overview import overview
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render.data import results_json
from tallyclerk.report.render.workbook import workbook
from tallyclerk.report.text import money

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
ACME = ("acme", "forwarder")
LOST = Liability(
    partner_id="acme", role="forwarder", covers="loss", shipment_id="000000007",
    own_reference="AC-00007", lane="CN>DE", month=202610, case_id="0f", is_confirmed=False,
    is_mature=True, standing=Standing.CLAIMABLE, amount_minor=123456, limited_by="cap_per_kg",
    value_minor=250000, weight_grams=56116, since=dt.date(2026, 10, 2),
    deadline=dt.date(2026, 11, 12), is_expiring=True,
)  # fmt: skip
ACCOUNT = Account(
    partner_id="acme", role="forwarder", period="2026-10", currency="EUR",
    sums={Standing.CLAIMABLE: Sum(shipments=1, minor=123456)},
    until_now={
        Standing.CLAIMABLE: Sum(shipments=1, minor=123456),
        Standing.PAID: Sum(shipments=2, minor=5000),
    },
    expiring=Sum(shipments=1, minor=123456),
    credit=Credit(kpi="on_time_rate", n=400, hits=380, amount_minor=2050, each_minor=100, freight_minor=5000, basis_points=100),
    expected_loss=ExpectedLoss(shipments=1200, value=102880.0, low=2604.4, high=573302.6),
    failure_cost=FailureCost(
        parts=(
            Cost(what="loss", n=1200, cases=3, untold=1, minor=150000, per_1000_minor=125000),
            Cost(what="lateness", n=0, cases=0, why="waiting"),
        ),
        per_1000_minor=125000,
    ),
    year=(CostMonth(month=202610, what="loss", n=1200, cases=3, cost_minor=150000, owed_minor=123456),),
)  # fmt: skip
WORLD = replace(world.judgement(), money={ACME: ACCOUNT}, liabilities=(LOST,))
GIVEN = partner_inputs(WORLD)["acme"]


def plain(told):
    return told.replace("\N{NO-BREAK SPACE}", " ")


def test_amounts_have_the_digits_of_their_currency():
    assert [plain(money(minor, unit)) for minor, unit in ((123456, "EUR"), (5, "EUR"))] == [
        "EUR 1,234.56",
        "EUR 0.05",
    ]
    assert plain(money(1500, "JPY")) == "JPY 1,500"
    assert plain(money(-1500, "KWD")) == "KWD −1.500"
    assert plain(money(10**24 + 1, "EUR")).endswith("000.01"), "exact at any size"


def test_without_terms_there_is_one_line():
    (line,) = money_lines(partner_inputs(world.judgement())["acme"], "forwarder", KPIS)
    assert line.startswith("No terms configured")
    assert claimable_now(partner_inputs(world.judgement())["acme"], "forwarder") == "—"


def test_the_first_page_says_what_can_be_claimed_and_until_when():
    page = partner_page(GIVEN, world.evidence("acme"), KPIS, small_below=30)
    section = next(s for s in page.sections if s.role == "forwarder")
    assert [plain(line) for line in section.money] == [
        "Claimable EUR 1,234.56 (1); disputed none; excused none; expiring within 7 days EUR 1,234.56 (1).",
        "Paid EUR 50.00 (2).",
        "On-time delivery: 20 of 400 late, credit EUR 20.50 (20 × EUR 1.00 + 1.0 % of EUR 50.00 freight).",
        "Losses and damage: EUR 1,028.80 per 1,000 shipments in 12 months (EUR 26.04 to EUR 5,733.03, n 1,200).",
    ]
    assert [plain(line) for line in page.annex.costs] == [
        "Failures cost EUR 1,250.00 per 1,000 shipments in 12 months: goods lost EUR 1,250.00 (3 of 1,200, 1 of them of unknown value); credits for lateness no data (some of the cohort is not mature yet).",
        "What is told per 1,000 shipments in 12 months, here and on the first page, follows from the months on the sheet costs of evidence.xlsx.",
    ]
    (row,) = page.annex.money.rows
    assert [plain(cell) for cell in row] == [
        "AC-00007 (000000007)", "CN>DE", "Oct 2026", "lost", "EUR 2,500.00",
        "56.12 kg at the cap per kg", "EUR 1,234.56", "claimable (presumed lost)", "2026-11-12", "—",
    ]  # fmt: skip


def test_no_loss_is_told_by_what_it_proves_and_no_credit_by_what_it_lacks():
    none = replace(
        ACCOUNT,
        expected_loss=ExpectedLoss(shipments=1200, value=0.0, low=0.0, high=61481.3),
        credit=Credit(kpi="on_time_rate", n=400, hits=380, why="waiting"),
        failure_cost=None,
    )
    told = money_lines(replace(GIVEN, money={"forwarder": none}), "forwarder", KPIS)
    assert "below EUR 614.81 per 1,000 shipments (n 1,200)" in plain(told[-1])
    assert "no credit is settled: some of the cohort is not mature yet" in plain(told[-2])


def test_without_a_cap_there_is_no_interval_and_without_a_cost_no_sum():
    bare = replace(
        ACCOUNT,
        expected_loss=ExpectedLoss(shipments=1200, value=102880.0, low=None, high=None),
        failure_cost=FailureCost(
            parts=(Cost(what="loss", n=1200, cases=2, untold=2, why="no_value"),),
            per_1000_minor=None,
        ),
    )
    given = replace(GIVEN, money={"forwarder": bare})
    told = money_lines(given, "forwarder", KPIS)
    assert [plain(line) for line in (told[-1], *cost_lines(given, "forwarder"))] == [
        "Losses and damage: EUR 1,028.80 per 1,000 shipments in 12 months (n 1,200; no interval, for no cap bounds a single one).",
        "What failures cost: goods lost no data (no declared value).",
    ]


def test_contacts_are_told_by_tickets_and_without_terms_nothing_else_is():
    asked = replace(
        ACCOUNT,
        has_terms=False,
        failure_cost=FailureCost(
            parts=(Cost(what="contacts", n=1000, cases=7, minor=3150, per_1000_minor=3150),),
            per_1000_minor=3150,
        ),
    )
    given = replace(GIVEN, money={"forwarder": asked})
    (line,) = money_lines(given, "forwarder", KPIS)
    assert line.startswith("No terms configured")
    (cost,) = cost_lines(given, "forwarder")
    assert plain(cost) == (
        "Failures cost EUR 31.50 per 1,000 shipments in 12 months: "
        "contacts of customers EUR 31.50 (7 tickets, 1,000 shipments)."
    )


def test_director_brief_evidence_and_data_tell_the_same_sum():
    lines = [
        line for group in overview({"acme": GIVEN}, KPIS, small_below=30) for line in group.lines
    ]
    assert "EUR 1,255.06" in {plain(line.money) for line in lines}
    (part, *_) = brief(GIVEN, KPIS, WORLD.lanes).parts
    assert any("expiring within 7 days" in line for line in part.money)
    assert part.money[-1].startswith("Failures cost")
    assert "No terms are configured" not in part.price
    book = load_workbook(BytesIO(workbook(evidence_book(GIVEN, world.evidence("acme"), KPIS))))
    head, row = book.get_sheet_by_name("money").to_python()
    told = dict(zip(head, row, strict=True))
    assert head == [words.say(f"book.money.{name}") for name in SHEET]
    assert (told["amount, minor units"], told["to claim until"]) == (123456, "2026-11-12")
    head, row = book.get_sheet_by_name("costs").to_python()
    assert head == [words.say(f"book.costs.{name}") for name in YEAR]
    assert row == ["forwarder", "goods lost", "2026-10", 1200, 3, 150000, 123456]
    (account,) = json.loads(results_json(WORLD))["money"]
    assert account["expiring"] == {"shipments": 1, "minor": 123456}
