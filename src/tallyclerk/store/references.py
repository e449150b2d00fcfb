"""Which shipments a reference stands for: told by exports, or carried from one number to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from tallyclerk.domain.numbers import normalised
from tallyclerk.domain.tables import Schema
from tallyclerk.store.frames import rows_of
from tallyclerk.store.layout import KEY, LINK, LINKS, PENDING, pending_kind
from tallyclerk.store.lives import SINCE, lives_told, with_since
from tallyclerk.store.manifest import Segment
from tallyclerk.store.scan import scan, told_in

INHERITED = frozenset({"order", "mawb", "bag", "container", "batch"})
"""Kinds of which one stands for several shipments: their rows apply to every one, as inherited."""

FINENESS = ("parcel", "tracking", "last_mile", "hawb", "order", "bag", "container", "mawb", "batch")
_RANK = {kind: max(place, 1) for place, kind in enumerate(FINENESS)}
"""A parcel as a system numbers it is as fine as its tracking number."""
PARCEL = "parcel"
_MAX_ROUNDS = 4
AT_ONCE = 4_000_000
"""References that are looked at together."""

_NUMBER: Schema = {"kind": pl.String, "reference": pl.String}
_MAP: Schema = {**_NUMBER, "shipment_id": pl.String}


def keying(root: Path, segments: Sequence[Segment]) -> pl.DataFrame:
    """The references that key a row of these segments: one row of `kind` and `reference` each."""
    kinds = sorted({kind for segment in segments for kind in segment.kinds})
    numbers = [
        _keys(root, segments, kind)
        .to_frame("reference")
        .select(pl.lit(kind).alias("kind"), "reference")
        for kind in kinds
    ]
    return pl.concat([pl.DataFrame(schema=_NUMBER), *numbers])


def reference_map(root: Path, segments: Sequence[Segment], asked: pl.DataFrame) -> pl.DataFrame:
    """Which shipments some references stand for: one row per kind, reference and shipment, sorted.

    Those are there that are asked for, and all that are told beside another one; of millions of
    other numbers, which nothing looks up, none is held.

    A reference told beside another one stands for the same shipments, if the other is as fine or
    finer (a mawb told beside a tracking number), or is an order of one shipment. A parcel number
    that an export has as its shipment is that shipment. Where no export names shipments, a number
    of the finest kind is one (`unit_kind`), and so is one as fine that is told beside none of them.
    """
    links = links_told(root, segments)
    wanted = pl.concat([asked.select(*_NUMBER), links.select(*_NUMBER)]).lazy()
    told = pl.concat([_told(root, segments), _named_so(root, segments)])
    known = told.join(wanted, on=list(_NUMBER), how="semi").unique().collect(engine="streaming")
    unit = unit_kind(segments)
    if unit is None or not known.is_empty():
        return _grown(known, links).sort(pl.all())
    for kind in (each for each in _RANK if _RANK[each] == _RANK[unit]):
        own = _keys(root, segments, kind).to_frame()
        alone = own.join(numbers_of(known, kind), on=KEY, how="anti").select(
            pl.lit(kind).alias("kind"), reference=KEY, shipment_id=KEY
        )
        known = _grown(pl.concat([known, alone]), links)
    return known.sort(pl.all())


def numbers_of(known: pl.DataFrame, kind: str | None) -> pl.DataFrame:
    """The numbers of a kind, as keys, and their shipments."""
    return known.filter(pl.col("kind") == kind).select(
        pl.col("reference").alias(KEY), "shipment_id"
    )


def _told(root: Path, segments: Sequence[Segment]) -> pl.LazyFrame:
    """The references that exports name with their shipments, as often as they do."""
    return scan(root, told_in(segments, "references"), _MAP)


def _grown(known: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The references known, and what links carry from one to the next."""
    for _ in range(0 if links.is_empty() else _MAX_ROUNDS):
        grown = pl.concat([known, _carried(known, links)]).unique()
        if len(grown) == len(known):
            break
        known = grown
    return known


def _named_so(root: Path, segments: Sequence[Segment]) -> pl.LazyFrame:
    """Parcel numbers that key a row here and are the shipment of a row there."""
    none = pl.LazyFrame(schema=_MAP)
    numbers = _keys(root, segments, PARCEL)
    if numbers.is_empty():
        return none
    id_only: Schema = {"shipment_id": pl.String}
    ids = [scan(root, told_in(segments, table), id_only) for table in ("events", "shipments")]
    named = pl.concat(ids).unique()
    return (
        named.with_columns(reference=normalised(pl.col("shipment_id")), kind=pl.lit(PARCEL))
        .join(numbers.to_frame(KEY).lazy(), left_on="reference", right_on=KEY, how="semi")
        .select(_MAP.keys())
    )


def _keys(root: Path, segments: Sequence[Segment], kind: str) -> pl.Series:
    """Every number of a kind that keys a row of these segments."""
    paths = [path for s in segments for path in s.files if pending_kind(path) == kind]
    keys = [rows_of(root / path).select(KEY) for path in paths]
    return pl.concat([pl.LazyFrame(schema={KEY: pl.String}), *keys]).unique().collect()[KEY]


def unit_kind(segments: Sequence[Segment]) -> str | None:
    """The kind of number that stands for a shipment where no export names shipments: the finest.

    One export of a vendor or a carrier knows its own numbers only, and is an export all the same.
    """
    if any(segment.names_shipments for segment in segments):
        return None
    kinds = {kind for s in segments if s.table in {"events", "shipments"} for kind in s.kinds}
    return min(kinds, key=FINENESS.index, default=None)


def shared_numbers(root: Path, segments: Sequence[Segment]) -> pl.DataFrame:
    """Numbers of single parcels that stand for several shipments without saying from when.

    Returns:
        One row per kind and reference: kind, reference, shipments (how many), sorted.
    """
    single = [kind for kind in FINENESS if kind not in INHERITED]
    told = _told(root, segments).filter(pl.col("kind").is_in(single))
    known = reference_map(root, segments, told_again(told))
    known = known.filter(pl.col("kind").is_in(single))
    several = known.filter(pl.len().over("kind", "reference") > 1)
    lives = lives_told(root, segments, several)
    parts = [pl.DataFrame(schema={**_MAP, "shipments": pl.Int64}).drop("shipment_id")]
    for (kind,), rows in several.group_by("kind"):
        used = rows.select(pl.col("reference").alias(KEY), "shipment_id")
        since = with_since(used, lives, str(kind))
        undated = since.group_by(pl.col(KEY).alias("reference")).agg(
            shipments=pl.len().cast(pl.Int64), undated=pl.col(SINCE).null_count()
        )
        parts.append(
            undated.filter(pl.col("undated") > 1).select(
                pl.lit(str(kind)).alias("kind"), "reference", "shipments"
            )
        )
    return pl.concat(parts).sort("kind", "reference")


def told_again(told: pl.LazyFrame) -> pl.DataFrame:
    """Numbers that stand for several shipments: one row of `kind` and `reference` each.

    Few of millions do. All are looked at as hashes, some millions at a time; what has the hash of
    one that is told of several shipments, as words.
    """
    number = pl.col("kind").hash() ^ pl.col("reference").hash()
    hashed = told.select(number=number, shipment=pl.col("shipment_id").hash())
    lots = told.select(pl.len()).collect().item() // AT_ONCE + 1
    again = [
        _several(hashed.filter(pl.col("number") % lots == lot), ["number"], "shipment")
        for lot in range(lots)
    ]
    maybe = told.with_columns(number=number).join(pl.concat(again).lazy(), on="number", how="semi")
    return _several(maybe, list(_NUMBER), "shipment_id")


def _several(rows: pl.LazyFrame, keys: list[str], values: str) -> pl.DataFrame:
    """The keys that have unequal values."""
    least, most = pl.col(values).min().alias("least"), pl.col(values).max().alias("most")
    several = rows.group_by(keys).agg(least, most).filter(pl.col("least") != pl.col("most"))
    return several.select(keys).collect(engine="streaming")


def links_told(
    root: Path, segments: Sequence[Segment], *, is_both_ways: bool = True
) -> pl.DataFrame:
    """References told beside each other: one row of LINK each, in one direction or both."""
    frames = [pl.LazyFrame(schema=LINK)]
    for segment in segments:
        for path in segment.files:
            if path.startswith(f"{LINKS}/"):
                frames.append(rows_of(root / path))
            elif path.startswith(f"{PENDING}/references/"):
                own = rows_of(root / path)
                frames.append(
                    own.select(
                        pl.lit(pending_kind(path)).alias("kind"),
                        pl.col(KEY).alias("reference"),
                        pl.col("kind").alias("other_kind"),
                        pl.col("reference").alias("other"),
                    )
                )
    forth = pl.concat(frames).unique()
    if not is_both_ways:
        return forth.collect()
    back = forth.select(
        pl.col("other_kind").alias("kind"),
        pl.col("other").alias("reference"),
        pl.col("kind").alias("other_kind"),
        pl.col("reference").alias("other"),
    )
    return pl.concat([forth, back]).unique().collect()


def _carried(known: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """What the links add to the references known.

    What a link cannot carry never meets it: an order of thousands of shipments is told beside
    thousands of finer numbers, and would meet each of them with each.
    """
    rank = pl.col("kind").replace_strict(_RANK)
    is_up = rank <= pl.col("other_kind").replace_strict(_RANK)
    is_order = pl.col("kind") == "order"
    is_single = pl.col("shipment_id").n_unique().over("kind", "reference") == 1
    parts = (
        known.join(links.filter(is_up), on=["kind", "reference"]),
        known.filter(is_order & is_single).join(
            links.filter(is_order & ~is_up), on=["kind", "reference"]
        ),
    )
    return pl.concat(parts).select(
        pl.col("other_kind").alias("kind"), pl.col("other").alias("reference"), "shipment_id"
    )
