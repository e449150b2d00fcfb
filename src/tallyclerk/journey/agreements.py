"""What was agreed with partners, in the form in which journeys and KPIs take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from tallyclerk.config.agreements import WEEKDAYS, Calendar, Commitment
from tallyclerk.config.models import Settings
from tallyclerk.domain.tables import Schema
from tallyclerk.journey.clocks import WorkingTime

COMMITMENTS: Schema = {
    "partner": pl.String,
    "leg": pl.String,
    "committed_lane": pl.String,
    "within": pl.Duration("us"),
    "within_days": pl.Int64,
    "clock": pl.String,
    "calendar": pl.String,
    "valid_from": pl.Date,
}
"""One row per `[[commitments]]`; `within_days` on the clock business_days, else `within`."""


def working_time(calendar: Calendar, timezone: str) -> WorkingTime:
    """A calendar of the configuration; without a zone of its own in that of the run."""
    holidays = () if isinstance(calendar.holidays, str) else calendar.holidays
    return WorkingTime(
        timezone=calendar.timezone or timezone,
        weekdays=tuple(sorted(WEEKDAYS.index(day) + 1 for day in set(calendar.weekdays))),
        opens=calendar.opens,
        closes=calendar.closes,
        cut_off=calendar.cut_off,
        holidays=tuple(sorted(set(holidays))),
    )


def calendars(settings: Settings) -> dict[str, WorkingTime]:
    """The calendars by name."""
    zone = settings.run.timezone
    return {name: working_time(block, zone) for name, block in settings.calendars.items()}


def calendar_of(settings: Settings) -> dict[str, str]:
    """The name of each partner's calendar; those without one are absent."""
    found = {name: block.calendar for name, block in settings.partners.items()}
    return {name: calendar for name, calendar in found.items() if calendar is not None}


def commitments(settings: Settings) -> pl.DataFrame:
    """The commitments as a table, in the order of the configuration."""
    owner = calendar_of(settings)
    rows = [_row(agreed, owner) for agreed in settings.commitments]
    return pl.DataFrame(rows, schema=COMMITMENTS, orient="row")


def _row(agreed: Commitment, owner: Mapping[str, str]) -> tuple[object, ...]:
    is_days = agreed.clock == "business_days"
    return (
        agreed.partner,
        agreed.leg,
        agreed.lane,
        None if is_days else dt.timedelta(hours=agreed.within),
        int(agreed.within) if is_days else None,
        agreed.clock,
        None if agreed.clock == "hours" else agreed.calendar or owner.get(agreed.partner),
        agreed.valid_from,
    )


@dataclass(frozen=True)
class Excused:
    """Cases that were agreed not to count; see `tallyclerk.config.agreements.Excuse`."""

    reason: str
    partner: str | None
    lane: str | None
    first: dt.date
    last: dt.date
    kpis: frozenset[str]


def excuses(settings: Settings) -> tuple[Excused, ...]:
    """The agreed exclusions, in the order of the configuration."""
    return tuple(
        Excused(
            reason=f"{agreed.reason} (agreed by {agreed.agreed_by})",
            partner=agreed.partner,
            lane=agreed.lane,
            first=agreed.first,
            last=agreed.last,
            kpis=frozenset(agreed.kpis),
        )
        for agreed in settings.excuses
    )
