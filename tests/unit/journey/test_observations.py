"""What an event says of a shipment, and what it says of something larger."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tallyclerk.domain.tables import EVENTS, SHIPMENTS
from tallyclerk.journey.context import Context
from tallyclerk.journey.custody import members
from tallyclerk.journey.observations import STATED, in_order, number_shipments, observe

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


NUMBER = st.sampled_from([0, 1, 2, 2**40])
TIME = st.sampled_from([0, 1, -1, 10**9, 2**50, None])
TIE = st.sampled_from([None, "", "a", "b"])


@given(st.lists(st.tuples(NUMBER, TIME, TIE, st.integers(0, 2)), max_size=30))
def test_packed_order_is_the_plain_one(rows):
    schema = {"sid": pl.Int64, "at": pl.Datetime("us", "UTC"), "who": pl.String, "id": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    plain = frame.sort("sid", "at", "who", "id", nulls_last=True)
    assert in_order(frame, "sid", "at", "who", "id").equals(plain)
