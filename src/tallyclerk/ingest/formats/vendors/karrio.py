"""Karrio: trackers, lists of them, and webhook events.

An event has a date and a time as the carrier tells them, in local time. Its timestamp is made of the
two with a Z that nobody gave, so that it is not read as UTC: the source has to name the zone. Only an
offset other than Z is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.values import Parcel, joined, mapping, mappings

_EVENTS = (
    *("tracking_number", "order_id", "occurred_at", "status", "status_text", "location"),
    *("partner_id", "carrier_id", "carrier_name", "code", "timestamp", "id"),
)
_SHIPMENTS = (
    *("tracking_number", "order_id", "destination_country", "service", "carrier_name"),
    *("carrier_id", "estimated_delivery", "status", "id"),
)
_SIGNS = ("+", "-")


def _is_parcel(value: Mapping[str, Any]) -> bool:
    return "tracking_number" in value and "events" in value and "carrier_name" in value


def _events(parcel: Parcel, traits: Traits) -> Iterator[Row]:
    events = mappings(parcel.get("events"))
    if not events:
        traits.note("trackers without an event")
    order = mapping(parcel.get("info")).get("order_id")
    for event in events:
        yield (
            parcel.get("tracking_number"),
            order,
            _time(event, traits),
            joined(event.get("status"), event.get("reason"), separator="/"),
            event.get("description"),
            event.get("location"),
            parcel.get("carrier_name"),
            parcel.get("carrier_id"),
            parcel.get("carrier_name"),
            event.get("code"),
            event.get("timestamp"),
            parcel.get("id"),
        )


def _time(event: Parcel, traits: Traits) -> Any:
    """Local time, or a time with an offset that is not just a Z."""
    stamp = event.get("timestamp")
    if isinstance(stamp, str) and len(stamp) > len("2024-01-31T") and stamp[-6:-5] in _SIGNS:
        return stamp
    date, time = event.get("date"), event.get("time")
    if isinstance(date, str) and date:
        return joined(date, time, separator=" ")
    if isinstance(stamp, str) and stamp.endswith("Z"):
        traits.note("timestamps whose Z is local time; the zone of the source counts")
        return stamp.removesuffix("Z")
    return stamp


def _shipments(parcel: Parcel, _: Traits) -> Iterator[Row]:
    info = mapping(parcel.get("info"))
    yield (
        parcel.get("tracking_number"),
        info.get("order_id"),
        info.get("shipment_destination_country"),
        info.get("shipment_service"),
        parcel.get("carrier_name"),
        parcel.get("carrier_id"),
        parcel.get("estimated_delivery"),
        parcel.get("status"),
        parcel.get("id"),
    )


FORMAT = vendor(
    _is_parcel,
    {"events": Table(_EVENTS, _events), "shipments": Table(_SHIPMENTS, _shipments)},
    ("tracking_number", "carrier_name", "carrier_id", "events"),
    tells_offsets=False,
)
