"""A column of times while it is parsed: what one format fits is taken, the rest stays open."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.tables import UTC
from tallyclerk.ingest.times.plain import plain

PARSED: pl.Schema = pl.Schema(
    {
        "at": UTC,
        "local": pl.Datetime("us"),
        "precision": pl.String(),
        "origin": pl.String(),
        "is_bad": pl.Boolean(),
    }
)
"""One row per value: `at` in UTC, `local` as stated, day/minute/second, where the zone came from
(explicit offset, UTC, source zone), and whether there was a value that is no time."""


class Parsing:
    """Values, and what was made of them so far."""

    def __init__(self, values: pl.Series, rows: pl.Series) -> None:
        """Begin with texts, and their rows."""
        self.values = values
        self.rows = rows
        self._frame: pl.DataFrame | None = None

    @property
    def is_touched(self) -> bool:
        """Whether a format has fitted anything."""
        return self._frame is not None

    def open_places(self) -> pl.Series:
        """Places of values that no format has fitted yet."""
        return self._are_open().arg_true()

    def _are_open(self) -> pl.Series:
        if self._frame is None:
            return self.values.is_not_null()
        local = self._frame["local"]
        if local.null_count() == self.values.null_count():  # each has its time
            return pl.Series([False]).new_from_index(0, len(local))
        return local.is_null() & self.values.is_not_null()

    def rewrite(self) -> bool:
        """Put the values that no format has fitted yet into plain words; whether any changed."""
        places = self.open_places()
        if places.is_empty():
            return False
        before = self.values.gather(places)
        after = plain(before)
        self.values = self.values.clone().scatter(places, after)
        return not before.equals(after)

    def put(
        self,
        places: pl.Series | None,
        fits: pl.Series,
        local: pl.Series,
        at: pl.Series | None,
        precision: str,
        origin: str,
    ) -> None:
        """Take over the values that fit."""
        found = pl.DataFrame({"local": local}).with_columns(
            at=at if at is not None else pl.lit(None, dtype=UTC),
            precision=pl.lit(precision),
            origin=pl.lit(origin),
        )
        if fits.all() and places is None:
            self._frame = found
        else:
            frame = self._told()
            where = fits.arg_true() if places is None else places.filter(fits)
            kept = found.filter(fits)
            self._frame = frame.with_columns(
                frame[name].scatter(where, kept[name]) for name in frame.columns
            )

    def _told(self) -> pl.DataFrame:
        if self._frame is None:
            return pl.DataFrame(schema=PARSED).drop("is_bad").clear(len(self.values))
        return self._frame

    def frame(self) -> pl.DataFrame:
        """One row of `PARSED` per value."""
        return self._told().with_columns(self._are_open().alias("is_bad")).select(PARSED.names())
