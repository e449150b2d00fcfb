"""Worked numbers for scores, grades, verdicts, ranks and the jackknife."""

from __future__ import annotations

import math

import pytest

from tallyclerk.stats import jackknife
from tallyclerk.stats.interval import Estimate
from tallyclerk.stats.ranking import rank_sets, weight_sensitivity
from tallyclerk.stats.score import (
    composite,
    composite_mover,
    geometric_mean,
    grade,
    graded,
    utility,
    utility_interval,
    verdict,
)

CUTS = {"A": 80.0, "B": 60.0}


def test_utility_works_in_both_directions():
    assert utility(15, 10, 20) == utility(15, 20, 10) == 50.0
    assert utility(9, 10, 20) == utility(21, 20, 10) == 0.0
    assert utility(21, 10, 20) == utility(9, 20, 10) == 100.0
    with pytest.raises(ValueError, match="must differ"):
        utility(1, 2, 2)


def test_limits_map_worse_one_first():
    assert utility_interval(12, 18, 10, 20) == (20.0, 80.0)
    assert utility_interval(12, 18, 20, 10) == (20.0, 80.0)
    assert utility_interval(None, 18, 10, 20) == (0.0, 80.0)
    assert utility_interval(12, None, 20, 10) == (0.0, 80.0)
    assert utility_interval(None, None, 20, 10) == (0.0, 100.0)


def test_missing_weight_is_redistributed_not_zero():
    result = composite({"a": 6, "b": 2, "c": 2}, {"a": 50.0, "c": 90.0})
    assert result.score == 60.0
    assert result.weight_present == 0.8
    assert result.missing == ("b",)


def test_the_gate_closes():
    weights = {"a": 0.5, "b": 0.4, "c": 0.1}
    assert composite(weights, {"a": 50.0}).score is None
    assert composite(weights, {"a": 50.0, "c": 50.0}).score == 50.0
    closed = composite(weights, {"a": 50.0, "b": 50.0}, mandatory=["c", "z"])
    assert closed.score is None
    assert closed.missing_mandatory == ("c", "z")
    assert composite({}, {}).score is None
    assert composite({"a": 0.0}, {"a": 5.0}, min_weight=0.0).score is None
    with pytest.raises(ValueError, match="without a weight"):
        composite({"a": 1.0}, {"b": 5.0})
    with pytest.raises(ValueError, match="negative"):
        composite({"a": -1.0}, {"a": 5.0})


def test_limits_of_a_score_are_square_and_add():
    parts = [(3.0, Estimate(50.0, 46.0, 54.0)), (1.0, Estimate(90.0, 74.0, 90.0))]
    assert composite_mover(parts) == pytest.approx((60.0, 55.0, 63.0))
    assert composite_mover([]) is None


def test_a_geometric_mean_punishes_a_bad_score():
    assert geometric_mean([1, 1], [4.0, 9.0]) == pytest.approx(6.0)
    assert geometric_mean([1, 1], [0.0, 100.0]) == pytest.approx(10.0)
    assert geometric_mean([], []) is None
    with pytest.raises(ValueError, match="floor"):
        geometric_mean([1], [1.0], floor=0.0)
    with pytest.raises(ValueError, match="argument"):
        geometric_mean([1], [])


def test_grades_reach_their_cuts():
    assert [grade(s, CUTS) for s in (80.0, 79.9, 60.0, 0.0)] == ["A", "B", "B", "E"]
    assert grade(0.0, CUTS, below="F") == "F"
    assert graded(Estimate(70.0, 61.0, 79.0), CUTS) == ("B", "B", "B", True)
    assert graded(Estimate(70.0, 59.0, 81.0), CUTS) == ("B", "E", "A", False)


def test_thin_evidence_never_rejects():
    assert verdict(70.0, 90.0, 70.0, 50.0) == "approve"
    assert verdict(None, 90.0, 70.0, 50.0) == "probation"
    assert verdict(10.0, None, 70.0, 50.0) == "probation"
    assert verdict(10.0, 50.0, 70.0, 50.0) == "probation"
    assert verdict(10.0, 49.9, 70.0, 50.0) == "reject"
    with pytest.raises(ValueError, match="above approve"):
        verdict(1.0, 2.0, 50.0, 70.0)


def test_rank_sets_of_clear_and_unclear_parties():
    clear = {"x": (1.0, 0.01), "y": (2.0, 0.01), "z": (3.0, 0.01)}
    assert rank_sets(clear) == {"x": (3, 3), "y": (2, 2), "z": (1, 1)}
    assert rank_sets(clear, higher_is_better=False) == {"x": (1, 1), "y": (2, 2), "z": (3, 3)}
    assert rank_sets({"x": (1.0, 9.0), "y": (2.0, 9.0)}) == {"x": (1, 2), "y": (1, 2)}
    assert rank_sets({"x": (1.0, 0.0), "y": (1.0, 0.0)}) == {"x": (1, 2), "y": (1, 2)}
    assert rank_sets({"x": (1.0, 1.0)}) == {"x": (1, 1)}
    assert rank_sets({}) == {}
    with pytest.raises(ValueError, match="negative"):
        rank_sets({"x": (1.0, -1.0)})


def test_weights_that_turn_a_ranking():
    result = weight_sensitivity({"a": [60, 40], "b": [45, 50]}, [0.5, 0.5])
    assert result.scores == {"a": 50.0, "b": 47.5}
    assert result.ranking == ("a", "b")
    assert [(r.position, r.factor, r.ranking) for r in result.changed] == [
        (0, 0.75, ("a", "b")),
        (0, 1.25, ("a", "b")),
        (1, 0.75, ("a", "b")),
        (1, 1.25, ("a", "b")),
    ]
    turned = weight_sensitivity({"a": [60, 40], "b": [45, 50]}, [0.5, 0.5], step=0.5)
    assert turned.share_same == 0.75


def test_equal_scores_rank_by_name():
    assert weight_sensitivity({"b": [1.0], "a": [1.0]}, [1.0]).ranking == ("a", "b")
    assert weight_sensitivity({"a": [0.1 + 0.2], "b": [0.3]}, [1.0]).ranking == ("a", "b")
    assert weight_sensitivity({"a": [1.0]}, [1.0], step=1.0).share_same == 1.0
    for weights, step in (([0.0], 0.25), ([-1.0], 0.25), ([1.0], 1.5)):
        with pytest.raises(ValueError, match="must"):
            weight_sensitivity({"a": [1.0]}, weights, step)


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = [3.0, 5.0, 10.0, 2.0]
    mean = 5.0
    without = [(20.0 - value) / 3 for value in values]
    result = jackknife.delete_a_group(mean, without)
    assert result is not None
    textbook = math.sqrt(sum((v - mean) ** 2 for v in values) / 3 / 4)
    assert result.se == pytest.approx(textbook)
    assert result.high - result.value == pytest.approx(3.182446305 * textbook)
    assert result.groups == 4


def test_the_jackknife_refuses_to_guess():
    assert jackknife.delete_a_group(1.0, [1.0]) is None
    assert jackknife.delete_a_group(None, [1.0, 2.0]) is None
    assert jackknife.delete_a_group(1.0, [1.0, None]) is None
    same = jackknife.delete_a_group(1.0, [1.0, 1.0])
    assert same == (1.0, 0.0, 1.0, 1.0, 2)


def test_totals_without_each_group_that_holds_anything():
    groups = [[5, 1], [0, 0], [7, 2]]
    assert jackknife.leave_one_out_totals(groups) == [(7, 2), (5, 1)]
    assert jackknife.leave_one_out_totals([]) == []
    with pytest.raises(ValueError, match="argument"):
        jackknife.leave_one_out_totals([[1], [1, 2]])


def test_groups_are_stable_and_even():
    groups = [jackknife.stable_group(f"batch-{k}") for k in range(4000)]
    assert set(groups) == set(range(20))
    assert max(groups.count(g) for g in range(20)) < 260
    assert jackknife.stable_group("", 1) == 0
    assert jackknife.stable_group("日本") == jackknife.stable_group("日本")
    with pytest.raises(ValueError, match="positive"):
        jackknife.stable_group("x", 0)
