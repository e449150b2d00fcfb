"""The wide dialect: a row per parcel, a column per milestone, blank until it has happened.

A parcel labelled in the last days of a month stands in the next month's file again, by then with
more of its cells filled; that is how such exports overlap.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.simulate.calendars import DAY, day_number
from tallyclerk.simulate.dialects import Dialect
from tallyclerk.simulate.messages import MILESTONES
from tallyclerk.simulate.world import FIRST_DAY, MONTHS
from tallyclerk.simulate.writing import written


def _month_start(place: int) -> int:
    month = FIRST_DAY.month - 1 + place
    return day_number(dt.date(FIRST_DAY.year + month // 12, month % 12 + 1, 1)) * DAY


def by_file(said: pl.DataFrame, dialect: Dialect) -> dict[int, pl.DataFrame]:
    """The messages that each monthly file tells, at most one per parcel and milestone."""
    once = said.sort("at", "recorded").unique(
        ["number", "milestone"], keep="first", maintain_order=True
    )
    first = once.group_by("number").agg(pl.col("at").min().alias("first"))
    once = once.join(first, on="number").sort("number", "milestone")
    files = {}
    for place in range(MONTHS):
        start, end = _month_start(place), _month_start(place + 1)
        since = start - (dialect.overlap * DAY if place else start)
        rows = once.filter(
            pl.col("first").is_between(since, end, closed="left") & (pl.col("at") < end + DAY)
        )
        if len(rows):
            files[place] = rows.drop("first")
    return files


def table(rows: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """The rows of one file: a cell per milestone, the counterpart beside its release."""
    fixed = dict(zip((theirs for theirs, _ in dialect.columns), written(dialect), strict=True))
    frame = rows.select("number", fixed[str(dialect.header("key"))]).unique(
        "number", maintain_order=True
    )
    for theirs, ours in dialect.columns:
        if ours in MILESTONES:
            mine = rows.filter(pl.col("milestone") == MILESTONES.index(ours))
            frame = frame.join(mine.select("number", fixed[theirs]), on="number", how="left")
        elif ours == "counterpart_id":
            mine = rows.filter(pl.col("counterpart").is_not_null())
            frame = frame.join(mine.select("number", fixed[theirs]), on="number", how="left")
        elif ours.startswith("="):
            frame = frame.with_columns(fixed[theirs])
    return frame.select(theirs for theirs, _ in dialect.columns)
