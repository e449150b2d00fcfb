"""The settings of a run as journeys and KPIs take them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from tallyclerk.config.models import Settings
from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.context import Context
from tallyclerk.kpis.agreements import calendar_of, calendars, commitments, excuses


def bare_context(settings: Settings, as_of: dt.datetime, data_until: dt.datetime | None) -> Context:
    """The context of a run, without what only the whole data know.

    Args:
        settings: The configuration.
        as_of: Nothing recorded later is known.
        data_until: Latest time in the data: undated outcomes are known from then on.
    """
    run, partners = settings.run, settings.partners
    return Context(
        as_of=as_of,
        timezone=run.timezone,
        lane=run.lane,
        delivered_means=run.delivered_means,
        lost_after_promise=dt.timedelta(days=run.presumed_lost_after_promise_days),
        lost_after_silence=dt.timedelta(days=run.presumed_lost_silent_days),
        roles={name: str(block.roles[0]) for name, block in partners.items() if block.roles},
        calendars=calendars(settings),
        calendar_of=calendar_of(settings),
        commitments=commitments(settings),
        excuses=excuses(settings),
        are_outcomes_known=data_until is None or as_of >= data_until,
    )


def owed(settings: Settings) -> Mapping[str, tuple[Milestone, ...]]:
    """What partners owe by agreement; those without one are not named."""
    return {
        name: block.must_report
        for name, block in settings.partners.items()
        if block.must_report is not None
    }
