"""A folder of strange files becomes a scorecard: `inspect --write`, the questions answered, `report`."""

import re

import pytest
from tests.support.command import ask, call, check_accounts
from tests.support.strange import write_strange_files

from tallyclerk.config import load
from tallyclerk.store import Ledger

ANSWERS = {
    "oceanwide": {
        "timezone": "Europe/Berlin",
        "Übernommen": "ACCEPTED",
        "Abflug": "DEPARTED_ORIGIN",
        "Ankunft": "ARRIVED_DESTINATION",
        "Verzollt": "IMPORT_CUSTOMS_CLEARED",
    },
    "rapidpost_scans": {"IN": "AT_DEPOT"},
    "schadenfalle": {"timezone": "Europe/Berlin"},
    "wisla": {
        "timezone": "Europe/Warsaw",
        "Przyjęta w oddziale": "AT_DEPOT",
        "Wydana do doręczenia": "OUT_FOR_DELIVERY",
        "Doręczona": "DELIVERED",
    },
    "发货明细": {"timezone": "Asia/Shanghai", "partner": "Brightstar"},
}
"""What the buyer knows and no file says, by the file in which `inspect` asks for it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("strange")


@pytest.fixture(scope="module")
def trade(folder):
    return write_strange_files(folder / "exports")


@pytest.fixture(scope="module")
def config(folder, trade):
    path = folder / "config.toml"
    assert trade.parcels
    assert call("--config", path, "inspect", folder / "exports", "--write").code == 0
    for name, answers in ANSWERS.items():
        answer(folder / "sources" / f"{name}.toml", answers)
    return path


def answer(path, answers):
    """Fill in the lines that wait, as a person does: take the # away, write the value."""
    text = path.read_text(encoding="utf-8")
    for key, value in answers.items():
        line = re.compile(rf'^(?:# )?("?{re.escape(key)}"?) = (?:"[^"]*")', re.MULTILINE)
        assert line.search(text), (path, key)
        text = line.sub(lambda found, value=value: f'{found[1]} = "{value}"', text)
    path.write_text(text, encoding="utf-8")


def test_nothing_else_is_asked(config, folder):
    waiting = {
        path.stem
        for path in (folder / "sources").glob("*.toml")
        if re.search(r'^# ("?[\w ]+"?) = ""', path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert config.exists()
    assert waiting == set()


def test_every_row_counts_and_the_sum_is_refused(config):
    told = ask(config, "ingest", "--format", "json").json
    check_accounts(told)
    refused = {s["source"]: s["rejected"] for s in told["sources"] if s["rejected"]}
    assert refused == {"oceanwide": 1}
    assert all(s["pending"] == s["bad_cells"] == 0 for s in told["sources"])


def test_what_happened_is_read_to_the_minute(config, trade):
    ask(config, "ingest")
    settings = load(config, {})
    ledger = Ledger.open(settings.resolve(settings.run.store))
    events = ledger.read_events(0, ["shipment_id", "milestone", "occurred_at"])
    assert sorted(events.rows()) == trade.truth


def test_what_is_no_export_is_told(folder, trade):
    found = call("--config", folder / "other.toml", "inspect", folder / "exports").text
    assert trade.parcels
    assert "the file is empty" in found
    assert "a web page" in found
    assert "damaged by a spreadsheet" in found


def test_nobody_is_shown(folder, trade):
    assert trade.parcels
    for form in ("table", "toml", "json"):
        answered = call(
            "--config", folder / "o.toml", "inspect", folder / "exports", "--format", form
        )
        assert not re.search(r"MEIER|jo@|Jo Doe", answered.text)


def test_the_partners_are_scored(config):
    rows = ask(config, "tally", "--kpi", "on_time_rate", "--format", "json").json["results"]
    couriers = {row["partner_id"]: row for row in rows if row["role"] == "courier"}
    assert set(couriers) == {"Rapidpost", "Wisla Kurier"}
    for row in couriers.values():
        assert row["n"] == row["hits"] > 0
        assert row["n"] + row["waiting"] == 6
