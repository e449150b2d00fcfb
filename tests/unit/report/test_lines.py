import re

import pytest
from tests.unit.report import world
from weasyprint import HTML, draw
from weasyprint.draw.text import draw_text
from weasyprint.layout import inline, preferred
from weasyprint.text.line_break import split_first_line

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import lines, pdf

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
STRANGE = """
<html lang=en><title>t</title><style>
p { width: 40mm; font: 9pt "Tallyclerk Sans" } .far { letter-spacing: 2pt; word-spacing: 1em }
.cut { white-space: nowrap; overflow: hidden; text-overflow: ellipsis } .not { visibility: hidden }
.set { text-align: justify; hyphens: auto } .first::first-line { font-weight: 600; color: navy }
.first::first-letter { font-size: 3em } .many { max-lines: 2; block-ellipsis: auto; color: red }
</style>"""
WORDS = "Handover of shipments, acknowledged considerably later than agreed with everybody"
KINDS = ("", "far", "cut", "not", "set", "first", "many")


@pytest.fixture
def as_the_renderer(monkeypatch):
    """Lays out and writes lines as WeasyPrint does, once called."""

    def change():
        monkeypatch.setattr(inline, "split_first_line", split_first_line)
        monkeypatch.setattr(preferred, "split_first_line", split_first_line)
        monkeypatch.setattr(draw, "draw_text", draw_text)

    return change


def paper(html, *, is_full):
    fetcher, fonts, css = pdf._tools(bundled_templates())
    document = HTML(string=html, url_fetcher=fetcher, base_url="about:blank")
    return document.write_pdf(
        stylesheets=[css], font_config=fonts, full_fonts=is_full, pdf_identifier=b"1"
    )


@pytest.mark.parametrize("partner", ["Al-Noor", "tiny"])
def test_lines_known_from_other_pages_give_the_same_bytes(partner, as_the_renderer):
    given = partner_inputs(world.judgement())[partner]
    page = partner_page(given, world.evidence(partner), KPIS, small_below=30)
    first, again = (pdf.partner_pdf(page, bundled_templates()) for _ in range(2))
    assert inline.split_first_line.__module__ == draw.draw_text.__module__ == lines.__name__
    as_the_renderer()
    assert first == again == pdf.partner_pdf(page, bundled_templates())


@pytest.mark.parametrize("is_full", [True, False])
def test_lines_of_any_look_come_out_as_the_renderer_writes_them(is_full, as_the_renderer):
    told = [
        f'<p class="{kind}">{WORDS} <u>really</u> <b>{WORDS}</b> a\u00adb 顺丰 🙂' for kind in KINDS
    ]
    mixed = [
        *told,
        "<p dir=rtl lang=ar>شركة النور 12",
        "<ul><li>a<li>b</ul>",
        "<p style=font-size:0>x",
    ]
    one, other = STRANGE + "".join(mixed), STRANGE + "".join(reversed(mixed))
    ours = [paper(html, is_full=is_full) for html in (one, other, one)]
    as_the_renderer()
    assert ours == [paper(html, is_full=is_full) for html in (one, other, one)]


def test_a_page_does_not_remember_more_lines_than_it_may(monkeypatch):
    monkeypatch.setattr(lines, "MOST", 20)
    html = "<html lang=en><title>t</title>" + "".join(f"<p>line {i}" for i in range(99))
    ours = paper(html, is_full=True)
    _, fonts, _ = pdf._tools(bundled_templates())
    assert 0 < len(fonts.lines.laid) <= 21 >= len(fonts.lines.written) > 0
    assert re.match(rb"%PDF", ours)
