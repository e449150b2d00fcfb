"""Feeds that were out: days of which most of what a partner must have told is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.ingest.survey.coded import DAYS, by_shipment, counted, first_of, in_words, words_of
from tallyclerk.ingest.survey.order import STEPS

MIN_MISSING = 20
USUAL_FROM = 0.6
"""A milestone that a partner tells less often than this is no message to wait for."""
SETTLED_DAYS = 7
"""What others said in the last days may still be answered."""
JOINED_DAYS = 3
"""Days without any expectation that do not divide an outage."""
_OWNERS = (
    *(Role.SUPPLIER,) * 2,
    *(Role.FORWARDER,) * 5,
    *(Role.COURIER,) * 3,
)
KEY = ("partner", "place", "day")
"""One row of messages due."""


@dataclass(frozen=True, kw_only=True)
class Outage:
    """Days of which more than half of a partner's messages are missing.

    Attributes:
        partner: Whose messages.
        first: First day, `last`: last one.
        expected: Messages that the rest of the journeys shows must have been.
        told: Of these, told.
    """

    partner: str
    first: dt.date
    last: dt.date
    expected: int
    told: int


def glimpse_outages(path: pl.DataFrame, chain: pl.DataFrame) -> pl.DataFrame:
    """Messages that must have been, in one bucket.

    A step is expected of the partner in its role once a later one is told, an acceptance also once
    the release before it is. Its day is that of the step told before it.

    Args:
        path: From `tallyclerk.ingest.survey.order.on_path`.
        chain: From `tallyclerk.ingest.survey.chains.members`.

    Returns:
        One row per partner, place in `STEPS` and day: expected, told.
    """
    wide = _first_days(path)
    owned = {}
    for role in map(str, dict.fromkeys(_OWNERS)):
        owners = first_of(chain.filter(pl.col("role") == role), ["shipment_id"])
        owned[role] = wide.with_columns(by_shipment(owners, "partner"))
    due = pl.concat(
        _of_step(place, owned[str(role)]) for place, role in enumerate(_OWNERS) if place
    )
    return in_words(
        counted(
            due,
            KEY,
            expected=pl.len().cast(pl.Int64),
            told=pl.col("is_told").sum().cast(pl.Int64),
        )
    )


def _first_days(path: pl.DataFrame) -> pl.DataFrame:
    """The day on which each step was told first, in a column per place; one row per shipment."""
    count = len(STEPS)
    step = pl.col("shipment_id").to_physical().cast(pl.Int64) * count + pl.col("place")
    day = pl.col("occurred_at").dt.date().cast(pl.Int32)
    numbers = path.select(at=step * DAYS + day + DAYS // 2).to_series().sort()
    is_first = (numbers // DAYS != (numbers // DAYS).shift(1)).fill_null(value=True)
    first = numbers.filter(is_first)
    shipments = words_of(path["shipment_id"])
    found = (
        pl.Series([None], dtype=pl.Int32)
        .new_from_index(0, shipments * count)
        .scatter(first // DAYS, (first % DAYS - DAYS // 2).cast(pl.Int32))
        .cast(pl.Date)
    )
    return pl.DataFrame(
        found.gather_every(count, place).alias(f"at{place}") for place in range(count)
    )


def _of_step(place: int, wide: pl.DataFrame) -> pl.DataFrame:
    before = [pl.col(f"at{number}") for number in range(place)]
    after = [pl.col(f"at{number}").is_not_null() for number in range(place + 1, len(STEPS))]
    is_due = pl.any_horizontal(after) if after else pl.lit(value=False)
    if STEPS[place][0] is Milestone.ACCEPTED:
        is_due |= pl.col(f"at{place - 1}").is_not_null()
    return (
        wide.filter(is_due & pl.col("partner").is_not_null())
        .select(
            "partner",
            place=pl.lit(place, dtype=pl.Int8),
            day=pl.max_horizontal(before),
            is_told=pl.col(f"at{place}").is_not_null(),
        )
        .drop_nulls("day")
    )


def outages_of(due: pl.DataFrame, until: dt.date | None) -> tuple[Outage, ...]:
    """The outages of the whole ledger, sorted by partner and day.

    Args:
        due: From `glimpse_outages`, added up.
        until: The end of the data.
    """
    if until is None:
        return ()
    own = ["partner", "place"]
    is_usual = pl.col("told").sum().over(own) >= pl.col("expected").sum().over(own) * USUAL_FROM
    days = (
        due.filter(is_usual, pl.col("day") <= until - dt.timedelta(days=SETTLED_DAYS))
        .group_by("partner", "day")
        .agg(pl.col("expected").sum(), pl.col("told").sum())
        .sort("partner", "day")
    )
    return tuple(
        outage
        for (partner,), rows in days.group_by("partner", maintain_order=True)
        for outage in _spans(str(partner), rows)
        if outage.expected - outage.told >= MIN_MISSING
    )


def _spans(partner: str, days: pl.DataFrame) -> Iterator[Outage]:
    """Spans of days with less than half told; a day with half or more ends one."""
    span: list[tuple[dt.date, int, int]] = []
    for row in days.select("day", "expected", "told").iter_rows():
        day, expected, told = row
        is_out = 2 * told < expected
        if span and (not is_out or (day - span[-1][0]).days > JOINED_DAYS):
            yield _outage(partner, span)
            span = []
        if is_out:
            span.append(row)
    if span:
        yield _outage(partner, span)


def _outage(partner: str, span: Sequence[tuple[dt.date, int, int]]) -> Outage:
    return Outage(
        partner=partner,
        first=span[0][0],
        last=span[-1][0],
        expected=sum(expected for _, expected, _ in span),
        told=sum(told for _, _, told in span),
    )
