"""AfterShip: trackings of the API (field names of v4 and of the dated versions since 2023), webhooks.

A checkpoint's `created_at` is when AfterShip fetched it, which says nothing about when the courier
recorded it, so that it is no `recorded_at`. Of the estimates only those that do not move are a
promise: the merchant's own, else the first one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.countries import side_of, two_letters
from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.renamed import with_tables
from tallyclerk.ingest.formats.values import Parcel, joined, mapping, mappings

_EVENTS = (
    *("tracking_number", "order_id", "last_mile_number", "occurred_at", "status", "status_text"),
    *("side", "location", "country", "partner_id", "order_number", "id", "title", "created_at"),
    *("tag", "subtag", "subtag_message", "raw_tag", "city", "state", "zip"),
)
_SHIPMENTS = (
    *("tracking_number", "order_id", "origin_country", "destination_country", "service"),
    *("promised_date", "order_number", "slug", "expected_delivery", "tag", "subtag", "id"),
)


def _is_parcel(value: Mapping[str, Any]) -> bool:
    return "tracking_number" in value and ("checkpoints" in value or "slug" in value)


def _events(parcel: Parcel, traits: Traits) -> Iterator[Row]:
    origin, destination = _countries(parcel)
    last_mile = mapping(parcel.get("last_mile")).get("tracking_number")
    checkpoints = mappings(parcel.get("checkpoints"))
    if not checkpoints:
        traits.note("trackings without a checkpoint")
    for point in checkpoints:
        country = two_letters(point.get("country_iso3") or point.get("country_region"))
        city, state = point.get("city"), point.get("state")
        yield (
            parcel.get("tracking_number"),
            parcel.get("order_id"),
            last_mile,
            point.get("checkpoint_time"),
            point.get("subtag") or point.get("tag"),
            point.get("message") or point.get("subtag_message"),
            side_of(country, origin, destination),
            point.get("location") or joined(city, state),
            country,
            point.get("slug") or parcel.get("slug"),
            parcel.get("order_number"),
            parcel.get("id"),
            parcel.get("title"),
            point.get("created_at"),
            point.get("tag"),
            point.get("subtag"),
            point.get("subtag_message"),
            point.get("raw_tag"),
            city,
            state,
            point.get("zip") or point.get("postal_code"),
        )


def _shipments(parcel: Parcel, _: Traits) -> Iterator[Row]:
    origin, destination = _countries(parcel)
    first = mapping(parcel.get("first_estimated_delivery")).get("datetime")
    yield (
        parcel.get("tracking_number"),
        parcel.get("order_id"),
        origin,
        destination,
        parcel.get("shipment_type"),
        parcel.get("order_promised_delivery_date") or first,
        parcel.get("order_number"),
        parcel.get("slug"),
        parcel.get("expected_delivery") or parcel.get("courier_estimated_delivery_date"),
        parcel.get("tag"),
        parcel.get("subtag"),
        parcel.get("id"),
    )


def _countries(parcel: Parcel) -> tuple[str | None, str | None]:
    """Origin and destination, by the names of old and new versions."""
    origin = parcel.get("origin_country_iso3") or parcel.get("origin_country_region")
    names = ("destination_country_iso3", "destination_country_region")
    courier = ("courier_destination_country_iso3", "courier_destination_country_region")
    destination = next((parcel[name] for name in (*names, *courier) if parcel.get(name)), None)
    return two_letters(origin), two_letters(destination)


_TRACKING = {
    "tracking_number": ("tracking number", "tracking_number", "tracking no.", "tracking no"),
    "order_id": ("order id", "order_id", "order number", "order_number"),
}
FORMAT = with_tables(
    vendor(
        _is_parcel,
        {"events": Table(_EVENTS, _events), "shipments": Table(_SHIPMENTS, _shipments)},
        ("checkpoints", "checkpoint_time", "slug"),
    ),
    {
        "events": {
            **_TRACKING,
            "occurred_at": (
                *("checkpoint time", "checkpoint_time", "last checkpoint time"),
                *("latest checkpoint time", "checkpoint date"),
            ),
            "status": ("subtag", "sub-status", "substatus", "sub status", "tag", "status"),
            "status_text": (
                *("checkpoint message", "last checkpoint message", "latest checkpoint message"),
                *("message", "last checkpoint", "latest checkpoint", "checkpoint", "latest event"),
            ),
            "location": ("checkpoint location", "last checkpoint location", "location"),
            "partner_id": ("slug", "courier", "courier name", "carrier"),
        },
        "shipments": {
            **_TRACKING,
            "origin_country": ("origin country", "origin_country_iso3", "origin"),
            "destination_country": (
                "destination country",
                "destination_country_iso3",
                "destination",
            ),
            "service": ("shipment type", "shipment_type", "service type", "service"),
            "promised_date": ("promised delivery date", "order promised delivery date"),
        },
    },
    ("customer name", "customer_name", "emails", "email", "phone", "smses", "note", "signed by"),
    ("tracking number", "courier", "checkpoint time"),
    ("tracking number", "courier", "last checkpoint time"),
    ("tracking_number", "slug", "checkpoint_time"),
)
