"""XML of any kind: what comes again is a row, with what is around it."""

import gzip

import pytest
from tests.support.inspected import blocks_of, inspected

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import sniff

EVENT = (
    "<e:Event code='{0}'><At>2026-03-0{1}T10:00:00Z</At><Where><City>Wien</City></Where></e:Event>"
)


def document(*parcels):
    """Parcels by number, each with its statuses."""
    body = "".join(
        f'<Parcel number="{number}"><Events>'
        + "".join(EVENT.format(status, day) for day, status in enumerate(statuses, 1))
        + "</Events></Parcel>"
        for number, statuses in parcels
    )
    return f'<?xml version="1.0"?><Export xmlns:e="urn:e"><Made>2026</Made>{body}</Export>'


TWO = document(("P1", ["ACCEPTED", "DELIVERED"]), ("P2", ["ACCEPTED"]))
COLUMNS = {
    "shipment_id": "Parcel.number",
    "status": "Event.code",
    "occurred_at": "At",
    "location": "Where.City",
}
SOURCE = {"format": "xml", "records": "Parcel.Events.Event", "columns": COLUMNS}


@pytest.mark.parametrize("packed", [False, True])
def test_an_element_that_comes_again_is_a_row_with_what_is_around_it(workshop, packed):
    name = "a.xml.gz" if packed else "a.xml"
    workshop.write(name, gzip.compress(TWO.encode()) if packed else TWO)
    _, ledger = workshop.ingest(a={"path": name, **SOURCE})
    rows = ledger.read_events(0, ["shipment_id", "milestone", "location", "source_row"]).rows()
    assert sorted(rows, key=lambda row: row[3]) == [
        ("P1", "ACCEPTED", "Wien", 1),
        ("P1", "DELIVERED", "Wien", 2),
        ("P2", "ACCEPTED", "Wien", 3),
    ]


def test_a_list_of_one_is_a_list_where_it_is_declared(workshop):
    workshop.write("a.xml", document(("P1", ["DELIVERED"])))
    _, ledger = workshop.ingest(a={"path": "a.xml", **SOURCE})
    assert ledger.read_events(0).height == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TWO[:-20], "not well-formed"),
        (TWO.replace("Event", "Scan"), "no list of records"),
        (TWO.replace("<Export", '<!DOCTYPE a [<!ENTITY b "c">]><Export'), "entities"),
        (TWO.replace("<Export", '<!DOCTYPE a SYSTEM "file:///x"><Export'), "document type"),
        (f"<Export>{'<a>' * 70}{'</a>' * 70}</Export>", "nested more than 64 deep"),
        ("<Export><Parcel><a>1</a></Parcel></Export>", "no list of records"),
    ],
)
def test_xml_that_cannot_be_used_says_why(workshop, content, says):
    workshop.write("a.xml", content)
    with pytest.raises(InputError, match=says):
        workshop.ingest(a={"path": "a.xml", **SOURCE})


def test_xml_declared_as_text_says_what_to_declare(workshop):
    with pytest.raises(InputError, match='declare format = "xml"'):
        workshop.events(TWO)


def test_xml_is_told_and_described(tmp_path):
    (tmp_path / "a.xml").write_text(TWO)
    (tmp_path / "b.html").write_text("<html><body>log in</body></html>")
    assert next(iter(sniff(tmp_path / "a.xml"))) == "xml"
    assert "xml" not in sniff(tmp_path / "b.html")
    [block] = blocks_of(inspected([tmp_path / "a.xml"], tmp_path)).values()
    assert 'records = "Parcel.Events.Event"' in block.toml
    assert 'shipment_id = "Parcel.number"' in block.toml


def test_a_document_for_each_parcel_is_one_source_though_some_have_one_event(tmp_path):
    for number, statuses in enumerate((["ACCEPTED", "DELIVERED"], ["ACCEPTED"])):
        events = "".join(EVENT.format(status, day) for day, status in enumerate(statuses, 1))
        text = f"<Parcel xmlns:e='urn:e'><awb>P{number}</awb>{events}</Parcel>"
        (tmp_path / f"track_{number}.xml").write_text(text)
    found = inspected([tmp_path], tmp_path)
    assert not found.refused
    [block] = blocks_of(found).values()
    assert 'records = "Event"' in block.toml
