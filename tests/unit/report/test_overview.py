import io
from dataclasses import replace

import pytest
from pypdf import PdfReader
from tests.unit.report import world
from tests.unit.report.test_pages import KPIS, check, index

from tallyclerk.domain.results import State
from tallyclerk.report import overview, words
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.charts import funnel
from tallyclerk.report.index_page import overview_page
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.peers import chosen, funnels, matrices
from tallyclerk.report.render.pages import index_html
from tallyclerk.report.render.pdf import overview_pdf

WORLD = world.judgement()


def result(kpi="on_time_rate", state=State.NOT_PROVEN, **changed):
    base = world.result("acme", "courier", kpi, "rate", 100)
    return replace(base, **{"state": state, "change": None, "is_flagged": None} | changed)


@pytest.mark.parametrize(
    ("results", "is_small", "group"),
    [
        ([result(state=State.BREACH)], False, "act"),
        ([result(state=State.BREACH)], True, "act"),
        ([result(state=State.BELOW_TARGET)], False, "watch"),
        ([result(change="worse")], False, "watch"),
        ([result(change="worse", target=None)], False, "fine"),
        ([result(is_flagged=True)], False, "watch"),
        ([result(counted="missed")], False, "fine"),
        ([result(state=State.MEETS)], False, "fine"),
        ([result(state=State.MEETS)], True, "unknown"),
        ([result(state=State.INSUFFICIENT)], False, "unknown"),
        ([], False, "unknown"),
    ],
)
def test_only_decided_states_put_a_partner_into_a_group(results, is_small, group):
    assert overview.group_of(results, is_small=is_small) == group


def test_every_partner_in_every_role_is_in_one_group():
    givens = partner_inputs(WORLD)
    groups = overview.overview(givens, KPIS, small_below=30)
    assert [g.key for g in groups] == list(overview.GROUPS)
    told = sum(len(g.lines) + len(g.others) for g in groups)
    assert told == sum(len(p[2]) for p in world.PARTNERS)
    many = overview.overview(
        {f"{i}": replace(givens["tiny"], partner_id=f"{i}") for i in range(100)},
        KPIS,
        small_below=30,
    )
    assert many[-1].count == "100"
    assert len(many[-1].others) == overview.MOST_NAMES + 1
    assert many[-1].others[-1] == ("", "and 60 more")
    assert sum(int(g.count) for g in groups) == told
    act = groups[0].lines
    affected = [d.affected for d in act if d.affected != "—"]
    numbers = [int(told.split()[0].replace(",", "")) for told in affected]
    assert numbers == sorted(numbers, reverse=True)
    assert all(told.split()[1:] for told in affected), "a number says what it counts"
    assert all(d.mark and d.mark.css == "breach" for d in act)


def test_the_sheet_of_the_director_is_one_page_for_40_partners():
    partners = [
        (f"f{i:02d}", f"Forwarder Number {i} Ltd", ("forwarder",), 200 + i, i / 40, True)
        for i in range(40)
    ]
    made = overview_page(index(world.judgement(partners, totals_only=True)))
    reader = PdfReader(io.BytesIO(overview_pdf(made, bundled_templates())))
    assert len(reader.pages) == 1
    assert "Act now" in reader.pages[0].extract_text()


def test_the_sheet_of_the_director_is_one_page_for_many_partners_with_long_names():
    name = "Internationale Speditions- und Logistikgesellschaft Nummer {} mbH & Co. KG"
    partners = [
        (f"f{i:03d}", name.format(i), ("forwarder",), 52_000 + i, i / 160, True) for i in range(160)
    ]
    with words.speaking("de"):
        made = overview_page(index(world.judgement(partners, totals_only=True)))
        reader = PdfReader(io.BytesIO(overview_pdf(made, bundled_templates())))
    assert len(reader.pages) == 1
    assert "und 98 mehr" in reader.pages[0].extract_text(), "who is not named is counted"


def test_a_partner_without_targets_is_not_said_to_have_too_few_cases():
    free = overview.overview({"freeline": partner_inputs(WORLD)["freeline"]}, KPIS, small_below=30)[
        -1
    ]
    assert free.others == (("Freeline Couriers", "(courier, n 152: no target agreed)"),)


def row(partner, n, hits):
    base = result(n=n, hits=hits, value=hits / n)
    return replace(base, partner_id=partner)


def test_all_right_is_no_surprise_in_few_cases():
    found = [row("a", 3, 3), row("b", 400, 360), row("c", 400, 388), row("d", 6, 0)]
    kinds = {r["note"]: r["kind"] for r in funnel.rows(found, {})}
    assert kinds == {"a": "within", "b": "worse95", "c": "better99.8", "d": "worse99.8"}
    limits = funnel.limits(found)
    assert all(r["high"] == 100.0 for r in limits if r["n"] <= 20)
    large = max(limits, key=lambda r: (r["n"], r["level"]))
    assert 0 < large["low"] < 100 * funnel.common_rate(found) < large["high"] < 100


def test_partners_stand_beside_each_other_where_there_are_three():
    few = [row("a", 100, 95), row("b", 100, 90)]
    assert chosen("courier", few) == []
    assert len(chosen("courier", [*few, row("c", 10, 9)])) == 3


def test_the_matrix_has_every_case_of_its_lanes():
    partners = [(f"f{i}", f"F {i}", ("forwarder",), 200 + i, 0.2, True) for i in range(4)]
    judged = world.judgement(partners)
    (matrix,) = matrices(judged, KPIS)
    kpi = chosen("forwarder", judged.totals)[0].kpi
    cells = [cell for _, cells in matrix.rows for cell in cells if cell.mark]
    told = sum(int(cell.n.replace(",", "")) for cell in cells)
    assert told == sum(r.n for r in judged.lanes if r.kpi == kpi)
    (figure,) = funnels(judged, KPIS)
    assert "Forwarders" in figure.title
    html = index_html(index(judged), bundled_templates())
    check(html)
    assert 'id="matrix-forwarder"' in html
