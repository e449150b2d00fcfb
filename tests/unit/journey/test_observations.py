"""What an event says of a shipment, and what it says of something larger."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.domain.tables import EVENTS, SHIPMENTS
from tallyclerk.journey.context import Context
from tallyclerk.journey.custody import members
from tallyclerk.journey.observations import STATED, number_shipments, observe

AT = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)


def stated(*, inherited):
    event = {"event_id": 1, "shipment_id": "S1", "milestone": "ACCEPTED", "occurred_at": AT}
    told = {"partner_id": "qz", "pieces": 10, "weight_grams": 250_500, "destination": "US"}
    events = pl.DataFrame([{**event, **told, "inherited": inherited}], schema=EVENTS)
    shipments = number_shipments(events, pl.DataFrame(schema=SHIPMENTS))
    return observe(events, shipments).select(STATED).row(0)


def test_an_air_waybill_states_no_pieces_of_the_parcels_under_it():
    assert stated(inherited=True) == (None, None, None)
    assert stated(inherited=False) == (10, 250_500, "US")


def test_a_partner_has_the_role_its_events_name():
    told = {"shipment_id": "S1", "partner_id": "999", "role": "airline"}
    events = pl.DataFrame(
        [
            {"event_id": 1, "milestone": "ACCEPTED", "occurred_at": AT, **told},
            {"event_id": 2, "milestone": "IN_TRANSIT", "occurred_at": AT, **told, "role": None},
        ],
        schema=EVENTS,
    )
    shipments = number_shipments(events, pl.DataFrame(schema=SHIPMENTS))
    seen = observe(events, shipments)
    context = Context(as_of=AT, timezone="UTC", lane=("origin_country",))
    assert members(seen, shipments, context).rows() == [(0, "999", "airline")]
    configured = Context(
        as_of=AT, timezone="UTC", lane=("origin_country",), roles={"999": "courier"}
    )
    assert members(seen, shipments, configured).rows() == [(0, "999", "courier")]
