"""DCSA Track & Trace: events of container carriers, version 2 (flat) and 3 (metadata and payload).

A row is one event of one container or document; rows are counted. Keys: the container, the transport
document (the carrier's bill of lading) → `mawb`, the carrier's booking → `batch_id`. The status is the event's code with what decides its meaning: `GTOT EMPTY` is not the
way of the goods, `DISC hub` is a transhipment, `DEPA RAIL` is no vessel, `CONF BKG` names its document.
`side` is the end of the container's way where its gates prove one (`dcsa_ports.py`).
Planned and estimated events keep their classifier and count for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.documents import Refused
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.payloads import Payload, PayloadReader, Row, Table
from tallyclerk.ingest.formats.reader import Batch, Traits
from tallyclerk.ingest.formats.text import TextKind, detect_text
from tallyclerk.ingest.formats.trade.dcsa_ports import Ports
from tallyclerk.ingest.formats.values import mapping, mappings

COLUMNS = (
    *("container", "mawb", "batch_id"),
    *("status", "side", "reason", "occurred_at", "recorded_at", "classifier"),
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
_NAMES = ("locationName", "facilityCode", "otherFacility")
_LOCODE = re.compile(r"^[A-Z]{2}[A-Z0-9]{3}$")
_MOVES = frozenset({"DEPA", "ARRI"})
_NO_VESSEL = frozenset({"RAIL", "TRUCK", "BARGE", "RAIL_TRUCK", "BARGE_TRUCK", "BARGE_RAIL"})


def _is_event(value: Mapping[str, Any]) -> bool:
    return "eventDateTime" in value or ("metadata" in value and "payload" in value)


class DcsaReader(PayloadReader):
    """A file of DCSA events, read once for its gates and once for its rows."""

    def __init__(self, path: Path, kind: TextKind) -> None:
        """Read `path`."""
        self._ports: Ports | None = None
        super().__init__(path, Payload(_is_event, {}), Table(COLUMNS, self._rows), kind)

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the rows with the given columns."""
        if self._ports is None:
            self._ports = ports = Ports()
            for parcel in self._parcels():
                if not isinstance(parcel, Refused):
                    event = _flat(parcel)
                    ports.take(_status(event), *_numbers(_keys(event)), _locode(event))
        yield from super().batches(columns)

    def _rows(self, event: Mapping[str, Any], traits: Traits) -> Iterator[Row]:
        for cells in _cells(_flat(event), self._ports or Ports(), traits):
            yield tuple(cells.get(name) for name in COLUMNS)


def open_dcsa(path: Path, source: Source) -> DcsaReader:
    """Open a file of DCSA events."""
    check_container(path)
    kind, _ = detect_text(path, source.encoding)
    return DcsaReader(path, kind)


def _numbers(keys: Mapping[str, str]) -> tuple[str, list[str]]:
    """The container, and the documents told beside it."""
    return keys.get("container", ""), [
        keys[name] for name in ("mawb", "batch_id") if keys.get(name)
    ]


def _flat(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event of version 3 as one of version 2."""
    payload = event.get("payload")
    return {**mapping(event.get("metadata")), **payload} if isinstance(payload, dict) else event


def _cells(event: Mapping[str, Any], ports: Ports, traits: Traits) -> Iterator[dict[str, str]]:
    if event.get("retractedEventID"):
        traits.note("events that take another event back; delete that one at its source")
        return
    keys, place, code = _keys(event), _place(event), _locode(event)
    found = {
        **keys,
        "status": _status(event),
        "side": ports.side(*_numbers(keys), code) if code else "",
        "reason": _text(event, "delayReasonCode") or _text(event, "reason"),
        "occurred_at": _text(event, "eventDateTime"),
        "recorded_at": _text(event, "eventCreatedDateTime"),
        "classifier": _classifier(event),
        "location": code or next((_text(place, n) for n in _NAMES if _text(place, n)), ""),
        "country": code[:2],
    }
    yield {column: text for column, text in found.items() if text}


def _place(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where it happened: a place of its own, else that of the call."""
    call = mapping(event.get("transportCall"))
    return mapping(event.get("eventLocation")) or mapping(call.get("location")) or call


def _locode(event: Mapping[str, Any]) -> str:
    """The UN/LOCODE of where it happened; some write it in place of the place."""
    place, call = _place(event), mapping(event.get("transportCall"))
    found = (
        *(_text(place, name) for name in ("UNLocationCode", "unLocationCode")),
        *(_text(event, "eventLocation"), _text(call, "UNLocationCode"), _text(call, "location")),
    )
    return next((text for text in found if _LOCODE.match(text)), "")


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


def _status(event: Mapping[str, Any]) -> str:
    """The code, with what decides its meaning."""
    call = mapping(event.get("transportCall"))
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


FORMAT = Format(
    open_dcsa,
    lambda head: (
        head.has_keys("eventDateTime", "eventClassifierCode")
        or head.has_keys("eventClassifierCode", "eventCreatedDateTime")
    ),
)
