"""Shippo: tracks (with sub-statuses, or of v1 without), lists of them, and webhooks.

Times are UTC. `original_eta` is the first estimate and never moves: it is the promise; `eta` is not.
The latest status is read too, where the history lacks it.
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
    *("partner_id", "metadata", "transaction", "object_created", "city", "state", "zip"),
)
_SHIPMENTS = (
    *("tracking_number", "origin_country", "destination_country", "service", "promised_date"),
    *("carrier", "eta", "metadata", "transaction"),
)


def _is_parcel(value: Mapping[str, Any]) -> bool:
    return "tracking_number" in value and "tracking_history" in value


def _events(parcel: Parcel, traits: Traits) -> Iterator[Row]:
    origin, destination = _countries(parcel)
    history = _history(parcel)
    if not history:
        traits.note("tracks without an event")
    for event in history:
        place = mapping(event.get("location"))
        country = two_letters(place.get("country"))
        yield (
            parcel.get("tracking_number"),
            event.get("status_date"),
            _code(event),
            event.get("status_details"),
            side_of(country, origin, destination),
            joined(place.get("city"), place.get("state")),
            country,
            parcel.get("carrier"),
            parcel.get("metadata"),
            parcel.get("transaction"),
            event.get("object_created"),
            place.get("city"),
            place.get("state"),
            place.get("zip"),
        )


def _history(parcel: Parcel) -> list[Parcel]:
    listed = mappings(parcel.get("tracking_history"))
    last = mapping(parcel.get("tracking_status"))
    known = [(event.get("status"), event.get("status_date")) for event in listed]
    is_new = last.get("status_date") and (last.get("status"), last.get("status_date")) not in known
    return [*listed, last] if is_new else listed


def _code(event: Parcel) -> str | None:
    sub = event.get("substatus")
    return joined(
        event.get("status"),
        sub if isinstance(sub, str) else mapping(sub).get("code"),
        separator="/",
    )


def _countries(parcel: Parcel) -> tuple[str | None, str | None]:
    origin = mapping(parcel.get("address_from")).get("country")
    return two_letters(origin), two_letters(mapping(parcel.get("address_to")).get("country"))


def _shipments(parcel: Parcel, _: Traits) -> Iterator[Row]:
    service = mapping(parcel.get("servicelevel"))
    yield (
        parcel.get("tracking_number"),
        *_countries(parcel),
        service.get("name") or service.get("token"),
        parcel.get("original_eta"),
        parcel.get("carrier"),
        parcel.get("eta"),
        parcel.get("metadata"),
        parcel.get("transaction"),
    )


FORMAT = vendor(
    _is_parcel,
    {"events": Table(_EVENTS, _events), "shipments": Table(_SHIPMENTS, _shipments)},
    ("tracking_number", "tracking_history"),
)
