"""What the hours of a source's times give away: nights, recordings ahead, days without hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.places import known_zones, only_zones
from tallyclerk.ingest.survey.coded import in_words
from tallyclerk.ingest.survey.signs import Sign

NIGHT = (22, 23, 0, 1, 2, 3, 4, 5)
"""Local hours in which nobody rings at a door."""
NIGHT_FROM, BETTER_BY = 0.15, 4
MIN_DOORS = 30
FUTURE_FROM, MIN_FUTURE = 0.2, 8
DATES_FROM, MIN_DATES = 0.5, 10
_TOLERANCE_MINUTES = 30
_MOST_HOURS = 14
_DOORS = (str(Milestone.DELIVERED), str(Milestone.DELIVERY_ATTEMPT_FAILED))


@dataclass(frozen=True, kw_only=True)
class HourGlimpse:
    """What one bucket says of the hours of each source.

    Attributes:
        doors: One row per source, partner and local hour at which somebody was at a door: cases.
        counts: One row per source: times, dates, pairs (with a recording time), future.
        ahead: One row per source and hours by which events are recorded before they happen: cases.
    """

    doors: pl.DataFrame
    counts: pl.DataFrame
    ahead: pl.DataFrame


def glimpse_hours(reported: pl.DataFrame, shipments: pl.DataFrame) -> HourGlimpse:
    """Counts the hours of one bucket.

    Args:
        reported: From `tallyclerk.ingest.survey.chains.with_reporter`, with source, country,
            recorded_at and time_precision.
        shipments: Rows of SHIPMENTS.
    """
    early = (pl.col("occurred_at") - pl.col("recorded_at")).dt.total_minutes()
    is_timed = pl.col("time_precision") != "day"
    ahead = reported.select("source", early=pl.when(is_timed).then(early)).filter(
        pl.col("early") > _TOLERANCE_MINUTES
    )
    return HourGlimpse(
        doors=_doors(reported.filter(is_timed & pl.col("milestone").is_in(_DOORS)), shipments),
        counts=in_words(
            reported.group_by("source").agg(
                times=pl.len().cast(pl.Int64),
                dates=(pl.col("time_precision") == "day").sum().cast(pl.Int64),
                pairs=pl.col("recorded_at").is_not_null().sum().cast(pl.Int64),
            )
        ),
        ahead=in_words(
            ahead.group_by(
                "source", hours=(pl.col("early") / 60).ceil().clip(0, 100).cast(pl.Int64)
            ).agg(cases=pl.len().cast(pl.Int64))
        ),
    )


def _doors(at_door: pl.DataFrame, shipments: pl.DataFrame) -> pl.DataFrame:
    """Local hours at the customer's door, where its zone is known."""
    known = sorted(known_zones())
    where = shipments.select("shipment_id", "destination_country", "destination_timezone")
    at_door = at_door.join(where, on="shipment_id", how="left")
    country = pl.coalesce("country", "destination_country")
    is_there = country == pl.col("destination_country")
    stated = pl.when(is_there & pl.col("destination_timezone").is_in(known)).then(
        "destination_timezone"
    )
    only = country.replace_strict(only_zones(), default=None, return_dtype=pl.String)
    zoned = at_door.with_columns(zone=pl.coalesce(stated, only)).drop_nulls("zone")
    parts = [
        in_words(
            rows.select(
                "source",
                "partner",
                hour=pl.col("occurred_at").dt.convert_time_zone(str(zone)).dt.hour(),
            )
        )
        for (zone,), rows in zoned.group_by("zone")
    ]
    schema = {"source": pl.String, "partner": pl.String, "hour": pl.Int8}
    rows = pl.concat([pl.DataFrame(schema=schema), *parts])
    return rows.group_by(*schema).agg(cases=pl.len().cast(pl.Int64))


def telling(parts: Sequence[HourGlimpse], entered: Iterable[str]) -> list[Sign]:
    """Signs that the hours of some sources give.

    Args:
        parts: From `glimpse_hours`.
        entered: Sources whose times are those of an entry and not of a scan.
    """
    doors = pl.concat([part.doors for part in parts])
    nights = _nights(doors.filter(~pl.col("source").is_in(sorted(entered))))
    counts = pl.concat([part.counts for part in parts]).group_by("source").sum()
    ahead = pl.concat([part.ahead for part in parts])
    return [*nights, *_dates(counts), *_future(counts, ahead)]


class _Night(NamedTuple):
    share: float
    hours: int


def _nights(doors: pl.DataFrame) -> Iterator[Sign]:
    """Clocks by which people are at doors at night, and would not be a few hours off."""
    summed = doors.group_by("source", "partner", "hour").agg(pl.col("cases").sum())
    for (source, partner), rows in summed.group_by("source", "partner"):
        by_hour = dict(rows.select("hour", "cases").iter_rows())
        total = sum(by_hour.values())
        now = _at_night(by_hour, 0)
        tried = sorted(
            (h for h in range(-_MOST_HOURS, _MOST_HOURS + 1) if h), key=lambda h: (abs(h), h)
        )
        best = min((_Night(_at_night(by_hour, h) / total, h) for h in tried), key=lambda n: n.share)
        near = next(h for h in tried if _at_night(by_hour, h) / total <= max(best.share, 0.02))
        if total >= MIN_DOORS and now / total >= max(NIGHT_FROM, BETTER_BY * best.share):
            yield Sign(
                kind="night",
                source=str(source),
                partner=None if partner is None else str(partner),
                cases=now,
                of=total,
                shift_hours=near,
                is_certain=False,
            )


def _at_night(by_hour: dict[int, int], shift: int) -> int:
    return sum(cases for hour, cases in by_hour.items() if (hour + shift) % 24 in NIGHT)


def _dates(counts: pl.DataFrame) -> Iterator[Sign]:
    for row in counts.iter_rows(named=True):
        if row["dates"] >= max(MIN_DATES, row["times"] * DATES_FROM):
            yield Sign(kind="dates_only", source=row["source"], cases=row["dates"], of=row["times"])


def _future(counts: pl.DataFrame, ahead: pl.DataFrame) -> Iterator[Sign]:
    """Sources that record many events before they happen."""
    for (source,), rows in ahead.group_by("source"):
        by_hour = rows.group_by("hours").agg(pl.col("cases").sum()).sort("hours")
        cases = int(by_hour["cases"].sum())
        pairs = int(counts.filter(pl.col("source") == source)["pairs"].sum())
        if cases >= max(MIN_FUTURE, pairs * FUTURE_FROM):
            reached = pl.col("cases").cum_sum() * 20 >= pl.lit(cases) * 19
            hours = int(by_hour.filter(reached)["hours"][0])
            is_zone = hours <= _MOST_HOURS
            yield Sign(
                kind="future",
                source=str(source),
                cases=cases,
                of=pairs,
                shift_hours=-hours if is_zone else 0,
                is_certain=False,
            )
