"""A zip archive of exports counts as a folder, and is not trusted."""

import io
import zipfile
import zlib

import pytest
from tests.support.inspected import blocks_of, inspected
from tests.support.xlsx import workbook

from tallyclerk.ingest import zipped
from tallyclerk.store import Ledger

ROW = "id,status,time\n{0},DELIVERED,2026-03-0{0} 10:00\n"
COLUMNS = {"shipment_id": "id", "occurred_at": "time"}


def archive(files, how=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", how) as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    return content.getvalue()


def files_of(ledger: Ledger) -> list[str]:
    return sorted(set(ledger.read_events(0)["source_file"]))


@pytest.fixture
def months(workshop):
    workshop.write("x/acme_2026-01.zip", archive({"jan.csv": ROW.format(1), "notes.pdf": "%PDF"}))
    inside = {
        "a\\feb.csv": ROW.format(2),
        "__MACOSX/a/._feb.csv": "\0",
        "a/sub/b.csv": ROW.format(3),
    }
    workshop.write("x/acme_2026-02.ZIP", archive(inside, zipfile.ZIP_STORED))
    return workshop


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x", ["01.zip/jan.csv", "02.ZIP/a/feb.csv", "02.ZIP/a/sub/b.csv"]),
        ("x/acme_2026-01.zip", ["01.zip/jan.csv"]),
        ("x/*.zip", ["01.zip/jan.csv"]),
        ("x/*", ["01.zip/jan.csv", "02.ZIP/a/feb.csv", "02.ZIP/a/sub/b.csv"]),
        ("x/*.zip/*.csv", ["01.zip/jan.csv"]),
        ("x/acme_2026-02.ZIP/a/feb.csv", ["02.ZIP/a/feb.csv"]),
        ("x/*.ZIP/*/*.csv", ["02.ZIP/a/feb.csv"]),
        ("*/acme_*.ZIP/**/*.csv", ["02.ZIP/a/feb.csv", "02.ZIP/a/sub/b.csv"]),
    ],
)
def test_files_in_archives_are_named_as_in_folders(months, path, expected):
    _, ledger = months.ingest(a={"path": path, "columns": COLUMNS})
    assert files_of(ledger) == [f"x/acme_2026-{name}" for name in expected]


def test_a_file_in_an_archive_that_is_sent_again_is_known(months):
    source = {"path": "x/acme_2026-01.zip", "columns": COLUMNS}
    months.ingest(a=source)
    grown = {"jan.csv": ROW.format(1), "late.csv": ROW.format(4)}
    months.write("x/acme_2026-01.zip", archive(grown))
    report, ledger = months.ingest(a=source)
    assert (report.files_read, report.files_known) == (1, 1)
    assert ledger.read_events(0).height == 2


def test_workbooks_in_archives_and_archives_that_are_workbooks_are_read(workshop, tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", {"S": [["id", "status", "time"], ["7", "DELIVERED", "2026-03-07"]]}
    )
    workshop.write("x/book.zip", path.read_bytes())
    workshop.write("x/books.zip", archive({"b.xlsx": path.read_bytes()}))
    _, ledger = workshop.ingest(a={"path": "x/*", "format": "excel", "columns": COLUMNS})
    assert {s.file for s in ledger.manifest.active} == {"x/book.zip", "x/books.zip/b.xlsx"}


def flipped(content: bytes) -> bytes:
    """An archive whose file is another one than the archive says."""
    return content.replace(zlib.crc32(ROW.format(1).encode()).to_bytes(4, "little"), b"\0\0\0\0")


def locked(content: bytes) -> bytes:
    place = content.index(b"PK\x01\x02") + 8
    return content[:place] + b"\x01" + content[place + 1 :]


def longer(content: bytes, stated: int) -> bytes:
    """An archive that says that its file is so long."""
    place = content.index(b"PK\x01\x02") + 24
    return content[:place] + stated.to_bytes(4, "little") + content[place + 4 :]


ONE = archive({"a.csv": ROW.format(1)})
BOMB = archive({"a.csv": b"\n" * 3_000_000})


@pytest.mark.parametrize(
    ("content", "where", "says"),
    [
        (archive({}), "", "holds no file"),
        (ONE[:-30], "", "damaged"),
        (flipped(ONE), "/a.csv", "damaged"),
        (locked(ONE), "", "locked by a password"),
        (longer(ONE, 10), "/a.csv", "damaged"),
        (longer(ONE, 10_000_000), "", "more than 250 times"),
        (BOMB, "", "more than 250 times"),
        (longer(BOMB, 1000), "/a.csv", "damaged"),
        (archive({"a/x.csv": "", "a\\x.csv": ROW.format(1)}), "", "two files of one name"),
        (archive({"a.csv": ROW.format(1)}, zipfile.ZIP_BZIP2), "", "packed in a way"),
        (archive({"in.zip": ONE, "in.csv": ROW.format(1)}), "/in.zip", "lies in another one"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_archive_that_cannot_be_used_says_why(workshop, monkeypatch, content, where, says):
    monkeypatch.setattr(zipped, "FREE_BYTES", 1_000_000)
    workshop.write("good.csv", ROW.format(5))
    workshop.write("x.zip", content)
    paths = ["good.csv", "x.zip", "x.zip/in.zip"]
    report, ledger = workshop.ingest(a={"path": paths, "columns": COLUMNS})
    [finding] = (f for f in report.findings if f.kind == "file")
    assert finding.where == f"x.zip{where}"
    assert says in f"{finding.what} {finding.mend}"
    assert "good.csv" in files_of(ledger)


def test_inspect_reads_months_in_archives_as_one_source(months):
    months.write("x/acme_2026-02.ZIP", b"")
    months.write("x/acme_2026-03.zip", archive({"jan.csv": ROW.format(3)}))
    months.write("x/acme_2026-04.zip", b"PK\x03\x04")
    found = inspected([months.base / "x"], months.base)
    [block] = blocks_of(found).values()
    assert 'path = "x/acme_*.zip/*.csv"' in block.toml
    refused = {where: what for where, what, _ in found.refused}
    assert "damaged" in refused["x/acme_2026-04.zip"]
    assert "PDF" in refused["x/acme_2026-01.zip/notes.pdf"]


def test_a_path_that_nothing_matches_is_told_though_others_match(workshop):
    workshop.write("x/jan.csv", ROW.format(1))
    paths = ["x/*.csv", "y/*.csv", "gone.csv"]
    report, _ = workshop.ingest(a={"path": paths, "columns": COLUMNS})
    told = [finding.where for finding in report.findings if finding.kind == "no_file"]
    assert told == ["y/*.csv", "gone.csv"]
