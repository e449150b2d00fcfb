"""Shopify: fulfilments, their events, and orders with both, of the REST and GraphQL interfaces.

A fulfilment is a parcel by its id; it knows its order and its tracking numbers, and its events know
its id, so that files of the one find the other. That a fulfilment was made is an entry in the shop's
books. Its `shipment_status` has no time of its own and is not read as an event. In the table of orders
that the shop exports, the lines of an order repeat it; they are the same statement and count once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.countries import two_letters
from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.renamed import with_tables
from tallyclerk.ingest.formats.values import Parcel, joined, mapping, mappings

_EVENTS = (
    *("parcel_id", "tracking_number", "order_id", "occurred_at", "status", "status_text"),
    *("location", "country", "partner_id", "order_name", "estimated_delivery_at", "created_at"),
)
_SHIPMENTS = (
    *("parcel_id", "tracking_number", "order_id", "courier_id", "origin_country"),
    *("destination_country", "service", "value", "currency", "order_name", "shipment_status"),
)
_MADE = "fulfilled"


def _is_parcel(value: Mapping[str, Any]) -> bool:
    is_event = "fulfillment_id" in value and "happened_at" in value
    is_fulfilment = "tracking_company" in value or "trackingInfo" in value
    return is_event or is_fulfilment or "fulfillments" in value


def _events(parcel: Parcel, traits: Traits) -> Iterator[Row]:
    if "happened_at" in parcel:
        yield _event(parcel, {}, {}, None)
        return
    fulfilments = _fulfilments(parcel)
    if not fulfilments:
        traits.note("orders without a fulfilment")
    for fulfilment in fulfilments:
        numbers, courier = _tracking(fulfilment)
        for number in numbers:
            yield (
                _id(fulfilment.get("id")),
                number,
                _order(parcel, fulfilment),
                fulfilment.get("created_at") or fulfilment.get("createdAt"),
                _MADE,
                None,
                None,
                None,
                None,
                parcel.get("name"),
                fulfilment.get("estimatedDeliveryAt"),
                fulfilment.get("created_at") or fulfilment.get("createdAt"),
            )
        for event in _members(fulfilment.get("events")):
            yield _event(event, fulfilment, parcel, courier)


def _event(event: Parcel, fulfilment: Parcel, order: Parcel, courier: str | None) -> Row:
    return (
        _id(event.get("fulfillment_id") or fulfilment.get("id")),
        None,
        _id(event.get("order_id")) or _order(order, fulfilment),
        event.get("happened_at") or event.get("happenedAt"),
        event.get("status"),
        event.get("message"),
        joined(event.get("city"), event.get("province")),
        two_letters(event.get("country")),
        courier,
        order.get("name"),
        event.get("estimated_delivery_at") or event.get("estimatedDeliveryAt"),
        event.get("created_at") or event.get("createdAt"),
    )


def _shipments(parcel: Parcel, _: Traits) -> Iterator[Row]:
    if "happened_at" in parcel:
        return
    fulfilments = _fulfilments(parcel)
    address = mapping(parcel.get("shipping_address")) or mapping(parcel.get("shippingAddress"))
    lines = mappings(parcel.get("shipping_lines"))
    is_whole = "fulfillments" in parcel and len(fulfilments) == 1
    for fulfilment in fulfilments:
        numbers, courier = _tracking(fulfilment)
        origin = mapping(fulfilment.get("origin_address")).get("country_code")
        own = address or mapping(fulfilment.get("destination"))
        for number in numbers:
            yield (
                _id(fulfilment.get("id")),
                number,
                _order(parcel, fulfilment),
                courier,
                two_letters(origin),
                two_letters(own.get("country_code") or own.get("countryCodeV2")),
                lines[0].get("title") if lines else None,
                parcel.get("total_price") if is_whole else None,
                parcel.get("currency") if is_whole else None,
                parcel.get("name"),
                fulfilment.get("shipment_status") or fulfilment.get("displayStatus"),
            )


def _fulfilments(parcel: Parcel) -> list[Parcel]:
    """The fulfilments of an order, or the one it is itself."""
    return _members(parcel["fulfillments"]) if "fulfillments" in parcel else [parcel]


def _members(value: Any) -> list[Parcel]:
    """The objects of a list, or of a GraphQL connection."""
    if isinstance(value, dict):
        edges = [mapping(edge.get("node")) for edge in mappings(value.get("edges"))]
        return mappings(value.get("nodes")) or edges
    return mappings(value)


def _tracking(fulfilment: Parcel) -> tuple[list[str | None], str | None]:
    """Tracking numbers (None if there is none yet) and courier."""
    told = mappings(fulfilment.get("trackingInfo"))
    listed = fulfilment.get("tracking_numbers")
    found = [*(listed if isinstance(listed, list) else ()), *(one.get("number") for one in told)]
    numbers = dict.fromkeys([n for n in found if isinstance(n, str) and n])
    single = fulfilment.get("tracking_number")
    companies = [one.get("company") for one in told]
    courier = fulfilment.get("tracking_company") or (companies[0] if companies else None)
    if isinstance(single, str) and single:
        numbers = dict.fromkeys([single, *numbers])
    return list(numbers) or [None], courier if isinstance(courier, str) else None


def _order(order: Parcel, fulfilment: Parcel) -> str | None:
    own = order.get("id") if "fulfillments" in order else None
    return _id(fulfilment.get("order_id") or own)


def _id(value: Any) -> str | None:
    """An id; of a GraphQL one its last part."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).rsplit("/", 1)[-1]


FORMAT = with_tables(
    vendor(
        _is_parcel,
        {"events": Table(_EVENTS, _events), "shipments": Table(_SHIPMENTS, _shipments)},
        ("fulfillment_id", "happened_at"),
        ("tracking_company", "order_id"),
        ("fulfillments", "shipping_address"),
        ("fulfillments", "trackingInfo"),
    ),
    {
        "events": {
            "order_id": ("name", "order"),
            "occurred_at": ("fulfilled at",),
            "status": ("fulfillment status",),
        },
        "shipments": {
            "order_id": ("name", "order"),
            "destination_country": ("shipping country",),
            "service": ("shipping method",),
            "value": ("total",),
            "currency": ("currency",),
            "order_number": ("id",),
        },
    },
    (
        *("email", "phone", "notes", "note attributes", "billing name", "billing street"),
        *("billing address1", "billing address2", "billing company", "billing phone"),
        *("shipping name", "shipping street", "shipping address1", "shipping address2"),
        *("shipping company", "shipping phone", "employee", "device id"),
    ),
    ("fulfillment status", "fulfilled at", "shipping country"),
)
