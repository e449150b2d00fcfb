import pydyf
import pytest
from tests.unit.report import world
from tests.unit.report.test_cascade import STRANGE
from weasyprint.layout import background, block, inline, page, percent, table

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import objects, pdf, sizes

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
ROUND = """
p { border-radius: 2mm 10% 0 1px; border: 1px solid; max-width: 80%; min-height: 1em; float: left }
table { border-radius: 3px; border: 2mm solid red; margin: 2% auto; width: calc(50% + 3mm) }
td { height: 5%; padding: 1% 2% } .figures { display: grid; grid-template-columns: 1fr 40% }
"""


@pytest.fixture(scope="module")
def pages():
    inputs = partner_inputs(world.judgement())
    return [
        partner_page(inputs[partner], world.evidence(partner), KPIS, small_below=30)
        for partner in ("Al-Noor", "tiny")
    ]


def as_the_renderer(monkeypatch):
    for part in (block, inline, page, table):
        assert part.resolve_percentages.__module__ == sizes.__name__
        monkeypatch.setattr(part, "resolve_percentages", percent.resolve_percentages)
    monkeypatch.setattr(background, "resolve_radii_percentages", percent.resolve_radii_percentages)


@pytest.mark.parametrize("own", ["", STRANGE, ROUND])
def test_sizes_known_from_other_boxes_give_the_same_bytes(own, pages, tmp_path, monkeypatch):
    (tmp_path / "css").mkdir()
    printed = (bundled_templates() / "css" / "print.css").read_text("utf-8")
    (tmp_path / "css" / "print.css").write_text(printed + own, "utf-8")
    ours = [pdf.partner_pdf(page, tmp_path) for page in (*pages, pages[0])]
    as_the_renderer(monkeypatch)
    plain = [pdf.partner_pdf(page, tmp_path) for page in pages]
    assert ours == [*plain, plain[0]]


def test_objects_put_into_bytes_once_are_what_they_are(pages, monkeypatch):
    ours = pdf.partner_pdf(pages[1], bundled_templates())
    monkeypatch.setattr(objects, "_lasting", lambda kind: kind)
    assert ours == pdf.partner_pdf(pages[1], bundled_templates())


def test_an_object_is_put_into_bytes_once(pages, monkeypatch):
    put = []
    of = pydyf.Stream.data.fget
    monkeypatch.setattr(pydyf.Stream, "data", property(lambda s: put.append(s) or of(s)))
    pdf.partner_pdf(pages[1], bundled_templates())
    once = [each for each in put if not each.extra.get("Filter")]
    assert put
    assert len({id(each) for each in once}) == len(once)
