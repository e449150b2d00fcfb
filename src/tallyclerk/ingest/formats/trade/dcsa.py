"""DCSA Track & Trace: events of container carriers, version 2 (flat) and 3 (metadata and payload).

A row is one event of one container or document; rows are counted. Keys: the container, the transport
document (the carrier's bill of lading) → `mawb`, the carrier's booking → `batch_id`. The status is the event's code with what decides its meaning: `GTOT EMPTY` is not the
way of the goods, `DISC hub` is a transhipment, `DEPA RAIL` is no vessel, `CONF BKG` names its document.
Planned and estimated events keep their classifier and count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.values import mapping, mappings

COLUMNS = (
    *("container", "mawb", "batch_id"),
    *("status", "reason", "occurred_at", "recorded_at", "classifier"),
    *("location", "country"),
)
_CLASSES = {"ACT": "actual", "PLN": "planned", "EST": "estimated", "REQ": "planned"}
_CODES = (
    "equipmentEventTypeCode",
    "transportEventTypeCode",
    "shipmentEventTypeCode",
    "eventTypeCode",
)
_DOCUMENTS = {
    **dict.fromkeys(("TRD", "TDR", "BOL"), "mawb"),
    **dict.fromkeys(("BKG", "CBR"), "batch_id"),
}
_MOVES = frozenset({"DEPA", "ARRI"})
_NO_VESSEL = frozenset({"RAIL", "TRUCK", "BARGE", "RAIL_TRUCK", "BARGE_TRUCK", "BARGE_RAIL"})


def _is_event(value: Mapping[str, Any]) -> bool:
    return "eventDateTime" in value or ("metadata" in value and "payload" in value)


def _rows(event: Mapping[str, Any], traits: Traits) -> Iterator[Row]:
    for cells in _cells(_flat(event), traits):
        yield tuple(cells.get(name) for name in COLUMNS)


def _flat(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event of version 3 as one of version 2."""
    payload = event.get("payload")
    return {**mapping(event.get("metadata")), **payload} if isinstance(payload, dict) else event


def _cells(event: Mapping[str, Any], traits: Traits) -> Iterator[dict[str, str]]:
    if event.get("retractedEventID"):
        traits.note("events that take another event back; delete that one at its source")
        return
    call = mapping(event.get("transportCall"))
    place = mapping(event.get("eventLocation")) or mapping(call.get("location")) or call
    code = _text(place, "UNLocationCode") or _text(place, "unLocationCode")
    code = code or _text(event, "eventLocation") or _text(call, "UNLocationCode")
    found = {
        **_keys(event),
        "status": _status(event, call),
        "reason": _text(event, "delayReasonCode") or _text(event, "reason"),
        "occurred_at": _text(event, "eventDateTime"),
        "recorded_at": _text(event, "eventCreatedDateTime"),
        "classifier": _classifier(event),
        "location": code or _text(place, "locationName") or _text(place, "facilityCode"),
        "country": code[:2],
    }
    yield {column: text for column, text in found.items() if text}


def _classifier(event: Mapping[str, Any]) -> str:
    """Planned, estimated or actual; a word that is none of them is refused as a cell."""
    code = _text(event, "eventClassifierCode")
    return _CLASSES.get(code.upper(), code)


def _keys(event: Mapping[str, Any]) -> dict[str, str]:
    """The numbers an event is about."""
    found = {"container": _text(event, "equipmentReference")}
    for item in mappings(event.get("documentReferences")):
        column = _DOCUMENTS.get(_text(item, "documentReferenceType"))
        if column:
            found.setdefault(column, _text(item, "documentReferenceValue"))
    own = _DOCUMENTS.get(_text(event, "documentTypeCode"))
    if own:
        found.setdefault(own, _text(event, "documentReference") or _text(event, "documentID"))
    for item in mappings(event.get("references")):
        if _text(item, "referenceType") == "EQ" and not found["container"]:
            found["container"] = _text(item, "referenceValue")
    return found


def _status(event: Mapping[str, Any], call: Mapping[str, Any]) -> str:
    code = next((text for name in _CODES if (text := _word(event, name))), "")
    if _word(event, "eventType") == "SHIPMENT" or _text(event, "shipmentEventTypeCode"):
        return f"{code} {_word(event, 'documentTypeCode')}".strip()
    if code in _MOVES:
        mode = _word(call, "modeOfTransport") or _word(event, "modeOfTransport")
        return f"{code} {mode}" if mode in _NO_VESSEL else code
    if _word(event, "emptyIndicatorCode") == "EMPTY":
        return f"{code} EMPTY"
    is_hub = event.get("isTransshipmentMove")
    return f"{code} hub" if is_hub is True else f"{code} end" if is_hub is False else code


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""


def _word(value: Mapping[str, Any], name: str) -> str:
    """A code, in upper case: some write Laden, Truck, Equipment."""
    return _text(value, name).upper()


FORMAT = vendor(
    _is_event,
    {"events": Table(COLUMNS, _rows)},
    ("eventDateTime", "eventClassifierCode"),
    ("eventClassifierCode", "eventCreatedDateTime"),
)
