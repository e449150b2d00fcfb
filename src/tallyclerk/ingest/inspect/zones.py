"""What says in which zone times without an offset are: a word beside them, or nothing.

A word counts only where it means one set of clocks. CST, IST, BST and EST mean several, and a
folder or a partner's country proves nothing: those stay questions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tallyclerk.domain.places import known_zones

ZONES: dict[str, str] = {
    "UTC": "UTC",
    "GMT": "UTC",
    "ZULU": "UTC",
    "CET": "CET",
    "CEST": "CET",
    "MEZ": "CET",
    "MESZ": "CET",
    "EET": "EET",
    "EEST": "EET",
    "WET": "WET",
    "ET": "America/New_York",
    "EDT": "America/New_York",
    "CDT": "America/Chicago",
    "MDT": "America/Denver",
    "PT": "America/Los_Angeles",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "HKT": "Asia/Hong_Kong",
    "SGT": "Asia/Singapore",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "ICT": "Asia/Bangkok",
    "WIB": "Asia/Jakarta",
    "MSK": "Europe/Moscow",
    "TRT": "Europe/Istanbul",
    "BRT": "America/Sao_Paulo",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland",
}
"""Words that mean one set of clocks, with their zone."""
DOUBTFUL: dict[str, tuple[str, ...]] = {
    "CST": ("Asia/Shanghai", "America/Chicago"),
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "EST": ("America/New_York", "Australia/Sydney"),
    "AST": ("America/Halifax", "Asia/Riyadh"),
    "GST": ("Asia/Dubai",),
    "MST": ("America/Denver", "America/Phoenix"),
}
_PHRASES: tuple[tuple[str, str], ...] = (
    ("beijing", "Asia/Shanghai"),
    ("china time", "Asia/Shanghai"),
    ("北京", "Asia/Shanghai"),
    ("中国时间", "Asia/Shanghai"),
    ("hong kong", "Asia/Hong_Kong"),
    ("eastern time", "America/New_York"),
    ("pacific time", "America/Los_Angeles"),
    ("berlin", "Europe/Berlin"),
    ("london", "Europe/London"),
)
_FIXED = re.compile(r"(?:UTC|GMT)\s*([+-])\s*0?(\d{1,2})(?::?00)?(?![\d:])", re.IGNORECASE)
_ANYWHERE = re.compile(r"(?<![A-Za-z])(UTC|GMT|CET|CEST|MEZ|MESZ)(?![A-Za-z])", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?:UTC|Utc|GMT|Gmt)(?![a-z])")
_ACTUAL = re.compile(r"(?:dat|datum|zeit|termin)[_\s]ist$", re.IGNORECASE)
"""What is actual, in German, and no zone."""
_AT_THE_END = re.compile(r"(?<=[\s_(/\[])([A-Z]{2,4})(?:[)\]/]|$)")


_OF_LANGUAGE = {
    "cs": "Europe/Prague",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "hu": "Europe/Budapest",
    "it": "Europe/Rome",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw",
    "ro": "Europe/Bucharest",
    "sk": "Europe/Bratislava",
    "sv": "Europe/Stockholm",
    "th": "Asia/Bangkok",
    "tr": "Europe/Istanbul",
    "vi": "Asia/Ho_Chi_Minh",
    "zh": "Asia/Shanghai",
}


@dataclass(frozen=True)
class ZoneEvidence:
    """What a text says about the zone.

    Attributes:
        zone: The zone it means, None where it means several or none.
        word: The word that says so.
        among: The zones it may mean.
    """

    zone: str | None
    word: str
    among: tuple[str, ...] = ()


def zone_in(names: Iterable[str]) -> ZoneEvidence | None:
    """What the names of columns say about the zone of their times; a plain word before a doubtful one."""
    doubtful: ZoneEvidence | None = None
    for name in names:
        found = _zone_in(name)
        if found and found.zone:
            return found
        doubtful = doubtful or found
    return doubtful


def _zone_in(name: str) -> ZoneEvidence | None:
    fixed = _FIXED.search(name)
    if fixed:
        hours, sign = int(fixed[2]), "-" if fixed[1] == "+" else "+"
        zone = f"Etc/GMT{sign}{hours}" if hours else "UTC"
        return ZoneEvidence(zone, fixed[0]) if zone in known_zones() else None
    lower = name.casefold().replace("_", " ")
    for phrase, zone in _PHRASES:
        if phrase in lower:
            return ZoneEvidence(zone, phrase)
    found = (*_ANYWHERE.findall(name), *_CAMEL.findall(name), *_AT_THE_END.findall(name))
    words = [word.upper() for word in found if not _ACTUAL.search(name)]
    for word in words:
        if word in ZONES:
            return ZoneEvidence(ZONES[word], word)
    doubtful = next((word for word in words if word in DOUBTFUL), None)
    return ZoneEvidence(None, doubtful, DOUBTFUL[doubtful]) if doubtful else None


def likely_zone(countries: Counter[str], language: str | None) -> str | None:
    """A zone to begin with when asking: of the only country the rows are in, else of the language.

    It is a suggestion for a person and never used without one.
    """
    if len(countries) == 1:
        return first_zones().get(next(iter(countries)).upper())
    return _OF_LANGUAGE.get(language or "")


@cache
def first_zones() -> dict[str, str]:
    """The first zone of each country (IANA `zone.tab`), by ISO 3166 alpha-2 code."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if line and line[0] != "#"]
    return {country: zone for country, _, zone, *_ in reversed(lines)}
