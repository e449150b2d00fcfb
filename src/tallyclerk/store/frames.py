"""Parquet files by their very names: a bracket in the name of a user's folder is no pattern."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl


def rows_of(paths: Path | list[Path], **options: Any) -> pl.LazyFrame:
    """The rows of a file, or of several one after another; `options` are those of polars."""
    return pl.scan_parquet(paths, glob=False, **options)


def frame_of(path: Path) -> pl.DataFrame:
    """The rows of a file."""
    return pl.read_parquet(path, glob=False)
