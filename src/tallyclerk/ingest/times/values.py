"""Values of one format as times: local, UTC, and where the zone came from."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.ingest.times.clock import OFFSET_IGNORED, SOURCE_ZONE, STATED_OFFSET
from tallyclerk.ingest.times.formats import EPOCHS, EXCEL, Format

_NAIVE = pl.Datetime("us")
_APART, _HOURS = r"\s+([+-]\d{2}(?::?\d{2})?)$", r"([+-]\d{2})$"
"""An offset with a space before it, which a format with %z may have or not, and one of hours only."""
_INSIDE = r"([+-]\d{2}:?\d{2})(?:\s\d{4})?\D*$"
_END_OF_DAY = r"^(.*[T ]|\d{6}|\d{8})24((?::?00){1,2}(?:[.,]0+)?(?:[^\d:.,].*)?)$"
Times = tuple[pl.Series, pl.Series | None, str]


def times_of(values: pl.Series, form: Format, *, ignores_offset: bool) -> Times:
    """Local and UTC times of values under one format, and where the zone came from.

    A value that the format does not fit has no time. UTC is None where it follows from the zone.
    """
    if form.offset in {"inside", "tail"}:
        local, at = (_offset_inside if form.offset == "inside" else _offset_behind)(values, form)
        return (local, None, OFFSET_IGNORED) if ignores_offset else (local, at, STATED_OFFSET)
    if form.offset == "Z":
        local = epochs(values, form) if form.pattern in EPOCHS else read_times(values, form.pattern)
        if ignores_offset:
            return local, None, OFFSET_IGNORED
        return local, local.dt.replace_time_zone("UTC"), "UTC"
    local = _serial(values) if form.pattern == EXCEL else read_times(values, form.pattern)
    return local, None, SOURCE_ZONE


def _offset_inside(values: pl.Series, form: Format) -> tuple[pl.Series, pl.Series]:
    """Local and UTC times where the format has a place for the offset."""
    pattern = form.pattern
    if pattern.endswith("%z"):
        values = values.str.replace(_APART, "$1").str.replace(_HOURS, "${1}00")
        pattern = pattern.replace(" %z", "%z")
    at = read_times(values, pattern)
    return at.dt.replace_time_zone(None) + _offsets(values.str.extract(_INSIDE)), at


def _offset_behind(values: pl.Series, form: Format) -> tuple[pl.Series, pl.Series]:
    """Local and UTC times where the last characters are the offset."""
    local = read_times(values.str.head(-form.tail).str.strip_chars(), form.pattern)
    return local, (local - _offsets(values.str.tail(form.tail))).dt.replace_time_zone("UTC")


def read_times(values: pl.Series, pattern: str) -> pl.Series:
    """Texts read by one pattern; 24:00 is the end of its day, which is midnight of the next one."""
    found = _strptime(values, pattern)
    if "%H" not in pattern or found.null_count() == values.null_count():
        return found
    ends = (found.is_null() & values.str.contains(_END_OF_DAY)).fill_null(value=False).arg_true()
    if ends.is_empty():
        return found
    begins = values.gather(ends).str.replace(_END_OF_DAY, "${1}00$2")
    return found.scatter(ends, _strptime(begins, pattern) + dt.timedelta(days=1))


def _strptime(values: pl.Series, pattern: str) -> pl.Series:
    return values.str.to_datetime(pattern, strict=False, cache=False, time_unit="us")


def epochs(values: pl.Series, form: Format) -> pl.Series:
    """Numbers since 1970 in the unit of a format of EPOCHS, to the microsecond."""
    number = _numbers(values) * EPOCHS[form.pattern]
    return number.round().cast(pl.Int64, strict=False).cast(_NAIVE)


def _numbers(values: pl.Series) -> pl.Series:
    """Numbers as written out; 1.78717E+12 has lost its last digits to a spreadsheet."""
    is_rounded = values.str.contains("[eE]").fill_null(value=False)
    return values.set(is_rounded, None).cast(pl.Float64, strict=False)


def _serial(values: pl.Series) -> pl.Series:
    """Excel serial numbers, to the second (a float day holds no more)."""
    seconds = ((_numbers(values) - 25569) * 86400).round()
    return (seconds.cast(pl.Int64, strict=False) * 1_000_000).cast(_NAIVE)


def _offsets(tails: pl.Series) -> pl.Series:
    """±hh:mm, ±hhmm or ±hh as durations; there are few different ones."""
    parts = tails.str.strip_chars().str.extract_groups(r"^([+-])(\d{2}):?(\d{2})?$")
    minutes = parts.struct[1].cast(pl.Int64) * 60 + parts.struct[2].cast(pl.Int64).fill_null(0)
    signed = minutes.zip_with(parts.struct[0] == "+", -minutes)
    return (signed * 60_000_000).cast(pl.Duration("us"))
