"""Durations are told on the clocks of the subject's calendar too."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests.support.buckets import bucket_of, context_of, facts_of
from tests.support.truth import events, settings

from tallyclerk.journey.clocks import WorkingTime
from tallyclerk.kpis.registry import all_kpis

WORLD = """
    s RELEASED 03-06T12:00 sup >fwd
    s ACCEPTED 03-09T09:00 fwd
    t RELEASED 03-06T12:00 sup >fwd
    u RELEASED 03-06T12:00 sup >cou
    u ACCEPTED 03-06T15:00 cou
"""
OFFICE = WorkingTime("UTC", opens=dt.time(8), closes=dt.time(18))


def test_a_duration_has_a_row_per_clock() -> None:
    bucket = bucket_of({"events": events(WORLD), "shipments": []})
    chosen = settings("03-10T10:00")
    context = replace(
        context_of([bucket], chosen), calendars={"office": OFFICE}, calendar_of={"fwd": "office"}
    )
    found = facts_of(bucket, context, {"handover_in_hours": all_kpis()["handover_in_hours"]})
    told = {
        (fact["shipment_id"], fact["rule"]): (fact["minutes"], fact["ending"], fact["n"])
        for fact in found.to_dicts()
    }
    assert told == {
        ("s", None): (69 * 60, "observed", 1),
        ("s", "business_hours"): (7 * 60, "observed", 1),
        ("s", "business_days"): (24 * 60, "observed", 1),
        ("t", None): (94 * 60, "censored", 1),
        ("t", "business_hours"): (18 * 60, "censored", 1),
        ("t", "business_days"): (48 * 60, "censored", 1),
        ("u", None): (3 * 60, "observed", 1),
    }
