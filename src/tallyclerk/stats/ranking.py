"""What a ranking is worth: ranks that noise allows, and ranks that other weights give."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tallyclerk.stats.distributions import normal_quantile, require_confidence

# Scores closer than this are equal: rounding must not decide a rank.
_SCORE_DIGITS = 9


class RankSet(NamedTuple):
    """The ranks that noise allows, 1 being the best.

    Attributes:
        best: Best rank.
        worst: Worst rank.
    """

    best: int
    worst: int


class Reweighted(NamedTuple):
    """The ranking under one changed weight.

    Attributes:
        position: Position of the changed weight, from 0.
        factor: What it was multiplied by.
        ranking: Names, best first.
    """

    position: int
    factor: float
    ranking: tuple[str, ...]


class Sensitivity(NamedTuple):
    """How a ranking depends on its weights.

    Attributes:
        scores: Score by name at the weights as given.
        ranking: Names, best first, at the weights as given.
        changed: The ranking under each changed weight.
        share_same: Share of changed weights with the same ranking; None without any.
    """

    scores: dict[str, float]
    ranking: tuple[str, ...]
    changed: tuple[Reweighted, ...]
    share_same: float | None


def rank_sets(
    estimates: Mapping[str, tuple[float, float]],
    confidence: float = 0.95,
    *,
    higher_is_better: bool = True,
) -> dict[str, RankSet]:
    """Give the ranks each party may have: between those proven better and those proven worse.

    [1 + number significantly better, K - number significantly worse], with Bonferroni's quantile
    over the K - 1 pairwise differences of a party.

    Source: M. Mogstad et al., Review of Economic Studies 91 (2024) 476-518, in its simplest form.

    When not to use it: estimates that are not independent or far from normal.

    Args:
        estimates: (estimate, standard error) by name.
        confidence: Level of each party's own set.
        higher_is_better: Whether a higher estimate is a better one.

    Returns:
        The set by name, in the order given.

    Raises:
        ValueError: If an error is negative or the level out of range.
    """
    require_confidence(confidence)
    if any(not se >= 0.0 for _, se in estimates.values()):
        raise ValueError("standard errors must not be negative")
    others = len(estimates) - 1
    if others < 1:
        return {name: RankSet(1, 1) for name in estimates}
    z = -normal_quantile((1.0 - confidence) / (2 * others))
    sign = 1.0 if higher_is_better else -1.0
    sets = {}
    for name, (value, se) in estimates.items():
        lead = [
            (sign * (other - value), z * math.hypot(se, other_se))
            for key, (other, other_se) in estimates.items()
            if key != name
        ]
        better = sum(gap > reach for gap, reach in lead)
        worse = sum(-gap > reach for gap, reach in lead)
        sets[name] = RankSet(1 + better, len(estimates) - worse)
    return sets


def weight_sensitivity(
    scores: Mapping[str, Sequence[float]], weights: Sequence[float], step: float = 0.25
) -> Sensitivity:
    """Change one weight at a time by -+ step, renormalise, and rank again.

    When not to use it: as a statement on noise, which `rank_sets` makes.

    Args:
        scores: Scores of each party, in the order of the weights.
        weights: Weights of any scale.
        step: Relative change, 0..1.

    Returns:
        The rankings; ties go by name.

    Raises:
        ValueError: If a weight is negative, all are 0, the step is out of range or a party has
            not as many scores as there are weights.
    """
    if not 0.0 <= step <= 1.0:
        raise ValueError(f"step must be within 0..1, got {step}")
    base = _weighted(scores, weights)
    ranking = _ranked(base)
    changed = []
    for index, weight in enumerate(weights):
        for factor in (1.0 - step, 1.0 + step):
            moved = [*weights[:index], weight * factor, *weights[index + 1 :]]
            if math.fsum(moved) > 0.0:
                moved_ranking = _ranked(_weighted(scores, moved))
                changed.append(Reweighted(index, factor, moved_ranking))
    same = sum(row.ranking == ranking for row in changed)
    share = same / len(changed) if changed else None
    return Sensitivity(base, ranking, tuple(changed), share)


def _weighted(scores: Mapping[str, Sequence[float]], weights: Sequence[float]) -> dict[str, float]:
    total = math.fsum(weights)
    if any(not weight >= 0.0 for weight in weights) or not total > 0.0:
        raise ValueError("weights must not be negative, nor all 0")
    return {
        name: math.fsum(w * s for w, s in zip(weights, own, strict=True)) / total
        for name, own in scores.items()
    }


def _ranked(scores: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(scores, key=lambda name: (-round(scores[name], _SCORE_DIGITS), name)))
