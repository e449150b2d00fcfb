"""What was agreed with partners: their calendars, times per leg, and what is excused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, FiniteFloat, model_validator

from tallyclerk.config.blocks import STRICT, Zone

Clock = Literal["hours", "business_hours", "business_days"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Leg = Literal["dispatch", "export", "linehaul", "import", "injection", "last_mile", "custody"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _day_of_week(name: object) -> object:
    """A weekday by any length of its English name: "Mon", "monday"."""
    short = name.strip().casefold()[:3] if isinstance(name, str) else name
    return short if short in WEEKDAYS else name


class Agreement(BaseModel):
    """A table of `config.toml` that partners agreed to."""

    model_config = STRICT


class Calendar(Agreement):
    """`[calendars.NAME]`: when a partner works; its clocks run only then."""

    timezone: Zone | None = None
    """Zone of its hours and days; default: that of the run."""
    weekdays: Annotated[
        tuple[Annotated[Weekday, BeforeValidator(_day_of_week)], ...], Field(min_length=1)
    ] = WEEKDAYS[:5]
    opens: dt.time = dt.time(0)
    closes: dt.time = dt.time(0)
    """End of the working day; 00:00 is the midnight that ends it."""
    cut_off: dt.time | None = None
    """What comes in later on a working day counts as come in at the next opening."""
    holidays: tuple[dt.date, ...] | str = ()
    """Days off, or a file with one date (2026-12-25) a line."""

    @model_validator(mode="after")
    def _hours_in_order(self) -> Calendar:
        for name in ("opens", "closes", "cut_off"):
            time = getattr(self, name)
            if time is not None and time.tzinfo is not None:
                msg = f"{name} is a local time: leave out its offset"
                raise ValueError(msg)
        if self.closes != dt.time(0) and self.closes <= self.opens:
            msg = (
                f"closes at {self.closes:%H:%M}, which is not after it opens at {self.opens:%H:%M}"
            )
            raise ValueError(msg)
        if self.cut_off is not None and not self._is_open_at(self.cut_off):
            msg = f"cut_off {self.cut_off:%H:%M} is not within the opening hours"
            raise ValueError(msg)
        return self

    def _is_open_at(self, time: dt.time) -> bool:
        return self.opens <= time and (self.closes == dt.time(0) or time <= self.closes)


class Commitment(Agreement):
    """`[[commitments]]`: the time agreed for one leg, or for a partner's whole custody."""

    partner: str
    leg: Leg = "custody"
    """A leg of the journey, or "custody": from its own taking to the next partner's, or delivery."""
    lane: str | None = None
    """As `run.lane` makes it, "CN>DE"; none: every lane that has no commitment of its own."""
    within: Annotated[FiniteFloat, Field(gt=0)]
    """Hours of the clock; days with clock = "business_days"."""
    clock: Clock = "hours"
    calendar: str | None = None
    """Default: the partner's."""
    valid_from: dt.date | None = None
    """First local day (of `run.timezone`) on which it holds for a leg that begins then."""

    @model_validator(mode="after")
    def _whole_days(self) -> Commitment:
        if self.clock == "business_days" and not self.within.is_integer():
            msg = 'within must be a whole number of days with clock = "business_days"'
            raise ValueError(msg)
        return self


class Excuse(Agreement):
    """`[[excuses]]`: cases that both sides agreed not to count against a partner."""

    reason: Annotated[str, Field(min_length=1)]
    agreed_by: Annotated[str, Field(min_length=1)]
    """Who agreed to it, and where: it is printed beside the numbers without the cases."""
    partner: str | None = None
    """None: every partner."""
    lane: str | None = None
    first: Annotated[dt.date, Field(alias="from")]
    last: Annotated[dt.date, Field(alias="to")]
    """Both included: cohort days in `run.timezone`."""
    kpis: tuple[str, ...] = ()
    """None: every KPI about time."""

    @model_validator(mode="after")
    def _days_in_order(self) -> Excuse:
        if self.last < self.first:
            msg = f"ends ({self.last}) before it begins ({self.first})"
            raise ValueError(msg)
        return self
