"""Times agreed for a leg, in plain hours."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from tallyclerk.simulate.truth.journeys import Journey


def agreed_hours(journey: Journey, partner: str, leg: str, start: dt.datetime) -> int | None:
    """The hours agreed when a leg began: for its lane before for all, of several the latest."""
    settings = journey.records.settings
    day = start.astimezone(ZoneInfo(settings.timezone)).date()
    fitting = [
        (agreed.lane is not None, agreed.valid_from or dt.date.min, place, agreed.hours)
        for place, agreed in enumerate(settings.commitments)
        if (agreed.partner, agreed.leg) == (partner, leg)
        and agreed.lane in (None, journey.lane)
        and (agreed.valid_from is None or agreed.valid_from <= day)
    ]
    return max(fitting)[-1] if fitting else None
