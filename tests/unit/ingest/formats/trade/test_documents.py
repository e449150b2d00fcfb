"""Shapes in which EPCIS and DCSA documents come, beyond those of the fixtures."""

from __future__ import annotations

import json

import pytest

EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-05T13:00:00Z",
    "eventTimeZoneOffset": "+00:00",
    "epcList": ["urn:epc:id:sscc:4012345.0000000017"],
    "bizStep": "shipping",
}
XML = (
    "<EPCISDocument><ObjectEvent><eventTime>2026-03-05T13:00:00Z</eventTime>"
    "<epcList><epc>urn:epc:id:sscc:4012345.0000000017</epc></epcList>"
    "<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep></ObjectEvent></EPCISDocument>"
)
MOVE = {
    "eventType": "Equipment",
    "eventDateTime": "2026-03-01T09:05:00+08:00",
    "eventClassifierCode": "ACT",
    "equipmentEventTypeCode": "GTIN",
    "equipmentReference": "QZLU1000018",
    "emptyIndicatorCode": "Laden",
    "eventLocation": {"unLocationCode": "CNSHA"},
}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(EVENT),
        json.dumps([EVENT]),
        json.dumps(EVENT) + "\n" + json.dumps({"type": "nothing"}) + "\n",
        json.dumps({"epcisBody": {"queryResults": {"resultsBody": {"eventList": [EVENT]}}}}),
        json.dumps({**EVENT, "bizStep": "urn:epcglobal:cbv:bizstep:shipping"}),
        json.dumps({**EVENT, "bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}),
        json.dumps({**EVENT, "epcList": ["https://id.gs1.org/00/040123450000000177"]}),
        json.dumps({**EVENT, "epcList": ["(00)040123450000000177"]}),
        XML,
        "\ufeff<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE project>" + XML,
        ("<?xml version='1.0' encoding='UTF-16'?>" + XML).encode("utf-16"),
        XML.replace("EPCISDocument", "e:EPCISDocument xmlns:e='urn:x'", 1).replace(
            "</EPCISDocument", "</e:EPCISDocument"
        ),
    ],
)
def test_an_event_is_found_whatever_is_around_it_and_however_it_is_written(read_as, content):
    (row,) = read_as("epcis", content).rows
    assert row["tracking_number"] == "040123450000000177"
    assert (row["status"], row["occurred_at"]) == ("shipping", "2026-03-05T13:00:00Z")


@pytest.mark.parametrize(
    ("epc", "column", "number"),
    [
        ("urn:epc:id:sscc:0614141.1234567890", "tracking_number", "106141412345678908"),
        ("urn:epc:id:bic:CSQU3054383", "container", "CSQU3054383"),
        ("urn:epc:id:grai:0614141.12345.400", "bag", "061414112345400"),
        ("urn:epc:id:gsin:0614141.123456789", "batch_id", "06141411234567890"),
        ("https://example.com/parcels/AB123", "tracking_number", "AB123"),
        ("urn:epc:id:sgtin:0614141.107346.2018", None, None),
        ("https://id.gs1.org/01/09506000134352/21/1", None, None),
    ],
)
def test_the_key_of_an_event_is_the_number_on_the_label(read_as, epc, column, number):
    (row,) = read_as("epcis", json.dumps({**EVENT, "epcList": [epc]})).rows
    keys = {"tracking_number", "container", "bag", "hawb", "batch_id"}
    assert {name: row[name] for name in keys & row.keys()} == ({column: number} if column else {})


def test_what_is_taken_out_of_a_bag_is_no_longer_told_beside_it(read_as):
    packed = {**EVENT, "type": "AggregationEvent", "parentID": "urn:epc:id:grai:0614141.12345.400"}
    packed["childEPCs"] = packed.pop("epcList")
    into = read_as("epcis", json.dumps({**packed, "action": "ADD"})).rows[0]
    out = read_as("epcis", json.dumps({**packed, "action": "DELETE"})).rows[0]
    assert (into.get("bag"), out.get("bag")) == ("061414112345400", None)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "GTIN"),
        ({"emptyIndicatorCode": "empty"}, "GTIN EMPTY"),
        ({"equipmentEventTypeCode": "DISC", "isTransshipmentMove": True}, "DISC hub"),
        ({"equipmentEventTypeCode": "DISC", "isTransshipmentMove": False}, "DISC end"),
    ],
)
def test_events_of_carriers_are_read_in_any_case(read_as, changes, status):
    (row,) = read_as("dcsa", json.dumps({"events": [{**MOVE, **changes}]})).rows
    assert (row["status"], row["location"], row["country"]) == (status, "CNSHA", "CN")


def test_the_gates_of_a_full_container_show_its_ports(read_as):
    def event(code, at, place, **more):
        moved = {**MOVE, "equipmentEventTypeCode": code, "eventDateTime": f"2026-03-{at}T09:00:00Z"}
        return {**moved, "eventLocation": {"UNLocationCode": place}, **more}

    def call(code, at, place):
        document = {"documentReferenceType": "TRD", "documentReferenceValue": "BL1"}
        return {
            "eventDateTime": f"2026-03-{at}T09:00:00Z",
            "eventClassifierCode": "ACT",
            "transportEventTypeCode": code,
            "documentReferences": [document],
            "transportCall": {"UNLocationCode": place},
        }

    beside = {"documentReferences": call("", "01", "")["documentReferences"]}
    events = [
        event("GTOT", "01", "CNSHA", emptyIndicatorCode="EMPTY"),
        event("GTIN", "02", "CNSHA", **beside),
        call("DEPA", "03", "CNSHA"),
        call("ARRI", "10", "SGSIN"),
        call("ARRI", "28", "DEHAM"),
        event("GTOT", "30", "DEHAM"),
    ]
    read = read_as("dcsa", json.dumps(events))
    ends = ["origin", "origin", "origin", None, "destination", "destination"]
    assert read.column("side") == ends
    elsewhere = [*events, event("GTOT", "31", "DEBRV")]
    assert read_as("dcsa", json.dumps(elsewhere)).column("side")[4] is None
