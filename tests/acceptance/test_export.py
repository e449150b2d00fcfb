"""Tables for other tools: complete, safe in a spreadsheet, and a valid event log."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import polars as pl
import pytest
from tests.support.command import ask, call

MANY = 30


@pytest.fixture(scope="module")
def config(tmp_path_factory) -> Path:
    """Two partners, one with a hostile name, and a shipment that nobody listed."""
    folder = tmp_path_factory.mktemp("export")
    events = ["id,status,time,partner_id,counterpart_id,pieces,classifier"]
    for n in range(MANY):
        day = f"2026-03-{1 + n % 20:02}"
        events += [
            f"S{n:02},RELEASED,{day} 09:00,=fwd(),cou,2,actual",
            f"S{n:02},ACCEPTED,{day} 12:30,cou,,2,actual",
            f"S{n:02},DELIVERED,{day} 20:00,cou,,,planned",
        ]
    (folder / "e.csv").write_text("\n".join(events) + "\n")
    rows = "".join(
        f"S{n:02},=fwd(),cou,CN,{'DE' if n % 2 else 'AT'},+B{n % 3}\n" for n in range(MANY - 1)
    )
    header = "shipment_id,forwarder_id,courier_id,origin_country,destination_country,batch_id"
    (folder / "s.csv").write_text(f"{header}\n{rows}")
    path = folder / "config.toml"
    path.write_text(
        '[run]\ntimezone = "Europe/Berlin"\n'
        '[sources.e]\npath = "e.csv"\ntimezone = "UTC"\n[sources.e.columns]\n'
        'shipment_id = "id"\nstatus = "status"\noccurred_at = "time"\n'
        '[sources.s]\npath = "s.csv"\ntable = "shipments"\n'
        '[partners."=fwd()"]\nrole = "forwarder"\n[partners.cou]\nrole = "courier"\n'
    )
    return path


def exported(config: Path, table: str, *args: str) -> list[dict[str, str]]:
    answer = ask(config, "export", "--table", table, *args)
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_events_are_all_there_and_no_text_is_a_formula(config):
    rows = exported(config, "events")
    assert len(rows) == 3 * MANY
    assert {row["partner_id"] for row in rows} == {"'=fwd()", "cou"}
    first = rows[0]
    assert (first["shipment_id"], first["occurred_at"]) == ("S00", "2026-03-01T09:00:00Z")
    assert (first["lane"], rows[-1]["lane"], rows[-1]["shipment_id"]) == ("CN>AT", "", "S29")
    assert [row["shipment_id"] for row in rows] == sorted(row["shipment_id"] for row in rows)


def test_tables_tell_the_same_journeys(config):
    handovers = exported(config, "handovers")
    assert len(handovers) == MANY
    assert {(row["giver"], row["taker"]) for row in handovers} == {("'=fwd()", "cou")}
    assert {row["taken_at"][11:] for row in handovers} == {"12:30:00Z"}
    journeys = exported(config, "journeys")
    assert [row["shipment_id"] for row in journeys] == [f"S{n:02}" for n in range(MANY)]
    assert journeys[0]["batch_id"] == "'+B0"
    facts = exported(config, "facts", "--kpi", "handover_in_hours")
    assert {row["minutes"] for row in facts} == {"210"}
    assert len(facts) == MANY
    assert exported(config, "incidents") == []


def test_filters_apply_where_they_make_sense(config):
    assert len(exported(config, "events", "--partner", "cou")) == 3 * MANY  # as counterpart too
    lanes = exported(config, "handovers", "--lane", "CN>DE")
    assert {row["lane"] for row in lanes} == {"CN>DE"}
    assert len(exported(config, "events", "--month", "2026-03")) == 3 * MANY
    empty = call("export", "--table", "events", "--month", "2026-02", "--config", config)
    assert (empty.code, "nothing happened in 2026-02" in empty.err) == (4, True)
    refused = call("export", "--table", "journeys", "--kpi", "loss_rate", "--config", config)
    assert (refused.code, "--kpi does not apply to journeys" in refused.err) == (2, True)


def test_parquet_holds_the_table_in_one_file(config, tmp_path):
    out = tmp_path / "events.parquet"
    ask(config, "export", "--table", "events", "--format", "parquet", "--out", out)
    frame = pl.read_parquet(out)
    assert frame.height == 3 * MANY
    assert frame.schema["occurred_at"] == pl.Datetime("us", "UTC")
    assert list(tmp_path.iterdir()) == [out]
    refused = call("export", "--table", "events", "--format", "parquet", "--config", config)
    assert refused.code == 2


def test_a_missing_folder_is_made_and_a_file_in_its_place_is_named(config, tmp_path):
    out = tmp_path / "for" / "others" / "events.csv"
    ask(config, "export", "--table", "events", "--out", out)
    assert [path.name for path in out.parent.iterdir()] == ["events.csv"]
    refused = call("export", "--table", "events", "--out", out / "x.csv", "--config", config)
    assert refused.code == 2
    assert f"{out}: cannot be written" in refused.err
    assert "draft" not in refused.err


def listed(items, *needed, **more):
    """A list of objects that must have some texts, and may have more."""
    texts = {name: {"type": "string"} for name in needed}
    entry = {"type": "object", "properties": {**texts, **more}, "required": list(needed)}
    return {"type": "array", "items": {**entry, **items}}


TIME = {"type": "string", "format": "date-time"}
RELATED = listed({}, "objectId", "qualifier")
TYPES = listed({"required": ["name", "attributes"]}, "name", attributes=listed({}, "name", "type"))
LOG = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": listed(
            {},
            "id",
            "type",
            "time",
            time=TIME,
            attributes=listed({}, "name", "value"),
            relationships=RELATED,
        ),
        "objects": listed(
            {},
            "id",
            "type",
            attributes=listed({}, "name", "value", "time", time=TIME),
            relationships=RELATED,
        ),
    },
}
"""What the published schema of OCEL 2.0 (JSON) asks of a log, in our own words."""


def test_an_event_log_is_valid_and_its_relationships_lead_somewhere(config, tmp_path):
    out = tmp_path / "log.json"
    ask(config, "export", "--table", "events", "--format", "ocel2", "--out", out)
    log = json.loads(out.read_text(encoding="utf-8"))
    jsonschema.validate(log, LOG, format_checker=jsonschema.FormatChecker())
    assert len(log["events"]) == 2 * MANY  # what was planned did not happen
    ids = [each["id"] for each in log["objects"]]
    assert len(ids) == len(set(ids)) == MANY + 2 + 3
    related = [
        link for each in (*log["events"], *log["objects"]) for link in each.get("relationships", ())
    ]
    assert {link["objectId"] for link in related} <= set(ids)
    declared = {
        kind["name"]: {a["name"] for a in kind["attributes"]}
        for kind in (*log["eventTypes"], *log["objectTypes"])
    }
    for each in (*log["events"], *log["objects"]):
        assert {a["name"] for a in each.get("attributes", ())} <= declared[each["type"]]
    (event,) = [
        e
        for e in log["events"]
        if e["type"] == "RELEASED" and e["relationships"][0]["objectId"] == "shipment:S00"
    ]
    assert event["time"] == "2026-03-01T09:00:00Z"
    assert {"objectId": "partner:cou", "qualifier": "counterpart"} in event["relationships"]
    again = tmp_path / "again.json"
    ask(config, "export", "--table", "events", "--format", "ocel2", "--out", again)
    assert again.read_bytes() == out.read_bytes()


def test_other_tables_are_no_event_log(config):
    refused = call("export", "--table", "facts", "--format", "ocel2", "--config", config)
    assert (refused.code, "an event log is made of events" in refused.err) == (2, True)
