"""What is said of a whole ledger in plain objects: accounts, files, references, the end of its data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from tallyclerk.domain.judgement import SourceCount
from tallyclerk.errors import InputError, UsageError
from tallyclerk.store.hashing import bucket_expr
from tallyclerk.store.ledger import Ledger
from tallyclerk.store.references import FINENESS, reference_map


def default_as_of(ledger: Ledger) -> dt.datetime:
    """The latest time in the data.

    Raises:
        InputError: There is no event, or the latest one stands alone long after all others.
    """
    latest = ledger.latest()
    if latest.at is None:
        raise InputError(
            "the ledger holds no event, so there is nothing to count",
            where=str(ledger.root),
            how="`tallyclerk status` shows what became of the rows",
        )
    if latest.is_lone:
        raise InputError(
            f"the latest time, {latest.at:%Y-%m-%d %H:%M} UTC of shipment {latest.shipment_id!r}, "
            "is more than 30 days after all others, so it cannot be taken for the end of the data",
            how="say the end with --as-of, such as --as-of 2026-10-31, or correct the export",
        )
    return latest.at


def source_counts(ledger: Ledger) -> list[SourceCount]:
    """What became of the rows of each source."""
    return [
        SourceCount(
            source=source.source,
            files=len(source.files),
            rows_read=source.rows,
            accepted=source.accepted,
            rejected=source.rejected,
            duplicates=source.duplicates,
            pending=source.pending,
            left_out=source.left_out,
            bad_cells=source.bad_cells,
            first_at=_time(source.first_at),
            last_at=_time(source.last_at),
        )
        for source in ledger.sources()
    ]


def _time(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def input_files(ledger: Ledger) -> list[dict[str, object]]:
    """The files that count: path, digest and rows."""
    return [
        {"source": s.source, "path": s.file, "sha256": s.file_digest, "rows": s.rows}
        for s in sorted(ledger.manifest.active, key=lambda s: (s.source, s.file))
    ]


def shipments_of(ledger: Ledger, reference: str) -> list[str]:
    """The shipments that go by a reference: their own id, or any number of theirs.

    The id as it is told goes first; else all are compared without case, spaces and hyphens.

    Raises:
        UsageError: There is none.
    """
    own = reference.strip()
    if own in set(_ids(ledger, buckets_of(ledger, [own]))):
        return [own]
    folded = _folded(own)
    asked = pl.DataFrame({"kind": FINENESS}).with_columns(reference=pl.lit(folded))
    known = reference_map(ledger.root, ledger.manifest.active, asked)
    found = set(known.filter(pl.col("reference") == folded)["shipment_id"].to_list())
    if not found:
        found = {i for i in _ids(ledger, range(ledger.bucket_count)) if _folded(i) == folded}
    if found:
        return sorted(found)
    how = "give a shipment id or a reference as the exports spell it"
    raise UsageError(f"no shipment goes by {reference!r}", how=how)


def _folded(reference: str) -> str:
    return "".join(reference.split()).replace("-", "").upper()


def _ids(ledger: Ledger, buckets: Iterable[int]) -> Iterator[str]:
    """The shipments of some buckets, as either table knows them."""
    for bucket in buckets:
        yield from ledger.read_table("shipments", bucket)["shipment_id"].unique().to_list()
        yield from ledger.read_events(bucket, ["shipment_id"])["shipment_id"].unique().to_list()


def buckets_of(ledger: Ledger, shipment_ids: Sequence[str]) -> list[int]:
    """The buckets that some shipments are in, sorted."""
    ids = pl.DataFrame({"shipment_id": list(shipment_ids)}, schema={"shipment_id": pl.String})
    return sorted(ids.select(bucket_expr(ledger.bucket_count)).to_series().unique().to_list())
