from tests.unit.report import world
from weasyprint import css

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.model import KpiText
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import cascade
from tallyclerk.report.render.pdf import partner_pdf

KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}


def test_styles_known_from_other_pages_give_the_same_bytes(monkeypatch):
    given = partner_inputs(world.judgement())["Al-Noor"]
    page = partner_page(given, world.evidence("Al-Noor"), KPIS, small_below=30)
    first, again = (partner_pdf(page, bundled_templates()) for _ in range(2))
    assert css.StyleFor.__module__ == cascade.__name__
    monkeypatch.setattr(css, "StyleFor", css.StyleFor.__base__)
    assert first == again == partner_pdf(page, bundled_templates())
