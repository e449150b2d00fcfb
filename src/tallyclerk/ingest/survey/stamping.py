"""What days stamped in one minute say of those who report: proofs against partners, and signs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from tallyclerk.ingest.survey.signs import Sign, Witness
from tallyclerk.ingest.survey.stamps import RECORDED

MIN_DAYS, DAYS_FROM = 3, 0.2
"""Where only the habit makes it strange: on so many days, and so many of them."""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A minute in which (nearly) a whole day's events of a partner were stamped.

    Attributes:
        partner: Who reports them; `source`: where.
        clock: recorded or occurred: the time that was stamped.
        minute: Its beginning (UTC).
        events: Events stamped in it, `of`: on its (UTC) day.
    """

    partner: str
    source: str
    clock: str
    minute: dt.datetime
    events: int
    of: int


def stamps_of(found: pl.DataFrame) -> tuple[Stamp, ...]:
    """What is proven against a partner, sorted by source, partner, what and day.

    Args:
        found: From `tallyclerk.ingest.survey.stamps.stamped`.
    """
    proven = found.filter("is_proven", pl.col("partner").is_not_null())
    return tuple(
        Stamp(
            partner=row["partner"],
            source=row["source"],
            clock=RECORDED if row["what"] == RECORDED else "occurred",
            minute=row["minute"],
            events=row["cases"],
            of=row["total"],
        )
        for row in proven.iter_rows(named=True)
    )


def stamping(found: pl.DataFrame, days: pl.DataFrame) -> Iterator[Sign]:
    """Signs of sources that stamp whole days: proven ones, and habits.

    Args:
        found: From `tallyclerk.ingest.survey.stamps.stamped`.
        days: From `tallyclerk.ingest.survey.stamps.days_of`.
    """
    for (source, what), rows in found.group_by("source", "what", maintain_order=True):
        of = days.filter(pl.col("source") == source, pl.col("what") == what).height
        is_habit = what != RECORDED and len(rows) >= max(MIN_DAYS, of * DAYS_FROM)
        shown = rows if is_habit else rows.filter("is_proven")
        if not shown.is_empty():
            yield Sign(
                kind="one_upload" if what == RECORDED else "one_minute",
                source=str(source),
                cases=len(shown),
                of=of,
                words=(str(what),),
                witnesses=tuple(
                    Witness(
                        shipment_id=None,
                        first=f"{row['cases']} of {row['total']} events of {row['day']}",
                        then=f"{row['minute']:%H:%M} UTC",
                    )
                    for row in shown.sort("minute").head(3).iter_rows(named=True)
                ),
            )
