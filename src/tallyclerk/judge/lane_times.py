"""Times of partners beside those of their peers, weighted to the same lanes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.judge.counts import cases_of
from tallyclerk.judge.memory import AT_ONCE, CODED
from tallyclerk.stats.curves import percentiles
from tallyclerk.workers import lots

WEIGHT = 2**32
"""Weights of cases are integers, as parts of this, so that sums of them are exact."""
_PLACE = ("partner_id", "role", "lane")


def percentiles_beside(
    tallies: pl.LazyFrame,
    kpi: Kpi,
    shared: pl.DataFrame,
    keys: Sequence[str],
    levels: Sequence[Fraction],
) -> dict[tuple[Any, ...], list[int | None]]:
    """Percentiles of subjects and of their peers, of a few subjects at a time.

    All cases of a role but its own are the peers' of each subject there: of all subjects at once, they
    are as many times as many as there are partners.

    Args:
        tallies: TALLIES of a period, of every partner.
        kpi: A duration.
        shared: The lanes that a subject shares with peers: partner_id, role, lane, n and peers_n.
        keys: What tells subjects apart: partner_id and role, or with the lane.
        levels: Which percentiles.

    Returns:
        Minutes at each level, None where it is not reached, by the keys and whether they are the own.
    """
    held = _durations(tallies, kpi).collect(engine="streaming")
    coded = shared.with_columns(pl.col(_PLACE).cast(CODED))
    of_role = dict(held.group_by("role").len().iter_rows())
    parts = coded.partition_by("partner_id", "role", maintain_order=True)
    reached: dict[tuple[Any, ...], list[int | None]] = {}
    for lot in lots(((part, of_role.get(part["role"][0], 0)) for part in parts), AT_ONCE):
        cases = _weighted(held.lazy(), pl.concat(lot).lazy())
        reached |= percentiles(cases, [*keys, "is_own"], levels)
    return reached


def _durations(tallies: pl.LazyFrame, kpi: Kpi) -> pl.LazyFrame:
    """The times of a KPI as cases of `tallyclerk.stats.curves`, texts as small integers.

    Returns:
        One row per partner, role, lane and time (minutes): ended, opened.
    """
    mine = tallies.filter(pl.col("kpi") == kpi.name, pl.col("rule").is_null())
    return (
        cases_of(mine)
        .with_columns(pl.col(_PLACE).cast(CODED))
        .group_by(*_PLACE, "time")
        .agg(pl.col("ended").sum(), pl.col("opened").sum())
    )


def _weighted(times: pl.LazyFrame, shared: pl.LazyFrame) -> pl.LazyFrame:
    """Own cases on shared lanes, and the peers' weighted to the same lane mix.

    The peers' are everybody's without the own: so they are as many rows as there are times, however
    many peers there are.
    """
    everybody = times.group_by("role", "lane", "time").agg(
        pl.col("ended").sum(), pl.col("opened").sum()
    )
    mine = shared.select(*_PLACE, weight=pl.lit(WEIGHT, dtype=pl.Int64))
    peers = shared.select(*_PLACE, weight=pl.col("n") * WEIGHT // pl.col("peers_n"))
    parts = [
        (times.join(mine, on=_PLACE), 1, True),
        (everybody.join(peers, on=["role", "lane"]), 1, False),
        (times.join(peers, on=_PLACE), -1, False),
    ]
    return pl.concat(
        rows.select(
            *_PLACE,
            "time",
            *(pl.col(name) * pl.col("weight") * sign for name in ("ended", "opened")),
            is_own=is_own,
        )
        for rows, sign, is_own in parts
    )
