import io

import pytest
from pypdf import PdfReader
from tests.unit.report import world

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import pdf

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}


def page(partner, judgement=None):
    given = partner_inputs(judgement or world.judgement())[partner]
    return partner_page(given, world.evidence(partner), KPIS, small_below=30)


@pytest.fixture(scope="module")
def acme():
    return pdf.partner_pdf(page("acme"), bundled_templates())


def plain(text):
    return "".join(text.split())


def test_it_says_the_verdict_and_who_it_is_about(acme):
    reader = PdfReader(io.BytesIO(acme))
    first = plain(reader.pages[0].extract_text())
    for sentence in page("acme").sections[0].verdict:
        assert plain(sentence) in first
    assert plain("ACME Forwarding Ltd") in first
    assert reader.metadata.title.startswith("ACME Forwarding Ltd")
    assert reader.root_object["/Lang"] == "en"
    assert [item.title for item in reader.outline if not isinstance(item, list)]
    assert "/CreationDate" not in reader.metadata


def test_two_sheets_and_the_annex(acme):
    reader = PdfReader(io.BytesIO(acme))
    texts = [plain(sheet.extract_text()) for sheet in reader.pages]
    assert len(texts) <= 7
    for heading in ("Which cases the figures count", "To fix first", "Ours, not yours", "Money"):
        assert plain(heading) in texts[0]
    assert plain("Why, and is it fair") in texts[1]
    for label in (
        "agreed 24 h (P90)",
        "Transit in custody",
        "72–120",
        "hours",
        "Nov",
        "Dec",
        "90 %",
    ):
        assert plain(label) in texts[1]
    assert plain("Data quality") in texts[1] + texts[2]
    assert plain("Annex: All figures") in texts[2] + texts[3]
    assert f"1/{len(texts)}" in texts[0]


def test_drawing_it_again_elsewhere_gives_the_same_bytes(acme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert pdf.partner_pdf(page("acme"), bundled_templates()) == acme


def test_a_drawing_that_cannot_be_put_on_paper_is_an_error(monkeypatch):
    def broken(*_args):
        raise ValueError("no such element")

    pdf.drawings.prepare()
    monkeypatch.setattr(pdf.drawings, "sketch", broken)
    monkeypatch.setattr("weasyprint.svg.SVG.draw_node", broken)
    with pytest.raises(ValueError, match="cannot be put on paper: no such element"):
        pdf.partner_pdf(page("acme"), bundled_templates())


def test_letters_outside_the_bundled_font_do_not_blow_it_up():
    content = pdf.partner_pdf(page("tiny"), bundled_templates())
    foreign = pdf.partner_pdf(
        page("tiny", world.judgement([("tiny", "株式会社 شركة 🚚", ("courier",), 12, 0.0, True)])),
        bundled_templates(),
    )
    assert len(content) < 200_000
    assert len(foreign) < 1_000_000


def test_a_page_can_fetch_nothing(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    fetcher, _, _ = pdf._tools(bundled_templates())
    for url in (
        secret.as_uri(),
        "http://127.0.0.1/x",
        "bundled:../../../LICENSE",
        "bundled:OFL.txt",
    ):
        with pytest.raises(ValueError, match="fetches nothing"):
            fetcher.fetch(url)
