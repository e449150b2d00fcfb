"""Date formats: as people declare them, and as the shape of a value gives them away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tallyclerk.errors import InputError

EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1, "epoch_ns": 0.001}
"""Declared names of numbers since 1970, with the microseconds of one unit."""
EXCEL = "excel"
"""Declared name of an Excel serial number: days since 1899-12-30, local time."""

_TOKENS = {
    "YYYY": "%Y",
    "YY": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "M": "%m",
    "DD": "%d",
    "D": "%d",
    "HH": "%H",
    "H": "%H",
    "hh": "%I",
    "h": "%I",
    "mm": "%M",
    "ss": "%S",
    "SSSSSS": "%6f",
    "SSS": "%3f",
    "A": "%p",
    "a": "%p",
    "ZZ": "%z",
    "Z": "%z",
}
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)))
_UTC_AT_END = re.compile(r"(?<!%)Z$")
_DIRECTIVE = re.compile(r"%(?:\.f|:z|[369]f|[YymdBbeHIMSpzTFfjR%])")


@dataclass(frozen=True)
class Format:
    """One fixed format.

    Attributes:
        pattern: chrono pattern of the part without an offset, or a name of EPOCHS or EXCEL.
        precision: day, minute or second.
        offset: "" (none), "Z" (UTC, part of the pattern), "tail" (±hh:mm at the end, cut off before
            parsing) or "inside" (%z within the pattern).
        tail: Characters of the offset at the end.
    """

    pattern: str
    precision: str
    offset: str = ""
    tail: int = 0

    def __str__(self) -> str:
        """The format as one would declare it."""
        return self.pattern + ("%z" if self.offset == "tail" else "")


def declared(text: str) -> Format:
    """A format as declared: strftime (`%d/%m/%Y %H:%M`), `DD/MM/YYYY HH:mm`, or a named number.

    Raises:
        InputError: If it is neither, or names an hour without a minute.
    """
    if text in EPOCHS:
        return Format(text, "second", "Z")
    if text == EXCEL:
        return Format(text, "second")
    pattern = text if "%" in text else _TOKEN.sub(lambda token: _TOKENS[token[0]], text)
    pattern = pattern.replace(".%f", "%.f").replace(".%3f", "%.f").replace(".%6f", "%.f")
    pattern = pattern.replace("%T", "%H:%M:%S").replace("%R", "%H:%M").replace("%F", "%Y-%m-%d")
    has_date = re.search(r"%[Yy]", pattern) and re.search(r"%[mBb]|%j", pattern)
    if not has_date or "%" in _DIRECTIVE.sub("", pattern):
        numbers = ", ".join((*EPOCHS, EXCEL))
        how = f'write it like "%d/%m/%Y %H:%M" or "DD/MM/YYYY HH:mm", or {numbers}'
        raise InputError(f"datetime_format = {text!r} is no date format", how=how)
    if re.search("%[HI]", pattern) and "%M" not in pattern:
        how = 'join the hour with its minute: "%Y-%m-%d %H:%M"'
        raise InputError(f"datetime_format = {text!r} has an hour without a minute", how=how)
    precision = "second" if "%S" in pattern else "minute" if "%M" in pattern else "day"
    if "z" in pattern:
        return Format(pattern, precision, "inside")
    return Format(pattern, precision, "Z" if _UTC_AT_END.search(pattern) else "")


# A shape is a value with 9 for every digit and M for every word of three letters or more.
_TIME = r"(?P<time>[T ]+9{1,2}:99(?P<second>:99(?P<fraction>[.,]9+)?)?(?P<half> ?[AP]M)?)?"
_OFFSET = r"(?P<offset> ?(?:Z|[+-]99(?::?99)?))?"
_DATES: tuple[tuple[str, str], ...] = (
    (r"9{4}(?P<sep>[-/.])9{1,2}(?P=sep)9{1,2}", "ISO"),
    (r"9{4}(?P<sep>年)9{1,2}月9{1,2}日", "HAN"),
    (r"9{1,2}(?P<sep>[-/.])9{1,2}(?P=sep)9{4}", "NUMERIC"),
    (r"9{1,2}(?P<sep>[- ./]?)M\.?,?(?P<sep2>[- ./]?)(?P<year>9{4}|99)", "DAY_FIRST"),
    (r"M\.?(?P<sep>[- ])9{1,2},?(?P<sep2>[- ])(?P<year>9{4}|99)", "MONTH_FIRST"),
)
_SHAPES = tuple((re.compile(f"^{date}{_TIME}{_OFFSET}$"), kind) for date, kind in _DATES)

_NUMERIC = next(regex for regex, kind in _SHAPES if kind == "NUMERIC")


def is_numeric(shape: str) -> bool:
    """Whether a shape has day and month as numbers, year last: their order needs a proof."""
    return bool(_NUMERIC.match(shape))


def from_shape(shape: str, order: str | None) -> Format | None:
    """The format that a shape gives away.

    Args:
        shape: A value with 9 for digits and M for words, upper case.
        order: "DMY" or "MDY" where the column has proved it, else None.

    Returns:
        The format; None where the shape is no date, or its order of day and month is not proved.
    """
    for regex, kind in _SHAPES:
        match = regex.match(shape)
        if match:
            date = _date_pattern(shape, match, kind, order)
            return _with_time(date, match) if date else None
    return None


def _date_pattern(shape: str, match: re.Match[str], kind: str, order: str | None) -> str | None:
    sep = match["sep"]
    if kind == "ISO":
        return f"%Y{sep}%m{sep}%d"
    if kind == "HAN":
        return "%Y年%m月%d日"
    if kind == "NUMERIC":
        known = {"DMY": f"%d{sep}%m{sep}%Y", "MDY": f"%m{sep}%d{sep}%Y"}
        return known.get(order or "")
    year = "%Y" if len(match["year"]) == len("9999") else "%y"
    date = shape[: match.end("year")]
    literal = date.removesuffix(match["year"])
    return re.sub(r"9+", "%d", literal).replace("M", "%B") + year


def _with_time(date: str, match: re.Match[str]) -> Format:
    offset, time = match["offset"] or "", ""
    if match["time"]:
        lead = match["time"][: match["time"].index("9")]
        clock = "%I" if match["half"] else "%H"
        second = "%S" if match["second"] else ""
        fraction = "%.f" if match["fraction"] else ""
        half = match["half"].replace("AM", "%p").replace("PM", "%p") if match["half"] else ""
        time = f"{lead}{clock}:%M{':' if second else ''}{second}{fraction}{half}"
    precision = "second" if match["second"] else "minute" if match["time"] else "day"
    if offset.strip() == "Z":
        return Format(date + time + offset, precision, "Z")
    if offset:
        return Format(date + time, precision, "tail", len(offset))
    return Format(date + time, precision)
