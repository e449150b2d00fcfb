"""The verdict stays on one sheet, whatever a page has to say, in the language with the longest words."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader
from tests.unit.report import test_money, test_scoring, world

from tallyclerk.domain.judgement import OfOthers
from tallyclerk.domain.money import Standing, Sum
from tallyclerk.report import words
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.head import Brand
from tallyclerk.report.model import KpiText, PastAction
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import pdf

NAME = "Nordlog Spedition GmbH & Co. KG"
SUMS = dict.fromkeys(
    (Standing.CLAIMABLE, Standing.DISPUTED, Standing.EXCUSED, Standing.CLAIMED, Standing.PAID),
    Sum(shipments=23, minor=1234567),
)


LONG_NAME = "Internationale Speditions- und Logistikgesellschaft Schwarzwald-Bodensee mbH & Co. KG"
EVERY_SUM = dict.fromkeys(Standing, Sum(shipments=12345, minor=123456789012))


def full(role, name=NAME, shipments=611, kept=0.9, sums=SUMS, actions=1):
    """A page of a partner in a role on which nothing is missing."""
    partner = (role, name, (role,), shipments, kept, True)
    given = partner_inputs(world.judgement([partner]))[role]
    account = replace(test_money.ACCOUNT, partner_id=role, role=role, until_now=sums)
    score = replace(
        test_scoring.FULL, partner_id=role, role=role, barred_by=("loss_rate", "damage_rate")
    )
    past = PastAction(
        key="3fa29c01", role=role, what=words.say("section.fixes"), proof="≥ 92 %, n ≥ 30",
        status="not_fixed", found="514 / 611, 84.1 %",
    )  # fmt: skip
    kinds = ("dispatched_late", "unannounced", "documents")
    given = replace(
        given,
        money={role: account},
        scores=(score,),
        past_actions=(past,) * actions,
        ours={role: dict.fromkeys(kinds, OfOthers(count=123, shipments=("1",)))},
        brand=Brand(company="Example Commerce Ltd", confidentiality="Confidential"),
        issue="r2",
        objections="2026-11-24",
    )
    kpis = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
    page = partner_page(given, world.evidence(role), kpis, small_below=30)
    sections = tuple(replace(section, rows=()) for section in page.sections)
    return replace(page, sections=sections, methods=(), notes=(), trails=())


@pytest.mark.parametrize("role", ["supplier", "forwarder", "courier"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_verdict_stays_on_one_sheet(language, role):
    with words.speaking(language):
        page = full(role)
        assert starts_of_reasons(page) == [1]
    (section,) = page.sections
    for part in (section.money, section.past, section.ours, section.score, section.fixes):
        assert part


@pytest.mark.parametrize("role", ["supplier", "forwarder", "courier"])
def test_what_would_run_over_stands_closer(role, monkeypatch):
    with words.speaking("de"):
        page = full(role, LONG_NAME, 61_111, 0.5, EVERY_SUM, 3)
        assert starts_of_reasons(page) == [1]
        monkeypatch.setattr(pdf, "SPACINGS", ("",))
        assert starts_of_reasons(page) == [2], "else this shows nothing"


def starts_of_reasons(page):
    """Numbers of the sheets, from 0, on which the reasons of a verdict begin."""
    reader = PdfReader(io.BytesIO(pdf.partner_pdf(page, bundled_templates())))
    outline = [item for item in _flat(reader.outline) if item.title == words.say("section.why")]
    return [reader.get_destination_page_number(item) for item in outline]


def _flat(outline):
    for item in outline:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item
