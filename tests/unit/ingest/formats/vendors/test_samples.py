"""The vendors' own public samples: none crashes, every row is accounted for, nobody is kept."""

from __future__ import annotations

import csv

import pytest
from tests.support.formats import ingested
from tests.support.samples import SAMPLES, needs_samples

from tallyclerk.config.models import Settings
from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.formats import READERS, sniff
from tallyclerk.ingest.vocabulary import proposals

VENDORS = ("aftership", "17track", "cainiao", "easypost", "shippo", "shopify")
PEOPLE = ("KOSUTOKO", "John", "JOHN", "@", "+85", "+86", "3412341234")

pytestmark = needs_samples


def read(name, root):
    source = {"path": str(SAMPLES / name / "*.json"), "format": name}
    facts = {**source, "table": "shipments"}
    return ingested(
        Settings.model_validate({"sources": {"x": source, "y": facts}, "base": root}), root
    )


@pytest.mark.parametrize("name", VENDORS)
def test_a_sample_is_read_and_nobody_is_kept(tmp_path, name):
    done = read(name, tmp_path / "store")
    files = {f for s in done.report.sources if s.source == "x" for f in s.files}
    assert len(files) == len(list((SAMPLES / name).glob("*.json")))
    assert done.events()
    assert not [event for event in done.events() if event[6] == "unmapped"]
    assert not [word for word in PEOPLE if word in done.written()]


@pytest.mark.parametrize("name", VENDORS)
def test_a_sample_is_told_by_its_look(name):
    for path in (SAMPLES / name).glob("*.json"):
        assert next(iter(sniff(path))) == name, path.name


def test_customs_releases_and_the_hand_off_are_not_what_their_codes_say(tmp_path):
    events = read("aftership", tmp_path / "store").events()
    told = {event[1]: event[2] for event in events if event[6].startswith("text:")}
    assert told["IMPORT_CUSTOMS_CLEARED"] == "2018-07-24T02:12:00Z"
    assert told["EXPORT_CUSTOMS_CLEARED"] == "2018-07-23T15:14:00Z"
    assert told["RELEASED"] == "2018-07-24T04:02:00Z"


@pytest.mark.parametrize("name", ["zendesk", "freshdesk"])
def test_the_header_of_a_help_desk_s_export_is_known(tmp_path, name):
    header = next((SAMPLES / "tickets").glob(f"{name}*.csv")).read_text("utf-8").strip()
    path = tmp_path / "tickets.csv"
    path.write_text(f"{header},Order\n" + "," * header.count(",") + ",x\n", "utf-8")
    assert next(iter(sniff(path))) == name
    source = Settings.model_validate(
        {"sources": {"x": {"path": str(path), "format": name, "table": "tickets"}}}
    ).sources["x"]
    columns = set(READERS[name].open(path, source).header)
    assert {"ticket_id", "opened_at", "resolved_at"} <= columns
    assert not {"Requester email", "Subject", "Requester"} & columns


def test_the_texts_of_every_code_lead_to_no_delivery_that_is_none():
    rows = csv.DictReader((SAMPLES / "vocabulary.csv").read_text("utf-8").splitlines())
    others = {
        row["text"]: row["proposed_milestone"]
        for row in rows
        if row["text"] and row["proposed_milestone"] not in {"DELIVERED", "INFO"}
    }
    told = zip(others.items(), proposals(list(others)), strict=True)
    delivered = Milestone.DELIVERED
    wrong = {
        text: found for (text, _), found in told if found.milestone == delivered and found.is_sure
    }
    assert set(wrong) == {"签收成功"}  # by itself it is what customers do; the code knows better
