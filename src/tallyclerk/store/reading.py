"""The part of a ledger that its summary is made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

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

    def told(self, table: str, bucket: int, columns: set[str] | None = None) -> pl.DataFrame:
        """Every row of a bucket as it was told."""
        ...

    def is_each_once(self, bucket: int) -> bool:
        """Whether all that is told in a bucket counts."""
        ...

    def current(self, rows: pl.DataFrame, bucket: int) -> pl.DataFrame:
        """Told events that no later snapshot and no correction replaced."""
        ...

    def unsorted_events(self, bucket: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The observations of one bucket, in no particular order."""
        ...

    def read_table(self, name: str, bucket: int | None = None) -> pl.DataFrame:
        """The rows of any other table."""
        ...
