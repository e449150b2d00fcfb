"""How many events sources replaced or took back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tallyclerk.store import Ledger
from tallyclerk.store.corrections import replaced


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """Events of a source that no longer stand: replaced by others, or taken back for good."""

    source: str
    replaced: int
    withdrawn: int


def glimpse_corrected(ledger: Ledger, bucket: int) -> pl.DataFrame:
    """Events of one bucket that no longer stand, by source: replaced, withdrawn."""
    is_back = pl.col("by_event_id").is_null()
    gone = replaced(ledger.corrections(bucket))
    return gone.group_by("source").agg(
        replaced=(~is_back).sum().cast(pl.Int64), withdrawn=is_back.sum().cast(pl.Int64)
    )


def corrected(parts: Iterable[pl.DataFrame]) -> tuple[Corrected, ...]:
    """The counts of the whole ledger, sorted by source."""
    summed = pl.concat(parts).group_by("source").sum().sort("source")
    return tuple(Corrected(**row) for row in summed.iter_rows(named=True))
