"""Damaged and unusual text files."""

from __future__ import annotations

import gzip
import io
import itertools
import random
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import container
from tallyclerk.ingest.formats.delimited import DelimitedReader
from tallyclerk.ingest.formats.text import detect_text
from tallyclerk.store import Ledger

GOOD = [("1", "ACCEPTED", "2024-01-05T10:00"), ("2", "DELIVERED", "2024-01-06T11:30")]
CSV = "id,status,time\n1,ACCEPTED,2024-01-05 10:00\n2,DELIVERED,2024-01-06 11:30\n"


def rejects(workshop):
    rows = Ledger.open(workshop.base / ".tallyclerk").rejects().collect()
    return rows.select("source_row", "rule", "column", "raw", "is_row").rows()


@pytest.mark.parametrize(
    ("encoding", "delimiter", "line_end"),
    list(
        itertools.product(
            ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "gb18030"],
            [",", ";", "\t", "|"],
            ["\n", "\r\n", "\r"],
        )
    ),
)
def test_every_encoding_delimiter_and_line_end_gives_the_same_rows(
    workshop, encoding, delimiter, line_end
):
    word = "已到达深圳转运中心" if encoding == "gb18030" else "Übergabe an Kurier"
    text = CSV.replace("1,ACCEPTED", f"1,{word}").replace(",", delimiter).replace("\n", line_end)
    _, events = workshop.events(text.encode(encoding), statuses={word: "ACCEPTED"})
    assert events == GOOD


@pytest.mark.parametrize("declared", ["latin-1", "gb18030", "UTF8"])
def test_a_declared_encoding_is_used(workshop, declared):
    text = CSV.replace("ACCEPTED", "é")
    _, events = workshop.events(
        text.encode(declared), encoding=declared, statuses={"é": "ACCEPTED"}
    )
    assert events == GOOD


def test_legacy_bytes_far_behind_the_sample_are_found(workshop, monkeypatch):
    monkeypatch.setattr("tallyclerk.ingest.formats.text.SAMPLE_BYTES", 40)
    text = CSV + "3,Übergabe,2024-01-07 10:00\n"
    report, events = workshop.events(text.encode("latin-1"), statuses={"Übergabe": "ACCEPTED"})
    assert events == [*GOOD, ("3", "ACCEPTED", "2024-01-07T10:00")]
    assert report.sources[0].rows == 3


def test_ragged_rows_are_rejected_and_the_rest_kept(workshop):
    text = CSV.replace("2,DEL", "7,ACCEPTED\n8,ACCEPTED,2024-01-01,x\n\n2,DEL")
    _, events = workshop.events(text)
    assert events == GOOD
    assert rejects(workshop) == [
        (3, "fields", None, "2 fields for 3: 7,ACCEPTED", True),
        (4, "fields", None, "4 fields for 3: 8,ACCEPTED,2024-01-01,x", True),
    ]


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(st.lists(st.text("ab é\r", max_size=2), max_size=4).map(",".join), max_size=8)
)
def test_lines_taken_in_bulk_are_what_each_of_them_is(tmp_path_factory, lines):
    path = tmp_path_factory.getbasetemp() / "plain.csv"
    path.write_text("\n".join(["x,y,z", *lines, ""]), encoding="utf-8", newline="")
    kind, sample = detect_text(path, None)
    source = Source(path=path.name)
    in_bulk, one_by_one = (DelimitedReader(path, kind, ",", sample, source) for _ in range(2))
    one_by_one._is_plain = False
    for fast, slow in itertools.zip_longest(in_bulk.batches([0, 1]), one_by_one.batches([0, 1])):
        assert fast.cells.equals(slow.cells)
        assert fast.bad.equals(slow.bad)


def test_quoted_fields_hold_delimiters_quotes_and_line_breaks(workshop):
    text = (
        'id,status,time\n1,"say ""a,b""\nand\nc",2024-01-05 10:00\n2,DELIVERED,2024-01-06 11:30\n'
    )
    _, events = workshop.events(text, statuses={'say "a,b" and c': "ACCEPTED"})
    assert events == GOOD


def test_a_stray_quote_costs_its_own_row_only(workshop):
    text = CSV.replace("2,DEL", '5,"open,2024-01-05 10:00\n2,DEL')
    _, events = workshop.events(text)
    assert events == GOOD
    assert [row[:2] for row in rejects(workshop)] == [(3, "quote")]


def test_a_stray_quote_in_a_row_of_another_width_is_one_row(workshop):
    report, events = workshop.events(f'{CSV}"3,ACCEPTED\n')
    assert events == GOOD
    assert (report.sources[0].rows, report.sources[0].rejected) == (3, 1)


def test_quotes_inside_a_field_are_letters(workshop):
    text = CSV.replace("1,ACCEPTED", '1,5" pipe')
    _, events = workshop.events(text, statuses={'5" pipe': "ACCEPTED"})
    assert events == GOOD


def test_blocks_may_end_anywhere(workshop, monkeypatch):
    monkeypatch.setattr("tallyclerk.ingest.formats.container.BLOCK_BYTES", 7)
    monkeypatch.setattr(container.byte_blocks, "__defaults__", (7,))
    text = 'id,status,time\r\n1,"a\r\nb",2024-01-05 10:00\r\n2,Übergabe,2024-01-06 11:30\r\n'
    statuses = {"a b": "ACCEPTED", "Übergabe": "DELIVERED"}
    _, events = workshop.events("\ufeff" + text, statuses=statuses)
    assert events == GOOD


def test_nul_bytes_and_late_byte_order_marks_are_taken_out(workshop):
    report, events = workshop.events(CSV.replace("2,DEL", "\ufeff2\0,DEL"))
    assert events == GOOD
    assert report.sources[0].notes == ("a.csv: 1 NUL bytes taken out",)


def test_header_in_another_case_with_spaces(workshop):
    _, events = workshop.events(CSV.replace("id,status,time", " ID , Status,TIME "))
    assert events == GOOD


def test_a_header_repeated_among_the_rows_is_rejected(workshop):
    _, events = workshop.events(CSV + "id,status,time\n")
    assert events == GOOD
    assert [row[:2] for row in rejects(workshop)] == [(4, "header_repeated")]


def test_a_file_with_a_header_only_has_no_rows(workshop):
    report, events = workshop.events("id,status,time\n")
    assert events == []
    assert report.sources[0].rows == 0


NOISE = random.Random(1).randbytes(2000)  # noqa: S311 nothing secret


def zipped(part):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(part, CSV)
    return file.getvalue()


def tarred():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO())
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04rest", "zip archive, and damaged"),
        (zipped("a.csv"), "a zip archive. Mend: name it a.csv.zip"),
        (zipped("word/document.xml"), "a Word document"),
        (zipped("xl/workbook.xml"), "an Excel workbook"),
        (tarred(), "a tar archive"),
        (b"\x89PNG\r\n\x1a\n" + NOISE, "a picture"),
        (b"SQLite format 3\0" + NOISE, "a database"),
        (NOISE, "no text"),
        (gzip.compress(CSV.encode(), mtime=0), "gzip-compressed but not named so"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (CSV.replace("time", "tme").encode(), "did you mean 'tme'"),
        (CSV.replace("time", "time,Time ").encode(), "more than once"),
        (b"id;status,time|x\n", "two delimiters"),
        ((",".join(f"c{n}" for n in range(10_001)) + "\n").encode(), "10,001 columns"),
        (b"id,status,time\n1," + b"x" * (17 * 2**20), "longer than 16 MB"),
        (
            CSV.replace(" 10:00", "").replace("2024-01-05", "03/04/2024").encode(),
            "nothing in column",
        ),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_used_says_why(workshop, content, says):
    with pytest.raises(InputError, match=says) as error:
        workshop.events(content)
    assert "a.csv" in str(error.value)
    assert "Mend: " in str(error.value)


def test_one_unusable_file_does_not_stop_the_others(workshop):
    workshop.write("x/1.csv", CSV)
    workshop.write("x/2.csv", b"")
    columns = {"shipment_id": "id", "occurred_at": "time"}
    report, ledger = workshop.ingest(a={"path": "x/*.csv", "columns": columns})
    assert ledger.read_events(0).height == 2
    assert [(f.kind, f.where) for f in report.findings] == [("file", "x/2.csv")]


def test_compressed_files_are_read_and_bombs_refused(workshop, monkeypatch):
    workshop.write("a.csv.gz", gzip.compress(CSV.encode()))
    _, ledger = workshop.ingest(
        a={"path": "*.gz", "columns": {"shipment_id": "id", "occurred_at": "time"}}
    )
    assert ledger.read_events(0).height == 2
    monkeypatch.setattr(container, "FREE_BYTES", 1000)
    workshop.write("b.csv.gz", gzip.compress(b"id,status,time\n" + b"\n" * 3_000_000))
    with pytest.raises(InputError, match="unpacks to more than 250 times"):
        list(container.byte_blocks(workshop.base / "b.csv.gz"))
    workshop.write("c.csv.gz", gzip.compress(CSV.encode())[:-9])
    with pytest.raises(InputError, match="damaged"):
        list(container.byte_blocks(workshop.base / "c.csv.gz"))


def test_zstd_files_are_read(workshop):
    zstd = pytest.importorskip("backports.zstd")
    workshop.write("a.csv.zst", zstd.compress(CSV.encode()))
    _, ledger = workshop.ingest(
        a={"path": "*.zst", "columns": {"shipment_id": "id", "occurred_at": "time"}}
    )
    assert ledger.read_events(0).height == 2


def test_rows_are_numbered_as_a_spreadsheet_shows_them(workshop):
    _, events = workshop.events("sep=;\n\n" + CSV.replace(",", ";") + ";\n")
    assert events == GOOD
    assert [row[:2] for row in rejects(workshop)] == [(6, "fields")]


def test_a_header_that_is_the_last_line_without_an_end_has_no_rows(workshop):
    report, rows = workshop.events("\nid,status,time")
    assert (rows, report.sources[0].rows) == ([], 0)


def test_a_header_whose_quote_never_closes_is_refused_politely(workshop):
    workshop.write("a.csv", 'id;"status;time\n1;ACCEPTED;2024-01-05 10:00\n')
    source = {"path": "a.csv", "delimiter": ";", "columns": {"shipment_id": "id"}}
    with pytest.raises(InputError, match="no input can be used"):
        workshop.ingest(a=source)


def test_a_lone_carriage_return_in_a_field_is_a_space(workshop):
    text = "id;status;time\r\n1;OUT FOR\rDELIVERY;2024-01-05 10:00\r\n"
    assert [m for _, m, _ in workshop.events(text)[1]] == ["OUT_FOR_DELIVERY"]


def test_blank_lines_cost_nothing_and_rows_keep_their_numbers(workshop):
    """A packed file may unpack to millions of them."""
    blank = "\n" * 2_000_000
    report, events = workshop.events(f"{CSV}{blank}S9,ACCEPTED\n  \n{CSV.splitlines()[1]}\n\n")
    assert events == GOOD
    assert report.sources[0].duplicates == 1
    assert [row[:2] for row in rejects(workshop)] == [(2_000_004, "fields")]
