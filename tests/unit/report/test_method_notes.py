"""The worked examples come out as the functions say, and pages carry the numbers put in."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.unit.report import world

from tallyclerk.domain.results import ControlPoint
from tallyclerk.report.method_notes import METHODS, method_line, method_notes, stated
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.stats.clusters import korn_graubard, sums_of
from tallyclerk.stats.control_charts import laney_chart, run_signal, xmr_chart
from tallyclerk.stats.differences import mover
from tallyclerk.stats.distributions import two_sided_t
from tallyclerk.stats.multiple import benjamini_hochberg
from tallyclerk.stats.rates import zero_hits_upper
from tallyclerk.stats.sparse import cautious_korn_graubard, clean_design_effect
from tallyclerk.stats.standardisation import observed_expected
from tallyclerk.stats.woodruff import TimesOfCluster, woodruff

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}


def test_examples_of_intervals():
    sums = sums_of([(10, 0)] * 5 + [(10, 2)] * 5)
    rate = cautious_korn_graubard(sums)
    assert rate == korn_graubard(sums)
    assert rate.effective_n == pytest.approx(62.3, abs=0.05)
    assert (rate.low, rate.high) == pytest.approx((0.038, 0.203), abs=0.0006)
    assert (two_sided_t(0.95, 99), two_sided_t(0.95, 9)) == pytest.approx((1.984, 2.262), abs=5e-4)
    assert clean_design_effect(sums) == pytest.approx(1.222, abs=5e-4)
    assert zero_hits_upper(300) == pytest.approx(0.0099, abs=5e-5)
    clean = sums_of([(10, 0)] * 30)
    assert 300 / clean_design_effect(clean) == pytest.approx(245.6, abs=0.05)
    assert cautious_korn_graubard(clean).effective_n == pytest.approx(245.6, abs=0.05)
    assert zero_hits_upper(245.6) == pytest.approx(0.012, abs=5e-4)


def test_example_of_the_percentile():
    groups = [TimesOfCluster([(h * 60, 1, 0) for h in range(k + 1, k + 11)]) for k in range(10)]
    found = woodruff(groups, Fraction(9, 10))
    assert (found.value, found.low, found.high) == (15 * 60, 13 * 60, None)
    assert found.effective_n == pytest.approx(31.2, abs=0.05)


def test_examples_of_change_and_charts():
    assert mover(10, 8, 13, 16, 13, 20)[1:] == pytest.approx((-10.5, -1.8), abs=0.05)
    chart = laney_chart([(100, 8), (100, 12)] * 6 + [(100, 21)], baseline=12)
    assert (chart.centre, chart.sigma_z) == pytest.approx((0.1, 1.18), abs=0.005)
    assert chart.points[-1].high == pytest.approx(0.206, abs=5e-4)
    assert chart.points[-1].is_signal
    hours = xmr_chart([20, 22] * 6 + [27], baseline=12)
    assert (hours.low, hours.high) == pytest.approx((15.7, 26.3), abs=0.05)
    assert hours.signals == (12,)
    runs = run_signal([1.0] * 6 + [3.0] * 7, 2.0)
    assert (runs.longest_allowed, runs.fewest_allowed, runs.crossings) == (7, 3, 1)


def test_examples_of_peers():
    found = observed_expected({"X": (100, 2), "Y": (300, 30)}, {"X": (200, 10), "Y": (100, 20)})
    assert (found.observed, found.expected) == (30, pytest.approx(14))
    assert found.ratio == pytest.approx(2.14, abs=0.005)
    assert benjamini_hochberg([0.01, 0.02, 0.04, 0.9]) == pytest.approx(
        [0.04, 0.04, 0.0533, 0.9], abs=5e-4
    )


@pytest.mark.parametrize("key", [key for key, method in METHODS.items() if method.functions])
def test_every_method_states_formula_and_source(key):
    formulas, sources = zip(*map(stated, METHODS[key].functions), strict=True)
    assert all(formulas)
    assert any(sources)
    assert not any("Args:" in formula or "When not" in formula for formula in formulas)


def given():
    judged = world.judgement()
    return partner_inputs(judged)["acme"]


def test_a_page_names_the_methods_it_used_and_no_other():
    page = given()
    keys = [note.key for note in method_notes(page, KPIS)]
    assert keys == ["korn_graubard", "woodruff", "state"]
    one = page.totals[0]
    total = replace(
        one, change="worse", previous=0.5, is_flagged=True, expected=0.1, ratio=2.0, coverage=0.8
    )
    point = ControlPoint(period="2026-10", centre=0.1, low=0.05, high=0.15)
    more = replace(page, totals=(total,), limits={(one.role, one.kpi, one.statistic): (point,)})
    notes = {note.key: note for note in method_notes(more, KPIS)}
    assert {"mover", "laney_chart", "run_limits", "observed_expected", "benjamini_hochberg"} <= set(
        notes
    )
    assert "limits 5.0–15.0" in notes["laney_chart"].numbers
    assert notes["mover"].result == "worse"
    assert notes["observed_expected"].result == "ratio 2.00"
    assert notes["benjamini_hochberg"].result == "flagged for a look"


def test_the_method_of_a_result_in_one_line():
    rate = replace(
        world.result("acme", "forwarder", "loss_rate", "rate", 600), batches=34, effective_n=212.3
    )
    assert method_line(rate) == (
        "Interval of a rate over batches (Korn-Graubard): "
        f"{rate.hits} of 600 in 34 batches, effective n 212.3"
    )
    few = replace(rate, low=None, high=None, effective_n=None, batches=1)
    assert method_line(few) == f"no interval: {rate.hits} of 600 in 1 batch"
    assert method_line(replace(rate, value=None)) == "no interval without a value"
