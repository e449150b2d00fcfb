"""What a comparison of partners says: its rows, their verdicts, and all of it as flat rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from tallyclerk.domain.results import Result
from tallyclerk.judge.excess import Excess
from tallyclerk.stats.differences import Difference

RAW, SAME_LANES = "raw", "same_lanes"


class Verdict(StrEnum):
    """What a difference proves of the first partner."""

    BETTER = "better"
    WORSE = "worse"
    NOT_PROVEN = "not proven"
    TOO_FEW = "too few events"
    LANES = "lane mix differs"


DECIDED = frozenset({Verdict.BETTER, Verdict.WORSE})


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    """One statistic of two partners in the same role.

    Attributes:
        role: Their role.
        kpi: Name of the KPI; `statistic`: its statistic.
        basis: On which cases: "raw" = all of each; "same_lanes" = those on common lanes, weighted
            to one mix of them, so that `value` is not hits / n.
        first: Result of the first partner.
        second: Result of the other one.
        difference: First minus second, in the unit of the results.
        verdict: What it proves of the first.
        needed: Shipments each that would prove a difference of this size; None where it is proven,
            or cannot be said.
        reason: Why a raw difference beyond chance decides nothing.
        lanes: The common lanes of a row on the same lanes.
        first_share: Share of the first one's cases that are on them; `second_share` likewise.
        why: Where the excess of the worse one sits.
    """

    role: str
    kpi: str
    statistic: str
    basis: str = RAW
    first: Result
    second: Result
    difference: Difference
    verdict: Verdict
    needed: int | None = None
    reason: str | None = None
    lanes: tuple[str, ...] = ()
    first_share: float | None = None
    second_share: float | None = None
    why: Excess | None = None


@dataclass(frozen=True, kw_only=True)
class NotCompared:
    """A statistic that cannot be compared, and why."""

    role: str
    kpi: str
    statistic: str
    partner: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CommonLanes:
    """The lanes of two partners in a role, by shipments of their cohorts.

    Attributes:
        role: Their role.
        common: (lane, the first one's shipments, the other's), the largest smaller side first.
        lanes: Number of lanes that any of them uses.
        first_share: Share of the first one's shipments that are on common lanes.
        second_share: Of the other's.
    """

    role: str
    common: tuple[tuple[str, int, int], ...]
    lanes: int
    first_share: float
    second_share: float


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The first partner against one other, or against several others taken together."""

    first: str
    second: str
    rows: tuple[ComparedRow, ...]
    not_compared: tuple[NotCompared, ...]
    lanes: tuple[CommonLanes, ...] = ()
    others: tuple[str, ...] = ()
    has_lanes: bool = True
    """Whether any lane is known; if not, raw differences are all there is."""


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """The ranks that noise allows a partner, 1 being the best, on the lanes that all of them use.

    Attributes:
        role: Role; `kpi`, `statistic`: what is ranked.
        partner: The partner.
        value: Its value on the mix of lanes that all of them use.
        best: Best rank.
        worst: Worst rank.
        of: Number of partners ranked.
    """

    role: str
    kpi: str
    statistic: str
    partner: str
    value: float
    best: int
    worst: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two partners, or more of them, each against the rest, with the ranks that noise allows."""

    pairs: tuple[Pair, ...]
    ranks: tuple[Ranked, ...] = ()


def comparison_object(comparison: Comparison) -> dict[str, Any]:
    """A comparison as JSON has it: `lanes`, `comparison` and `ranks`, each a list of flat rows."""
    return {
        "lanes": [
            {"first": pair.first, "second": pair.second, **asdict(lanes)}
            for pair in comparison.pairs
            for lanes in pair.lanes
        ],
        "comparison": list(comparison_rows(comparison)),
        "ranks": [asdict(rank) for rank in comparison.ranks],
    }


def comparison_rows(comparison: Comparison) -> Iterator[dict[str, object]]:
    """One flat row per line of a comparison, those not compared included."""
    for pair in comparison.pairs:
        for row in pair.rows:
            yield {
                **_about(pair, row),
                "unit": row.first.unit,
                "basis": row.basis,
                **_side("first", row.first, row.first_share),
                **_side("second", row.second, row.second_share),
                **row.difference._asdict(),
                "verdict": str(row.verdict),
                "needed": row.needed,
                "reason": row.reason,
                "lanes": " ".join(row.lanes) or None,
                **_told(row.why),
            }
        for out in pair.not_compared:
            yield {
                **_about(pair, out),
                **dict.fromkeys(_BLANK),
                "verdict": "not compared",
                "needed": None,
                "reason": f"{out.partner}: {out.reason}",
                "lanes": None,
                **_told(None),
            }


_SIDE = ("n", "hits", "value", "low", "high", "batches")
_BLANK = (
    "unit",
    "basis",
    *(f"{side}_{name}" for side in ("first", "second") for name in (*_SIDE, "share")),
    *Difference._fields,
)
_WHY = ("partner", "cases", "kind", "places", "share", "case_share", "beyond_hours")


def _about(pair: Pair, row: ComparedRow | NotCompared) -> dict[str, object]:
    return {
        "first": pair.first,
        "second": pair.second,
        "role": row.role,
        "kpi": row.kpi,
        "statistic": row.statistic,
    }


def _side(side: str, result: Result, share: float | None) -> dict[str, object]:
    told = {f"{side}_{name}": getattr(result, name) for name in _SIDE}
    return {**told, f"{side}_share": share}


def _told(why: Excess | None) -> dict[str, object]:
    """The excess in columns."""
    told: dict[str, object] = {f"excess_{name}": getattr(why, name, None) for name in _WHY}
    return {**told, "excess_places": " ".join(why.places) or None if why else None}
