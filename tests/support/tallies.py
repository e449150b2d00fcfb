"""TALLIES made by hand: a row per batch, or per duration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from tallyclerk.domain.tables import TALLIES

Row = dict[str, Any]


def batches(
    kpi: str,
    sizes: Iterable[tuple[int, int]],
    *,
    partner: str = "p",
    role: str = "courier",
    month: int = 202601,
    waiting: int = 0,
) -> list[Row]:
    """A rate's rows: one per batch given as (n, hits), and one for cases that still wait."""
    key = {"kpi": kpi, "partner_id": partner, "role": role, "month": month}
    rows = [
        key | {"batch": f"{partner}-{month}-{place}", "rows": n, "n": n, "hits": hits}
        for place, (n, hits) in enumerate(sizes)
    ]
    late = {"batch": f"{partner}-{month}-late", "reason": "waiting", "rows": waiting}
    return rows + ([key | late | {"n": 0, "hits": 0}] if waiting else [])


def durations(
    kpi: str,
    groups: Iterable[Sequence[int]],
    *,
    partner: str = "p",
    role: str = "courier",
    month: int = 202601,
    ending: str = "observed",
) -> list[Row]:
    """A duration's rows: the minutes of the cases of each group of batches."""
    key = {"kpi": kpi, "partner_id": partner, "role": role, "month": month, "ending": ending}
    return [
        key | {"batch_group": place, "minutes": each, "rows": 1, "n": 1, "hits": 0}
        for place, minutes in enumerate(groups)
        for each in minutes
    ]


def tallies(*parts: Iterable[Row]) -> pl.LazyFrame:
    """TALLIES of some rows."""
    return pl.LazyFrame([row for part in parts for row in part], schema=TALLIES)
