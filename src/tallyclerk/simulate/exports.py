"""From journeys to files: one pass over chunks of shipments, every file appended to as it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from tallyclerk.simulate import merchant, office, wide, writing
from tallyclerk.simulate.agreements import with_agreements
from tallyclerk.simulate.dialects import DIALECTS, Dialect
from tallyclerk.simulate.emitted import EVENTS, Emitted
from tallyclerk.simulate.files import Files
from tallyclerk.simulate.houses import dialect_in
from tallyclerk.simulate.journeys import journeys
from tallyclerk.simulate.messages import MILESTONES, messages
from tallyclerk.simulate.numbers import order_id, shipment_id
from tallyclerk.simulate.orders import orders
from tallyclerk.simulate.partners import CODES, PARTNERS, Partner
from tallyclerk.simulate.world import FIRST_DAY, MONTHS

CHUNK: Final = 250_000
"""Shipments per pass: an even number, because the two parcels of an order stay together."""
_SUFFIX: Final = {"csv": "csv", "tsv": "tsv", "jsonl": "jsonl", "parquet": "parquet"}


def file_name(dialect: Dialect, place: int) -> str:
    """The path of a dialect's file number `place`, below the exports folder."""
    first = place * dialect.months
    last = min(first + dialect.months, MONTHS) - 1
    months = [
        dt.date(
            FIRST_DAY.year + (FIRST_DAY.month - 1 + each) // 12,
            (FIRST_DAY.month - 1 + each) % 12 + 1,
            1,
        )
        for each in (first, last)
    ]
    label = f"{months[0]:%Y-%m}" if first == last else f"{months[0]:%Y-%m}_{months[1]:%Y-%m}"
    packed = ".gz" if dialect.is_packed else ""
    return f"{dialect.name}/{label}.{_SUFFIX[dialect.format]}{packed}"


def _own(frame: pl.DataFrame, partner: Partner) -> pl.DataFrame:
    """The shipments in which a partner plays its role."""
    if partner.role == "airline":
        return frame.filter("is_flown")
    return frame.filter(pl.col(partner.role) == CODES[partner.id])


def _rows(said: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """One message per row of the export: a row by order or waybill speaks for all its parcels."""
    if dialect.key == "order_id":
        return said.filter(pl.col("number") == pl.col("order"))
    if dialect.key == "mawb":
        return said.unique(
            ["flight", "milestone", "at", "recorded"], keep="first", maintain_order=True
        )
    return said


def _meant(rows: pl.DataFrame, dialect: Dialect, frame: pl.DataFrame) -> pl.DataFrame:
    """What the rows of a file mean, one row per parcel they apply to."""
    group = {"order_id": "order", "mawb": "flight"}.get(dialect.key)
    if group:
        members = frame.select(group, "number", "is_flown").filter(
            pl.col("is_flown") if dialect.key == "mawb" else True
        )
        rows = rows.drop("number").join(members, on=group, how="left", maintain_order="left")
    return rows.filter(writing.is_readable(dialect)).select(writing.understood(dialect))


def _every_month(
    parts: dict[int, pl.DataFrame], mine: pl.DataFrame, dialect: Dialect
) -> Iterator[tuple[int, pl.DataFrame]]:
    """The files of a dialect with their rows; a monthly one comes though nothing happened."""
    empty = next(iter(parts.values()), mine).clear()
    places = range(MONTHS) if dialect.months == 1 else sorted(parts)
    yield from ((place, parts.get(place, empty)) for place in places)


def _tell(dialect: Dialect, said: pl.DataFrame, files: Files) -> Iterator[pl.DataFrame]:
    """Writes one partner's messages about a chunk in one dialect; yields the rows of each file."""
    known = [MILESTONES.index(milestone) for milestone in dialect.statuses]
    mine = _rows(said.filter(pl.col("milestone").is_in(known)), dialect)
    parts = wide.by_file(mine, dialect) if dialect.is_wide else writing.by_file(mine, dialect)
    for place, rows in _every_month(parts, mine, dialect):
        text = (
            wide.table(rows, dialect) if dialect.is_wide else rows.select(writing.written(dialect))
        )
        files.add(file_name(dialect, place), text, dialect)
        yield rows


def _speak(
    frame: pl.DataFrame, files: Files, house: int, partner: Partner, *, keep: bool
) -> list[pl.DataFrame]:
    """All exports of one partner about its house's part of a chunk; what they mean, if kept."""
    said = messages(_own(frame, partner), partner)
    return [
        _meant(rows, dialect, frame)
        for dialect in (dialect_in(house, d) for d in DIALECTS if d.partner == partner.id)
        for rows in _tell(dialect, said, files)
        if keep
    ]


def _references(frame: pl.DataFrame) -> pl.DataFrame:
    """Every number that some source maps to a shipment."""
    empty = office.labels(frame.clear())
    orders_ = frame.select(
        shipment_id().alias("shipment_id"), order_id().alias("reference"), kind=pl.lit("order")
    )
    bills = (
        office.mawbs(frame)
        .rename({"mawb": "reference"})
        .drop_nulls("reference")
        .with_columns(kind=pl.lit("mawb"))
    )
    consols = (
        office.shipments(frame)
        .select("shipment_id", reference="batch_id", kind=pl.lit("batch"))
        .drop_nulls("reference")
    )
    return pl.concat(
        [
            office.labels(frame),
            *(pl.concat([empty, each], how="diagonal") for each in (orders_, bills, consols)),
        ]
    )


def _office(frame: pl.DataFrame, files: Files) -> dict[str, pl.DataFrame]:
    """Writes the merchant's own tables about a chunk; returns them as a reader has them."""
    made = {
        "shipments": office.shipments(frame),
        "claims": office.claims(frame),
        "tickets": office.tickets(frame),
        "reviews": office.reviews(frame),
        "notices": office.notices(frame),
        "references": _references(frame),
    }
    merchant.write(made, office.mawbs(frame), office.labels(frame), files)
    return made


def export(
    folder: Path, shipments: int, seed: int, *, keep: bool, houses: int = 1
) -> Emitted | None:
    """Writes all exports of a run into a folder.

    Args:
        folder: Where the exports go; one sub-folder per source.
        shipments: How many shipments there are.
        seed: Decides every draw.
        keep: Whether to keep what the exports mean; without it memory does not grow with them.
        houses: How often the cast exists.

    Returns:
        What a perfect reader would understand, if kept.
    """
    told: list[pl.DataFrame] = [pl.DataFrame(schema=EVENTS)]
    tables: list[dict[str, pl.DataFrame]] = []
    with Files(folder) as files, ThreadPoolExecutor() as pool:
        for start in range(0, shipments, CHUNK):
            ordered = orders(start, min(start + CHUNK, shipments), shipments, seed, houses)
            frame = with_agreements(journeys(ordered, seed))
            made = _office(frame, files)
            if keep:
                tables.append(made)
            for house in range(houses):
                ours = frame.filter(pl.col("house") == house)
                for meant in pool.map(partial(_speak, ours, files, house, keep=keep), PARTNERS):
                    told.extend(meant)
    if not keep:
        return None
    return Emitted(
        pl.concat(told), **{name: pl.concat(t[name] for t in tables) for name in tables[0]}
    )
