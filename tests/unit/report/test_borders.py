import io

import pytest
from fontTools.ttLib import TTFont
from tests.unit.report import world
from weasyprint import HTML
from weasyprint.formatting_structure import boxes, build
from weasyprint.layout import inline, table
from weasyprint.pdf import fonts
from weasyprint.text import line_break

from tallyclerk.report.bundled import bundled_templates, font_file
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render.pdf import partner_pdf

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
STYLE = """
table { border-collapse: collapse; border: 2px solid; direction: {direction} }
col.b { border-left: 3px double #123 } tbody { border: 1px dotted red } tr.h { border: 4px hidden }
td.c { border: 2px inset currentcolor; color: {colour} } td.f { float: left } p.r { position: absolute }
p::first-line { line-height: 2em; font-size: 1.5em } p.n { position: running(head) }
@page { @top-left { content: element(head) } }
"""
TABLES = """
<table><colgroup><col><col class=b><col></colgroup>
<thead><tr><th colspan=2>a<th>b<tbody>
<tr><td rowspan=3 class=c>1<td>2<td class=c>3<tr class=h><td>4<td>5<tr><td class=c colspan=2>6</table>
<table><tr><td class=c>1<td>2</table><table><tr><td>1<td class=c>2</table>
<table><caption>none</caption></table><p class=n>runs<p class=r>stands<p>flows and flows</p>
<table><tr><td class=f>1<td>2</table>
"""


def drawn(direction, colour):
    style = STYLE.replace("{direction}", direction).replace("{colour}", colour)
    return HTML(string=f"<style>{style}</style>{TABLES}").write_pdf(pdf_identifier=b"0" * 16)


@pytest.fixture(scope="module")
def page():
    given = partner_inputs(world.judgement())["tiny"]
    return partner_page(given, world.evidence("tiny"), KPIS, small_below=30)


def as_the_renderer(monkeypatch):
    assert build.collapse_table_borders is not table.collapse_table_borders
    assert inline.strut is not line_break.strut
    assert fonts.TTFont is not TTFont
    monkeypatch.setattr(build, "collapse_table_borders", table.collapse_table_borders)
    monkeypatch.setattr(inline, "strut", line_break.strut)
    monkeypatch.setattr(fonts, "TTFont", TTFont)
    out = ("floated", "absolutely_positioned", "running", "footnote", "note")
    monkeypatch.setattr(
        boxes.Box,
        "is_in_normal_flow",
        lambda box: not any(getattr(box, f"is_{way}")() for way in out),
    )


def test_what_is_known_of_styles_and_tables_gives_the_same_bytes(page, monkeypatch):
    looks = [("ltr", "red"), ("rtl", "red"), ("ltr", "blue"), ("ltr", "red")]
    ours = [partner_pdf(page, bundled_templates()), *(drawn(*look) for look in looks)]
    as_the_renderer(monkeypatch)
    assert ours == [partner_pdf(page, bundled_templates()), *(drawn(*look) for look in looks)]
    assert len(set(ours)) == len(looks)


def test_a_font_whose_glyphs_are_known_is_still_a_font(page):
    assert partner_pdf(page, bundled_templates())
    content = font_file("TallyclerkSans-Regular.ttf").read_bytes()
    ours, plain = fonts.TTFont(io.BytesIO(content), fontNumber=0), TTFont(io.BytesIO(content))
    widths = {name: glyph.width for name, glyph in plain.getGlyphSet().items()}
    assert {name: glyph.width for name, glyph in ours.getGlyphSet().items()} == widths
    assert ours.getBestCmap() == plain.getBestCmap()
    assert ours.getGlyphID("A") == plain.getGlyphID("A")
    with pytest.raises(KeyError):
        ours.getGlyphID("nothing")
    assert ours["hmtx"].metrics == plain["hmtx"].metrics
    ours["hmtx"].metrics["A"] = (1, 0)
    assert ours.getGlyphSet()["A"].width == 1
    with pytest.raises(AttributeError):
        ours.nothing  # noqa: B018
