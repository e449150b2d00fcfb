"""The lanes that two partners have in common, by shipments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.judge.compared import CommonLanes
from tallyclerk.judge.lane_mix import is_known


def common_lanes(
    rows: pl.LazyFrame, kpis: Mapping[str, Kpi], first: str, second: str
) -> Iterator[CommonLanes]:
    """The common lanes of two partners by role, in order.

    A lane's shipments are the most that any KPI over shipments has in its cohort there.

    Args:
        rows: TALLIES of both.
        kpis: Definitions by name.
        first: One partner.
        second: The other.
    """
    names = [kpi.name for kpi in kpis.values() if kpi.cases == "shipments"]
    seen = (
        rows.filter(pl.col("kpi").is_in(names), pl.col("rule").is_null())
        .with_columns(pl.col("lane").fill_null("?"))
        .group_by("role", "partner_id", "kpi", "lane")
        .agg(pl.col("rows").sum())
        .group_by("role", "partner_id", "lane")
        .agg(pl.col("rows").max())
        .sort("role", "partner_id", "lane")
        .collect()
    )
    volumes: dict[str, dict[str, dict[str, int]]] = {}
    for role, partner, lane, shipments in seen.iter_rows():
        volumes.setdefault(role, {first: {}, second: {}})[partner][lane] = shipments
    for role, sides in volumes.items():
        yield _common(role, sides[first], sides[second])


def _common(role: str, first: Mapping[str, int], second: Mapping[str, int]) -> CommonLanes:
    shared = [lane for lane in first.keys() & second.keys() if is_known(lane)]
    common = sorted(
        ((lane, first[lane], second[lane]) for lane in shared),
        key=lambda told: (-min(told[1:]), told[0]),
    )
    return CommonLanes(
        role=role,
        common=tuple(common),
        lanes=len(first.keys() | second.keys()),
        first_share=_share(first, shared),
        second_share=_share(second, shared),
    )


def _share(shipments: Mapping[str, int], lanes: list[str]) -> float:
    total = sum(shipments.values())
    return sum(shipments[lane] for lane in lanes) / total if total else 0.0
