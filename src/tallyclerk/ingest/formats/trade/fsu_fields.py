"""The fields of a Cargo-IMP status line, and parts of a consignment that add up to the whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tallyclerk.ingest.formats.trade.fsu_times import AirClock
from tallyclerk.ingest.formats.trade.rows import grams

DISCREPANCIES = frozenset(
    {
        *("DFLD", "FDAV", "FDAW", "FDCA", "FDMB", "MSAV"),
        *("MSAW", "MSCA", "MSMB", "OFLD", "OVCD", "SSPD"),
    }
)
FLOWN = frozenset({"DEP", "ARR", "RCF", "MAN", "BKD", "PRE"})
PLANNED = frozenset({"BKD", "PRE"})
ARRIVING = frozenset({"ARR", "RCF"})

_FLIGHT = re.compile(r"^[A-Z0-9]{2}\d{1,4}[A-Z]?$")
_DAY = re.compile(r"^(\d{2}[A-Z]{3})(\d{4})?$")
_PLACE = re.compile(r"^([A-Z]{3})([A-Z]{3})?$")
_QUANTITY = re.compile(r"^([TPSDM])(\d{1,6})(?:([KL])(\d{1,7}(?:\.\d+)?))?(?:T(\d{1,6}))?")
_TIME = re.compile(r"^([ASE])(\d{4})(?:-([PNST]))?$")
_CARRIER = re.compile(r"^[A-Z0-9]{2}$")
_DISCREPANCY = re.compile(r"^[A-Z]{4}$")
_GRAMS = {"K": 1000.0, "L": 453.59237}
_TOTAL = "T"


def total_of(quantity: str) -> int | None:
    """The pieces of a whole consignment, of the quantity beside its number (T10K250, P6K90T10)."""
    found = _QUANTITY.match(quantity)
    if found is None:
        return None
    return int(found[5]) if found[5] else int(found[2]) if found[1] == _TOTAL else None


class Fields:
    """The fields of a status line, each known by its shape, wherever it stands."""

    def __init__(self, texts: list[str], *, is_discrepancy: bool = False) -> None:
        """Take the texts between the slashes; of a discrepancy, its code may be any."""
        self.flight = self.carrier = self.discrepancy = self.day = self.clock = ""
        self._places: tuple[str, ...] = ()
        self._quantity: re.Match[str] | None = None
        self._times: list[re.Match[str] | None] = []
        for text in texts:
            self._take(text.strip(), is_discrepancy=is_discrepancy)

    def _take(self, text: str, *, is_discrepancy: bool) -> None:
        day, place, time = _DAY.match(text), _PLACE.match(text), _TIME.match(text)
        if day and not self.day:
            self.day, self.clock = day[1], day[2] or ""
        elif time or (not text and self._quantity):
            self._times.append(time)
        elif not self._quantity and _QUANTITY.match(text):
            self._quantity = _QUANTITY.match(text)
        elif not self.flight and _FLIGHT.match(text):
            self.flight = text
        elif place and not self._places:
            self._places = tuple(code for code in place.groups() if code)
        elif not self.carrier and _CARRIER.match(text):
            self.carrier = text
        elif text in DISCREPANCIES or (is_discrepancy and _DISCREPANCY.match(text)):
            self.discrepancy = self.discrepancy or text

    def place(self, code: str) -> str:
        """The airport it happened at: of a pair, the first one, but for an arrival the second."""
        if not self._places:
            return ""
        return self._places[-1] if code in ARRIVING else self._places[0]

    def quantity(self) -> dict[str, str]:
        """Pieces and weight in grams."""
        if self._quantity is None:
            return {}
        _, pieces, unit, weight, _ = self._quantity.groups()
        found = {"pieces": str(int(pieces))}
        return found | ({"weight_grams": grams(weight, _GRAMS[unit])} if weight else {})

    def part(self) -> tuple[int, int | None] | None:
        """The pieces of a part and of its whole, or None where this is no part."""
        if self._quantity is None or self._quantity[1] == _TOTAL:
            return None
        return int(self._quantity[2]), int(self._quantity[5]) if self._quantity[5] else None

    def time(self, code: str, clock: AirClock) -> str:
        """When it happened: of scheduled and estimated times of a flight only the day is taken."""
        at, shift = self.clock, ""
        if not at and code in FLOWN:
            place = 1 if code in ARRIVING and len(self._times) > 1 else 0
            found = self._times[place] if place < len(self._times) else None
            if found and (found[1] == "A" or code in PLANNED or code == "MAN"):
                at, shift = found[2], found[3] or ""
        return clock.time(self.day, at, self.place(code), shift) if self.day else ""


@dataclass
class Parts:
    """Parts of consignments, by waybill, status and airport, until they are all there.

    Nobody can tell which shipments are in a part: a milestone holds for them all with the part
    that completes the whole, and a part before it is only told.
    """

    _seen: dict[tuple[str, str, str], dict[tuple[str, str, str, int], int]] = field(
        default_factory=dict
    )

    def is_open(self, waybill: str, code: str, fields: Fields, total: int | None) -> bool:
        """Take a status; whether pieces of its consignment are still missing."""
        part = fields.part()
        if part is None:
            return False
        pieces, own_total = part
        whole = own_total or total
        key = (waybill, code, fields.place(code))
        told = self._seen.setdefault(key, {})
        told[fields.flight, fields.day, fields.clock, pieces] = pieces
        is_whole = whole is not None and sum(told.values()) >= whole
        if is_whole:
            del self._seen[key]
        return not is_whole

    @property
    def incomplete(self) -> int:
        """How many were never completed."""
        return len(self._seen)
