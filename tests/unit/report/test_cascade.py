import pytest
import weasyprint
from tests.unit.report import world
from weasyprint import css

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import cascade, pdf
from tallyclerk.report.render.pdf import partner_pdf

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}


STRANGE = """
:root { --deep: 3px; --deeper: calc(var(--deep) * 2) }
table { border-collapse: collapse; padding: var(--deeper) }
td:nth-child(2n+1)::before { content: counter(cell) "\\2003"; counter-increment: cell }
tr:nth-of-type(3n)::after, h2::after { content: attr(id) " " attr(class); color: red }
section > :first-child:not(h1) { margin-left: max(1vw, 2rem); letter-spacing: inherit }
h2[id]::before { content: target-counter(attr(href), page) "!" ; string-set: none }
body { background: #eee; overflow: hidden; font-size: 1.01em }
#head, [id^="r"] { border-left: 1px solid currentColor }
@media print { td { padding-top: 0.1em !important } }
@media screen { td { display: none } }
@layer low { th { color: blue !important } }
th { color: green }
@page :first { margin-bottom: 31mm; @top-right { content: "first" } }
p::first-line { color: navy }
p::first-letter { font-size: 1.5em }
"""


def test_rules_of_the_user_apply_as_the_renderer_applies_them(tmp_path, monkeypatch):
    own = (bundled_templates() / "css" / "print.css").read_text() + STRANGE
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "print.css").write_text(own)
    inputs = partner_inputs(world.judgement())
    one, other = (
        partner_page(inputs[partner], world.evidence(partner), KPIS, small_below=30)
        for partner in ("Al-Noor", "tiny")
    )
    ours = [partner_pdf(page, tmp_path) for page in (one, other, one)]
    assert ours[1] != partner_pdf(other, bundled_templates())
    monkeypatch.setattr(css, "StyleFor", css.StyleFor.__base__)
    plain, other_plain = (partner_pdf(page, tmp_path) for page in (one, other))
    assert ours == [plain, other_plain, plain]


def test_another_renderer_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(weasyprint, "VERSION", "71.0")
    for part in pdf.INSIDES:
        monkeypatch.setattr(part, "prepare", lambda: pytest.fail("its inside is not known"))
    pdf._tools.cache_clear()
    pdf._tools(bundled_templates())


def test_styles_known_from_other_pages_give_the_same_bytes(monkeypatch):
    given = partner_inputs(world.judgement())["Al-Noor"]
    page = partner_page(given, world.evidence("Al-Noor"), KPIS, small_below=30)
    first, again = (partner_pdf(page, bundled_templates()) for _ in range(2))
    assert css.StyleFor.__module__ == cascade.__name__
    monkeypatch.setattr(css, "StyleFor", css.StyleFor.__base__)
    assert first == again == partner_pdf(page, bundled_templates())


LOOKING = """
p:empty + p, li:first-of-type:has(b), h2:has(+ div) { color: red } td:only-child { color: blue }
tr:nth-last-child(2) td { color: green } :lang(de) > p { color: navy } [title^=a] ~ td { color: teal }
"""
ALIKE = (
    "<p></p><p>one</p><ul><li><i>c</i></ul><h2>e</h2><div>f</div><table><tr><td>n<td>o<tr><td>p</table>",
    "<p></p><p>one</p><ul><li><b>c</b></ul><h2>e</h2><div>f</div><table><tr><td>n<td>o<tr><td>p</table>",
    "<p>a</p><p>one</p><ul><li><b>c</b></ul><h2>e</h2><p>f</p><table><tr><td>n<td>o<tr><td>p</table>",
    "<p><b>a</b></p><p>b</p><ul><li><i>c</i></ul><h2>e</h2><div>f</div><table><tr><td>n<tr><td>o</table>",
    "<p><!-- --></p><p>b</p><ul><li><b>c</b></ul><h2 title=ab>e</h2><div>f</div><table><tr><td>n</table>",
    "<p lang=de></p><p>b</p><ul><li>c<li>d</ul><h2>e</h2><h2>f</h2><table><tr><td title=ab>n<td>o</table>",
)


def test_rules_that_look_around_apply_as_the_renderer_applies_them(monkeypatch):
    def drawn():
        return [
            weasyprint.HTML(string=f'<html lang="{language}">{body}').write_pdf(
                stylesheets=[sheet], font_config=fonts, pdf_identifier=b"0" * 16
            )
            for language in ("de", "fr")
            for body in (*ALIKE, *ALIKE[::-1])
        ]

    cascade.prepare()
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheet = weasyprint.CSS(string=LOOKING, font_config=fonts)
    ours = drawn()
    monkeypatch.setattr(css, "StyleFor", css.StyleFor.__base__)
    assert ours == drawn()
