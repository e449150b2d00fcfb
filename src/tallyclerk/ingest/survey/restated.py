"""What later snapshots say differently than earlier ones of the same source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.survey.coded import in_words
from tallyclerk.store import Ledger

SHOWN = 3
_TOLD = {"source", "source_file", "shipment_id", "milestone", "occurred_at", "classifier"}
_KEY = ["source", "shipment_id", "milestone"]
_CHANGES = pl.Schema(
    {
        **dict.fromkeys(("source", "milestone", "kind"), pl.String()),
        **dict.fromkeys(("cases", "kept"), pl.Int64()),
        "examples": pl.List(pl.String),
    }
)
_KINDS = ("earlier", "later", "withdrawn")


@dataclass(frozen=True, kw_only=True)
class Restated:
    """How the times of one milestone changed between the files of one source.

    Attributes:
        source: A source with mode "snapshot".
        milestone: What is told differently.
        earlier: Times that a later file moves to before.
        kept: Of these, deliveries that were late for their promise before and are not now.
        later: Times moved to after.
        withdrawn: Milestones that a later file of the same shipment no longer has.
        examples: The first of each kind in words.
    """

    source: str
    milestone: str
    earlier: int = 0
    kept: int = 0
    later: int = 0
    withdrawn: int = 0
    examples: tuple[str, ...] = ()


def glimpse_restated(ledger: Ledger, bucket: int, shipments: pl.DataFrame) -> pl.DataFrame:
    """Changes between snapshots in one bucket.

    Returns:
        One row per source, milestone and kind (earlier, later, withdrawn): cases, kept, examples.
    """
    if not ledger.snapshot_sources:
        return pl.DataFrame(schema=_CHANGES)
    pairs = _pairs(ledger, bucket).join(
        in_words(shipments.select("shipment_id", "promised_at")), on="shipment_id", how="left"
    )
    kind = (
        pl.when(pl.col("later_at").is_null())
        .then(pl.lit("withdrawn"))
        .when(pl.col("later_at") < pl.col("at"))
        .then(pl.lit("earlier"))
        .otherwise(pl.lit("later"))
    )
    promise = pl.col("promised_at")
    kept = (
        (pl.col("milestone") == str(Milestone.DELIVERED))
        & (pl.col("at") > promise)
        & (pl.col("later_at") <= promise)
    )
    words = pl.format(
        "{}: {} in {}, {} in {}",
        "shipment_id",
        pl.col("at").dt.strftime("%Y-%m-%d %H:%M"),
        "source_file",
        pl.col("later_at").dt.strftime("%Y-%m-%d %H:%M").fill_null("none"),
        "later_file",
    )
    return (
        pairs.with_columns(kind=kind, kept=kept.fill_null(value=False), words=words)
        .sort("shipment_id", "source_file")
        .group_by("source", "milestone", "kind")
        .agg(
            cases=pl.len().cast(pl.Int64),
            kept=pl.col("kept").sum().cast(pl.Int64),
            examples=pl.col("words").head(SHOWN),
        )
    )


def _pairs(ledger: Ledger, bucket: int) -> pl.DataFrame:
    """What the next file that tells of the same shipment says differently than a file.

    Returns:
        One row per source, shipment, milestone and file: at, later_file, and later_at, null where
        that file does not have the milestone.
    """
    told = ledger.told("events", bucket, _TOLD).filter(
        pl.col("source").is_in(list(ledger.snapshot_sources)), pl.col("classifier") == "actual"
    )
    first = told.group_by(*_KEY, "source_file").agg(at=pl.col("occurred_at").min())
    files = first.select("source", "shipment_id", "source_file").unique()
    following = files.sort("source", "shipment_id", "source_file").with_columns(
        later_file=pl.col("source_file").shift(-1).over("source", "shipment_id")
    )
    again = first.select(*_KEY, pl.col("source_file").alias("later_file"), later_at="at")
    return (
        first.join(following.drop_nulls("later_file"), on=["source", "shipment_id", "source_file"])
        .join(again, on=[*_KEY, "later_file"], how="left")
        .filter(pl.col("later_at").is_null() | (pl.col("later_at") != pl.col("at")))
    )


def restated(parts: Iterable[pl.DataFrame]) -> tuple[Restated, ...]:
    """Changes of the whole ledger, sorted by source and milestone."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    examples: dict[tuple[str, str], dict[str, list[str]]] = {}
    for source, milestone, kind, cases, kept, words in pl.concat(parts).iter_rows():
        key = (source, milestone)
        counts = found.setdefault(key, dict.fromkeys((*_KINDS, "kept"), 0))
        counts[kind] += cases
        counts["kept"] += kept
        examples.setdefault(key, {}).setdefault(kind, []).extend(words)
    return tuple(
        Restated(
            source=source,
            milestone=milestone,
            examples=tuple(
                word
                for kind in _KINDS
                for word in sorted(examples[source, milestone].get(kind, ()))[:SHOWN]
            )[:SHOWN],
            **counts,
        )
        for (source, milestone), counts in sorted(found.items())
    )
