"""The same facts told by two trade formats: two observations, one journey."""

from __future__ import annotations

import datetime as dt
import json

import polars.selectors as cs

from tallyclerk.journey.build import begin
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Bucket

MOVES = (
    ("I", "GTIN", "2026-03-01T09:05:00+08:00", "CNSHA"),
    ("VD", "DEPA", "2026-03-03T22:30:00+08:00", "CNSHA"),
    ("OA", "GTOT", "2026-04-04T11:00:00+02:00", "DEHAM"),
)


def edifact():
    """IFTSTA of the moves, in one message."""
    parts = ["UNH+1+IFTSTA:D:00B:UN'CNI+1'"]
    for code, _, at, place in MOVES:
        time = at.replace("-", "", 2).replace("T", "").replace(":", "")
        value = f"{time[:12]}?{time[14:]}"
        parts.append(f"STS+1+{code}'DTM+334:{value}:303'LOC+175+{place}'EQD+CN+QZLU1000018'")
    return "".join(parts)


def dcsa():
    """DCSA events of the moves."""
    return json.dumps(
        [
            {
                "eventDateTime": at,
                "eventClassifierCode": "ACT",
                "equipmentReference": "QZLU1000018",
                "transportEventTypeCode" if code == "DEPA" else "equipmentEventTypeCode": code,
                "transportCall": {"UNLocationCode": place, "modeOfTransport": "VESSEL"},
            }
            for _, code, at, place in MOVES
        ]
    )


def journeys(workshop, *feeds):
    """Events, and custody and handovers without the ids of the events chosen."""
    workshop.write("line.edi", edifact())
    workshop.write("line.json", dcsa())
    workshop.write("orders.csv", "shipment_id,container,forwarder_id\nS1,QZLU1000018,line\n")
    every = {
        "edi": {"path": "line.edi", "format": "iftsta", "partner": "line"},
        "api": {"path": "line.json", "format": "dcsa", "partner": "line"},
    }
    sources = {name: every[name] for name in feeds}
    orders = {"path": "orders.csv", "table": "shipments"}
    _, ledger = workshop.ingest(**sources, orders=orders)
    tables = {
        name: ledger.read_table(name, 0)
        for name in ("shipments", "claims", "tickets", "reviews", "notices")
    }
    begun = begin(
        Bucket(events=ledger.read_events(0), **tables),
        Context(
            as_of=dt.datetime(2026, 4, 5, tzinfo=dt.UTC),
            timezone="UTC",
            lane=("origin_country", "destination_country"),
        ),
    )
    told = (begun.custody, begun.handovers)
    return len(begun.observations), [f.select(~cs.contains("event")) for f in told]


def test_a_container_told_by_edi_and_by_api_has_the_journey_of_one(workshop_at, tmp_path):
    edi, one = journeys(workshop_at(tmp_path / "edi"), "edi")
    api, other = journeys(workshop_at(tmp_path / "api"), "api")
    both, together = journeys(workshop_at(tmp_path / "both"), "edi", "api")
    assert (edi, api, both) == (3, 3, 6), "their words differ, so that both stay on record"
    for alone, same, joined in zip(one, other, together, strict=True):
        assert alone.equals(same)
        assert alone.equals(joined)
