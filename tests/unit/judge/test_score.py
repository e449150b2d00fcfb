"""The composite: its value by hand, its interval by the textbook, and what stands beside it."""

import datetime as dt
import math

import pytest
from scipy.stats import t
from tests.support.tallies import batches, durations, tallies

from tallyclerk.config.models import Settings
from tallyclerk.judge.score import scores
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.stats.jackknife import stable_group

KPIS = all_kpis()
DAY = dt.date(2026, 1, 31)
WEIGHTS = {"on_time_rate": 3, "loss_rate": 1}
# Defaults: on time 95 % (limit 90 %), loss 0.5 % (limit 1.5 %).


def given(weights=None, **more) -> Settings:
    return Settings.model_validate({"score": {"weights": weights or WEIGHTS, **more}})


def scored(*parts, settings=None):
    return scores(tallies(*parts), settings or given(), KPIS, "2026-01", DAY)


def one(*parts, settings=None):
    (found,) = scored(*parts, settings=settings)
    return found


def shares(kpi, hits, n=100, count=40, partner="p", role="courier"):
    """Batches of n with so many hits each, given in turn."""
    sizes = [(n, hits[place % len(hits)]) for place in range(count)]
    return batches(kpi, sizes, partner=partner, role=role)


USUAL = (shares("on_time_rate", (91, 95)), shares("loss_rate", (1,)))


def test_a_score_is_the_weighted_mean_of_utilities():
    found = one(*USUAL)
    # On time 93 %: 60 of 100; lost 1 %: 50 of 100.
    assert [part.utility for part in found.parts] == pytest.approx([60.0, 50.0])
    assert [part.weight for part in found.parts] == [0.75, 0.25]
    assert found.score == pytest.approx(0.75 * 60 + 0.25 * 50)
    assert found.covered == 1.0
    assert (found.period, found.barred_by) == ("2026-01", ())


def test_the_interval_is_that_of_the_delete_a_group_jackknife():
    sizes = [(50, 45 + place % 4) for place in range(60)]
    losses = [(60, place % 2) for place in range(60)]
    found = one(batches("on_time_rate", sizes), batches("loss_rate", losses))

    def score(left):
        on_time = sum(sizes[i][1] for i in left) / sum(sizes[i][0] for i in left)
        loss = sum(losses[i][1] for i in left) / sum(losses[i][0] for i in left)
        return 0.75 * (on_time - 0.90) / 0.0005 + 0.25 * (0.015 - loss) / 0.0001

    groups = {place: stable_group(f"p-202601-{place}") for place in range(60)}
    names = sorted(set(groups.values()))
    whole = score(range(60))
    left_out = [score([i for i in range(60) if groups[i] != name]) for name in names]
    count = len(names)
    se = math.sqrt((count - 1) / count * sum((each - whole) ** 2 for each in left_out))
    assert 15 < count <= 20
    assert found.score == pytest.approx(whole)
    assert found.low == pytest.approx(whole - t.ppf(0.975, count - 1) * se)
    assert found.high == pytest.approx(whole + t.ppf(0.975, count - 1) * se)


def test_a_score_at_the_end_of_the_scale_is_not_sure_of_itself():
    found = one(shares("on_time_rate", (24,), n=25, count=20), settings=given({"on_time_rate": 1}))
    assert found.score == 100.0
    assert found.high == 100.0
    # 480 of 500 parcels may well be 94 % of all, which is worth 80.
    assert 50.0 < found.low < 80.0


def test_missing_weight_is_redistributed_but_only_so_far():
    weights = {"on_time_rate": 3, "loss_rate": 1, "damage_rate": 1}
    found = one(*USUAL, settings=given(weights))
    assert found.score == pytest.approx(57.5)
    assert found.covered == pytest.approx(0.8)
    assert found.parts[2].utility is None
    assert found.parts[2].reason == "no cases"
    little = one(USUAL[1], settings=given(weights))
    assert (little.score, little.low, little.grade) == (None, None, None)
    assert little.reason == "only 20 % of the weight can be assessed, 60 % are needed"


def test_a_mandatory_kpi_that_is_missing_leaves_no_score():
    found = one(USUAL[0], settings=given(mandatory=["loss_rate"]))
    assert found.covered == 0.75
    assert found.score is None
    assert found.reason == "without loss_rate there is no score"


def test_thin_evidence_is_missing_and_never_0_or_100():
    thin = one(shares("on_time_rate", (2,), n=2, count=10), shares("loss_rate", (0,), n=200))
    assert thin.parts[0].utility is None
    assert thin.parts[0].value is None
    assert thin.parts[0].reason == "too few cases or batches"
    assert thin.score is None


def test_a_proven_breach_bars_whatever_the_score():
    parts = (shares("on_time_rate", (99,)), shares("loss_rate", (5,)))
    found = one(*parts, settings=given(mandatory=["loss_rate"]))
    assert found.score == pytest.approx(75.0)
    assert found.barred_by == ("loss_rate",)
    assert one(*parts).barred_by == ()


def test_grades_are_those_of_the_score_and_both_limits():
    found = one(*USUAL)
    cuts = {"A": 85, "B": 70, "C": 55, "D": 40}

    def grade(value):
        return next((name for name, cut in cuts.items() if value >= cut), "E")

    assert (found.grade, found.grade_low, found.grade_high) == tuple(
        map(grade, (found.score, found.low, found.high))
    )
    assert found.is_firm == (len({found.grade, found.grade_low, found.grade_high}) == 1)


def test_weights_changed_by_a_quarter_move_the_score_by_hand():
    found = one(*USUAL)
    moved = [(w * 60 + v * 50) / (w + v) for w, v in ((2.25, 1), (3.75, 1), (3, 0.75), (3, 1.25))]
    assert found.score_least == pytest.approx(min(moved))
    assert found.score_most == pytest.approx(max(moved))


def test_equal_partners_may_have_any_rank():
    parts = [
        rows
        for name in "abcd"
        for rows in (
            shares("on_time_rate", (91, 95), partner=name),
            shares("loss_rate", (1,), partner=name),
        )
    ]
    found = scored(*parts)
    assert [s.partner_id for s in found] == list("abcd")
    assert {(s.best_rank, s.worst_rank, s.ranked) for s in found} == {(1, 4, 4)}
    assert {s.same_ranking for s in found} == {1.0}


def test_proven_differences_rank_and_roles_are_apart():
    parts = [
        shares("on_time_rate", (452, 456), n=500, partner="low"),
        shares("on_time_rate", (470,), n=500, partner="high"),
        shares("on_time_rate", (470,), n=500, partner="high", role="forwarder"),
    ]
    found = {(s.partner_id, s.role): s for s in scored(*parts, settings=given({"on_time_rate": 1}))}
    assert (found["high", "courier"].best_rank, found["high", "courier"].worst_rank) == (1, 1)
    assert (found["low", "courier"].best_rank, found["low", "courier"].worst_rank) == (2, 2)
    assert found["high", "forwarder"].ranked == 1
    assert found["high", "forwarder"].same_ranking is None


def test_a_role_is_scored_on_what_is_asked_of_it():
    weights = {"dispatch_on_time_rate": 1, "loss_rate": 3}
    found = one(
        shares("dispatch_on_time_rate", (93,), role="supplier"),
        settings=given(weights),
    )
    assert [part.kpi for part in found.parts] == ["dispatch_on_time_rate"]
    assert found.covered == 1.0
    assert found.score == pytest.approx(60.0)


def test_percentiles_count_too_and_one_never_reached_is_at_the_limit():
    weights = {"scan_gap_hours.p90": 1}
    # P90 of 60 h between 96 h (0) and 48 h (100).
    usual = durations("scan_gap_hours", [[600] * 8 + [3600] * 3] * 20)
    assert one(usual, settings=given(weights)).score == pytest.approx(75.0)
    gone = durations("scan_gap_hours", [[600] * 8] * 20)
    never = durations("scan_gap_hours", [[600] * 3] * 20, ending="never")
    assert one([*gone, *never], settings=given(weights)).score == 0.0
    young = durations("scan_gap_hours", [[600] * 3] * 20, ending="censored")
    assert one([*gone, *young], settings=given(weights)).score is None


def test_without_the_block_there_is_no_score():
    assert scores(tallies(*USUAL), Settings(), KPIS, "2026-01", DAY) == []


def test_row_order_changes_nothing():
    rows = [row for part in USUAL for row in part]
    assert scored(rows) == scored(rows[::-1])
