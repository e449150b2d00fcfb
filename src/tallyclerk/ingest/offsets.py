"""Which offsets a file prints at which places: too many rows to ask twice, few different answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from tallyclerk.ingest.together import file_of

OFFSETS = pl.Schema(
    {
        "country": pl.String(),
        "offset_minutes": pl.Int64(),
        "month": pl.Int32(),
        "rows": pl.Int64(),
        "first_row": pl.Int64(),
    }
)
"""Times with a printed offset, by country, offset and month (yyyymm)."""
PRINTED = "explicit offset"
_PART = pl.Schema({**OFFSETS, "file": pl.Int64()})
_KEYS = ["country", "offset_minutes", "month"]


@dataclass
class Offsets:
    """The offsets that files print which are read together."""

    parts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, times: pl.DataFrame, country: pl.Series, rows: pl.Series) -> None:
        """Count the times of a batch (rows of `PARSED`) that were printed with an offset."""
        is_printed = times["origin"].str.starts_with(PRINTED).fill_null(value=False)
        if not is_printed.any():
            return
        frame = times.select("at", "local").with_columns(
            country.alias("country"), rows.alias("row")
        )
        counted = frame.filter(is_printed & country.str.contains("^[A-Z]{2}$")).group_by(
            "country",
            offset_minutes=(
                pl.col("local").dt.replace_time_zone("UTC") - pl.col("at")
            ).dt.total_minutes(),
            month=pl.col("at").dt.year() * 100 + pl.col("at").dt.month().cast(pl.Int32),
            file=file_of(pl.col("row")),
        )
        self.parts.append(
            counted.agg(rows=pl.len().cast(pl.Int64), first_row=pl.col("row").min()).cast(_PART)
        )

    def summed(self) -> pl.DataFrame:
        """One row of `OFFSETS` per file, country, offset and month, sorted."""
        if not self.parts:
            return pl.DataFrame(schema=OFFSETS)
        return summed(pl.concat(self.parts), "file").drop("file")


def summed(parts: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Equal rows of `OFFSETS` (and further keys) added up, sorted."""
    by = [*keys, *_KEYS]
    return parts.group_by(by).agg(pl.col("rows").sum(), pl.col("first_row").min()).sort(by)
