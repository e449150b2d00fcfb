"""EasyPost: trackers, lists of them, and webhook events.

`shipment_id` is EasyPost's own and no shipment of ours, so that it has another name here. An
estimate moves; only a guaranteed date is a promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.countries import side_of, two_letters
from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.values import Parcel, joined, mapping, mappings

_EVENTS = (
    *("tracking_number", "occurred_at", "status", "status_text", "side", "location", "country"),
    *("partner_id", "id", "easypost_shipment", "description", "source", "city", "state", "zip"),
)
_SHIPMENTS = (
    *("tracking_number", "origin_country", "destination_country", "service", "promised_date"),
    *("carrier", "est_delivery_date", "status", "id", "easypost_shipment"),
)


def _is_parcel(value: Mapping[str, Any]) -> bool:
    return "tracking_code" in value and "tracking_details" in value


def _events(parcel: Parcel, traits: Traits) -> Iterator[Row]:
    origin, destination = _countries(parcel)
    details = mappings(parcel.get("tracking_details"))
    if not details:
        traits.note("trackers without an event")
    for detail in details:
        place = mapping(detail.get("tracking_location"))
        country = two_letters(place.get("country"))
        yield (
            parcel.get("tracking_code"),
            detail.get("datetime"),
            joined(detail.get("status"), detail.get("status_detail"), separator="/"),
            detail.get("message") or detail.get("description"),
            side_of(country, origin, destination),
            joined(place.get("city"), place.get("state")),
            country,
            parcel.get("carrier"),
            parcel.get("id"),
            parcel.get("shipment_id"),
            detail.get("description"),
            detail.get("source"),
            place.get("city"),
            place.get("state"),
            place.get("zip"),
        )


def _countries(parcel: Parcel) -> tuple[str | None, str | None]:
    carrier = mapping(parcel.get("carrier_detail"))
    origin = mapping(carrier.get("origin_tracking_location")).get("country")
    destination = mapping(carrier.get("destination_tracking_location")).get("country")
    return two_letters(origin), two_letters(destination)


def _shipments(parcel: Parcel, _: Traits) -> Iterator[Row]:
    carrier = mapping(parcel.get("carrier_detail"))
    yield (
        parcel.get("tracking_code"),
        *_countries(parcel),
        carrier.get("service"),
        carrier.get("guaranteed_delivery_date"),
        parcel.get("carrier"),
        parcel.get("est_delivery_date"),
        parcel.get("status"),
        parcel.get("id"),
        parcel.get("shipment_id"),
    )


FORMAT = vendor(
    _is_parcel,
    {"events": Table(_EVENTS, _events), "shipments": Table(_SHIPMENTS, _shipments)},
    ("tracking_code", "tracking_details"),
)
