"""`inspect` as a process: a folder nobody has described becomes a configuration that reads it."""

import json
import tomllib

import pytest
from tests.support.shell import call

SCANS = """Tracking No;Ereignis;Zeitpunkt (CET);Ort;Empfänger
PX1;Zugestellt;13.03.2026 10:15;HAM;Jo Müller
PX1;In Zustellung;13.03.2026 08:00;HAM;Jo Müller
PX2;Zugestellt;14.03.2026 11:15;BER;jo@example.com
PX2;Quax;15.03.2026 11:15;BER;+49 40 123456
"""


@pytest.fixture
def folder(tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "alpenpost-2026-03.csv").write_text(SCANS, encoding="cp1252")
    return tmp_path


def test_a_written_block_is_read_without_a_change(folder):
    done = call("inspect", "exports", "--write", cwd=folder)
    assert done.returncode == 0, done.stderr
    block = tomllib.loads((folder / "sources" / "alpenpost.toml").read_text(encoding="utf-8"))
    source = block["sources"]["alpenpost"]
    assert source["timezone"] == "CET"
    assert source["datetime_format"] == "%d.%m.%Y %H:%M"
    assert source["columns"] == {
        "tracking_number": "Tracking No",
        "status": "Ereignis",
        "occurred_at": "Zeitpunkt (CET)",
        "location": "Ort",
    }
    read = call("ingest", "--format", "json", cwd=folder)
    assert read.returncode == 0, read.stderr
    told = json.loads(read.stdout)
    assert (told["events"], told["sources"][0]["accepted"]) == (4, 4)


def test_a_block_that_is_there_is_never_changed(folder):
    call("inspect", "exports", "--write", cwd=folder)
    files = {p: p.read_bytes() for p in folder.rglob("*.toml")}
    again = call("inspect", "exports", "--write", cwd=folder)
    assert "nothing was written" in again.stdout
    assert {p: p.read_bytes() for p in folder.rglob("*.toml")} == files


def test_people_are_not_shown(folder):
    for form in ("table", "toml", "json"):
        done = call("inspect", "exports", "--format", form, cwd=folder)
        assert not any(word in done.stdout for word in ("Müller", "example.com", "123456"))


def test_what_is_no_table_is_told_plainly(folder):
    (folder / "note.txt").write_text("Dear all,\nplease find attached\n", encoding="utf-8")
    done = call("inspect", "note.txt", cwd=folder)
    assert done.returncode == 4
    assert "is a table that tallyclerk knows" in done.stderr
    assert "Traceback" not in done.stderr
