"""The same facts told by two feeds that differ in clock or in the partner's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.ingest.survey.coded import in_words, number_of, words_of

MIN_CASES = 8
MOST_FROM = 0.5
_FEEDS = ["source", "other"]
_STEP_MINUTES, _MOST_MINUTES = 30, 14 * 60


@dataclass(frozen=True, kw_only=True)
class Twice:
    """Two feeds that tell the same milestones of the same shipments.

    Attributes:
        source: One feed, `other`: the other one.
        cases: Milestones that both tell with this difference.
        of: Milestones that both tell.
        hours: By how much the other one is later; 0 where only the names differ.
        names: The partner's name in each, where they differ.
        example: A shipment that shows it.
    """

    source: str
    other: str
    cases: int
    of: int
    hours: float
    names: tuple[str, str] | None
    example: str


def glimpse_twice(reported: pl.DataFrame) -> pl.DataFrame:
    """Counts what two sources tell of the same milestones in one bucket.

    Args:
        reported: From `tallyclerk.ingest.survey.chains.with_reporter`, with source.

    Returns:
        One row per two sources, partner of each, and `minutes` between them (null where they are
        not a multiple of half an hour, as zones are, or more than zones differ): cases, example.
    """
    fact = ["shipment_id", "milestone"]
    if reported["source"].n_unique() <= 1:
        reported = reported.clear()  # with one source there is nothing to compare
    named = reported.drop_nulls("partner")
    # Most milestones are told by one source, and need no group.
    numbers = named.select(number_of(named, [*fact, "source"])).to_series().unique().sort()
    numbers = numbers // (words_of(named["source"]) + 1)
    several = numbers.filter(numbers == numbers.shift(1)).unique()
    told = (
        named.filter(number_of(named, fact).is_in(several.implode()))
        .select(*fact, "source", "occurred_at", "partner")
        .sort(*fact, "source", "occurred_at", "partner")
        .unique([*fact, "source"], keep="first", maintain_order=True)
    )
    other = told.rename({"source": "other", "occurred_at": "other_at", "partner": "other_partner"})
    minutes = (pl.col("other_at") - pl.col("occurred_at")).dt.total_minutes()
    is_zone = (minutes % _STEP_MINUTES == 0) & (minutes.abs() <= _MOST_MINUTES)
    return in_words(
        told.join(other, on=fact)
        .filter(pl.col("source") < pl.col("other"))
        .with_columns(minutes=pl.when(is_zone).then(minutes))
        .group_by(*_FEEDS, "partner", "other_partner", "minutes")
        .agg(cases=pl.len().cast(pl.Int64), example=pl.col("shipment_id").min())
    )


def told_twice(parts: Sequence[pl.DataFrame]) -> tuple[Twice, ...]:
    """Feeds that repeat each other by another clock or under another name, sorted."""
    keys = [*_FEEDS, "partner", "other_partner", "minutes"]
    summed = pl.concat(parts).group_by(keys).agg(pl.col("cases").sum(), pl.col("example").min())
    found = [
        *_by_clock(summed),
        *_by_name(summed),
    ]
    return tuple(sorted(found, key=lambda t: (t.source, t.other, t.hours, t.names or ())))


def _most(rows: pl.DataFrame, keys: list[str], whole: pl.DataFrame) -> pl.DataFrame:
    """Groups that are most of what the two feeds share."""
    total = whole.group_by(_FEEDS).agg(of=pl.col("cases").sum())
    return (
        rows.group_by(*_FEEDS, *keys)
        .agg(pl.col("cases").sum(), pl.col("example").min())
        .join(total, on=_FEEDS)
        .filter((pl.col("cases") >= MIN_CASES) & (pl.col("cases") >= pl.col("of") * MOST_FROM))
    )


def _by_clock(summed: pl.DataFrame) -> Iterator[Twice]:
    same = summed.filter(pl.col("partner") == pl.col("other_partner"))
    apart = same.filter(pl.col("minutes") != 0)
    for row in _most(apart, ["minutes"], same).iter_rows(named=True):
        yield Twice(
            source=row["source"],
            other=row["other"],
            cases=row["cases"],
            of=row["of"],
            hours=row["minutes"] / 60,
            names=None,
            example=row["example"],
        )


def _by_name(summed: pl.DataFrame) -> Iterator[Twice]:
    at_once = summed.filter(
        (pl.col("minutes") == 0) & (pl.col("partner") != pl.col("other_partner"))
    )
    for row in _most(at_once, ["partner", "other_partner"], summed).iter_rows(named=True):
        yield Twice(
            source=row["source"],
            other=row["other"],
            cases=row["cases"],
            of=row["of"],
            hours=0,
            names=(row["partner"], row["other_partner"]),
            example=row["example"],
        )
