"""IATA Cargo-IMP FSU (and FSA): what an airline says happened to an air waybill.

A row is one status line; its number is the line's. Key: the air waybill → `mawb`, so that a status
holds for every shipment under it. The airline reports, by the source's `partner`, else by the
accounting number that starts the waybill (020): RCS is its acceptance from the forwarder, DLV its
release to the consignee or agent, not a delivery to the customer. `side` says whether the airport is
origin or destination of the waybill: DEP, ARR, RCF and CCD elsewhere are those of a hub. A part (P6 of
10 pieces) is `part` until the parts in the file make the whole; where others are in other files, the
ledger finds the one that does (`part_of`). Names of people and firms (who handed in, who was notified,
who signed) are not read, nor is free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tallyclerk.config.models import Source
from tallyclerk.ingest.countries import side_of
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.trade.characters import characters, lines
from tallyclerk.ingest.formats.trade.fsu_fields import (
    DISCREPANCIES,
    PLANNED,
    Fields,
    Parts,
    total_of,
)
from tallyclerk.ingest.formats.trade.fsu_times import AirClock, span_of_line, span_of_name
from tallyclerk.ingest.formats.trade.places import country_of_airport
from tallyclerk.ingest.formats.trade.rows import MessageReader, Row
from tallyclerk.store.parts import SUFFIX

COLUMNS = (
    *("mawb", "status", "side", "reason", "occurred_at", "classifier", "role", "partner_id"),
    *("counterpart_id", "location", "country", "pieces", "weight_grams", "part_of"),
)
STATUSES = frozenset(
    {
        *("ARR", "AWD", "AWR", "BKD", "CCD", "CRC", "DDL", "DEP", "DIS", "DLV", "DOC", "DPU"),
        *("FIW", "FOH", "FOW", "MAN", "NFD", "PRE", "RCF", "RCS", "RCT", "TFD", "TGC", "TRM"),
    }
)
_HEAD = re.compile(r"^([A-Z]{3})/\d{1,2}$")
_KINDS = frozenset({"FSU", "FSA"})
_LOOK = re.compile(r"^(?:.*')?FS[UA]/\d{1,2}\s*$", re.MULTILINE)
_AWB = re.compile(r"^(\d{3})-?(\d{8})([A-Z]{3})?([A-Z]{3})?(?:/(.*))?$")
_STATUS = re.compile(r"^([A-Z]{3})/(.*)$")
_NOT_A_STATUS = frozenset({"OSI", "OCI", "ULD", "SSR", "SPH", "REF"})
_HANDED = frozenset({"TFD", "RCT"})


@dataclass(frozen=True)
class _Waybill:
    """An air waybill as its line in the message names it."""

    prefix: str = ""
    number: str = ""
    origin: str = ""
    destination: str = ""
    total: int | None = None


def open_fsu(path: Path, source: Source) -> MessageReader:
    """Open a file of FSU messages: bare, in a Type B envelope, or wrapped in EDIFACT."""
    return MessageReader(path, source, _parse, COLUMNS)


def _parse(path: Path, source: Source, traits: Traits) -> Iterator[Row]:
    parser = _Parser(
        AirClock(traits, source.timezone, source.timezones, source.year, span_of_name(path.name))
    )
    for number, text in lines(characters(path, source, traits), traits):
        # A wrapped message stands between apostrophes on the lines of its wrapper.
        for part in text.upper().split("'"):
            row = parser.take(number, part.strip())
            if row:
                yield row
    if parser.parts.incomplete:
        traits.note(
            "statuses of parts whose other parts are not in the file", parser.parts.incomplete
        )


class _Parser:
    """Which waybill the lines are about, and what is known of their date."""

    def __init__(self, clock: AirClock) -> None:
        self.parts = Parts()
        self._clock = clock
        self._waybill = _Waybill()
        self._is_inside = self._is_other = False

    def take(self, number: int, line: str) -> Row | None:
        """Take a line; its row where it is a status."""
        head = _HEAD.match(line)
        if head:
            self._waybill, self._is_inside = _Waybill(), True
            self._is_other = head[1] not in _KINDS
            if self._is_other:
                self._clock.traits.note(f"messages of another kind ({head[1]}), not read")
        return None if head or self._is_other else self._line(number, line)

    def _line(self, number: int, line: str) -> Row | None:
        """A line of a message, or of what surrounds it."""
        waybill, status = _AWB.match(line), _STATUS.match(line)
        if waybill:
            prefix, serial, origin, destination, quantity = waybill.groups()
            total = total_of(quantity or "")
            self._waybill = _Waybill(
                prefix, prefix + serial, origin or "", destination or "", total
            )
            self._is_inside = True
        elif status is None and not line.startswith("/"):
            self._clock.span = span_of_line(line) or self._clock.span
        elif status and (status[1] in STATUSES or self._may_be_status(status[1])):
            return self._row(
                number, status[1], Fields(status[2].split("/"), is_discrepancy=status[1] == "DIS")
            )
        return None

    def _may_be_status(self, code: str) -> bool:
        """Whether a code that Cargo-IMP does not know stands where a status does."""
        return self._is_inside and code not in _NOT_A_STATUS

    def _row(self, number: int, code: str, fields: Fields) -> Row:
        waybill, place = self._waybill, fields.place(code)
        if not waybill.number:
            return Row(number, problem=f"{code} without the line of an air waybill above it")
        cells = {
            "mawb": waybill.number,
            "status": self._told_apart(code, fields),
            "side": side_of(place, waybill.origin, waybill.destination) or "",
            "occurred_at": fields.time(code, self._clock),
            "classifier": "planned" if code in PLANNED else "actual",
            "role": "airline",
            "partner_id": waybill.prefix,
            "counterpart_id": fields.carrier if code in _HANDED else "",
            "location": place,
            "country": country_of_airport(place) or "",
            "reason": "" if fields.discrepancy in DISCREPANCIES else fields.discrepancy,
            **fields.quantity(),
        }
        part = fields.part()
        if part and cells["status"].endswith(SUFFIX):
            cells["part_of"] = str(part[1] or waybill.total or "")
        return Row(number, {name: text for name, text in cells.items() if text})

    def _told_apart(self, code: str, fields: Fields) -> str:
        """The code, with what the discrepancy or a missing part make of it."""
        if code == "DIS":
            return f"DIS {fields.discrepancy}" if fields.discrepancy in DISCREPANCIES else code
        is_part = self.parts.is_open(self._waybill.number, code, fields, self._waybill.total)
        return f"{code}{SUFFIX}" if is_part else code


FORMAT = Format(
    open_fsu,
    lambda head: "air cargo status messages (FSU)" if _LOOK.search(head.text) else None,
)
