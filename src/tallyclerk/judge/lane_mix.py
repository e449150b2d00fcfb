"""The lanes that partners have in common, and how much each of them counts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

MIN_LANE_BATCHES = 2
"""Batches of each partner without which a lane cannot show how batches differ."""
Subject = tuple[str, str]
"""KPI and role."""


@dataclass(frozen=True, kw_only=True)
class LaneCases:
    """One partner on one lane under one KPI: cases, hits (0 of durations) and batches."""

    n: int
    hits: int
    batches: int


Lanes = dict[Subject, dict[str, dict[str, LaneCases]]]
"""By KPI and role, partner and lane."""


def lane_cases(cells: pl.LazyFrame) -> Lanes:
    """Cases by lane, from rows with kpi, role, partner_id, lane, batch, n and hits."""
    summed = (
        cells.group_by("kpi", "role", "partner_id", "lane")
        .agg(pl.col("n").sum(), pl.col("hits").sum(), batches=pl.col("batch").n_unique())
        .sort("kpi", "role", "partner_id", "lane", nulls_last=False)
        .collect()
    )
    found: Lanes = defaultdict(lambda: defaultdict(dict))
    for kpi, role, partner, lane, n, hits, batches in summed.iter_rows():
        found[kpi, role][partner][lane] = LaneCases(n=n, hits=hits, batches=batches)
    return found


def by_subject(sizes: Mapping[tuple[tuple[Any, ...], Any], tuple[int, int]]) -> Lanes:
    """Cases by lane, from those of durations by (KPI, role, partner) and lane."""
    found: Lanes = defaultdict(lambda: defaultdict(dict))
    for ((kpi, role, partner), lane), (n, clusters) in sizes.items():
        found[kpi, role][partner][lane] = LaneCases(n=n, hits=0, batches=clusters)
    return found


def weights_of(
    cases: Mapping[str, Mapping[str, LaneCases]], partners: Sequence[str]
) -> dict[str, float]:
    """The weight of each common lane, adding up to 1, by lane in order."""
    common = set.intersection(
        *({lane for lane, told in cases.get(p, {}).items() if _is_usable(told)} for p in partners)
    )
    raw = {
        lane: 1.0 / math.fsum(1.0 / cases[p][lane].n for p in partners)
        for lane in sorted(lane for lane in common if is_known(lane))
    }
    total = math.fsum(raw.values())
    return {lane: weight / total for lane, weight in raw.items()}


def is_known(lane: str) -> bool:
    """Whether any column of a lane is known."""
    return set(lane.split(">")) != {"?"}


def has_known_lanes(rows: pl.LazyFrame) -> bool:
    """Whether any row of TALLIES has a lane that says something."""
    lanes = rows.select(pl.col("lane").drop_nulls().unique()).collect()["lane"].to_list()
    return any(is_known(lane) for lane in lanes)


def _is_usable(told: LaneCases) -> bool:
    return told.batches >= MIN_LANE_BATCHES


def share_on(cases: Mapping[str, LaneCases], lanes: Iterable[str]) -> tuple[int, float]:
    """Cases on some lanes, and their share of all."""
    n = sum(cases[lane].n for lane in lanes if lane in cases)
    return n, n / sum(told.n for told in cases.values())
