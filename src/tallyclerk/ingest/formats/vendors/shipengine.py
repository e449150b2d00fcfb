"""ShipEngine and ShipStation: tracking information of a number or a label, and webhooks.

`occurred_at` is UTC and `carrier_occurred_at` the local time beside it; where both show the same
hour the carrier gave a local time and the Z is only claimed, which is noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.countries import two_letters
from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.values import Parcel, joined, mappings

_EVENTS = (
    *("tracking_number", "occurred_at", "status", "status_text", "location", "country"),
    *("partner_id", "carrier_occurred_at", "event_code", "carrier_status_code"),
    *("carrier_detail_code", "city_locality", "state_province", "postal_code"),
)
_SHIPMENTS = (
    *("tracking_number", "service", "carrier_code", "estimated_delivery_date", "ship_date"),
    *("status_code", "status_detail_code"),
)
_NOT_MAPPED = "CARRIER_STATUS_NOT_MAPPED"
_SECONDS = len("2024-01-31T12:00:00")


def _is_parcel(value: Mapping[str, Any]) -> bool:
    return "tracking_number" in value and "events" in value and "status_code" in value


def _events(parcel: Parcel, traits: Traits) -> Iterator[Row]:
    events = mappings(parcel.get("events"))
    if not events:
        traits.note("parcels without an event")
    for event in events:
        at, local = event.get("occurred_at"), event.get("carrier_occurred_at")
        if _is_claimed(at, local):
            traits.note("times that end in Z and yet are the carrier's local time to the second")
        city, state = event.get("city_locality"), event.get("state_province")
        yield (
            parcel.get("tracking_number"),
            at or local,
            _code(event),
            event.get("description") or event.get("carrier_status_description"),
            joined(city, state),
            two_letters(event.get("country_code")),
            parcel.get("carrier_code"),
            local,
            event.get("event_code"),
            event.get("carrier_status_code"),
            event.get("carrier_detail_code"),
            city,
            state,
            event.get("postal_code"),
        )


def _is_claimed(at: Any, local: Any) -> bool:
    if not isinstance(at, str) or not isinstance(local, str) or not at.endswith("Z"):
        return False
    return at[:_SECONDS] == local[:_SECONDS] and "+" not in local


def _code(event: Parcel) -> Any:
    """The detail code, else the two letters; null where an old answer has neither."""
    detail = event.get("status_detail_code")
    return detail if detail and detail != _NOT_MAPPED else event.get("status_code") or detail


def _shipments(parcel: Parcel, _: Traits) -> Iterator[Row]:
    yield (
        parcel.get("tracking_number"),
        parcel.get("service_code"),
        parcel.get("carrier_code"),
        parcel.get("estimated_delivery_date"),
        parcel.get("ship_date") or parcel.get("shipped_date"),
        parcel.get("status_code"),
        parcel.get("status_detail_code"),
    )


FORMAT = vendor(
    _is_parcel,
    {"events": Table(_EVENTS, _events), "shipments": Table(_SHIPMENTS, _shipments)},
    ("tracking_number", "carrier_status_code", "events"),
)
