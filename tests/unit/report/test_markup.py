import io

import pytest
import tinyhtml5
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report import world
from tinyhtml5.parser import HTMLParser

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import markup, pdf, templates

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
PAGE = "<!doctype html>\n<html>\n<head>\n<title>t</title>\n</head>\n<body>\n{}</body>\n</html>"
TAGS = sorted({*markup.HELD, "button", "select", "pre", "svg", "style"} - {"html", "head", "body"})


def lenient(html):
    return HTMLParser(namespace_html_elements=False).parse(html)


def told(element):
    """An element as data."""
    inside = [(told(child), child.tail or "") for child in element]
    return element.tag, list(element.attrib.items()), element.text or "", inside


@pytest.mark.parametrize("partner", ["acme", "Al-Noor", "深圳-快递/01", "tiny"])
def test_pages_are_read_as_the_renderer_reads_them(partner):
    given = partner_inputs(world.judgement())[partner]
    page = partner_page(given, world.evidence(partner), KPIS, small_below=30)
    values = {"page": page, "pdf_href": "", "style": "", "medium": "print", "spacing": ""}
    html = templates.fill(bundled_templates(), "partner.html.j2", values)
    root = markup.strict(html)
    assert root is not None
    assert told(root) == told(lenient(html))


@st.composite
def elements(draw, depth=4):
    words = draw(st.sampled_from(["", " ", "\n", "x", "a &amp; b", "\n y "]))
    if not depth or draw(st.integers(0, 3)) == 0:
        return words
    tag = draw(st.sampled_from(TAGS))
    inside = "".join(draw(st.lists(elements(depth=depth - 1), max_size=3)))
    given = draw(
        st.sampled_from(["", ' class="a"', ' title="1\n2"', ' lang="&lt;"', ' data-x="&#34;"'])
    )
    if tag in {"br", "col", "img", "meta", "wbr"}:
        return f"<{tag}{given}>{words}"
    return f"<{tag}{given}>{inside}</{tag}>{words}"


@given(st.lists(elements(), max_size=4).map("".join), st.sampled_from(["", "\n", " \n"]))
def test_what_is_read_strictly_is_what_the_renderer_reads(inside, end):
    html = PAGE.format(inside) + end
    root = markup.strict(html)
    if root is not None:
        assert told(root) == told(lenient(html))


@pytest.mark.parametrize(
    "inside",
    [
        "<p>a<p>b", "<b><i>x</b></i>", "<p><div>x</div></p>", "<table><tr><td>x</td></tr></table>",
        "<table>x</table>", "<a href='#x'><b><a>y</a></b></a>", "a&nbsp;b", "&#128;", "<div/>",
        "<DIV>x</DIV>", "<p CLASS='x'>y</p>", "<!-- x -->", "<pre>\nx</pre>", "<p hidden>x</p>",
        "<svg><path d='M0'></path></svg>", "<dl><dd><div><dt>x</dt></div></dd></dl>", "a\r\nb",
        "<li>x</li>", "<p><img alt='a > b'></p>", '<p xml:lang="de">x</p>', "<td>x</td>", "\ue000",
    ],
)  # fmt: skip
def test_what_html_would_move_or_change_is_left_to_the_renderer(inside):
    assert markup.strict(PAGE.format(inside)) is None


def test_it_is_read_so_when_a_page_is_drawn():
    pdf._tools(bundled_templates())
    html = PAGE.format('<p title="1\n2">x</p>')
    root = tinyhtml5.parse(io.StringIO(html), namespace_html_elements=False)
    assert told(root) == told(lenient(html))
    assert tinyhtml5.parse.__module__ == markup.__name__
    lax = tinyhtml5.parse(io.StringIO("<p>a<p>b"), namespace_html_elements=False)
    assert [each.tag for each in lax[1]] == ["p", "p"]
