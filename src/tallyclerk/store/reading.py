"""The part of a ledger that its summary is made from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol, Self

import polars as pl

from tallyclerk.store.manifest import Manifest


class Reading(Protocol):
    """A ledger, as far as counting it over needs one (see `Ledger` for what the methods do)."""

    root: Path
    manifest: Manifest

    @property
    def bucket_count(self) -> int:
        """Number of buckets."""
        ...

    @property
    def snapshot_sources(self) -> tuple[str, ...]:
        """Sources whose later files replace earlier ones."""
        ...

    @property
    def tables(self) -> list[str]:
        """The tables that have rows."""
        ...

    def parts(self, bucket: int) -> list[str]:
        """What segments have in a bucket."""
        ...

    def section(self, parts: Collection[str], shipment_ids: pl.Series | None = None) -> Self:
        """Some parts as one bucket, read as if they told of some shipments only (None = of all)."""
        ...

    def scan(self, table: str, bucket: int, columns: Sequence[str]) -> pl.LazyFrame:
        """The rows of a bucket as they are stored."""
        ...

    def told(self, table: str, bucket: int, columns: set[str] | None = None) -> pl.DataFrame:
        """Every row of a bucket as it was told."""
        ...

    def kept(self, told: pl.DataFrame, bucket: int) -> pl.DataFrame:
        """Of all events told in a bucket those that count, each once."""
        ...

    def kept_of(self, told: pl.DataFrame, bucket: int) -> pl.DataFrame:
        """As `kept`, of all that is told of some of the shipments in a bucket."""
        ...
