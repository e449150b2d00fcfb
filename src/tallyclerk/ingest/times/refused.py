"""Times that are refused for a reason of their own, which their writer can mend."""

from __future__ import annotations

import polars as pl

OTHER_CALENDAR = "calendar"
WEEK = "week"
TICKS = "ticks"
_REASONS = (
    (
        OTHER_CALENDAR,
        r"^1[34]\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:\D|$)|^\d{1,2}[-/.]\d{1,2}[-/.]1[34]\d\d(?:\D|$)",
    ),
    (TICKS, r"^6[34]\d{16}$|^1[34]\d{16}$"),
    (WEEK, r"^\d{4}-?W\d{2}|^W\d{2}[-/]\d{4}|^(?:KW|CW)\s?\d{1,2}\b"),
)
"""Years 1300 to 1499 are those of Iran and of the Islamic calendar, in no export of another one."""

IN_WORDS = {
    OTHER_CALENDAR: "its years are of the Persian or the Islamic calendar, which are not converted: "
    "ask for Gregorian dates",
    TICKS: "it counts ticks of 100 nanoseconds, from a start and in a zone that differ by program: ask "
    "for dates with the time of day",
    WEEK: "it says a week, and no date: ask for the date",
}


def reasons(values: pl.Series) -> pl.Series:
    """Why each text is no time that is read, by name; nothing where no such reason is plain."""
    frame = values.alias("value").to_frame()
    found = (pl.when(pl.col("value").str.contains(form)).then(pl.lit(n)) for n, form in _REASONS)
    return frame.select(pl.coalesce(*found).alias("")).to_series()
