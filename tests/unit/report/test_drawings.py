import base64
import re
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from PIL import ImageChops, ImageStat
from tests.unit.report import world
from weasyprint import HTML, images

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import pdf, templates
from tallyclerk.report.render.letters import FAMILIES
from tallyclerk.report.render.outlines import Strange
from tallyclerk.report.render.sketch import Label, sketch

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
FRAME = f'<svg viewBox="0 0 100 50" font-family="{FAMILIES}">{{}}</svg>'
BOX = '<rect width="100" height="50" fill="#123456"/>'


@pytest.fixture(scope="module")
def page_of_drawings():
    """Every drawing of a page, one below the other."""
    given = partner_inputs(world.judgement())["nordlog"]
    page = partner_page(given, world.evidence("nordlog"), KPIS, small_below=30)
    charts = [d.svg for s in page.sections for f in s.figures for d in f.drawings]
    marks = [mark for s in page.sections for row in s.headline for mark in (row.bar, row.spark)]
    assert len(charts) > 6
    carried = (templates.as_image(svg, "told") for svg in (*charts, *marks) if svg)
    return f"<html lang=en><title>t</title>{''.join(carried)}"


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own


def paper(html):
    fetcher, fonts, css = pdf._tools(bundled_templates())
    document = HTML(string=str(html), url_fetcher=fetcher, base_url="about:blank")
    return document.write_pdf(stylesheets=[css], font_config=fonts, full_fonts=True)


def look(content):
    """The sheets as pictures, and what can be read on them."""
    sheets = list(pypdfium2.PdfDocument(content))
    words = [re.sub(r"\s", "", sheet.get_textpage().get_text_range()) for sheet in sheets]
    return [sheet.render(scale=2, grayscale=True).to_pil() for sheet in sheets], words


def test_they_look_as_the_renderer_draws_them(page_of_drawings, monkeypatch):
    ours = look(paper(page_of_drawings))
    monkeypatch.setattr(images, "SVGImage", images.SVGImage.__base__)
    assert images.SVGImage.__module__ == images.__name__
    theirs = look(paper(page_of_drawings))
    assert [sorted(words) for words in ours[1]] == [sorted(words) for words in theirs[1]]
    for one, other in zip(ours[0], theirs[0], strict=True):
        assert one.size == other.size
        assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] < 1.6
        assert ImageStat.Stat(one).mean[0] < 254


def test_each_is_drawn_by_its_few_kinds_of_elements(page_of_drawings):
    for found in re.findall(r"base64,([A-Za-z0-9+/=]+)", page_of_drawings):
        assert sketch(parsed(base64.b64decode(found))).parts


def test_lines_circles_boxes_and_labels_stand_where_they_are_said_to():
    made = sketch(
        parsed(
            FRAME.format(
                '<g transform="translate(5,6)" stroke="#ff0000" fill="none">'
                '<path d="M1,2h3v-4l1,1L0,0Z" stroke-width="2" stroke-dasharray="3,2"/></g>'
                '<rect x="1" y="2" width="3" height="4" fill="#fff" opacity="0.5"/>'
                '<text x="9" y="8" font-size="11px" font-weight="600" text-anchor="end">a b</text>'
            )
        )
    )
    assert made.frame == (0, 0, 100, 50)
    assert made.parts == [
        "q", "1 0 0 1 5 6 cm", "1 0 0 RG 2 w 4 M [3 2] 0 d",
        "1 2 m 4 2 l 4 -2 l 5 -1 l 0 0 l h", "S", "Q",
        "q", "/t0.5 gs", "1 1 1 rg", "1 2 3 4 re", "f", "Q",
        "0 0 0 rg", Label("a b", 9, 8, "end", 11, 600),
    ]  # fmt: skip
    assert made.alphas == {"0.5"}


@pytest.mark.parametrize(
    "part",
    [
        '<g transform="rotate(9)"/>',
        '<path d="M0,0C1,1,2,2,3,3"/>',
        '<path d="M0,0L1,1" style="fill:red"/>',
        '<rect fill="url(#shade)" width="1" height="1"/>',
        '<rect fill="red" stroke="black" opacity="0.5" width="1" height="1"/>',
        '<text textLength="9">a</text>',
        "<ellipse rx='1' ry='2'/>",
        "<style>g{fill:red}</style>",
        '<svg width="9" height="9" viewBox="0 0 1 1"/>',
        '<rect fill="#ff000080" width="1" height="1"/>',
        '<rect fill="#f008" width="1" height="1"/>',
        '<rect fill="#f00" opacity="50%" width="1" height="1"/>',
        '<g stroke="#00f"><rect opacity="0.5" width="1" height="1"/></g>',
        '<rect width="-1" height="1"/>',
        '<rect width="nan" height="1"/>',
        '<path d="M0,0L1,1" stroke="#000" stroke-width="0"/>',
        '<path d="M0,0L1,1" stroke="#000" stroke-dasharray="0"/>',
        '<path d="M0,0L1,1" stroke="#000" stroke-dasharray="5%"/>',
        '<path d="M0,0L1,1" stroke="#000" stroke-miterlimit="4 M 9 w"/>',
        '<text font-family="Georgia">a</text>',
        '<text text-anchor="inherit">a</text>',
        "<text>  a\n b</text>",
        '<text>a<tspan x="1" dy="2">b</tspan></text>',
        "<text><tspan>a</tspan><tspan>b</tspan></text>",
        f'<g clip-path="url(#c)"/><clipPath id="c" clipPathUnits="userSpaceOnUse">{BOX}</clipPath>',
        f'<g clip-path="url(#c)"/><clipPath id="c" transform="translate(9,9)">{BOX}</clipPath>',
        f'<g clip-path="url(#c)"/><clipPath id="c">{BOX}{BOX}</clipPath>',
        f'<g clip-path="url(#d)"/><clipPath id="c">{BOX}</clipPath>',
    ],
)
def test_what_is_not_known_is_left_to_the_renderer(part):
    with pytest.raises(Strange):
        sketch(parsed(FRAME.format(part)))


@pytest.mark.parametrize("frame", ["", "1 2 3", "0 0 0 9", "0 0 9 -9", "nan 0 1 1", "0,0,9,9"])
def test_a_frame_without_room_is_left_to_the_renderer(frame):
    with pytest.raises(Strange):
        sketch(parsed(f'<svg viewBox="{frame}"/>'))


def carried(drawing):
    return f"<html lang=en><title>t</title>{templates.as_image(drawing, 'told')}"


def test_a_label_in_another_script_is_drawn_too():
    html = carried(FRAME.format('<text x="5" y="20" font-size="11px">شركة A</text>'))
    assert "A" in look(paper(html))[1][0]


@pytest.mark.parametrize(
    "apart",
    ['x="5 40 70"', 'x="5" dx="0 9 9"', 'x="5" letter-spacing="9"', 'x="5" textLength="90"'],
)
def test_letters_that_a_logo_sets_apart_stand_apart(apart):
    plain, spread = (
        look(paper(carried(FRAME.format(f'<text y="30" {told}>ABC</text>'))))[0][0]
        for told in ('x="5"', apart)
    )
    assert right_end(spread) > right_end(plain) + 30


def right_end(picture):
    above_foot = picture.crop((0, 0, picture.width, picture.height * 3 // 4))
    return ImageChops.invert(above_foot).getbbox()[2]
