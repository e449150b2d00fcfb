"""The optional composite: one number out of several, with everything that it hides beside it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tallyclerk.config.models import Score as Terms
from tallyclerk.config.models import Settings
from tallyclerk.domain.results import State
from tallyclerk.domain.scores import Score, ScorePart
from tallyclerk.judge.estimates import MIN_BATCHES
from tallyclerk.judge.terms import Kpis, mandatory_in_score, weights
from tallyclerk.judge.utilities import Subject, Utility, grouped, groups_of, utility_of
from tallyclerk.stats.distributions import two_sided_z
from tallyclerk.stats.interval import Estimate
from tallyclerk.stats.jackknife import delete_a_group
from tallyclerk.stats.ranking import rank_sets
from tallyclerk.stats.score import composite, graded

STEP = 0.25
"""Relative change of each weight when the ranking's dependence on weights is tried."""
DIGITS = 9
"""Scores that agree in so many decimals are equal: rounding decides no rank."""
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """What the score of one partner is made of."""

    weights: Mapping[str, float]
    utilities: Mapping[str, Utility]
    mandatory: frozenset[str]

    @property
    def values(self) -> dict[str, float]:
        return {name: u.value for name, u in self.utilities.items() if u.value is not None}

    def score(self, changed: Mapping[str, float]) -> float | None:
        """The score under other weights of the same KPIs."""
        return composite(changed, self.values, self.mandatory, min_weight=0.0).score


def scores(
    tallies: pl.LazyFrame,
    settings: Settings,
    kpis: Kpis,
    period: str | None,
    day: dt.date,
) -> list[Score]:
    """Scores of all partners, each ranked among those of its role.

    Args:
        tallies: TALLIES of the period, of all partners that are to be ranked.
        settings: `[score]` and `[[targets]]`.
        kpis: Definitions by name.
        period: Label of the period.
        day: Its last day: the targets valid then hold.

    Returns:
        One per partner and role, sorted; none without `[score]`.

    Raises:
        ConfigError: `[score]` names what is not defined.
    """
    terms = weights(settings, kpis)
    if settings.score is None:
        return []
    names = sorted({term.kpi.name for term, _ in terms})
    held = tallies.filter(pl.col("kpi").is_in(names)).collect()
    cases = grouped(held.lazy())
    counted = {name: groups_of(cases, kpis[name], settings.targets) for name in names}
    sheets: dict[Subject, _Sheet] = {}
    subjects: list[Subject] = sorted(held.select("partner_id", "role").unique().rows())
    for subject in subjects:
        asked = [(term, weight) for term, weight in terms if subject[1] in term.kpi.roles]
        utilities = {
            term.name: utility_of(
                term, term.goal(settings.targets, *subject, day), counted[term.kpi.name], subject
            )
            for term, _ in asked
        }
        given = {term.name: weight for term, weight in asked}
        must = mandatory_in_score(settings) & set(given)
        sheets[subject] = _Sheet(weights=given, utilities=utilities, mandatory=must)
    made = [_scored(subject, sheet, settings.score, period) for subject, sheet in sheets.items()]
    ranked = [each for role in _by_role(made) for each in _ranked(role, sheets)]
    return sorted(ranked, key=lambda each: (each.partner_id, each.role))


def _scored(subject: Subject, sheet: _Sheet, terms: Terms, period: str | None) -> Score:
    found = composite(sheet.weights, sheet.values, sheet.mandatory)
    made = Score(
        partner_id=subject[0],
        role=subject[1],
        period=period,
        covered=found.weight_present,
        parts=_parts(sheet),
        barred_by=tuple(
            name
            for name in sheet.weights
            if name in sheet.mandatory and sheet.utilities[name].state is State.BREACH
        ),
    )
    if found.score is None:
        return replace(made, reason=_why_none(found.weight_present, found.missing_mandatory))
    limits = _limits(sheet, found.score)
    if limits is None:
        reason = "too few groups of batches for an interval"
        return replace(made, score=found.score, reason=reason)
    low, high = limits
    grade = graded(Estimate(found.score, low, high), terms.grades)
    least, most = _reweighted(sheet)
    return replace(
        made,
        score=found.score,
        low=low,
        high=high,
        grade=grade.grade,
        grade_low=grade.low,
        grade_high=grade.high,
        is_firm=grade.is_firm,
        score_least=least,
        score_most=most,
    )


def _parts(sheet: _Sheet) -> tuple[ScorePart, ...]:
    total = math.fsum(sheet.weights.values())
    return tuple(
        ScorePart(
            kpi=utility.term.kpi.name,
            statistic=str(utility.term.statistic),
            weight=sheet.weights[name] / total,
            value=utility.found.value if utility.value is not None else None,
            utility=utility.value,
            reason=utility.reason,
        )
        for name, utility in sheet.utilities.items()
    )


def _why_none(covered: float, missing: Sequence[str]) -> str:
    if missing:
        return f"without {', '.join(missing)} there is no score"
    return f"only {covered * 100:.0f} % of the weight can be assessed, 60 % are needed"


def _limits(sheet: _Sheet, score: float) -> tuple[float, float] | None:
    """The interval of a score, within 0..100.

    A delete-a-group jackknife over whole batches. A utility that the scale holds at an end shows
    it no error: there the reach of its own interval is added in squares, as MOVER does.
    """
    present = {name: sheet.weights[name] for name in sheet.values}
    total = math.fsum(present.values())
    used = [sheet.utilities[name] for name in present]
    groups = sorted({group for utility in used for group in utility.without})
    replicates = [_without(sheet, present, group) for group in groups]
    found = delete_a_group(score, replicates, CONFIDENCE)
    if found is None or found.groups < MIN_BATCHES:
        return None
    downs, ups = [score - found.low], [found.high - score]
    for name, weight in present.items():
        utility = sheet.utilities[name]
        if utility.is_clamped and utility.value is not None and utility.limits is not None:
            bad, good = utility.limits
            downs.append(weight / total * (utility.value - bad))
            ups.append(weight / total * (good - utility.value))
    return max(0.0, score - math.hypot(*downs)), min(100.0, score + math.hypot(*ups))


def _without(sheet: _Sheet, present: Mapping[str, float], group: int) -> float | None:
    """The score without one group of batches: the same KPIs, whatever is left of them."""
    values = {}
    for name in present:
        utility = sheet.utilities[name]
        value = utility.without.get(group, utility.value)
        if value is None:
            return None
        values[name] = value
    return composite(present, values).score


def _reweighted(sheet: _Sheet) -> tuple[float | None, float | None]:
    """Least and most of the score when any one weight is changed."""
    found = [
        score for changed in _changes(sheet.weights) if (score := sheet.score(changed)) is not None
    ]
    return min(found, default=None), max(found, default=None)


def _changes(given: Mapping[str, float]) -> Iterator[dict[str, float]]:
    for name in given:
        for factor in (1 - STEP, 1 + STEP):
            yield {**given, name: given[name] * factor}


def _by_role(made: Sequence[Score]) -> list[list[Score]]:
    roles: dict[str, list[Score]] = {}
    for each in made:
        roles.setdefault(each.role, []).append(each)
    return list(roles.values())


def _ranked(role: Sequence[Score], sheets: Mapping[Subject, _Sheet]) -> list[Score]:
    """The scores of one role with the ranks that noise allows, and what weights decide."""
    z = two_sided_z(CONFIDENCE)
    errors = {
        s.partner_id: (s.score, max(s.score - s.low, s.high - s.score) / z)
        for s in role
        if s.score is not None and s.low is not None and s.high is not None
    }
    sets = rank_sets(errors, CONFIDENCE)
    same = _same_ranking({who: sheets[who, role[0].role] for who in errors})
    return [
        replace(
            each,
            best_rank=sets[each.partner_id].best,
            worst_rank=sets[each.partner_id].worst,
            ranked=len(sets),
            same_ranking=same,
        )
        if each.partner_id in sets
        else replace(each, ranked=len(sets))
        for each in role
    ]


def _same_ranking(sheets: Mapping[str, _Sheet]) -> float | None:
    """Share of changed weights that leave the ranking of a role as it is; None of one partner."""
    if len(sheets) < 2:  # noqa: PLR2004 - a ranking needs two
        return None
    given = next(iter(sheets.values())).weights
    ranking = _ranking(sheets, given)
    rankings = [_ranking(sheets, changed) for changed in _changes(given)]
    return sum(each == ranking for each in rankings) / len(rankings)


def _ranking(sheets: Mapping[str, _Sheet], given: Mapping[str, float]) -> list[str]:
    found = {who: sheet.score(given) for who, sheet in sheets.items()}
    told = {who: -round(score, DIGITS) for who, score in found.items() if score is not None}
    return sorted(told, key=lambda who: (told[who], who))
