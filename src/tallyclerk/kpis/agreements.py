"""The agreements of the configuration as journeys and KPIs take them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from tallyclerk.config.agreements import WEEKDAYS, Calendar, Commitment
from tallyclerk.config.models import Settings
from tallyclerk.journey.agreements import Excused, commitment_columns
from tallyclerk.journey.clocks import WorkingTime


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
    return pl.DataFrame(rows, schema=commitment_columns(), orient="row")


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
