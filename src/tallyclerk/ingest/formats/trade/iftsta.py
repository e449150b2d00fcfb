"""EDIFACT IFTSTA: the status report of carriers, terminals and forwarders.

A row is one status (STS) of one package, container or consignment; its number is that of the STS
segment in the file. Keys: package or waybill → `tracking_number`, house bill → `hawb`, bill of
lading or air waybill → `mawb`, equipment → `container`, order → `order_id`. Times are those of the
status itself (DTM in front of TDT), never those of a vessel's schedule; without a zone (formats 203,
204) they need the source's `timezone`, or `timezones` by country. Names and addresses of parties are not read, but for the
code of the carrier.
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
from tallyclerk.ingest.formats.trade.clocks import has_offset
from tallyclerk.ingest.formats.trade.edifact_times import edifact_time
from tallyclerk.ingest.formats.trade.envelopes import EDIFACT as ENVELOPE
from tallyclerk.ingest.formats.trade.envelopes import messages
from tallyclerk.ingest.formats.trade.rows import MessageReader, Row, grams
from tallyclerk.ingest.formats.trade.segments import EDIFACT, Segment, segments

COLUMNS = (
    *("tracking_number", "order_id", "hawb", "mawb", "container"),
    *("status", "status_text", "side", "reason", "occurred_at", "recorded_at", "classifier"),
    *("partner_id", "location", "country", "pieces", "weight_grams"),
)
MAX_UNITS = 10_000
"""Units of one status that are held together; more are written in parts."""

_REFERENCES = {
    **dict.fromkeys(("CN", "CW", "AAM", "SRN"), "tracking_number"),
    **dict.fromkeys(("ON", "CO", "CU"), "order_id"),
    **dict.fromkeys(("HWB", "BH"), "hawb"),
    **dict.fromkeys(("MWB", "AWB", "MB", "BM"), "mawb"),
    **dict.fromkeys(("EQ", "AAQ"), "container"),
}
_SIDES = {
    **dict.fromkeys(("5", "9", "88"), "origin"),
    **dict.fromkeys(("7", "8", "11"), "destination"),
}
"""LOC qualifiers of a consignment's ends: departure, loading, acceptance; delivery, destination,
discharge."""
_HAPPENED = ("334", "7", "78", "178", "186", "35", "11", "9", "204", "1")
_EXPECTED = ("132", "133", "17", "371")
_WANTED = ("2", "10", "69", "76", "74")
_CLASSES = ((_HAPPENED, "actual"), (_EXPECTED, "estimated"), (_WANTED, "planned"))
_LOOK = re.compile(r"UNH[^A-Za-z0-9\s][^\n]{0,40}?IFTSTA")
_COMMON_LISTS = frozenset({"", "6"})
"""Agencies (3055) whose codes are those of the common list: none named, or UN/ECE."""
_MARK = re.compile(r"^(?:\d{18}|00\d{18}|[A-Z]{2}\d{9}[A-Z]{2})$")
"""Marks of a package (PCI) that are its number: SSCC, S10. Others are words."""
_LOCODE = re.compile(r"^[A-Z]{2}[A-Z0-9]{3}$")
_GRAMS = {"KGM": 1000.0, "GRM": 1.0, "TNE": 1e6, "LBR": 453.59237}


@dataclass
class _Status:
    """One STS and what belongs to it."""

    number: int
    cells: dict[str, str]
    times: dict[str, str] = field(default_factory=dict)
    units: list[tuple[str, str]] = field(default_factory=list)
    is_moving: bool = False
    """Whether its TDT was met: times and places behind it are those of the transport."""

    def rows(self) -> Iterator[Row]:
        """One row per unit, or one for the consignment."""
        cells = self.cells | _time_cells(self.times)
        for name, unit in self.units or [("", "")]:
            yield Row(self.number, {**cells, name: unit} if name else cells)


def open_iftsta(path: Path, source: Source) -> MessageReader:
    """Open a file of IFTSTA messages."""
    return MessageReader(path, source, _parse, COLUMNS)


def _parse(path: Path, source: Source, traits: Traits) -> Iterator[Row]:
    stream = segments(characters(path, source, traits), EDIFACT, traits)
    parser = _Parser(has_zone=source.timezone is not None)
    for segment in messages(stream, ENVELOPE, ("IFTSTA",), traits):
        yield from parser.take(segment)
    yield from parser.flush()


class _Parser:
    """Where in a message we are, and what was said so far at each level."""

    def __init__(self, *, has_zone: bool) -> None:
        self._has_zone = has_zone
        self._message: dict[str, str] = {}
        self._consignment: dict[str, str] = {}
        self._ends: dict[str, str] = {}
        self._status: _Status | None = None
        self._is_detail = False

    def take(self, segment: Segment) -> Iterator[Row]:
        """Take a segment; the rows that are complete because of it."""
        tag = segment.tag
        if tag in {"UNH", "UNT", "UNB", "UNZ", "CNI", "STS"}:
            yield from self.flush()
        if tag in {"UNH", "UNT", "UNB", "UNZ"}:
            self._message, self._consignment, self._ends, self._is_detail = {}, {}, {}, False
        elif tag == "CNI":
            self._consignment, self._is_detail = {}, True
            if segment.get(2):
                self._consignment["tracking_number"] = segment.get(2)
        elif tag == "STS":
            self._is_detail = True
            cells = {**self._message, **self._consignment, **_status_cells(segment)}
            self._status = _Status(segment.number, cells)
        elif self._status is not None:
            self._detail(self._status, segment)
            if len(self._status.units) >= MAX_UNITS:
                yield from self._status.rows()
                self._status.units.clear()
        else:
            self._heading(segment)

    def flush(self) -> Iterator[Row]:
        """The rows of the status that was open."""
        if self._status is not None:
            side = self._ends.get(self._status.cells.get("location", ""))
            self._status.cells |= {"side": side} if side else {}
            yield from self._status.rows()
        self._status = None

    def _heading(self, segment: Segment) -> None:
        """What is said of the whole message, or of a consignment in front of its first status."""
        level = self._consignment if self._is_detail else self._message
        level.update(_reference(segment) | _carrier(segment) | _quantity(segment))
        if segment.tag == "DTM" and segment.get(1) == "137":
            at = edifact_time(segment.get(1, 1), segment.get(1, 2))
            if self._has_zone or has_offset(at):
                self._message["recorded_at"] = at
        elif segment.tag == "LOC" and segment.get(1) in _SIDES:
            self._ends[segment.get(2)] = _SIDES[segment.get(1)]
        elif segment.tag == "LOC" and self._is_detail and segment.get(1) in {"14", "175"}:
            level.update(_place(segment))

    def _detail(self, status: _Status, segment: Segment) -> None:
        """What is said of a status."""
        tag = segment.tag
        if tag == "TDT":
            status.is_moving = True
            status.cells.setdefault("partner_id", segment.get(5) or segment.get(5, 3))
        elif tag == "DTM" and not status.is_moving:
            status.times.setdefault(
                segment.get(1), edifact_time(segment.get(1, 1), segment.get(1, 2))
            )
        elif tag == "LOC" and not (status.is_moving and "location" in status.cells):
            status.cells.update(_place(segment))
        elif tag == "EQD" and segment.get(1) == "CN" and segment.get(2):
            status.units.append(("container", segment.get(2)))
        elif tag == "GIN":
            numbers = (segment.get(at) for at in range(2, len(segment.elements) + 1))
            status.units.extend(("tracking_number", number) for number in numbers if number)
        elif tag == "PCI" and _MARK.match(segment.get(2)):
            status.units.append(("tracking_number", segment.get(2)))
        else:
            status.cells.update(_reference(segment) | _carrier(segment) | _quantity(segment))


def _status_cells(segment: Segment) -> dict[str, str]:
    """The code of a status, its text, and its reason.

    A code of the carrier's own list says whose it is (`87 I`), so that it is not taken for a code of
    the common list; the text beside it is read instead. The category of a status is no status.
    """
    code, owner = segment.get(2), segment.get(2, 2)
    if not code and segment.get(1, 1):
        # Some put code list and agency of their own beside the category.
        code, owner = segment.get(1, 1), segment.get(1, 2)
    text = segment.get(2, 3)
    reasons = (segment.get(at) or segment.get(at, 3) for at in range(3, len(segment.elements) + 1))
    cells = {
        "status": f"{owner} {code}" if code and owner not in _COMMON_LISTS else code,
        "status_text": text,
        "reason": " ".join(reason for reason in reasons if reason),
    }
    return {column: text for column, text in cells.items() if text}


def _time_cells(times: dict[str, str]) -> dict[str, str]:
    """The best time of a status, and whether it happened, is expected or was only wanted."""
    for qualifiers, classifier in _CLASSES:
        for qualifier in qualifiers:
            if times.get(qualifier):
                return {"occurred_at": times[qualifier], "classifier": classifier}
    return {}


def _reference(segment: Segment) -> dict[str, str]:
    name = _REFERENCES.get(segment.get(1)) if segment.tag == "RFF" else None
    return {name: segment.get(1, 1)} if name and segment.get(1, 1) else {}


def _carrier(segment: Segment) -> dict[str, str]:
    is_carrier = segment.tag == "NAD" and segment.get(1) == "CA" and segment.get(2)
    return {"partner_id": segment.get(2)} if is_carrier else {}


def _place(segment: Segment) -> dict[str, str]:
    """A place: its name or code, and its country where the code or the segment has one."""
    code, name = segment.get(2), segment.get(2, 3)
    country = segment.get(3, 3) or (segment.get(3) if len(segment.get(3)) == len("DE") else "")
    if not country and _LOCODE.match(code):
        country = code[:2]
    is_coded = _LOCODE.match(code) is not None or not name
    found = {"location": code if is_coded else name, "country": country[:2]}
    return {column: text for column, text in found.items() if text}


def _quantity(segment: Segment) -> dict[str, str]:
    """Packages (GID) and gross weight (MEA)."""
    if segment.tag == "GID" and segment.get(2).isdecimal():
        return {"pieces": segment.get(2)}
    if segment.tag == "MEA" and segment.get(3) in _GRAMS:
        return {"weight_grams": grams(segment.get(3, 1), _GRAMS[segment.get(3)])}
    return {}


FORMAT = Format(
    open_iftsta,
    lambda head: "EDIFACT messages of the kind IFTSTA" if _LOOK.search(head.text) else None,
)
