"""ANSI X12 214: the shipment status message of road, rail and parcel carriers in North America.

A row is one status (AT7, or the older Q5); its number is that of the segment in the file. Keys: the
number that the shipper gave the shipment (B10-02) → `parcel_id`, which is a shipment of ours where
our own exports have it, and else is found by what stands beside it; the carrier's own (B10-01, its
PRO number) or a package number (MAN, L11 2I) → `tracking_number`; order, bills and containers as
references. AT7-07 says the zone: UT and GM are UTC, ET, CT, MT, PT follow the clock changes, ES and
ED do not. LT, or no code, is the local time of the place: by the source's `timezone` or `timezones`,
else by the zone of the place's state (MS1) where it has one; else the time is refused. The reason
(AT7-02) is told in our words where its code names a cause. Names and addresses are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.trade.characters import characters
from tallyclerk.ingest.formats.trade.envelopes import X12 as ENVELOPE
from tallyclerk.ingest.formats.trade.envelopes import messages
from tallyclerk.ingest.formats.trade.rows import MessageReader, Row, grams
from tallyclerk.ingest.formats.trade.segments import X12, Segment, segments
from tallyclerk.ingest.formats.trade.x12_times import Clock, x12_time
from tallyclerk.ingest.vocabulary.reasons import reason_of

COLUMNS = (
    *("parcel_id", "tracking_number", "order_id", "hawb", "mawb", "container"),
    *("status", "reason", "occurred_at", "classifier"),
    *("partner_id", "location", "country", "pieces", "weight_grams"),
)
MAX_STATUSES = 10_000
"""Statuses of one detail loop that are held together; more are written in parts."""
MAX_PACKAGES = 10_000
MAX_ROWS = 100_000
"""Rows of one detail loop: every status is a row of each package."""

_REFERENCES = {
    **dict.fromkeys(("2I", "CN"), "tracking_number"),
    **dict.fromkeys(("PO", "OQ", "CO"), "order_id"),
    **dict.fromkeys(("BM",), "hawb"),
    **dict.fromkeys(("MB", "AW"), "mawb"),
    **dict.fromkeys(("EQ", "OC"), "container"),
}
_BOUNDS = frozenset({"ST", "SE", "ISA", "IEA", "GS", "GE", "LX"})
_PACKAGES = {"CP", "GM", "SM"}
_ESTIMATES = {"AG", "B6", "C1", "X2"}
_NO_REASON = {"", "NS", "NA"}  # normal status, normal appointment
_APPOINTMENTS = "APPT "
"""Put before AT7-03: a date that was agreed, not a status that was reached."""
_GRAMS = {"K": 1000.0, "L": 453.59237, "G": 1.0, "E": 1e6, "T": 907184.74}
_LOOK = re.compile(r"(?:^|[^A-Za-z0-9])ST([^A-Za-z0-9\s])214\1")
_CONTAINER = re.compile(r"^[A-Z]{3}[UJZ]\d{6,7}$")


@dataclass
class _Status:
    """One AT7 (or Q5), the place that follows it, and its own time."""

    number: int
    cells: dict[str, str]
    clock: Clock
    place: dict[str, str] = field(default_factory=dict)


def open_x12_214(path: Path, source: Source) -> MessageReader:
    """Open a file of X12 214 messages."""
    return MessageReader(path, source, _parse, COLUMNS)


def _parse(path: Path, source: Source, traits: Traits) -> Iterator[Row]:
    stream = segments(characters(path, source, traits), X12, traits)
    parser = _Parser(source, traits)
    for segment in messages(stream, ENVELOPE, ("214",), traits):
        yield from parser.take(segment)
    yield from parser.flush()


class _Parser:
    """Where in a transaction we are, and what was said so far at each level."""

    def __init__(self, source: Source, traits: Traits) -> None:
        self._source = source
        self._traits = traits
        self._message: dict[str, str] = {}
        self._loop: dict[str, str] = {}
        self._packages: list[str] = []
        self._statuses: list[_Status] = []
        self._places: list[dict[str, str]] = []
        self._is_detail = False

    def take(self, segment: Segment) -> Iterator[Row]:
        """Take a segment; the rows that are complete because of it."""
        tag = segment.tag
        if tag in _BOUNDS or len(self._statuses) > MAX_STATUSES:
            yield from self.flush()
        if tag in _BOUNDS:
            self._packages, self._loop, self._is_detail = [], {}, tag == "LX"
            self._message = self._message if tag == "LX" else {}
        elif tag == "B10":
            self._message |= _heading(segment)
        elif tag in {"AT7", "Q5"}:
            self._statuses.append(_status(segment))
        elif tag == "MS1":
            # One place or several: two of them are enough to tell.
            self._places = [*self._places[:1], _place(segment)]
            if self._statuses:
                self._statuses[-1].place = self._places[-1]
        elif tag in {"L11", "MS2", "AT8", "MAN"}:
            self._add(segment)

    def flush(self) -> Iterator[Row]:
        """The rows of the detail loop that was open: what follows its statuses belongs to all."""
        most = min(MAX_PACKAGES, MAX_ROWS // max(1, len(self._statuses)))
        if len(self._packages) > most:
            self._traits.note("packages beyond those a detail loop may have, left out")
        # Statuses of one stop may share the one place that stands behind the last of them.
        shared = self._places[0] if len(self._places) == 1 else {}
        for status in self._statuses:
            told = status.place or shared
            at = x12_time(status.clock, told, self._source, self._traits)
            place = {column: text for column, text in told.items() if column != "state"}
            cells = {**self._message, **self._loop, **status.cells, **place}
            cells |= {"occurred_at": at} if at else {}
            for package in self._packages[:most] or [""]:
                named = {"tracking_number": package} if package else {}
                yield Row(status.number, cells | named)
        self._statuses, self._places = [], []

    def _add(self, segment: Segment) -> None:
        level = self._loop if self._statuses or self._is_detail else self._message
        if segment.tag == "L11" and segment.get(2) in _REFERENCES and segment.get(1):
            level[_REFERENCES[segment.get(2)]] = segment.get(1)
        elif segment.tag == "MS2":
            unit = segment.get(1) + segment.get(2)
            if _CONTAINER.match(unit):
                level["container"] = unit
        elif segment.tag == "AT8":
            if segment.get(4).isdecimal():
                level["pieces"] = segment.get(4)
            if segment.get(3) and segment.get(2) in _GRAMS:
                level["weight_grams"] = grams(segment.get(3), _GRAMS[segment.get(2)])
        elif segment.tag == "MAN" and len(self._packages) <= MAX_PACKAGES:
            is_named = segment.get(1) in _PACKAGES and segment.get(2)
            self._packages += [segment.get(2)] if is_named else []


def _heading(segment: Segment) -> dict[str, str]:
    """B10: the carrier's reference, the shipper's shipment number, the carrier."""
    places = {"tracking_number": 1, "parcel_id": 2, "partner_id": 3}
    return {name: segment.get(at) for name, at in places.items() if segment.get(at)}


def _status(segment: Segment) -> _Status:
    """The code, its reason and its clock; an appointment stands in elements 3 and 4 of AT7."""
    get = segment.get
    if segment.tag == "Q5":
        code, reason, clock = get(1), get(5), Clock(get(2), get(3), get(4))
    elif get(1):
        code, reason, clock = get(1), get(2), Clock(get(5), get(6), get(7))
    else:
        code, reason, clock = _APPOINTMENTS + get(3), get(4), Clock(get(5), get(6), get(7))
    is_planned = code.startswith(_APPOINTMENTS)
    cells = {
        "status": code,
        "classifier": "planned" if is_planned else "estimated" if code in _ESTIMATES else "actual",
    }
    if reason not in _NO_REASON:
        cells["reason"] = reason if segment.tag == "Q5" else reason_of("x12_1651", reason)
    return _Status(segment.number, cells, clock)


def _place(segment: Segment) -> dict[str, str]:
    """MS1: city, state and country."""
    names = (segment.get(1), segment.get(2))
    cells = {
        "location": ", ".join(name for name in names if name),
        "state": segment.get(2),
        "country": {"USA": "US", "CAN": "CA", "MEX": "MX"}.get(segment.get(3), segment.get(3)),
    }
    return {column: text for column, text in cells.items() if text}


FORMAT = Format(
    open_x12_214,
    lambda head: "X12 transactions of the kind 214" if _LOOK.search(head.text) else None,
)
