"""How ids that do not link differ: what a spreadsheet or a system did to them on the way."""

from __future__ import annotations

import polars as pl

from tallyclerk.store.hashing import row_hash

SPELLINGS: dict[str, tuple[str, str]] = {
    "signs": (
        "case, spaces or hyphens",
        "map the column to tracking_number in both sources: references are compared without them",
    ),
    "zeros": (
        "leading zeros",
        "export the ids as text: a spreadsheet takes the zeros away",
    ),
    "digits": (
        "letters around the same digits",
        "ask for an export with both numbers, as a source of references",
    ),
}
"""What two ids may differ in, in words, and how to mend it; in the order in which it is tried."""
MIN_DIGITS = 5


def spellings(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with hashes of simpler spellings in place of `shipment_id` (null where none is left)."""
    ids = rows.select(pl.col("shipment_id").unique())
    return rows.join(_spelled(ids), on="shipment_id", how="left").drop("shipment_id")


def _spelled(rows: pl.DataFrame) -> pl.DataFrame:
    signs = pl.col("shipment_id").str.to_uppercase().str.replace_all(r"[\s\-_./]", "")
    digits = signs.str.replace_all(r"\D", "")
    simpler = rows.select(
        signs=signs,
        zeros=signs.str.strip_chars_start("0"),
        digits=pl.when(digits.str.len_chars() >= MIN_DIGITS).then(
            digits.str.strip_chars_start("0")
        ),
    )
    return rows.with_columns(
        row_hash(simpler, [name]).alias(name).set(simpler[name].is_null(), None)
        for name in SPELLINGS
    )


def alike(missed: pl.DataFrame, alone: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    """How many ids of both sides are the same once spelled more simply, by spelling.

    Each id counts for the first spelling that makes it equal.
    """
    found = []
    for name in SPELLINGS:
        theirs = alone.select(name).drop_nulls().unique()
        hits = missed.filter(pl.col(name).is_in(theirs[name].implode()))
        count = hits[name].n_unique() if len(hits) else 0
        if count:
            found.append((name, count))
            missed = missed.join(hits.select(name).unique(), on=name, how="anti", nulls_equal=False)
    return tuple(found)
