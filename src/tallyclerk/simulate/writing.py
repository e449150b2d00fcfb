"""Messages in a partner's dialect: what stands in its files, and what that means.

Both come from the same rows. The text is what the dialect prints; the meaning is what the reading
rules make of that text, so that a printed minute is a minute and a repeated hour the earlier one.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from tallyclerk.domain.tables import UTC
from tallyclerk.simulate.dialects import Dialect
from tallyclerk.simulate.draws import below, chance, words
from tallyclerk.simulate.emitted import EVENTS
from tallyclerk.simulate.messages import MESSAGE, MILESTONES
from tallyclerk.simulate.numbers import KEYS, names, shipment_id
from tallyclerk.simulate.world import FIRST_DAY, MONTHS

DAMAGED_ID: Final = "9.40011E+21"
"""What a spreadsheet makes of a long number; a reader has to refuse the row."""
_FIRST_MONTH: Final = FIRST_DAY.year * 12 + FIRST_DAY.month
_GAP: Final = (dt.datetime(2026, 3, 29, 3), dt.datetime(2026, 3, 29, 4))  # noqa: DTZ001 - a wall clock


def instant(seconds: pl.Expr) -> pl.Expr:
    """Seconds since 1970 as a UTC time."""
    return (seconds * 1_000_000).cast(UTC)


def wall(seconds: pl.Expr, dialect: Dialect) -> pl.Expr:
    """What the clock on the sender's wall shows, at the precision it prints."""
    return instant(seconds // dialect.precision * dialect.precision).dt.convert_time_zone(
        dialect.zone
    )


def _read(local: pl.Expr, dialect: Dialect) -> pl.Expr:
    """What a reader makes of a printed time: a repeated hour is read as the earlier one."""
    if dialect.offset or not dialect.stamp:
        return local.dt.convert_time_zone("UTC")
    naive = local.dt.replace_time_zone(None)
    return naive.dt.replace_time_zone(dialect.zone, ambiguous="earliest").dt.convert_time_zone(
        "UTC"
    )


def _printed(local: pl.Expr, dialect: Dialect) -> pl.Expr:
    """A time as the sender prints it; in spring some of its clocks are still an hour behind."""
    if not dialect.stamp:
        return local
    if dialect.offset:
        return local.dt.strftime(dialect.stamp + ("Z" if dialect.zone == "UTC" else "%:z"))
    naive = local.dt.replace_time_zone(None)
    if dialect.zone == "Europe/Berlin":
        behind = naive.is_between(*_GAP, closed="left") & chance("clock behind", 60_000, MESSAGE)
        naive = pl.when(behind).then(naive.dt.offset_by("-1h")).otherwise(naive)
    return naive.dt.strftime(dialect.stamp)


def _status(dialect: Dialect) -> pl.Expr:
    """Their word for the milestone; where they have several, any of them."""
    most = max(len(some) for some in dialect.statuses.values())
    table: list[str | None] = []
    for milestone in MILESTONES:
        some = dialect.statuses.get(milestone, (None,))
        table.extend(some[place % len(some)] for place in range(most))
    code = pl.col("milestone").cast(pl.Int64)
    return words(table, code * most + below("wording", most, MESSAGE))


def _key(dialect: Dialect) -> pl.Expr:
    text = KEYS[dialect.key]()
    if dialect.key != "tracking_number":
        return text
    grouped = pl.concat_str(
        text.str.slice(0, 4), text.str.slice(4, 4), text.str.slice(8), separator=" "
    )
    return (
        pl.when(chance("through a spreadsheet", 150, MESSAGE))
        .then(pl.lit(DAMAGED_ID))
        .otherwise(grouped)
    )


def _kilograms(mark: str) -> pl.Expr:
    grams = pl.col("weight_grams")
    return pl.format(f"{{}}{mark}{{}}", grams // 1000, (grams % 1000).cast(pl.String).str.zfill(3))


def understood(dialect: Dialect) -> list[pl.Expr]:
    """The columns of `Emitted.events` that rows of `messages()` mean in this dialect."""
    has = {ours for _, ours in dialect.columns}
    local = wall(pl.col("at"), dialect)
    recorded = _read(wall(pl.col("recorded"), dialect), dialect)
    columns = {
        "shipment_id": shipment_id(),
        "milestone": words(list(MILESTONES), pl.col("milestone")),
        "occurred_at": _read(local, dialect),
        "recorded_at": recorded if "recorded_at" in has else None,
        "partner_id": pl.lit(dialect.partner) if dialect.is_named else None,
        "counterpart_id": names({}, pl.col("counterpart")) if "counterpart_id" in has else None,
        "status_raw": _status(dialect),
    }
    if "weight_kg" in has:
        columns["weight_grams"] = pl.col("weight_grams")
    carried = ("country", "location", "destination", "reason", "pieces", "weight_grams")
    columns |= {name: pl.col(name) for name in carried if name in has}
    return [
        (pl.lit(None) if (mine := columns.get(name)) is None else mine).cast(kind).alias(name)
        for name, kind in EVENTS.items()
    ]


def written(dialect: Dialect) -> list[pl.Expr]:
    """The columns of the export, under their headers."""
    stamped = _printed(wall(pl.col("at"), dialect), dialect)
    columns = dict.fromkeys(MILESTONES, stamped) | {
        "key": _key(dialect),
        "status": _status(dialect),
        "occurred_at": stamped,
        "recorded_at": _printed(wall(pl.col("recorded"), dialect), dialect),
        "counterpart_id": names(dialect.aliases, pl.col("counterpart")),
        "weight_kg": _kilograms(dialect.decimal),
    }
    return [
        (pl.lit(ours[1:]) if ours.startswith("=") else columns.get(ours, pl.col(ours))).alias(
            theirs
        )
        for theirs, ours in dialect.columns
    ]


def is_readable(dialect: Dialect) -> pl.Expr:
    """False for the rows that a reader has to refuse."""
    return _key(dialect) != DAMAGED_ID


def by_file(said: pl.DataFrame, dialect: Dialect) -> dict[int, pl.DataFrame]:
    """Rows of `messages()` by the number of the file they stand in, those of overlaps twice.

    A sender that keeps recording times exports by them, so what it records late comes a file late.
    """
    clock = "recorded" if dialect.header("recorded_at") else "at"
    local = wall(pl.col(clock), dialect)
    month = local.dt.year().cast(pl.Int64) * 12 + local.dt.month() - _FIRST_MONTH
    placed = (
        said.sort("at", "number", "milestone", "recorded")
        .with_columns(month.clip(0, MONTHS - 1).alias("month"), local.dt.day().alias("day"))
        .with_columns((pl.col("month") // dialect.months).alias("file"))
    )
    early = placed.filter(
        (pl.col("day") <= dialect.overlap)
        & (pl.col("month") % dialect.months == 0)
        & (pl.col("file") > 0)
    ).with_columns(pl.col("file") - 1)
    parts = pl.concat([placed, early]).partition_by("file", as_dict=True, include_key=False)
    return {int(key[0]): part for key, part in sorted(parts.items())}
