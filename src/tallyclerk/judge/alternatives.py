"""Who else could carry a partner's volume: others of its role on the lanes that they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tallyclerk.domain.results import Result

LEAST_COVERAGE = 0.6
"""Share of a partner's cases on shared lanes below which another one is no alternative."""
LEAST_CASES = 30
"""Cases of the other one on those lanes below which it is not known what it would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One other partner on the lane mix of a partner.

    Attributes:
        partner_id: The other one.
        coverage: Share of the partner's cases that lie on lanes which the other one serves too.
        cases: Cases of the other one there.
        value: Its rate, each lane weighted by the partner's cases; `own`: the partner's there.
        own_cases: Cases of the partner there.
    """

    partner_id: str
    coverage: float
    cases: int
    value: float
    own: float
    own_cases: int


def best_alternative(result: Result, lanes: Iterable[Result]) -> Alternative | None:
    """The best other partner of the same role for one rate, on the same lane mix.

    The comparison is direct: what it would come to if each lane went as it went for the other one.
    It says nothing of chance; `tallyclerk compare` does.

    Args:
        result: A rate of the partner, in total.
        lanes: Results by lane, of every partner.

    Returns:
        None where nobody covers enough of the lanes with enough cases, or nobody is better.
    """
    if result.hits is None:
        return None
    rates: dict[str, dict[str, Result]] = defaultdict(dict)
    for each in lanes:
        key = (each.role, each.kpi, each.statistic)
        if key == (result.role, result.kpi, result.statistic) and each.lane and each.n:
            rates[each.partner_id][each.lane] = each
    mine = rates.pop(result.partner_id, {})
    found = [
        other
        for partner, theirs in sorted(rates.items())
        if (other := _on_lanes(partner, mine, theirs)) is not None
    ]
    better = [each for each in found if _gain(each, result.better) > 0]
    return max(better, key=lambda each: _gain(each, result.better), default=None)


def _gain(other: Alternative, better: str) -> float:
    return other.value - other.own if better == "higher" else other.own - other.value


def _on_lanes(
    partner: str, mine: Mapping[str, Result], theirs: Mapping[str, Result]
) -> Alternative | None:
    shared = sorted(mine.keys() & theirs.keys())
    volume = sum(each.n for each in mine.values())
    there = sum(mine[lane].n for lane in shared)
    cases = sum(theirs[lane].n for lane in shared)
    if not there or there < LEAST_COVERAGE * volume or cases < LEAST_CASES:
        return None
    expected = sum(mine[lane].n * (theirs[lane].hits or 0) / theirs[lane].n for lane in shared)
    return Alternative(
        partner_id=partner,
        coverage=there / volume,
        cases=cases,
        value=expected / there,
        own=sum(mine[lane].hits or 0 for lane in shared) / there,
        own_cases=there,
    )
