"""The calendar of exports: until when a source is complete, and what is missing of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from statistics import median_low

from tallyclerk.config.models import Settings
from tallyclerk.domain.periods import Period, month_name
from tallyclerk.errors import InputError
from tallyclerk.ingest.survey import Survey

Days = Sequence[tuple[dt.date, int]]
"""Calendar days (in run.timezone) with the number of rows told of each, sorted; empty ones absent."""

USUAL_WEEKS = 8
LONGEST_EMPTY_DAYS = 3
"""A daily export may be silent over a weekend and a holiday."""
SHOWN = 5
"""Missing windows that a message names; the others are counted."""
_ONE_DAY = dt.timedelta(days=1)


def data_until(days: Days) -> dt.date | None:
    """The last day with a normal number of rows: at least half the median of its last eight weeks."""
    if not days:
        return None
    start = days[-1][0] - dt.timedelta(weeks=USUAL_WEEKS)
    usual = median_low([count for day, count in days if day > start])
    return next(day for day, count in reversed(days) if 2 * count >= usual)


def missing(
    days: Days, expected: str | None, until: dt.date, files: Sequence[str] = ()
) -> list[str]:
    """Windows of the calendar, from the source's first day on, in which nothing came.

    Args:
        days: Of the source.
        expected: daily, weekly or monthly; None: nothing is expected.
        until: The last day that must be there.
        files: Of the source: one that is named after a month or week has come, if only empty.

    Returns:
        Names of months ("2026-09"), weeks ("2026-W40") or spans of days, in order.
    """
    if expected is None:
        return []
    if expected == "daily":
        return list(_silences([day for day, _ in days], until))
    name = _month if expected == "monthly" else _week
    told = {name(day) for day, _ in days}
    span = range((until - days[0][0]).days + 1)
    due = dict.fromkeys(name(days[0][0] + step * _ONE_DAY) for step in span)
    return [window for window in due if window not in told and not _is_named(window, files)]


def _is_named(window: str, files: Sequence[str]) -> bool:
    """Whether a file bears the name of a window: 2026-09, 2026_09, 202609."""
    year, part = window.split("-")
    named = re.compile(rf"(?<!\d){year}[-_. ]?{part}(?!\d)")
    return any(named.search(file) for file in files)


def _month(day: dt.date) -> str:
    return month_name(day.year * 100 + day.month)


def _week(day: dt.date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _silences(days: Sequence[dt.date], until: dt.date) -> Iterator[str]:
    ends = [*days[1:], until + _ONE_DAY]
    for day, following in zip(days, ends, strict=True):
        if (following - day).days - 1 > LONGEST_EMPTY_DAYS:
            yield f"{day + _ONE_DAY}..{following - _ONE_DAY}"


def missing_exports(survey: Survey, settings: Settings, until: dt.date) -> dict[str, list[str]]:
    """What is missing of each source that says what is expected; complete ones are absent."""
    found = {
        name: missing(survey.days[name], source.expected, until, survey.files.get(name, ()))
        if name in survey.days
        else ["everything"]
        for name, source in sorted(settings.sources.items())
        if source.expected is not None
    }
    return {name: windows for name, windows in found.items() if windows}


def listed(windows: Sequence[str]) -> str:
    """Missing windows for a message."""
    more = f" and {len(windows) - SHOWN:,} more" if len(windows) > SHOWN else ""
    return ", ".join(windows[:SHOWN]) + more


def require_exports(survey: Survey, settings: Settings, period: Period) -> None:
    """Refuses a period for which an export is missing: that is our gap, not a partner's silence.

    Raises:
        InputError: With every source and what is missing of it.
    """
    gaps = missing_exports(survey, settings, period.last_day)
    if gaps:
        lines = "".join(f"\n  {name}: {listed(windows)}" for name, windows in gaps.items())
        raise InputError(
            f"exports are missing up to the end of {period.label}:{lines}\n",
            how="get them and run again, or report without them: --allow-missing",
        )
