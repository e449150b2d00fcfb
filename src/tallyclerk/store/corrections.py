"""Events that their source replaced or took back later.

Only sources that map `event_ref`, `corrects_ref` or `is_void` have this table: one row per event
that says something of the kind, in the bucket of its shipment.
"""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.tables import Schema

TABLE = "corrections"
SAID: Schema = {"event_ref": pl.String, "corrects_ref": pl.String, "is_void": pl.Boolean}
"""What a row may say of itself: its id at the source, the id it replaces, whether it is taken back."""
_KEY = ["source", "shipment_id", "event_ref"]
_EVENT = ["source", "event_id"]
_PLACE = ["source_file", "source_row"]


def told_apart(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Events without what they say of corrections, and that as rows of its own (None: nothing)."""
    said = [name for name in SAID if name in rows.columns]
    if not said:
        return rows, None
    missing = [pl.lit(None, dtype=SAID[name]).alias(name) for name in SAID if name not in said]
    own = rows.with_columns(missing).select("event_id", "shipment_id", "source_row", *SAID)
    return rows.drop(said), own.filter(pl.any_horizontal(pl.col(*SAID).is_not_null()))


def replaced(corrections: pl.DataFrame) -> pl.DataFrame:
    """Events that no longer stand.

    An event gives way to a later row (by file and row) of its source with the same `event_ref` that
    says otherwise, to one whose `corrects_ref` names it, and to its own last word that it is void.

    Args:
        corrections: Rows told of one bucket, with source, source_file and source_row.

    Returns:
        One row per source and event: source, event_id, by_event_id (null: taken back).
    """
    ordered = corrections.sort("source", *_PLACE).with_columns(turn=_turn())
    is_last = pl.col("turn") == pl.col("turn").max()
    named = ordered.drop_nulls("event_ref")
    newest = named.filter(is_last.over(_KEY)).select(*_KEY, by_event_id="event_id")
    meant = ordered.drop_nulls("corrects_ref").select(
        "source", "shipment_id", event_ref="corrects_ref", by_event_id="event_id"
    )
    is_other = pl.col("event_id") != pl.col("by_event_id")
    anew, corrected = (named.join(by, on=_KEY).filter(is_other) for by in (newest, meant))
    is_void = pl.col("is_void").fill_null(value=False)
    void = ordered.filter(is_last.over(_EVENT)).filter(is_void)
    gone = void.select(*_EVENT, by_event_id=pl.lit(None, dtype=pl.Int64))
    pairs = [part.select(*_EVENT, "by_event_id") for part in (gone, corrected, anew)]
    # An event that is taken back for good is gone, whatever replaced it on the way.
    return pl.concat(pairs).unique(_EVENT, keep="first", maintain_order=True)


def _turn() -> pl.Expr:
    """The number of each row in the order in which it was told, equal within a row of a file."""
    is_new = pl.any_horizontal(
        pl.col(name) != pl.col(name).shift(1) for name in ("source", *_PLACE)
    )
    return is_new.fill_null(value=True).cum_sum()


def standing(rows: pl.DataFrame, corrections: pl.DataFrame) -> pl.DataFrame:
    """Events that stand, with `corrects_event_id`: the one that each replaces.

    Args:
        rows: Events as told: event_id, source, ….
        corrections: Of the same bucket.
    """
    gone = replaced(corrections)
    kept = rows.join(gone, on=_EVENT, how="anti")
    first = (
        gone.drop_nulls("by_event_id")
        .sort("event_id")
        .unique(["source", "by_event_id"], keep="first")
    )
    by = first.select("source", event_id="by_event_id", corrects_event_id="event_id")
    return kept.join(by, on=_EVENT, how="left")
