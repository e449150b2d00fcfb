"""A score in words: never without its interval, and never louder than what it hides."""

from __future__ import annotations

from tallyclerk.domain.scores import Score
from tallyclerk.report import text, words
from tallyclerk.report.reasons import kpi_title, reason


def score_sentence(score: Score) -> str:
    """The score with its limits, grades, covered weight, ranks and what weights decide."""
    why = reason(score.reason) if score.reason else words.say("scoring.nothing")
    if score.score is None:
        return words.say("scoring.none", why=why)
    covered = words.say("scoring.covered", percent=text.percent(score.covered))
    value = f"{score.score:.0f}"
    if score.low is None or score.high is None:
        return words.say("scoring.no_interval", value=value, covered=covered, why=why)
    limits = words.say(
        "scoring.limits", value=value, low=f"{score.low:.0f}", high=f"{score.high:.0f}"
    )
    told = [limits, _grade(score), covered]
    parts = [", ".join(told)]
    if score.ranked > 1 and score.best_rank is not None:
        parts.append(_rank(score))
    if score.score_least is not None and score.score_most is not None:
        moved = f"{score.score_least:.0f}–{score.score_most:.0f}"
        parts.append(words.say("scoring.moved", moved=moved))
    barred = words.say("scoring.barred", names=", ".join(map(kpi_title, score.barred_by)))
    return "; ".join(parts) + "." + (f" {barred}" if score.barred_by else "")


def _grade(score: Score) -> str:
    if score.is_firm:
        return words.say("scoring.grade", grade=score.grade)
    ends = {"low": score.grade_low, "high": score.grade_high}
    return words.say("scoring.grade_open", grade=score.grade, **ends)


def _rank(score: Score) -> str:
    among = text.plural(score.ranked, "partner")
    ends = {"best": score.best_rank, "worst": score.worst_rank}
    if score.best_rank == score.worst_rank:
        return words.say("scoring.rank", best=score.best_rank, among=among)
    if (score.best_rank, score.worst_rank) == (1, score.ranked):
        return words.say("scoring.no_rank", among=among)
    return words.say("scoring.ranks", **ends, among=among)
