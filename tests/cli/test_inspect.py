"""`inspect`: a folder nobody has described becomes a configuration that reads it."""

import tomllib

import pytest
from tests.support import shell
from tests.support.command import call

SCANS = """Tracking No;Ereignis;Zeitpunkt (CET);Ort;Empfänger
PX1;Zugestellt;13.03.2026 10:15;HAM;Jo Müller
PX1;In Zustellung;13.03.2026 08:00;HAM;Jo Müller
PX2;Zugestellt;14.03.2026 11:15;BER;jo@example.com
PX2;Quax;15.03.2026 11:15;BER;+49 40 123456
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "alpenpost-2026-03.csv").write_text(SCANS, encoding="cp1252")
    return tmp_path


def test_a_written_block_is_read_without_a_change(folder):
    done = call("inspect", "exports", "--write")
    assert done.code == 0, done.err
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
    read = call("ingest", "--format", "json")
    assert read.code == 0, read.err
    told = read.json
    assert (told["events"], told["sources"][0]["accepted"]) == (4, 4)


def test_a_block_that_is_there_is_never_changed(folder):
    call("inspect", "exports", "--write")
    files = {p: p.read_bytes() for p in folder.rglob("*.toml")}
    again = call("inspect", "exports", "--write")
    assert "nothing was written" in again.text
    assert {p: p.read_bytes() for p in folder.rglob("*.toml")} == files


def test_people_are_not_shown(folder):
    for form in ("table", "toml", "json"):
        done = call("inspect", folder / "exports", "--format", form)
        assert not any(word in done.text for word in ("Müller", "example.com", "123456"))


def test_what_is_no_table_is_told_plainly(folder):
    (folder / "note.txt").write_text("Dear all,\nplease find attached\n", encoding="utf-8")
    done = shell.call("inspect", "note.txt", cwd=folder)
    assert done.returncode == 4
    assert "is a table that tallyclerk knows" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_a_pattern_reads_already_gets_no_block(folder):
    other = folder / "exports" / "alpenpost-2026-04.csv"
    other.write_text(SCANS.replace(".03.", ".04."), encoding="cp1252")
    call("inspect", "exports", "--write")
    done = call("inspect", "exports/alpenpost-2026-04.csv", "--write")
    assert "[sources.alpenpost] reads these files already" in done.text
    assert sorted(p.name for p in (folder / "sources").iterdir()) == [
        "alpenpost.toml",
        "partners.toml",
    ]


def test_without_an_included_folder_blocks_go_to_the_end_of_the_configuration(folder):
    own = '[run]\ncurrency = "USD"\n'
    config = folder / "config.toml"
    config.write_text(own, encoding="utf-8")
    done = call("inspect", "exports", "--write")
    assert done.code == 0, done.err
    text = config.read_text(encoding="utf-8")
    assert text.startswith(own)
    assert set(tomllib.loads(text)["sources"]) == {"alpenpost"}
    assert call("ingest").code == 0


def test_many_statuses_go_to_a_file_that_waits_for_words(folder):
    rows = "".join(f"PX{n};Zustand Nr. {n % 60};1{n % 9}.03.2026 10:15;HAM;-\n" for n in range(180))
    head = SCANS.splitlines(keepends=True)[0]
    path = folder / "exports" / "alpenpost-2026-03.csv"
    path.write_text(head + rows, encoding="cp1252")
    call("inspect", "exports", "--write")
    lines = (folder / "alpenpost-statuses.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "theirs,ours,count,example"
    assert len(lines) == 61
    assert lines[1].startswith("Zustand Nr. 0,,3,alpenpost-2026-03.csv:2")
    read = call("ingest", "--format", "json")
    assert read.code == 0, read.err
    assert read.json["sources"][0]["accepted"] == 180


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PX1,Delivered,2026-03-13 10:15\nPX2,Delivered,2026-03-14 10:15\n", "first row is data"),
        (
            "Parcel,Status,Time\nPX1,Delivered,noonish\n",
            "such as those of 'Time' (noonish) are no times",
        ),
        (
            "Zqx,Status,Time\nPX1,Delivered,2026-03-13 10:15\n",
            "no column is called like the number",
        ),
        ("Parcel,Zqx,Time\nPX1,7,2026-03-13 10:15\n", "no column is called like a status"),
        (
            "H|a\nD|P1|In|2026-03-13 10:15\nT|1\nD|P2|In|2026-03-13 10:15\n",
            "begin with their type: D (2 rows of 4 fields)",
        ),
        (
            "Step,PX100001,PX100002,PX100003\nDelivered,2026-03-13,2026-03-14,2026-03-15\n",
            "turn it (copy, paste special, transpose)",
        ),
        ("Parcel,Status,Time\nPX1,Delivered,1405-06-12 10:00\n", "Persian or the Islamic calendar"),
        ("Parcel,Status,Time\nPX1,Delivered,2026-W36-2\n", "it says a week, and no date"),
    ],
)
def test_what_a_table_lacks_is_named(folder, text, said):
    (folder / "odd.csv").write_text(text, encoding="utf-8")
    assert said in " ".join(call("inspect", folder / "odd.csv").text.split())
