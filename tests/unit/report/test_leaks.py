"""The leak check finds a name wherever it could be read, and nothing where there is none."""

import base64
import io

import polars as pl
import pypdf
import pytest
import xlsxwriter
from tests.unit.report import world
from tests.unit.report.test_write import files, written

from tallyclerk.errors import LeakError
from tallyclerk.report.audience import Party, cast_for, parties_named
from tallyclerk.report.leaks import Word, leaks

HIDDEN = (Word(text="Nordlog Spedition", partner_id="nordlog"),)


def found(file, content, hidden=HIDDEN, own=()):
    return [leak.part for leak in leaks(file, content, hidden, own)]


def pdf(text="", **changed):
    from weasyprint import HTML  # noqa: PLC0415

    page = changed.pop("html", f'<html lang="en"><title>t</title><p>{text}</p>')
    plain = io.BytesIO()
    HTML(string=page).write_pdf(plain, pdf_tags=True)
    writer = pypdf.PdfWriter(clone_from=plain)
    writer.add_metadata(changed.pop("metadata", {}))
    for name, content in changed.pop("attached", {}).items():
        writer.add_attachment(name, content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


PICTURE = base64.b64encode(
    b"<svg xmlns='http://www.w3.org/2000/svg'><text>Nordlog Spedition</text></svg>"
).decode()
EMPTY = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
BLANK = f'<p>x</p><img alt="Nordlog Spedition late" src="data:image/svg+xml;base64,{EMPTY}">'
DRAWN = f'<img alt="" src="data:image/svg+xml;base64,{PICTURE}">'


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (lambda: pdf("handed to Nordlog Spedition late"), "page 1"),
        (lambda: pdf("handed to Nordlog<br>Spedi-<br>tion late"), "page 1"),
        (lambda: pdf("x", metadata={"/Subject": "NORDLOG SPEDITION"}), "metadata"),
        (lambda: pdf("x", attached={"list.csv": b"1,Nordlog Spedition"}), "attachments"),
        (lambda: pdf("x", attached={"Nordlog Spedition.csv": b"1"}), "attachments"),
        (lambda: pdf(html=f"<p>x</p>{DRAWN}"), "page 1"),
        (lambda: pdf(html=BLANK), "structure of page 1"),
    ],
)
def test_a_pdf_is_read_as_text_metadata_and_attachments(content, part):
    assert found("a.pdf", content()) == [part]
    assert found("a.pdf", pdf("Nordlog and a Spedition")) == []


@pytest.mark.parametrize(
    ("page", "part"),
    [
        ("<p>handed to <b>Nordlog</b> Spedition</p>", "text"),
        ("<p title='Nordlog&#32;Spedition'>x</p>", "source"),
        ("<!-- Nordlog Spedition -->", "source"),
        (f"<p>{DRAWN}</p>", "drawings"),
    ],
)
def test_a_page_is_read_as_source_text_and_drawings(page, part):
    assert found("a.html", page.encode()) == [part]


def workbook(cell="x", sheet="s", note="", **properties):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(sheet)
    page.write_string(0, 0, cell)
    page.write_string(0, 1, "Spedition")
    if note:
        page.write_comment(0, 0, note)
    book.set_properties(properties)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        lambda: workbook("with Nordlog Spedition"),
        lambda: workbook(sheet="Nordlog Spedition"),
        lambda: workbook(note="ask Nordlog Spedition"),
        lambda: workbook(author="Nordlog Spedition"),
        lambda: workbook(keywords="x, Nordlog Spedition"),
    ],
)
def test_a_workbook_is_read_in_every_part(content):
    assert found("a.xlsx", content())
    assert found("a.xlsx", workbook("Nordlog")) == [], "two cells are no name"


@pytest.mark.parametrize("piece", [1, 7, 50, 1_000])
def test_a_workbook_larger_than_what_is_looked_at_together_is_read_whole(monkeypatch, piece):
    monkeypatch.setattr("tallyclerk.report.leaks.PIECE", piece)
    assert found("a.xlsx", workbook("bei Nordlog Spedition für März")) == ["xl/sharedStrings.xml"]
    rows = workbook_of(["Zoé", *["x"] * 40, "Nordlog Spedition", *["y"] * 40])
    assert found("a.xlsx", rows) == ["xl/worksheets/sheet1.xml"]


def workbook_of(cells):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        book.add_worksheet().write_column(0, 0, cells)
    return out.getvalue()


def test_short_and_common_words_do_not_cry_wolf():
    hidden = (
        Word(text="gls", partner_id="gls", is_id=True),
        Word(text="GLS", partner_id="gls"),
        Word(text="AB", partner_id="ab"),
        Word(text="nordex", partner_id="nordex", is_id=True),
    )
    assert found("a.csv", b"gls angles AB nordexx", hidden) == []
    assert found("a.csv", b"with GLS", hidden) == ["text"]
    assert found("a.csv", b"batch=nordex|1", hidden) == ["text"]
    assert found("nordex_2026.csv", b"", hidden) == ["name"]


def test_a_reader_may_know_its_own_name_and_those_within_it():
    other, own = Word(text="DHL", partner_id="dhl"), Word(text="DHL Express", partner_id="me")
    assert found("a.csv", b"to DHL Express", (other,), (own,)) == []
    assert found("a.csv", b"to DHL Express by DHL", (other,), (own,)) == ["text"]


def test_the_readers_own_id_is_none_of_others_whose_begins_it_where_no_space_parts_cells():
    hidden = (Word(text="royalmile", partner_id="royalmile", is_id=True),)
    own = (Word(text="royalmile-2", partner_id="royalmile-2", is_id=True),)
    page = b"<dl><dd>royalmile-2</dd><dt>role</dt></dl>"
    assert not found("page.html", page, hidden, own)
    assert found("page.html", page.replace(b"-2", b""), hidden, own)
    assert found("page.html", page + b"<p>roy<b>alm</b>ile</p>", hidden, own) == ["text"]


def test_letters_follow_the_order_of_the_partners_by_role():
    parties = [Party(partner_id=f"p{i}", name=f"P{i}", role="courier") for i in range(28)]
    named = parties_named([Party(partner_id="s", name="S", role="supplier"), *parties])
    assert named["s"] == "supplier A"
    assert [named[f"p{i}"] for i in (0, 1, 25, 26, 27)] == [
        f"courier {letters}" for letters in ("A", "B", "Z", "AA", "AB")
    ]


def test_a_name_is_disclosed_only_to_whom_it_may_be():
    parties = world.readers(acme=("tiny",)).parties
    shown = cast_for("acme", parties, {}).shown
    assert (shown["acme"], shown["tiny"], shown["nordlog"]) == (
        "ACME Forwarding Ltd",
        "Tiny Parts Ltd",
        "forwarder B",
    )
    assert cast_for("tiny", parties, {}).shown["acme"] == "forwarder A"


def test_what_is_sent_names_a_counterpart_by_its_letter_only(tmp_path):
    written(tmp_path / "hidden", formats=frozenset({"html"}))
    written(tmp_path / "told", formats=frozenset({"html"}), readers=world.readers(acme=("tiny",)))
    page = "send/acme/acme_2026-10_scorecard.html"
    hidden, told = ((tmp_path / name / page).read_text("utf-8") for name in ("hidden", "told"))
    assert "supplier B" in hidden
    assert "Tiny Parts" not in hidden
    assert "Tiny Parts Ltd" in told


def test_a_leak_stops_the_report_and_leaves_nothing(tmp_path):
    facts = world.evidence("acme").with_columns(lane=pl.lit("CN>Freeline Couriers"))
    written(tmp_path / "r")
    before = files(tmp_path / "r")
    with pytest.raises(LeakError) as error:
        written(tmp_path / "r", evidence=lambda _: facts)
    assert "send/acme/evidence.xlsx names 'Freeline Couriers' (freeline)" in str(error.value)
    assert 'disclose = ["ID"]' in str(error.value)
    assert error.value.exit_code == 7
    assert files(tmp_path / "r") == before
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_readers_own_name_tells_nothing_where_it_is_cut():
    """A table has room for 60 letters of a name; another one that only begins alike is found."""
    own = (Word(text="Guangdong Brightway Consumer Electronics Manufacturing Ltd", partner_id="a"),)
    other = (Word(text="brightway", partner_id="b", is_id=True),)
    cut = "<td>Guangdong Brightway Consumer Elec…</td>".encode()
    assert found("a.html", cut, other, own) == []
    assert found("a.html", cut, other) == ["source"]
    foreign = "<td>Guangdong Brightway Logistics…</td>".encode()
    assert found("a.html", foreign, other, own) == ["source"]


def test_a_readers_own_name_tells_nothing_where_it_goes_on_in_the_next_line():
    """The name of another one that begins it is found, broken over lines or not."""
    name = "深圳市恒达供应链管理有限公司"
    own, other = (Word(text=f"{name} 2", partner_id="a"),), (Word(text=name, partner_id="b"),)
    broken = f"{name[:10]}\r\n{name[10:]}"
    assert found("a.txt", f"Owner\r\n{broken} 2\r\nShipped".encode(), other, own) == []
    assert found("a.txt", f"Owner\r\n{broken} 2\r\nShipped".encode(), other) == ["text"]
    for foreign in (broken, f"{broken} 25", name, f"{broken} 2 {name}"):
        assert found("a.txt", f"Owner\r\n{foreign}\r\nShipped".encode(), other, own) == ["text"]
