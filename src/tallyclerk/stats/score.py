"""Several measures in one score between 0 and 100, with what is missing and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from tallyclerk.stats.differences import weighted_mover
from tallyclerk.stats.interval import Estimate, Interval

# Sums of decimal weights are this close to what they were meant to be.
_ROUNDING = 1e-9

Verdict = Literal["approve", "probation", "reject"]


class Composite(NamedTuple):
    """A weighted score over the measures at hand.

    Attributes:
        score: Weighted mean, or None when the gate is not passed.
        weight_present: Share of the weight that has a score.
        missing: Names without a score, ascending.
        missing_mandatory: Those of them that are mandatory.
    """

    score: float | None
    weight_present: float
    missing: tuple[str, ...]
    missing_mandatory: tuple[str, ...]


class Grade(NamedTuple):
    """A grade with the grades of both limits.

    Attributes:
        grade: Grade of the score.
        low: Grade of its lower limit.
        high: Grade of its upper limit.
        is_firm: Whether the three agree.
    """

    grade: str
    low: str
    high: str
    is_firm: bool


def utility(value: float, floor: float, target: float) -> float:
    """Give the linear utility of a value: 0 at the floor, 100 at the target, clamped.

    When not to use it: with goalposts that move with the data, which make scores incomparable.

    Args:
        value: The measure.
        floor: Its worst value that counts.
        target: Its value that is good enough, above or below the floor.

    Returns:
        A utility in 0..100.

    Raises:
        ValueError: If floor and target are equal.
    """
    if floor == target:
        raise ValueError(f"floor and target must differ, both are {floor}")
    return min(100.0, max(0.0, 100.0 * ((value - floor) / (target - floor))))


def utility_interval(
    low: float | None, high: float | None, floor: float, target: float
) -> Interval:
    """Map the limits of a measure through its utility, the worse one first.

    A missing limit of the measure may be anything: it becomes 0 on the bad side and 100 on the
    good side.

    Args:
        low: Lower limit of the measure, or None.
        high: Upper limit of the measure, or None.
        floor: Its worst value that counts.
        target: Its value that is good enough.

    Returns:
        Limits in 0..100.

    Raises:
        ValueError: If floor and target are equal.
    """
    bad, good = (low, high) if target > floor else (high, low)
    return Interval(
        0.0 if bad is None else utility(bad, floor, target),
        100.0 if good is None else utility(good, floor, target),
    )


def composite_mover(parts: Sequence[tuple[float, Estimate]]) -> Estimate | None:
    """Give the weighted mean of scores with limits recovered from theirs.

    Source: Zou, Huang and Zhang (2009), as in `standardisation.direct_mover`.

    When not to use it: measures of the same units, which are not independent
    (`jackknife.delete_a_group`).

    Args:
        parts: (weight, score with limits) pairs; weights of any scale.

    Returns:
        The score and its limits, or None without weight.

    Raises:
        ValueError: If a weight is negative.
    """
    total = _total_weight([weight for weight, _ in parts])
    if total == 0.0:
        return None
    return weighted_mover([(weight / total, estimate) for weight, estimate in parts])


def composite(
    weights: Mapping[str, float],
    scores: Mapping[str, float],
    mandatory: Collection[str] = (),
    min_weight: float = 0.6,
) -> Composite:
    """Give the weighted mean of the scores at hand, missing weight redistributed in proportion.

    When not to use it: a missing score is never taken as 0 or 100, so silence that pays must be
    handled before.

    Args:
        weights: Weight by name, any scale.
        scores: Score by name; names without one are missing.
        mandatory: Names without which there is no score.
        min_weight: Share of weight that must be present.

    Returns:
        The score and what is missing.

    Raises:
        ValueError: If a weight is negative or a score has no weight.
    """
    unknown = sorted(set(scores) - set(weights))
    if unknown:
        raise ValueError(f"scores without a weight: {', '.join(unknown)}")
    total = _total_weight(list(weights.values()))
    present = math.fsum(weights[name] for name in scores)
    share = present / total if total else 0.0
    missing = tuple(sorted(set(weights) - set(scores)))
    missing_mandatory = tuple(sorted(set(mandatory) - set(scores)))
    score = None
    if present and share >= min_weight - _ROUNDING and not missing_mandatory:
        score = math.fsum(weights[name] * scores[name] for name in scores) / present
    return Composite(score, share, missing, missing_mandatory)


def geometric_mean(
    weights: Sequence[float], scores: Sequence[float], floor: float = 1.0
) -> float | None:
    """Give the weighted geometric mean of scores, which punishes imbalance.

    exp(sum w ln max(score, floor) / sum w).

    When not to use it: as the headline; it is a check on how much a bad score is bought off.

    Args:
        weights: Weights of any scale.
        scores: Scores in the same order.
        floor: Least score that counts, above 0.

    Returns:
        The mean, or None without weight.

    Raises:
        ValueError: If a weight is negative, the floor not positive or the lengths differ.
    """
    if not floor > 0.0:
        raise ValueError(f"floor must be positive, got {floor}")
    total = _total_weight(weights)
    logs = math.fsum(
        weight * math.log(max(score, floor)) for weight, score in zip(weights, scores, strict=True)
    )
    return math.exp(logs / total) if total else None


def grade(score: float, cuts: Mapping[str, float], below: str = "E") -> str:
    """Give the best grade whose cut the score reaches, or the grade below all cuts."""
    for name, cut in sorted(cuts.items(), key=lambda item: -item[1]):
        if score >= cut:
            return name
    return below


def graded(estimate: Estimate, cuts: Mapping[str, float], below: str = "E") -> Grade:
    """Give the grade of a score and of both its limits; firm where all agree."""
    point, low, high = (grade(score, cuts, below) for score in estimate)
    return Grade(point, low, high, point == low == high)


def verdict(
    low: float | None, high: float | None, approve_from: float, reject_below: float
) -> Verdict:
    """Decide on limits alone: too little evidence is probation, never rejection.

    Args:
        low: Lower limit, or None when there is none.
        high: Upper limit, or None when there is none.
        approve_from: Cut that the lower limit must reach.
        reject_below: Cut that the upper limit must miss.

    Returns:
        The verdict.

    Raises:
        ValueError: If the reject cut is above the approve cut.
    """
    if reject_below > approve_from:
        raise ValueError(f"reject cut {reject_below} is above approve cut {approve_from}")
    if low is not None and low >= approve_from:
        return "approve"
    if high is not None and high < reject_below:
        return "reject"
    return "probation"


def _total_weight(weights: Sequence[float]) -> float:
    if any(not weight >= 0.0 for weight in weights):
        raise ValueError("weights must not be negative")
    return math.fsum(weights)
