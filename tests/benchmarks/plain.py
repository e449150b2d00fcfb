"""Exports that every tool reads alike: one table of events, one of shipments, in plain CSV.

They are made of simulated journeys, without those whose KPIs follow from rules that an analyst's
query would not have: what was not delivered, was sent back, or went through other hands than the
shipment names. So all tools count the same.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

from tallyclerk.config import load
from tallyclerk.ingest.run import ingest
from tallyclerk.simulate import simulate
from tallyclerk.store import Ledger

EVENTS_PER_SHIPMENT = 14.4
CHAIN = ("supplier_id", "forwarder_id", "courier_id")
ODD = ("CANCELLED", "RETURN_STARTED", "RETURNED", "LOST", "FOUND", "DAMAGED", "DESTROYED")
COLUMNS = ("shipment_id", "milestone", "occurred_at", "recorded_at", "partner_id", "counterpart_id")
CONFIG = """
[run]
timezone = "UTC"
store = "ledger"
lane = ["origin_country", "destination_country"]

[sources.events]
path = "events-*.csv"
timezone = "UTC"

[sources.shipments]
path = "shipments.csv"
table = "shipments"
timezone = "UTC"
"""


def make(folder: Path, events: int, houses: int = 3, files: int = 8) -> None:
    """Write `events-N.csv`, `shipments.csv` and `config.toml`, and the exports they were made of.

    Args:
        folder: An empty folder.
        events: About how many events.
        houses: Of the simulated partners.
        files: Files of events.
    """
    simulate(folder / "trade", round(events / EVENTS_PER_SHIPMENT), 1, truth=False, houses=houses)
    settings = load(folder / "trade" / "config.toml", {})
    ingest(settings)
    ledger = Ledger.open(settings.resolve(settings.run.store))
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    shipments = []
    for bucket in range(ledger.bucket_count):
        told, named = _plain(ledger, bucket)
        shipments.append(named)
        parts = max(files // ledger.bucket_count, 1)
        size = -(-len(told) // parts)
        for part in range(parts):
            path = folder / f"events-{bucket * parts + part:03d}.csv"
            told.slice(part * size, size).write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    pl.concat(shipments).write_csv(folder / "shipments.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ")


def _plain(ledger: Ledger, bucket: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The plain journeys of one bucket, in the order of time."""
    events = ledger.unsorted_events(bucket, [*COLUMNS, "event_id", "time_precision"])
    shipments = ledger.read_table("shipments", bucket)
    is_odd = pl.col("milestone").is_in(ODD) | (pl.col("time_precision") == "day")
    is_nameless = pl.col("partner_id").is_null()
    is_released = pl.col("milestone") == "RELEASED"
    is_vague = is_released & (
        pl.col("counterpart_id").is_null() | (pl.col("counterpart_id") == pl.col("partner_id"))
    )
    due = pl.coalesce("promised_at", pl.col("promised_date").cast(pl.Datetime("us", "UTC")))
    named = shipments.filter(pl.col("outcome").is_null(), due.is_not_null()).select(
        "shipment_id", *CHAIN, "origin_country", "destination_country", promised_at=due
    )
    told = events.join(named, on="shipment_id")
    is_strange = pl.any_horizontal(
        ~pl.any_horizontal(pl.col(who) == pl.col(name) for name in CHAIN).fill_null(value=False)
        & pl.col(who).is_not_null()
        for who in ("partner_id", "counterpart_id")
    )
    kept = (
        told.group_by("shipment_id")
        .agg(
            bad=(is_odd | is_nameless | is_vague | is_strange).any(),
            done=(pl.col("milestone") == "DELIVERED").any(),
        )
        .filter(~pl.col("bad") & pl.col("done"))
    )
    chosen = told.join(kept, on="shipment_id", how="semi").unique(COLUMNS)
    return (
        chosen.sort("occurred_at", "shipment_id", "milestone", "event_id").select(COLUMNS),
        named.join(kept, on="shipment_id", how="semi").sort("shipment_id"),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("events", type=int)
    args = parser.parse_args()
    make(args.folder, args.events)
