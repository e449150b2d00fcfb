"""A table of a run into a file that other tools read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from tallyclerk.errors import UsageError
from tallyclerk.judge.cuts import Cuts
from tallyclerk.pipeline.passes import Passes
from tallyclerk.pipeline.tables import tables_of
from tallyclerk.report.render.export import replacing, write_csv, write_parquet
from tallyclerk.report.render.ocel import write_ocel

Write = Callable[[bytes], object]
_LOG = "events"


def export_table(
    passes: Passes, name: str, cuts: Cuts, form: str, out: Path | None, write: Write
) -> int:
    """Write one table.

    Args:
        passes: Of the run.
        name: One of `tallyclerk.pipeline.tables.TABLES`.
        cuts: The rows asked for.
        form: csv, parquet or ocel2.
        out: The file; None: `write` takes the bytes.
        write: Takes the bytes where there is no file.

    Returns:
        Rows (of a log: events) written.

    Raises:
        UsageError: The format cannot hold the table, or needs a file.
    """
    if form == "ocel2" and name != _LOG:
        raise UsageError(
            f"an event log is made of events, not of {name}", how="--table events --format ocel2"
        )
    if form == "parquet":
        if out is None:
            raise UsageError("Parquet is no text to print", how="name a file with --out")
        return write_parquet(tables_of(passes, name, cuts), out)
    if out is None:
        return _write_text(passes, name, cuts, form, write)
    with replacing(out) as file:
        return _write_text(passes, name, cuts, form, file.write)


def _write_text(passes: Passes, name: str, cuts: Cuts, form: str, write: Write) -> int:
    if form == "csv":
        return write_csv(tables_of(passes, name, cuts), write)

    def log() -> Iterator[pl.DataFrame]:
        for part in tables_of(passes, _LOG, cuts):
            yield part.filter(pl.col("classifier") == "actual")

    def objects() -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        for part, bucket in zip(log(), passes.buckets("exporting shipments"), strict=True):
            lanes = part.select("shipment_id", "lane", "service").unique("shipment_id")
            known = lanes.drop("service").join(bucket.shipments, on="shipment_id", how="left")
            named = pl.concat([part["partner_id"], part["counterpart_id"].alias("partner_id")])
            yield known.sort("shipment_id"), named.unique().to_frame()

    return write_ocel(objects, log, write)
