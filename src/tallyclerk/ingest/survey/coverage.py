"""Who tells which milestone in which source, and where its times got their zone from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tallyclerk.ingest.survey.coded import added_up, counted, in_words

_COVERED = ["source", "partner", "milestone"]
_ZONED = ["source", "time_source", "time_precision"]


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How often a partner tells a milestone in a source; `partner` None: nobody can be named."""

    source: str
    partner: str | None
    milestone: str
    events: int


@dataclass(frozen=True, kw_only=True)
class ZoneEvidence:
    """Where the times of a source got their zone from (`time_source`), and how exact they are."""

    source: str
    time_source: str
    precision: str
    events: int


@dataclass(frozen=True, kw_only=True)
class CoverageGlimpse:
    """What one bucket says: events by source, partner and milestone, and by source and zone."""

    covered: pl.DataFrame
    zoned: pl.DataFrame


def glimpse_coverage(reported: pl.DataFrame) -> CoverageGlimpse:
    """Counts the observations of one bucket.

    Args:
        reported: From `tallyclerk.ingest.survey.chains.with_reporter`.
    """
    events = pl.len().cast(pl.Int64)
    return CoverageGlimpse(
        covered=in_words(counted(reported, _COVERED, events=events)),
        zoned=in_words(reported.group_by(_ZONED).agg(events=events)),
    )


def coverage_of(
    parts: Iterable[CoverageGlimpse],
) -> tuple[tuple[Covered, ...], tuple[ZoneEvidence, ...]]:
    """The counts of the whole ledger, sorted."""
    all_parts = list(parts)
    covered = _sorted_sums([part.covered for part in all_parts], _COVERED)
    zoned = _sorted_sums([part.zoned for part in all_parts], _ZONED)
    return (
        tuple(Covered(**row) for row in covered.iter_rows(named=True)),
        tuple(
            ZoneEvidence(source=source, time_source=origin, precision=precision, events=events)
            for source, origin, precision, events in zoned.iter_rows()
        ),
    )


def _sorted_sums(parts: list[pl.DataFrame], keys: list[str]) -> pl.DataFrame:
    return added_up(parts, keys).sort(keys, nulls_last=True)
