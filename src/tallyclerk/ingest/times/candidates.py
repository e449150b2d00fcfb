"""Which formats a column of times could be in, and which row proves that one of them is not it.

Used to describe a file that nobody has described yet: every reading that the shape of a value
allows is tried on every value. A reading is excluded by the first value that another one fits and
it does not; what no reading fits is no time and excludes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from tallyclerk.ingest.times.column import EARLIEST, LATEST
from tallyclerk.ingest.times.formats import (
    EPOCHS,
    EXCEL,
    Format,
    declared,
    from_shape,
    is_numeric,
)
from tallyclerk.ingest.times.plain import plain
from tallyclerk.ingest.times.shapes import shapes_of
from tallyclerk.ingest.times.values import epochs, read_times

MAX_SHAPES = 40
LONGEST_SPAN = dt.timedelta(days=15 * 366)
"""Exports do not span more: a reading that scatters its dates wider than that, while another one
does not, took a day for a year."""

_SHORT_YEAR = re.compile(r"^(?P<first>9{1,2})(?P<sep>[-/.])9{1,2}(?P=sep)99(?P<rest>\D.*)?$")
_COMPACT = {
    "999999": ("%y%m%d", "%d%m%y", "%m%d%y"),
    "99999999": ("%Y%m%d", "%d%m%Y", "%m%d%Y"),
    "9999999999": ("%y%m%d%H%M",),
    "999999999999": ("%Y%m%d%H%M", "%d%m%Y%H%M", "%m%d%Y%H%M"),
    "99999999999999": ("%Y%m%d%H%M%S", "%d%m%Y%H%M%S", "%m%d%Y%H%M%S"),
}
"""Dates as bare digits; of years with four of them no value fits both the year first and another order."""
_EPOCH = {"9" * 10: "epoch_s", "9" * 13: "epoch_ms", "9" * 16: "epoch_us", "9" * 19: "epoch_ns"}
_SERIAL = re.compile(r"^9{5}(?:\.9+)?$")
_CLOCK = re.compile(r"^9{1,2}:99(?::99)?(?: ?[AP]M)?$")
_COMPACT_CLOCK = r"^(?:(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?|2400(?:00)?)$"
_DOTTED_CLOCK = r"^(?:[01]?\d|2[0-3])\.[0-5]\d$"
COMPACT_CLOCKS = {"9999": "%H%M", "999999": "%H%M%S"}
"""Shapes of times of day as bare digits, with their formats."""
_EPOCH_FROM, _EPOCH_TO = dt.datetime(2005, 1, 1), dt.datetime(2033, 5, 1)  # noqa: DTZ001
_SHORT_FROM = dt.datetime(2020, 1, 1)  # noqa: DTZ001
"""Ten digits are seconds up to 2033, or year, month, day, hour and minute since 2020: never both."""
_SERIAL_FROM, _SERIAL_TO = 38000, 60000


@dataclass(frozen=True)
class Place:
    """Where a value stands, and the value."""

    file: int
    row: int
    value: str


@dataclass
class Reading:
    """One way to read a column: how many values it fits, and the first value that excludes it."""

    precision: str
    fits: int = 0
    excluded: Place | None = None
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    offset: str = ""

    @property
    def span(self) -> dt.timedelta:
        """From the earliest to the latest time."""
        return self.last - self.first if self.first and self.last else dt.timedelta()


@dataclass
class Evidence:
    """What the values of a column prove about its times.

    Attributes:
        readings: By the format as one would declare it.
        values: Values that were looked at.
        bad: Those that no reading fits, and the first of them.
        offsets: Values by the offset they state ("" = none, "Z", "+08:00").
        midnights: Values with a time of day that is 00:00.
    """

    readings: dict[str, Reading] = field(default_factory=dict)
    values: int = 0
    bad: int = 0
    bad_example: Place | None = None
    offsets: Counter[str] = field(default_factory=Counter)
    midnights: int = 0

    def add(self, values: pl.Series, rows: pl.Series, file: int) -> None:
        """Take over trimmed texts (no nulls) and their row numbers."""
        self.values += len(values)
        texts = plain(values)
        frame = pl.DataFrame(
            {"shape": shapes_of(texts), "value": values, "text": texts, "row": rows}
        )
        parts = frame.partition_by("shape", as_dict=True)
        for count, (key, part) in enumerate(sorted(parts.items(), key=lambda kv: -len(kv[1]))):
            forms = candidates(str(key[0])) if count < MAX_SHAPES else []
            self._read(part, forms, file)

    def _read(self, part: pl.DataFrame, forms: list[Format], file: int) -> None:
        values = part["text"]
        read = [(form, _local(values, form)) for form in forms]
        known = [(form, local, _in_range(local)) for form, local in read]
        any_fits = pl.Series([False]).new_from_index(0, len(values))
        for _, _, fits in known:
            any_fits |= fits
        self.bad += int((~any_fits).sum())
        self.bad_example = self.bad_example or _first(part, ~any_fits, file)
        for form, local, fits in known:
            found = self.readings.setdefault(str(form), Reading(form.precision))
            found.offset = form.offset
            found.fits += int(fits.sum())
            found.excluded = found.excluded or _first(part, any_fits & ~fits, file)
            good = local.filter(fits)
            low, high = good.min(), good.max()
            if isinstance(low, dt.datetime) and isinstance(high, dt.datetime):
                found.first = min(low, found.first or low)
                found.last = max(high, found.last or high)
        if known:
            form, local, _ = max(known, key=lambda each: int(each[2].sum()))
            self._note(form, values, local)

    def _note(self, form: Format, values: pl.Series, local: pl.Series) -> None:
        """Count the offsets, and the times of day that are midnight."""
        if form.offset == "tail":
            tails = values.str.tail(form.tail).str.strip_chars().value_counts(name="n")
            self.offsets.update(dict(tails.iter_rows()))
        else:
            self.offsets["Z" if form.offset == "Z" else ""] += len(values)
        if form.precision != "day":
            self.midnights += int((local.dt.time() == dt.time()).sum() or 0)


def candidates(shape: str) -> list[Format]:
    """Every format that a shape (9 for digits, M for words) could be in; none for what is no time."""
    compact = [declared(pattern) for pattern in _COMPACT.get(shape, ())]
    if shape in _EPOCH:
        return [declared(_EPOCH[shape]), *compact]
    if compact:
        return compact
    if _SERIAL.match(shape):
        return [Format(EXCEL, "second" if "." in shape else "day")]
    short = _SHORT_YEAR.match(shape)
    if short:
        iso = from_shape(f"9999-99-99{short['rest'] or ''}", None)
        sep = short["sep"]
        orders = [f"%d{sep}%m{sep}%y", f"%m{sep}%d{sep}%y"]
        orders += [f"%y{sep}%m{sep}%d"] if len(short["first"]) > 1 else []
        return [_redated(iso, order) for order in orders] if iso else []
    orders_known = ("DMY", "MDY") if is_numeric(shape) else (None,)
    found = (from_shape(shape, order) for order in orders_known)
    return [form for form in found if form]


def is_digits(shape: str) -> bool:
    """Whether a shape is that of a bare number, which is a time only if its column says so."""
    return not shape.replace("9", "").replace(".", "", 1)


def is_clock(shape: str) -> bool:
    """Whether a shape is a time of day without a date."""
    return bool(_CLOCK.match(shape))


def are_bare_clocks(values: pl.Series) -> bool:
    """Whether all could be times of day as bare digits: 1430, 143005."""
    return bool(values.str.contains(_COMPACT_CLOCK).all())


def are_odd_clocks(values: pl.Series) -> bool:
    """Whether all are times of day without a colon: 1430, 143005, or 14.30 where that is no date."""
    if values.n_unique() < 2:  # noqa: PLR2004 - one could be any number
        return False
    is_dotted = bool(values.str.contains(_DOTTED_CLOCK).all())
    if is_dotted:
        return bool(values.str.contains(r"\.(?:1[3-9]|[2-5]\d|00)$").any())
    return are_bare_clocks(values)


def _redated(form: Format, date: str) -> Format:
    pattern = form.pattern.replace("%Y-%m-%d", date)
    return Format(pattern, form.precision, form.offset, form.tail)


def _local(values: pl.Series, form: Format) -> pl.Series:
    """Times as stated, their offset left out; null where the format does not fit."""
    if form.pattern in EPOCHS:
        local = epochs(values, form)
        return local.set(~local.is_between(_EPOCH_FROM, _EPOCH_TO).fill_null(value=False), None)
    if form.pattern == EXCEL:
        days = values.cast(pl.Float64, strict=False)
        days = days.set(~days.is_between(_SERIAL_FROM, _SERIAL_TO).fill_null(value=False), None)
        seconds = ((days - 25569) * 86400).round().cast(pl.Int64, strict=False)
        return (seconds * 1_000_000).cast(pl.Datetime("us"))
    texts = values.str.head(-form.tail).str.strip_chars() if form.offset == "tail" else values
    texts = texts.str.replace(r"(?i)\s*(?:UTC|GMT)$", "Z") if form.offset == "Z" else texts
    local = read_times(texts, form.pattern)
    if form.pattern == "%y%m%d%H%M":
        local = local.set((local < _SHORT_FROM).fill_null(value=False), None)
    return local


def _in_range(local: pl.Series) -> pl.Series:
    return local.is_between(EARLIEST, LATEST, closed="left").fill_null(value=False)


def _first(part: pl.DataFrame, where: pl.Series, file: int) -> Place | None:
    place = where.arg_max() if where.any() else None
    return None if place is None else Place(file, part["row"][place], part["value"][place])
