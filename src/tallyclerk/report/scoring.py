"""A score in words: never without its interval, and never louder than what it hides."""

from __future__ import annotations

from tallyclerk.domain.scores import Score
from tallyclerk.report import text


def score_sentence(score: Score) -> str:
    """The score with its limits, grades, covered weight, ranks and what weights decide."""
    covered = f"{score.covered:.0%} of the weight"
    if score.score is None:
        return f"Score: none; {score.reason or 'nothing can be assessed'}."
    if score.low is None or score.high is None:
        return f"Score {score.score:.0f} of 100 without an interval ({covered}): {score.reason}."
    limits = f"{score.score:.0f} of 100 [{score.low:.0f}–{score.high:.0f}]"
    told = [f"Score {limits}, {_grade(score)}, {covered}"]
    if score.ranked > 1 and score.best_rank is not None:
        told.append(_rank(score))
    if score.score_least is not None and score.score_most is not None:
        moved = f"{score.score_least:.0f}–{score.score_most:.0f}"
        told.append(f"any one weight changed by a quarter: {moved}")
    barred = f" Barred whatever the score: {', '.join(score.barred_by)} in proven breach."
    return "; ".join(told) + "." + (barred if score.barred_by else "")


def _grade(score: Score) -> str:
    if score.is_firm:
        return f"grade {score.grade}"
    return f"grade {score.grade}, not firm ({score.grade_low} to {score.grade_high})"


def _rank(score: Score) -> str:
    among = f"of {text.plural(score.ranked, 'partner')}"
    if score.best_rank == score.worst_rank:
        return f"rank {score.best_rank} {among}"
    if (score.best_rank, score.worst_rank) == (1, score.ranked):
        return f"no rank among {text.plural(score.ranked, 'partner')}: differences are within noise"
    return f"rank {score.best_rank} to {score.worst_rank} {among}"
