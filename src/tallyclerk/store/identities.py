"""One digest over the identities of everything told, in the memory that a few million of them take."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import polars as pl

from tallyclerk.store.frames import rows_of

AT_ONCE = 4_000_000
"""Identities that are sorted together."""
_LINES = 1_000_000
_ROWS_OF_GROUP = 2**15
_LEAST, _COUNT = -(2**63), 2**64


def all_of(identities: Iterable[pl.Series]) -> pl.Series:
    """Identities (Int64) of several kinds, sorted."""
    parts = [pl.Series(dtype=pl.Int64), *(part.alias("") for part in identities)]
    return pl.concat(parts).sort()


def lay_down(identities: pl.Series, path: Path) -> None:
    """Write identities, which are sorted."""
    # Sorted and in groups, so that whoever reads a range of them passes over the others.
    identities.to_frame("id").write_parquet(
        path, compression="uncompressed", row_group_size=_ROWS_OF_GROUP
    )


def digest_of(paths: list[Path], at_once: int = AT_ONCE) -> str:
    """sha256 over all identities laid down, sorted, one decimal number per line.

    Args:
        paths: Where they lie.
        at_once: How many are sorted together; the digest does not depend on it.
    """
    told = rows_of(paths)
    count = told.select(pl.len()).collect().item()
    total = hashlib.sha256()
    for low, high in _ranges(count // at_once + 1):
        ids = told.filter(pl.col("id").is_between(low, high)).collect().to_series().sort()
        for start in range(0, len(ids), _LINES):
            lines = BytesIO()
            ids.slice(start, _LINES).to_frame().write_csv(lines, include_header=False)
            total.update(lines.getbuffer())
    return total.hexdigest()


def _ranges(number: int) -> Iterator[tuple[int, int]]:
    """All numbers of 64 bits in so many equal ranges: hashes are spread over them evenly."""
    edges = (_LEAST + _COUNT * part // number for part in range(number + 1))
    return ((low, high - 1) for low, high in pairwise(edges))
