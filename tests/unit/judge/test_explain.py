"""The cases behind a number: what made each a miss, and what it may have been at worst."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from tests.support.buckets import bucket_of, context_of, facts_of
from tests.support.truth import events, settings, utc

from tallyclerk.judge.explain import explain
from tallyclerk.kpis.evidence import PLACED_COLUMNS, REFERENCE_COLUMNS, located
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.simulate.emitted import Agreed

LOG = """
    a RELEASED 03-01T08:00 sup >fwd
    a ACCEPTED 03-04T08:00 fwd
    b RELEASED 03-01T08:00 sup >fwd
    b ORIGIN_HUB 03-01T20:00 fwd
    b ACCEPTED 03-02T08:00 cou
    b DELIVERED 03-02T20:00 cou
    c ACCEPTED 03-02T08:00 cou
    c DELIVERED 03-02T20:00 cou
"""


def told(
    kpi: str,
    partner: str,
    log: str = LOG,
    as_of: str = "04-01T00:00",
    commitments: tuple[Agreed, ...] = (),
    **known: Any,
) -> dict[str, Any]:
    shipments = [{"shipment_id": name, "forwarder_id": "fwd", **known} for name in "abc"]
    bucket = bucket_of({"events": events(log), "shipments": shipments})
    owed = {"fwd": ("ACCEPTED",), "sup": (), "cou": ()}
    agreed = replace(settings(as_of, must_report=owed), commitments=commitments)
    context = context_of([bucket], agreed)
    facts = facts_of(bucket, context, {kpi: all_kpis()[kpi]})
    references = pl.DataFrame(schema=dict.fromkeys(REFERENCE_COLUMNS, pl.String))
    placed = located(facts, bucket.events.select(PLACED_COLUMNS), references, {})
    mine = placed.filter(pl.col("partner_id") == partner)
    return {case.shipment_id: case for case in explain(mine, [], all_kpis()[kpi]).cases}


def test_an_incident_is_named_and_a_missing_message_is_in_doubt() -> None:
    found = told("miscommunication_rate", "fwd")
    assert (found["a"].is_miss, found["a"].rules) == (True, ("late_acknowledgement",))
    assert (found["b"].is_miss, found["b"].worst) == (False, "miss")


def test_times_at_worst_and_cases_that_only_the_worst_case_knows() -> None:
    """b: since the tender, a day; c: the courier had it, so the forwarder must have had it before."""
    found = told("transit_hours", "fwd")
    assert (found["b"].minutes, found["b"].worst) == (12 * 60, "24.0 h")
    assert (found["c"].n, found["c"].reason, found["c"].worst) == (0, "in doubt", "never")


def test_each_late_message_is_named_with_its_time_and_place() -> None:
    """Two of a's three messages came late; the case counts them, its parts name them."""
    log = """
        a ACCEPTED 03-04T08:00 fwd @03-04T20:30
        a ORIGIN_HUB 03-04T09:00 fwd @03-04T21:00
        a DEPARTED_ORIGIN 03-04T10:00 fwd @03-04T23:00
    """
    case = told("late_record_rate", "fwd", log)["a"]
    assert (case.n, case.hits, case.is_miss) == (3, 2, True)
    assert [(part.rule, part.minutes) for part in case.parts] == [
        ("ACCEPTED", 750),
        ("DEPARTED_ORIGIN", 780),
    ]


def test_the_incidents_of_a_handover_and_the_flaws_of_a_shipment_are_named() -> None:
    """a was tendered three days before it was taken; nothing else is known to be wrong with it."""
    case = told("handover_incident_rate", "fwd")["a"]
    assert case.is_miss
    assert [part.rule for part in case.parts] == ["late_acknowledgement"]
    assert told("handover_incident_rate", "fwd")["b"].parts == ()
    late = """
        a ACCEPTED 03-04T08:00 fwd
        a DAMAGED 03-05T08:00 fwd
        a DELIVERED 03-06T08:00 fwd
    """
    promised = {"promised_at": utc("03-05T08:00"), "supplier_id": "sup"}
    case = told("perfect_shipment_rate", "fwd", late, as_of="05-01T00:00", **promised)["a"]
    assert [part.rule for part in case.parts] == ["damaged", "late"]
    case = told("on_time_controllable_rate", "fwd", late, as_of="05-01T00:00", **promised)["a"]
    assert [(part.rule, part.minutes) for part in case.parts] == [("late: no_plan", 24 * 60)]


def test_a_leg_says_what_it_took_and_what_was_agreed() -> None:
    """The courier has two days; a takes two and a half."""
    log = "a ACCEPTED 03-02T08:00 cou\na DELIVERED 03-04T20:00 cou"
    agreed = Agreed(partner="cou", leg="last_mile", lane=None, hours=48)
    case = told("transit_on_time_rate", "cou", log, commitments=(agreed,))["a"]
    assert case.is_miss
    assert {part.rule: part.minutes for part in case.parts} == {
        "took": 60 * 60,
        "agreed": 48 * 60,
    }
