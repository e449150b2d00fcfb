"""Small, readable snapshots of what reports are made of: chart specifications and components."""

import json

import pytest
from tests.unit.report import world

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.charts import (
    custody,
    dots,
    ecdf,
    excess,
    funnel,
    gaps,
    incidents,
    small,
    trend,
    waterfall,
)
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render.templates import environment

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}


@pytest.fixture(scope="module")
def short_page():
    given = partner_inputs(world.judgement())["tiny"]
    return partner_page(given, world.evidence("tiny"), KPIS, small_below=30)


@pytest.mark.parametrize(
    "chart",
    [custody, dots, ecdf, excess, funnel, trend, gaps, incidents, waterfall],
    ids=lambda c: c.__name__.split(".")[-1],
)
def test_specification(chart, snapshot):
    assert json.dumps(chart.specification("rate"), indent=1, sort_keys=True) == snapshot


def test_interval_bar(snapshot):
    assert small.interval_bar(0.84, 0.81, 0.87, 0.92, css="breach", most=1.0) == snapshot


def test_sparkline(snapshot):
    assert small.sparkline([0.9, None, 0.8, 0.85, None, 0.7], 0.92, most=1.0) == snapshot


def macro(name, *args):
    module = environment(bundled_templates()).get_template("partials/macros.html.j2")
    return str(getattr(module.make_module({"medium": "screen"}), name)(*args))


def test_a_line_of_the_short_table(short_page, snapshot):
    section = short_page.sections[0]
    one = type(section)(
        **{n: getattr(section, n) for n in section.__slots__} | {"rows": section.rows[:1]}
    )
    assert macro("short_table", one) == snapshot


def test_verdict(snapshot):
    givens = partner_inputs(world.judgement())
    told = {
        f"{partner} {section.role}": section.verdict
        for partner in ("tiny", "freeline")
        for section in partner_page(
            givens[partner], world.evidence(partner), KPIS, small_below=1_000_000
        ).sections
    }
    assert told == snapshot
