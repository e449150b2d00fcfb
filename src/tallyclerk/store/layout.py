"""What is stored of each table, and where.

Each row in a bucket bears the mark of its segment, whose source and file stand in the manifest. They
come back when a bucket is read.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from tallyclerk.domain.tables import TABLES, Schema

KEY = "key"
ROW = "source_row"
SEGMENT = "segment"
PACK = "pack-"
_MARK_DIGITS = 15
PENDING = "pending"
LINKS = "links"
REJECTS = "rejects"
OFFSETS = "offsets"

_DERIVED = {"events": ("event_id", "shipment_id", "inherited", "corrects_event_id")}
_PLACE = ("source", "source_file", "source_row")

LINK: Schema = {
    "kind": pl.String,
    "reference": pl.String,
    "other_kind": pl.String,
    "other": pl.String,
}
"""One row that names two references and no shipment."""


def mark_of(segment_id: str) -> int:
    """What marks the rows of a segment: the first 60 bits of its id, which is a hash."""
    return int(segment_id[:_MARK_DIGITS], 16)


def is_pack(path: str) -> bool:
    """Whether a data file holds the rows of several segments."""
    return path.rpartition("/")[2].startswith(PACK)


def part_of(path: str, segment_id: str) -> str:
    """A name for what a data file holds of a segment: as long as it is the same, so are the rows."""
    return f"{path}#{segment_id}"


def path_of(part: str) -> str:
    """The data file of a part."""
    return part.partition("#")[0]


def segment_of(part: str) -> str:
    """The id of the segment of a part."""
    return part.partition("#")[2]


def pending_folder(table: str, kind: str) -> str:
    """Where rows of a table lie that are keyed by a kind of reference."""
    return f"{PENDING}/{table}/{kind}"


def pending_kind(path: str) -> str | None:
    """The kind of reference that keys the rows of a data file; None where it has shipments."""
    parts = path.split("/")
    return parts[2] if parts[0] == PENDING else None


@cache
def stored_columns(table: str) -> tuple[str, ...]:
    """Columns of a row before its shipment is known: the key, the row number, the contents."""
    derived = _DERIVED.get(table, ("shipment_id",))
    own = (name for name in TABLES[table] if name not in derived and name not in _PLACE)
    return (KEY, ROW, *own)


@cache
def content_columns(table: str) -> tuple[str, ...]:
    """Columns by which two rows of a table are the same statement."""
    return tuple(name for name in TABLES[table] if name not in _PLACE)
