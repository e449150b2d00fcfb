"""DTM of EDIFACT: a value and the code of its format."""

from __future__ import annotations

import re

from tallyclerk.ingest.formats.trade.clocks import moment, offset, written

_SHORT_YEAR = {"101", "201", "202", "301"}
_DATE_ONLY = {"2", "101", "102"}
_ZONED = re.compile(r"^(\d{10,14}?)\s*(?:([+-])(\d{2}):?(\d{2})|([A-Z]{1,4}))?$")
_ZONES = {
    **dict.fromkeys(("Z", "UTC", "GMT", "UCT", "WET"), 0),
    **dict.fromkeys(("CET", "MEZ", "WEST"), 60),
    **dict.fromkeys(("CEST", "MESZ", "EET"), 120),
    **dict.fromkeys(("EEST",), 180),
    **dict.fromkeys(("HKT", "SGT"), 480),
    **dict.fromkeys(("JST", "KST"), 540),
}
"""Zone abbreviations that mean one offset everywhere, in minutes. EST, CST, IST and BST do not."""


def edifact_time(value: str, form: str) -> str:
    """A DTM value as ISO text, with the offset it has; as it stands where it is no time.

    Args:
        value: The value, such as 202603051430.
        form: Code of its format (2379): 101, 102, 2 (dates), 201-204 (local times), 205, 301-304
            (times with a zone); "" is told by the length.
    """
    value = value.strip()
    found = _ZONED.match(value)
    if form == "2" and len(value) == len("DDMMYY"):
        at = moment(f"20{value[4:]}{value[2:4]}{value[:2]}", "")
        return written(at, "day") if at else value
    if form in _SHORT_YEAR and value[:2].isdecimal():
        return edifact_time(f"20{value}", {"101": "102", "301": "303"}.get(form, "203"))
    if form in _DATE_ONLY or len(value) == len("CCYYMMDD"):
        at = moment(value[:8], "")
        return written(at, "day") if at else value
    if not found:
        return value
    return _timed(found) or value


def _timed(found: re.Match[str]) -> str:
    digits, sign, hours, minutes, name = found.groups()
    is_offset = sign is None and len(digits) > len("CCYYMMDDHHMMSS")
    at = moment(digits[:8], digits[8:])
    if at is None or is_offset or (name and name not in _ZONES):
        return ""
    text = written(at, "second" if len(digits) > len("CCYYMMDDHHMM") else "minute")
    if sign:
        shift = int(hours) * 60 + int(minutes)
        return text + offset(-shift if sign == "-" else shift)
    return text + offset(_ZONES[name]) if name else text
