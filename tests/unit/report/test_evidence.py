"""Workbooks of evidence: parts of cases beside them, and the form for objections made of them."""

from dataclasses import replace
from io import BytesIO

import polars as pl
from python_calamine import load_workbook
from tests.unit.report import world

from tallyclerk.domain.judgement import OfOthers
from tallyclerk.report.annex import annex
from tallyclerk.report.cases import Cases
from tallyclerk.report.evidence import evidence_book
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.render.objections import objections
from tallyclerk.report.render.workbook import workbook

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
GIVEN = partner_inputs(world.judgement())["acme"]
LATE = "late_record_rate"


def evidence_with_late_messages():
    """The evidence, and under each case of late messages one message told 13 hours late."""
    facts = world.evidence("acme")
    cases = facts.filter(pl.col("kpi") == "handover_ack_rate").with_columns(
        kpi=pl.lit(LATE), n=pl.lit(3, pl.Int64), hits=1 - pl.col("hits")
    )
    part = cases.filter(pl.col("hits") > 0).with_columns(
        rule=pl.lit("part: ACCEPTED"), n=pl.lit(0, pl.Int64), minutes=pl.lit(780, pl.Int64)
    )
    return pl.concat([facts, cases, part]), part.height


def test_messages_told_late_are_parts_with_their_hours_and_stand_in_the_annex_one_by_one():
    facts, late = evidence_with_late_messages()
    assert late
    book = evidence_book(GIVEN, facts, KPIS)
    sheet = next(sheet for sheet in book.sheets if sheet.kpi == LATE)
    parts = sheet.rows.filter(pl.col("kind") == "part")
    assert parts.select("rule", "hours").unique().rows() == [("Accepted", 13.0)]
    page = load_workbook(BytesIO(workbook(book))).get_sheet_by_name(LATE).to_python()
    assert {"hours", "hit"} <= set(page[0])
    part = next(p for p in annex(GIVEN, Cases(facts), KPIS).parts if p.anchor.endswith(LATE))
    assert {row[7:] for row in part.table.rows} == {("13\N{NO-BREAK SPACE}h", "Accepted")}


def test_objections_are_asked_of_cases_with_parts_too():
    facts, late = evidence_with_late_messages()
    form = objections(evidence_book(GIVEN, facts, KPIS))
    _, *rows = load_workbook(BytesIO(form)).get_sheet_by_index(0).to_python()
    label = KPIS[LATE].label
    assert sum(label in row for row in rows) == late
    assert any("hit 1 of" in str(cell) for row in rows if label in row for cell in row)


def test_a_case_without_an_end_says_that_none_is_known():
    """A tender that nobody accepted: the cell under "to" is empty, and the reason is told."""
    told = annex(GIVEN, Cases(world.evidence("acme")), KPIS)
    part = next(p for p in told.parts if p.anchor.endswith("handover_ack_rate"))
    assert {row[6] for row in part.table.rows} == {""}
    assert {row[8] for row in part.table.rows} == {"no end known by 2026-11-10"}


def test_what_is_not_the_partners_is_listed_by_its_own_reference_file_and_row():
    ours = {
        "documents": OfOthers(count=1, shipments=("000000007",)),
        "dispatched_late": OfOthers(count=1_202, shipments=("000000003", "unseen")),
    }
    given = replace(GIVEN, ours={"forwarder": ours})
    book = load_workbook(BytesIO(workbook(evidence_book(given, world.evidence("acme"), KPIS))))
    head, *rows = book.get_sheet_by_name("ours").to_python()
    assert head == ["why", "role", "your reference", "shipment", "your file", "your row"]
    late, papers = "left the supplier after the agreed ship-by time", "held by customs for"
    told = [(row[0].startswith((late, papers)), *row[2:]) for row in rows]
    assert told == [
        (True, "AC-00003", "000000003", "exports/acme/2026-10.csv", 5),
        (True, "", "unseen", "", ""),
        (True, "", "and 1,200 more", "", ""),
        (True, "AC-00007", "000000007", "exports/acme/2026-10.csv", 9),
    ]
