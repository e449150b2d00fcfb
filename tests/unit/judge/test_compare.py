import datetime as dt
from dataclasses import replace

import pytest

from tallyclerk.domain.results import Result, State
from tallyclerk.judge.compared import Comparison, Verdict, comparison_rows
from tallyclerk.judge.pairs import pair_of
from tallyclerk.judge.results import Judge
from tallyclerk.judge.verdicts import difference_of
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.stats.differences import mover, newcombe
from tallyclerk.stats.rates import wilson

KPIS = all_kpis()
JUDGE = Judge(kpis=KPIS, targets=(), period="2026-10", last_day=dt.date(2026, 10, 31))


def rate(partner, hits, n, kpi="on_time_rate", role="forwarder") -> Result:
    low, high = wilson(hits, n) if n else (None, None)
    return Result(
        partner_id=partner,
        role=role,
        kpi=kpi,
        statistic="rate",
        unit="rate",
        period="2026-10",
        n=n,
        batches=20,
        hits=hits,
        value=hits / n if n else None,
        low=low,
        high=high,
        state=State.NO_TARGET,
        reason=None if n else "no cases",
        better=KPIS[kpi].better,
    )


def hours(partner, value, low, high, n=100) -> Result:
    return replace(
        rate(partner, 0, n, kpi="transit_hours"),
        statistic="p90",
        unit="hours",
        hits=None,
        value=value,
        low=low,
        high=high,
    )


def only_row(first, second):
    pair = pair_of([first, second], None, JUDGE, first.partner_id, second.partner_id)
    (row,) = pair.rows
    return row


def test_rates_of_independent_cases_are_compared_by_newcombe():
    row = only_row(rate("a", 945, 1000), rate("b", 857, 1000))
    assert row.difference == pytest.approx(newcombe(945, 1000, 857, 1000))
    assert row.verdict is Verdict.BETTER
    assert row.needed is None


def test_percentiles_are_compared_by_mover():
    row = only_row(hours("a", 41.0, 36.0, 47.0), hours("b", 29.0, 26.0, 33.0))
    assert row.difference == mover(41.0, 36.0, 47.0, 29.0, 26.0, 33.0)
    assert row.verdict is Verdict.WORSE


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (rate("a", 90, 100), rate("b", 88, 100), Verdict.NOT_PROVEN),
        (rate("a", 29, 29), rate("b", 0, 1000), Verdict.TOO_FEW),
        (rate("a", 2, 1200, "loss_rate"), rate("b", 0, 1200, "loss_rate"), Verdict.TOO_FEW),
        (rate("a", 40, 1200, "loss_rate"), rate("b", 0, 1200, "loss_rate"), Verdict.WORSE),
        (rate("a", 0, 1200, "loss_rate"), rate("b", 40, 1200, "loss_rate"), Verdict.BETTER),
        (hours("a", 41.0, 36.0, None), hours("b", 29.0, 26.0, 33.0), Verdict.WORSE),
        (hours("a", 41.0, 36.0, 47.0), hours("b", 29.0, 26.0, None), Verdict.NOT_PROVEN),
    ],
)
def test_a_verdict_is_what_is_proven(first, second, verdict):
    assert only_row(first, second).verdict is verdict


def test_batches_widen_a_difference():
    first, second = rate("a", 945, 1000), rate("b", 920, 1000)
    assert only_row(first, second).verdict is Verdict.BETTER
    wider = replace(first, low=0.90, high=0.97)
    assert only_row(wider, second).verdict is Verdict.NOT_PROVEN


@pytest.mark.parametrize("thin", [{"batches": 7}, {"effective_n": 29.9}, {"n": 29}])
def test_few_independent_cases_prove_nothing(thin):
    first = replace(rate("a", 999, 1000), **thin)
    assert only_row(first, rate("b", 10, 1000)).verdict is Verdict.TOO_FEW


def test_changing_sides_changes_the_sign_only():
    there, back = (
        only_row(*pair)
        for pair in (
            (rate("a", 940, 1000), rate("b", 900, 1000)),
            (rate("b", 900, 1000), rate("a", 940, 1000)),
        )
    )
    assert there.difference.diff == pytest.approx(-back.difference.diff)
    assert there.difference.low == pytest.approx(-back.difference.high)
    assert (there.verdict, back.verdict) == (Verdict.BETTER, Verdict.WORSE)


def test_what_is_not_proven_says_how_many_would_prove_it():
    needed = only_row(rate("a", 90, 100), rate("b", 88, 100)).needed
    assert needed > 1000
    assert only_row(rate("a", 90, 100), rate("b", 90, 100)).needed is None


def test_what_has_no_value_is_not_compared_with_its_reason():
    results = [rate("a", 0, 0), rate("b", 5, 10), rate("a", 1, 40, "loss_rate")]
    pair = pair_of(results, None, JUDGE, "a", "b")
    assert [(out.kpi, out.partner, out.reason) for out in pair.not_compared] == [
        ("on_time_rate", "a", "no cases")
    ]
    assert pair.rows == ()


def test_flat_rows_all_have_the_same_columns():
    results = [rate("a", 0, 0), rate("b", 5, 10)]
    results += [rate("a", 1, 40, "loss_rate"), rate("b", 1, 40, "loss_rate")]
    rows = list(comparison_rows(Comparison(pairs=(pair_of(results, None, JUDGE, "a", "b"),))))
    assert len(rows) == 2
    assert len({tuple(sorted(row)) for row in rows}) == 1


def test_a_difference_needs_two_values():
    with pytest.raises(ValueError, match="two values"):
        difference_of(rate("a", 0, 0), rate("b", 1, 2))
