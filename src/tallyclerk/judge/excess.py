"""Where the excess of one partner over another sits: on which lanes, or with which counterparts.

On each common lane the other partner's share of bad cases is what was to be expected; what is
above it, in cases, is the excess. For a percentile a bad case is one that took longer than the
other partner's percentile.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.kpi import Kpi

MOST_PLACES = 3
MOST_OF_IT = 0.5
NOTABLE = 0.1
"""How much more of the excess than of the cases a few places must hold to be named."""
MINUTES_PER_HOUR = 60
Place = tuple[str, str | None]
"""Lane and counterpart."""


@dataclass(frozen=True, kw_only=True)
class Excess:
    """Bad cases of a partner beyond those expected, and where they are.

    Attributes:
        partner: Whose they are.
        cases: How many, over all common lanes (what is better elsewhere is taken off).
        kind: "lane" or "counterpart"; None where no few places hold most of it.
        places: Those that do, the largest excess first.
        share: Of the excess of all places that have one, what these hold.
        case_share: Of the partner's cases, what these hold.
        beyond_hours: Of a percentile: cases longer than this are bad.
    """

    partner: str
    cases: float
    kind: str | None = None
    places: tuple[str, ...] = ()
    share: float | None = None
    case_share: float | None = None
    beyond_hours: float | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: the excess of one partner over another under a KPI, on some lanes.

    Attributes:
        kpi: The definition.
        role: Their role.
        worse: The partner with the excess.
        other: The one that sets what is expected.
        lanes: Lanes that both use.
        beyond_hours: Of a percentile, the time beyond which a case is bad.
    """

    kpi: Kpi
    role: str
    worse: str
    other: str
    lanes: tuple[str, ...]
    beyond_hours: float | None = None


def excess(rows: pl.LazyFrame, asked: Question) -> Excess | None:
    """The excess and where it sits.

    Args:
        rows: TALLIES of both partners.
        asked: Between whom, under what.

    Returns:
        None where there is none on these lanes.
    """
    cells = _cells(rows, asked)
    expected = _shares(cells[asked.other])
    own = {place: count for place, count in cells[asked.worse].items() if place[0] in expected}
    over = {place: bad - n * expected[place[0]] for place, (n, bad) in own.items()}
    total = math.fsum(over.values())
    if total <= 0:
        return None
    told = Excess(partner=asked.worse, cases=total, beyond_hours=asked.beyond_hours)
    kinds = [
        found
        for position, kind in enumerate(("lane", "counterpart"))
        if (found := _concentrated(own, over, position, kind, told))
    ]
    return max(kinds, key=_lift, default=told)


def _lift(found: Excess) -> float:
    return (found.share or 0.0) - (found.case_share or 0.0)


def _concentrated(
    own: Mapping[Place, tuple[int, int]],
    over: Mapping[Place, float],
    position: int,
    kind: str,
    told: Excess,
) -> Excess | None:
    """The few places that hold most of the excess, None where it is spread like the cases."""
    cases: dict[str, int] = defaultdict(int)
    parts: dict[str, list[float]] = defaultdict(list)
    for place in own:
        name = place[position]
        if name is None:
            return None
        cases[name] += own[place][0]
        parts[name].append(over[place])
    sums = {name: math.fsum(values) for name, values in parts.items()}
    positive = math.fsum(value for value in sums.values() if value > 0)
    taken: list[str] = []
    share = 0.0
    for name in sorted(sums, key=lambda name: (-sums[name], name)):
        if share >= MOST_OF_IT or len(taken) == MOST_PLACES:
            break
        taken.append(name)
        share = math.fsum(max(0.0, sums[name]) for name in taken) / positive
    of_cases = sum(cases[name] for name in taken) / sum(cases.values())
    if share < MOST_OF_IT or share - of_cases < NOTABLE:
        return None
    return Excess(
        partner=told.partner,
        cases=told.cases,
        beyond_hours=told.beyond_hours,
        kind=kind,
        places=tuple(taken),
        share=share,
        case_share=of_cases,
    )


def _shares(cells: Mapping[Place, tuple[int, int]]) -> dict[str, float]:
    """Share of bad cases by lane."""
    summed: dict[str, tuple[int, int]] = {}
    for (lane, _), (n, bad) in cells.items():
        known = summed.get(lane, (0, 0))
        summed[lane] = (known[0] + n, known[1] + bad)
    return {lane: bad / n for lane, (n, bad) in summed.items() if n}


def _cells(rows: pl.LazyFrame, asked: Question) -> dict[str, dict[Place, tuple[int, int]]]:
    """Cases and bad cases by partner, lane and counterpart, in order."""
    n, hits = pl.col("n"), pl.col("hits")
    mine = rows.filter(
        pl.col("kpi") == asked.kpi.name,
        pl.col("role") == asked.role,
        pl.col("rule").is_null(),
        pl.col("partner_id").is_in([asked.worse, asked.other]),
        pl.col("lane").is_in(asked.lanes),
        n > 0,
    )
    if asked.kpi.is_rate:
        counted = mine.with_columns(bad=n - hits if asked.kpi.better == "higher" else hits)
    else:
        minutes = round((asked.beyond_hours or 0.0) * MINUTES_PER_HOUR)
        is_bad = (pl.col("ending") == "never") | (pl.col("minutes") > minutes)
        # An open case that is not that old yet may still be either.
        is_known = is_bad | (pl.col("ending") == "observed")
        counted = mine.filter(is_known).with_columns(bad=pl.when(is_bad).then(n).otherwise(0))
    keys = ["partner_id", "lane", "counterpart"]
    summed = counted.group_by(keys).agg(n.sum(), pl.col("bad").sum()).sort(keys).collect()
    found: dict[str, dict[Place, tuple[int, int]]] = {asked.worse: {}, asked.other: {}}
    for partner, lane, counterpart, cases, bad in summed.iter_rows():
        found[partner][lane, counterpart] = (cases, bad)
    return found
