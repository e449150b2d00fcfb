"""Each trade format on our own messages, against expectations written by reading them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from tallyclerk.config import load
from tallyclerk.ingest.formats import sniff
from tallyclerk.ingest.report import IngestReport
from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger

FIXTURES = Path(__file__).parents[5] / "fixtures" / "formats"
NAMES = ("fsu", "iftsta", "x12_214", "epcis", "dcsa", "emsevt")
PEOPLE = ("DOE", "JOHN", "MAIN ST", "MUSTERMANN", "555 0100")
COLUMNS = {
    "shipment": "shipment_id",
    "milestone": "milestone",
    "occurred_at": "occurred_at",
    "classifier": "classifier",
    "partner": "partner_id",
    "counterpart": "counterpart_id",
    "reason": "reason",
    "status": "status_raw",
}


@dataclass
class Ingested:
    report: IngestReport
    ledger: Ledger
    root: Path

    def rejects(self):
        frame = self.ledger.rejects().collect()
        return frame.sort("source", "source_row", "rule").select("source_row", "rule", "raw").rows()

    def notes(self):
        return {note for segment in self.ledger.manifest.active for note in segment.notes}


@pytest.fixture(scope="session")
def ingested(tmp_path_factory):
    """Every format's fixtures, read once."""
    done = {}
    for name in NAMES:
        settings = load(FIXTURES / name / "config.toml", {})
        root = tmp_path_factory.mktemp(name)
        run = settings.run.model_copy(update={"store": str(root)})
        settings = settings.model_copy(update={"run": run})
        report = ingest(settings)
        done[name] = Ingested(report, Ledger.open(root), root)
    return done


@pytest.mark.parametrize("name", NAMES)
def test_events_are_those_read_by_hand(ingested, name):
    with (FIXTURES / name / "expected" / "events.csv").open(encoding="utf-8") as file:
        expected = sorted(tuple(row.values()) for row in csv.DictReader(file))
    frame = ingested[name].ledger.read_events(0, list(COLUMNS.values()))
    times = pl.col("occurred_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = frame.with_columns(times).select(COLUMNS.values()).fill_null("").rows()
    assert sorted(rows) == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_accounted_for(ingested, name):
    for source in ingested[name].report.sources:
        parts = (
            source.accepted + source.rejected + source.duplicates + source.pending + source.left_out
        )
        assert source.rows == parts


@pytest.mark.parametrize("name", NAMES)
def test_no_name_and_no_phone_enters_the_store(ingested, name):
    for path in sorted(ingested[name].root.rglob("*.*")):
        if path.suffix == ".parquet":
            content = pl.read_parquet(path).write_csv()
        else:
            content = path.read_text("utf-8", "replace")
        assert not [word for word in PEOPLE if word in content.upper()], path


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("fsu", "2026-03.txt"),
        ("iftsta", "status.edi"),
        ("x12_214", "status.x12"),
        ("epcis", "events.jsonld"),
        ("epcis", "events.xml"),
        ("dcsa", "events.json"),
        ("emsevt", "events.csv"),
    ],
)
def test_a_file_is_told_by_its_look(form, name):
    assert next(iter(sniff(FIXTURES / form / name))) == form


def test_a_wrapped_fsu_message_is_the_same_fact_as_a_bare_one(workshop):
    message = "FSU/12\n999-10000016FRAJFK/T10K250.5\nRCS/05MAR1430/FRA/T10K250.5/X\n"
    workshop.write("bare-2026-03.txt", message)
    head = "UNB+IATA:1+A:PIMA+B:PIMA+260306:0915+R+0'UNH+1+CIMFSU:12'"
    workshop.write("wrapped.txt", f"{head}{message}'UNT+3+1'UNZ+1+R'")
    feeds = {
        name: {"path": f"{name}*.txt", "format": "fsu", "timezone": None}
        for name in ("bare", "wrapped")
    }
    report, ledger = workshop.ingest(**feeds)
    assert len(ledger.read_events(0)) == 1
    assert sum(source.duplicates for source in report.sources) == 1


def fsu(*lines):
    return "\n".join(["2026-03-09", "FSU/12", "999-10000020FRAJFK/T10K250", *lines, ""])


FIRST = fsu("DEP/QZ1/06MAR/FRAJFK/P6K150/A1000/S1300")
SECOND = fsu("DEP/QZ3/07MAR/FRAJFK/P4K100/A1100/S1400")


@pytest.mark.parametrize(
    ("files", "departed"),
    [
        ((FIRST,), []),
        ((FIRST, SECOND), ["07 10:00"]),
        ((SECOND, FIRST), ["07 10:00"]),
        ((FIRST, FIRST.replace("09", "10", 1)), []),  # the same part, told again
        ((FIRST, SECOND.replace("P4", "P3")), []),
        ((FIRST, SECOND.replace("FRAJFK/P4", "CDGJFK/P4")), []),  # elsewhere
        ((FIRST, SECOND, SECOND.replace("07MAR", "08MAR").replace("P4", "P2")), ["07 10:00"]),
    ],
)
def test_parts_of_a_waybill_make_a_whole_across_files(workshop, files, departed):
    """A message a file: the whole has departed with its last part, whichever file came first."""
    for number, text in enumerate(files):
        workshop.write(f"in/{number}.txt", text)
    workshop.write("own.csv", "ship,awb\nS1,999-10000020\nS2,999-10000020\n")
    columns = {"shipment_id": "ship", "mawb": "awb"}
    _, ledger = workshop.ingest(
        airline={"path": "in/*.txt", "format": "fsu", "timezone": None},
        own={"path": "own.csv", "table": "shipments", "columns": columns},
    )
    names = ["shipment_id", "milestone", "occurred_at", "status_raw", "is_physical", "reason"]
    rows = ledger.read_events(0, names)
    told = rows.filter(pl.col("milestone") == "DEPARTED_ORIGIN")
    for shipment in ("S1", "S2"):
        own = told.filter(pl.col("shipment_id") == shipment)
        assert own["occurred_at"].dt.strftime("%d %H:%M").to_list() == departed
    assert set(told.select("status_raw", "is_physical", "reason").rows()) == {
        ("DEP", True, None) for _ in departed
    }
    parts = rows.filter(pl.col("milestone") == "INFO")
    assert set(parts["status_raw"]) == {"DEP part"}
    assert not parts["is_physical"].any()


def test_local_times_of_iftsta_are_those_of_their_countries(workshop):
    body = "".join(
        f"STS+1+{code}'DTM+334:202603051200:203'LOC+175+{place}'EQD+CN+QZLU1000018'"
        for code, place in (("I", "CNSHA"), ("OA", "DEHAM"))
    )
    workshop.write("a.edi", f"UNH+1+IFTSTA:D:00B:UN'{body}UNT+9+1'")
    zones = {"CN": "Asia/Shanghai", "DE": "Europe/Berlin"}
    source = {"path": "a.edi", "format": "iftsta", "timezone": None, "timezones": zones}
    _, ledger = workshop.ingest(a=source)
    times = ledger.read_events(0, ["occurred_at"])["occurred_at"].dt.hour().to_list()
    assert times == [4, 11]


def test_fsu_refuses_what_has_no_zone(ingested):
    assert ingested["fsu"].rejects() == [
        (28, "time", "2026-03-09 09:00 local time, no zone is known for XQZ"),
    ]


def test_iftsta_refuses_no_file_for_what_is_wrong_in_it(ingested):
    assert ingested["iftsta"].rejects() == [(36, "time", "20260230")]
    assert ingested["iftsta"].notes() == {
        "1 messages whose control count (UNT) is wrong",
        "1 messages of another kind (ORDERS), not read",
    }


def test_x12_refuses_local_times_of_states_that_a_zone_line_cuts(ingested):
    assert ingested["x12_214"].rejects() == [
        (25, "time", "2026-03-06 10:15 local time, no zone is known for the place"),
        (27, "time", "20260231 1015"),
    ]
    assert ingested["x12_214"].notes() == {
        "2 messages whose control count (SE) is wrong",
        "1 local times that a clock change gives twice or skips; taken as before it",
    }


def test_what_a_reader_remarks_is_a_finding(ingested):
    found = {f.what: f.where for f in ingested["iftsta"].report.findings if f.kind == "noted"}
    assert found == {
        "messages whose control count (UNT) is wrong: 1": "status.edi",
        "messages of another kind (ORDERS), not read: 1": "status.edi",
    }


def test_epcis_names_goods_apart_from_units_and_takes_back_errors(ingested):
    assert [row[1] for row in ingested["epcis"].rejects()] == ["key_missing"]
    assert ingested["epcis"].notes() == {
        "1 events that name goods but no unit that is shipped",
        "2 events that declare earlier ones an error, which are taken back",
        "1 times without an offset, taken by their eventTimeZoneOffset",
    }


def test_the_same_epcis_events_in_json_and_xml_are_one(ingested):
    duplicates = {source.source: source.duplicates for source in ingested["epcis"].report.sources}
    # Beside them what is declared an error, and the declarations: two rows, and four of each.
    assert sum(duplicates.values()) == 3 + 2 * (1 + 4)


def test_an_epcis_declaration_in_xml_takes_back_the_event_of_its_number(workshop):
    def event(name, at, base="", step="shipping"):
        return (
            f"<ObjectEvent><eventTime>{at}</eventTime><eventTimeZoneOffset>+00:00"
            f"</eventTimeZoneOffset><baseExtension><eventID>{name}</eventID>{base}</baseExtension>"
            "<epcList><epc>urn:epc:id:sscc:4012345.0000000017</epc></epcList>"
            f"<action>OBSERVE</action><bizStep>{step}</bizStep></ObjectEvent>"
        )

    declared = (
        "<errorDeclaration><declarationTime>2026-03-07T00:00:00Z</declarationTime>"
        "<correctiveEventIDs><correctiveEventID>c</correctiveEventID></correctiveEventIDs>"
        "</errorDeclaration>"
    )
    told = [
        event("a", "2026-03-05T10:00:00Z"),
        event("b", "2026-03-05T11:00:00Z", step="departing"),
        event("a", "2026-03-05T10:00:00Z", declared, step="holding"),
        event("c", "2026-03-05T12:00:00Z"),
    ]
    text = "<epcis:EPCISDocument xmlns:epcis='urn:epcglobal:epcis:xsd:1'><EPCISBody><EventList>"
    workshop.write("a.xml", f"{text}{''.join(told)}</EventList></EPCISBody></epcis:EPCISDocument>")
    source = {"path": "a.xml", "format": "epcis", "timezone": None}
    report, ledger = workshop.ingest(a=source)
    times = ledger.read_events(0, ["occurred_at"])["occurred_at"].dt.hour().to_list()
    assert sorted(times) == [11, 12]
    (found,) = [f for f in report.findings if f.kind == "corrected"]
    assert found.what == "1 events replaced by later ones, 1 taken back"


def test_emsevt_notes_wrong_check_digits_and_lists_unknown_codes(ingested):
    assert ingested["emsevt"].rejects() == [
        (10, "time", "31.03.2026, no zone is known for DEFRAA"),
    ]
    assert "1 item numbers (S10) whose check digit is wrong" in ingested["emsevt"].notes()
    (source,) = ingested["emsevt"].report.sources
    assert [word.word for word in source.unmapped] == ["EMQ"]


def test_a_container_and_a_waybill_speak_for_every_shipment_in_them(ingested):
    frame = ingested["iftsta"].ledger.read_events(0, ["shipment_id", "inherited"])
    told = dict(frame.unique().rows())
    assert told == {"S1": True, "S2": True, "S3": True, "S4": False}
