"""EPCIS events → rows, whatever they were written in (2.0 JSON-LD, 1.2 or 2.0 XML).

A row is one logistic unit of one event. Keys: SSCC → `tracking_number`, container (BIC) →
`container`, pallet, roll cage or bag that holds others (parentID) → `bag`, consignment (GINC) →
`hawb`, shipment (GSIN) → `batch_id`, order of a purchase-order transaction → `order_id`. An event
about goods alone (SGTIN and the like) names nothing that is shipped: its row is refused. The business
step is the status; a disposition that says more (damaged, destroyed, returned, …) is a row of its own.
Who gives and who takes are the possessing parties, by GLN.

An event with an error declaration takes back the one that it repeats: known by its eventID, or by
saying the same. What it names as corrective events are events like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.trade.clocks import has_offset
from tallyclerk.ingest.formats.trade.epcis_ids import PARENTS, UNITS, named, word

COLUMNS = (
    *("tracking_number", "order_id", "hawb", "bag", "container", "batch_id"),
    *("status", "reason", "occurred_at", "recorded_at"),
    *("partner_id", "counterpart_id", "location"),
    *("event_ref", "is_void"),
)
DECISIVE = frozenset(
    {
        *("damaged", "destroyed", "returned", "recalled", "stolen"),
        *("disposed", "expired", "no_pedigree_match", "non_conformant"),
    }
)
"""Dispositions that are news of their own, beside the business step."""
_UNITS_HELD = ("childEPCs", "epcList", "outputEPCList")
_TAKING = {"receiving", "accepting", "arriving"}
_LINKING = {"ADD", "OBSERVE"}

Event = Mapping[str, Any]
Cells = dict[str, str]


def is_event(value: Event) -> bool:
    """Whether an object is an event."""
    return "eventTime" in value


def event_rows(event: Event, traits: Traits) -> Iterator[Cells]:
    """The cells of an event's rows.

    Args:
        event: Its fields by their JSON names; lists as lists, vocabulary words as URIs or bare.
        traits: Takes the remarks.
    """
    if event.get("errorDeclaration"):
        traits.note("events that declare earlier ones an error, which are taken back")
    if event.get("isCut") is True:
        traits.note("events that name more units than any may, the others left out")
    common = _common(event, traits)
    units = [cells for cells in _units(event) if cells]
    if not units:
        traits.note("events that name goods but no unit that is shipped")
    disposition = word(_text(event.get("disposition")))
    for cells in units or [{}]:
        yield common | cells
        if disposition in DECISIVE:
            step = {"reason": common["status"]} if "status" in common else {}
            yield common | cells | {"status": disposition} | step | _apart(common, disposition)


def _common(event: Event, traits: Traits) -> Cells:
    step = word(_text(event.get("bizStep"))) or word(_text(event.get("disposition")))
    sources, destinations = _party(event, "source"), _party(event, "destination")
    gives, takes = (destinations, sources) if step in _TAKING else (sources, destinations)
    found = {
        "status": step,
        "occurred_at": _time(event, traits),
        "recorded_at": _text(event.get("recordTime")),
        "partner_id": gives,
        "counterpart_id": takes,
        "location": _place(event),
        "order_id": _order(event),
        "event_ref": _text(event.get("eventID")),
        "is_void": "true" if event.get("errorDeclaration") else "",
    }
    return {column: text for column, text in found.items() if text}


def _apart(common: Cells, disposition: str) -> Cells:
    """The name of the row of a disposition, other than that of its event's step."""
    name = common.get("event_ref")
    return {"event_ref": f"{name} {disposition}"} if name else {}


def _units(event: Event) -> Iterator[Cells]:
    """What the event is about: each unit with what holds it, or the holder itself."""
    kind, number = named(_text(event.get("parentID")))
    holder = {PARENTS[kind]: number} if kind in PARENTS and number else {}
    is_linked = _text(event.get("action")).upper() in _LINKING
    children = [epc for name in _UNITS_HELD for epc in _texts(event.get(name))]
    for epc in children:
        kind, number = named(epc)
        column = UNITS.get(kind) if kind else "tracking_number"
        if column and number:
            yield {column: number} | (holder if is_linked and column not in holder else {})
    if not children:
        yield holder


def _time(event: Event, traits: Traits) -> str:
    """When it happened; the offset stands in a field of its own where the time has none."""
    at = _text(event.get("eventTime"))
    zone = _text(event.get("eventTimeZoneOffset"))
    if at and not has_offset(at) and zone:
        traits.note("times without an offset, taken by their eventTimeZoneOffset")
        return at + zone
    return at


def _party(event: Event, side: str) -> str:
    """The GLN of who has the goods on one side (source or destination), else of who owns them."""
    parties = {
        word(_text(item.get("type"))): _text(item.get(side) or item.get("value"))
        for item in _objects(event.get(f"{side}List"))
    }
    party = parties.get("possessing_party") or parties.get("owning_party") or ""
    return named(party)[1] if party else ""


def _place(event: Event) -> str:
    for name in ("readPoint", "bizLocation"):
        place = event.get(name)
        text = _text(place.get("id")) if isinstance(place, Mapping) else _text(place)
        if text:
            return named(text)[1]
    return ""


def _order(event: Event) -> str:
    for item in _objects(event.get("bizTransactionList")):
        if word(_text(item.get("type"))) == "po":
            return named(_text(item.get("bizTransaction") or item.get("value")))[1]
    return ""


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str) and text.strip()]


def _objects(value: Any) -> list[Event]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, Mapping)]
