"""What a screen reader needs of a PDF: the parts of PDF/UA-1 that can be checked without a validator."""

import io
import itertools

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from tests.unit.report.test_pdf import page

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.render import pdf

HEADINGS = ("/H1", "/H2", "/H3", "/H4")


@pytest.fixture(scope="module", params=["acme", "Al-Noor", "tiny"])
def reader(request):
    return PdfReader(io.BytesIO(pdf.partner_pdf(page(request.param), bundled_templates())))


@pytest.fixture
def elements(reader):
    """Every element of the structure tree, in reading order."""

    def below(node):
        for kid in kids(node):
            yield kid
            yield from below(kid)

    return list(below(reader.root_object["/StructTreeRoot"]))


def kids(node):
    found = node.get("/K", [])
    found = found if isinstance(found, ArrayObject) else [found]
    found = [each.get_object() for each in found]
    return [each for each in found if isinstance(each, DictionaryObject) and "/S" in each]


def of(elements, *kinds):
    return [each for each in elements if each["/S"] in kinds]


def test_the_document_says_what_it_is(reader):
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title
    told = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in told or 'pdfuaid:part="1"' in told
    assert "xmp:CreateDate" not in told
    assert all(sheet["/Tabs"] == "/S" for sheet in reader.pages if "/Annots" in sheet)


def test_every_drawing_says_what_it_shows(elements):
    assert all(str(each.get("/Alt", "")).strip() for each in of(elements, "/Figure"))


def test_every_cell_of_a_table_knows_its_heads(elements):
    tables = of(elements, "/Table")
    assert tables
    ids = {bytes(each["/ID"].original_bytes) for each in of(elements, "/TH")}
    assert len(ids) == len(of(elements, "/TH"))
    for cell in of(elements, "/TD"):
        heads = cell["/A"]["/Headers"]
        assert heads
        assert {bytes(head.original_bytes) for head in heads} <= ids


def test_headings_go_down_one_step_at_a_time(elements):
    levels = [HEADINGS.index(each["/S"]) for each in of(elements, *HEADINGS)]
    assert levels[0] == 0
    assert levels.count(0) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_font_is_embedded_with_its_letters(reader):
    fonts = [
        font.get_object()
        for sheet in reader.pages
        for font in sheet["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        assert "/ToUnicode" in font
        (inner,) = font["/DescendantFonts"]
        inside = inner.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & inside.keys()


@pytest.mark.parametrize("name", ["acme", "tiny"])
def test_every_link_leads_somewhere(name, caplog):
    """A link without its place is left out of the pages: only the renderer's log tells."""
    made = pdf.partner_pdf(page(name), bundled_templates())
    assert not [each.getMessage() for each in caplog.records if each.name == "weasyprint"]
    places = PdfReader(io.BytesIO(made)).named_destinations
    for sheet in PdfReader(io.BytesIO(made)).pages:
        for note in sheet.get("/Annots", []):
            assert note.get_object()["/Dest"] in places


def test_links_stay_in_the_document(reader):
    for sheet in reader.pages:
        for note in sheet.get("/Annots", []):
            link = note.get_object()
            assert "/Contents" in link
            assert "/URI" not in link.get("/A", {}), "what is sent links to nothing outside"


def test_bookmarks_lead_to_sections_and_nothing_runs(reader):
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles
    assert not {"/JavaScript", "/OpenAction", "/AA"} & reader.root_object.keys()
