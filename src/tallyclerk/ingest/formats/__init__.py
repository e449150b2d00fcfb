"""One module per file format. Each opens a file as a `Reader`: a header, and batches of text cells.

A new format is a module with an `open_…` function and one line in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.delimited import open_delimited
from tallyclerk.ingest.formats.parquet import open_parquet
from tallyclerk.ingest.formats.reader import Batch, Reader
from tallyclerk.ingest.formats.records import open_json, open_jsonl

READERS: dict[str, Callable[[Path, Source], Reader]] = {
    "csv": open_delimited,
    "tsv": open_delimited,
    "json": open_json,
    "jsonl": open_jsonl,
    "parquet": open_parquet,
}

__all__ = ["READERS", "Batch", "Reader"]
