"""17TRACK, API v2: answers to gettrackinfo and register, and webhooks.

Every provider (the origin's post, the destination's, a courier) tells its own events; the local
number is the one of the last mile. An event's time is told three times; where the offset is not
known only the raw one is there, and it is a local time. Numbers that 17TRACK rejects are rejects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.countries import side_of, two_letters
from tallyclerk.ingest.formats.documents import Refused
from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.values import Parcel, joined, mapping, mappings

_EVENTS = (
    *("tracking_number", "order_id", "last_mile_number", "occurred_at", "status", "status_text"),
    *("side", "location", "country", "partner_id", "stage", "sub_status", "translation", "tag"),
    *("provider_key", "provider_alias", "city", "state"),
)
_SHIPMENTS = (
    *("tracking_number", "order_id", "origin_country", "destination_country", "service"),
    *("expected_from", "expected_to", "status", "sub_status", "tag"),
)


def _is_parcel(value: Mapping[str, Any]) -> bool:
    return "number" in value and ("track_info" in value or "error" in value or "carrier" in value)


def _events(parcel: Parcel, traits: Traits) -> Iterator[Row | Refused]:
    error = mapping(parcel.get("error"))
    if error:
        message = error.get("message") or error.get("code")
        yield Refused("not_tracked", f"{parcel.get('number')}: {message}")
        return
    info = mapping(parcel.get("track_info"))
    origin, destination = _countries(parcel, info)
    number = parcel.get("number")
    local = mapping(info.get("misc_info")).get("local_number")
    last_mile = local if local != number else None
    providers = mappings(mapping(info.get("tracking")).get("providers"))
    if not any(mappings(told.get("events")) for told in providers):
        traits.note("numbers without an event")
    for told in providers:
        who = mapping(told.get("provider"))
        for event in mappings(told.get("events")):
            address = mapping(event.get("address"))
            country = two_letters(address.get("country"))
            yield (
                number,
                parcel.get("order_no"),
                last_mile,
                _time(event),
                event.get("sub_status") or event.get("stage"),
                event.get("description"),
                side_of(country, origin, destination),
                event.get("location") or joined(address.get("city"), address.get("state")),
                country,
                who.get("name") or who.get("alias"),
                event.get("stage"),
                event.get("sub_status"),
                mapping(event.get("description_translation")).get("description"),
                parcel.get("tag"),
                who.get("key"),
                who.get("alias"),
                address.get("city"),
                address.get("state"),
            )


def _time(event: Parcel) -> str | None:
    """When it happened, with its offset where that is known; a day alone where no hour is told."""
    raw = mapping(event.get("time_raw"))
    date, hour, offset = raw.get("date"), raw.get("time"), raw.get("timezone")
    if date and not hour:
        return f"{date}{offset or ''}"
    told = event.get("time_iso") or event.get("time_utc")
    if told or not date:
        return told if isinstance(told, str) else None
    return f"{date}T{hour}{offset or ''}"


def _countries(parcel: Parcel, info: Parcel) -> tuple[str | None, str | None]:
    """Origin and destination."""
    shipping = mapping(info.get("shipping_info"))
    origin = mapping(shipping.get("shipper_address")).get("country")
    destination = mapping(shipping.get("recipient_address")).get("country")
    return (
        two_letters(origin or parcel.get("origin_country")),
        two_letters(destination or parcel.get("destination_country")),
    )


def _shipments(parcel: Parcel, _: Traits) -> Iterator[Row | Refused]:
    if parcel.get("error"):
        return
    info = mapping(parcel.get("track_info"))
    expected = mapping(mapping(info.get("time_metrics")).get("estimated_delivery_date"))
    latest = mapping(info.get("latest_status"))
    yield (
        parcel.get("number"),
        parcel.get("order_no"),
        *_countries(parcel, info),
        mapping(info.get("misc_info")).get("service_type"),
        expected.get("from"),
        expected.get("to"),
        latest.get("status"),
        latest.get("sub_status"),
        parcel.get("tag"),
    )


FORMAT = vendor(
    _is_parcel,
    {"events": Table(_EVENTS, _events), "shipments": Table(_SHIPMENTS, _shipments)},
    ("number", "track_info"),
    ("accepted", "rejected"),
)
