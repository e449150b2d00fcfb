"""Writes the files of one partner, in this process or another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tallyclerk.report.model import KpiText, PartnerInput
from tallyclerk.report.names import safe_name
from tallyclerk.report.partner_page import partner_page
from tallyclerk.report.render import data, manifest
from tallyclerk.report.render.pages import partner_html
from tallyclerk.report.render.pdf import partner_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that is needed to write one partner, but for its evidence."""

    given: PartnerInput
    kpis: Mapping[str, KpiText]
    formats: frozenset[str]
    has_pdf: bool
    small_below: int
    templates: Path
    draft: Path
    stem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files of one partner with their digests, or why there are none."""

    partner_id: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    html: str = ""
    pdf: str = ""
    failure: str = ""

    @classmethod
    def failed(cls, card: Card, error: Exception) -> Written:
        """Say why a partner has no pages."""
        return cls(partner_id=card.given.partner_id, failure=f"{type(error).__name__}: {error}")


def write_card(card: Card, facts: pl.DataFrame) -> Written:
    """Write page, PDF and evidence of one partner: all of them or none."""
    try:
        contents = _contents(card, facts)
    except Exception as error:  # noqa: BLE001 - one partner's failure is reported, not fatal
        return Written.failed(card, error)
    name = safe_name(card.given.partner_id)
    outputs = {}
    (card.draft / name).mkdir()
    for file, content in contents.items():
        (card.draft / name / file).write_bytes(content)
        outputs[f"{name}/{file}"] = manifest.sha256(content)
    paths = {path.rpartition(".")[2]: path for path in outputs if card.stem in path}
    return Written(
        partner_id=card.given.partner_id,
        outputs=outputs,
        html=paths.get("html", ""),
        pdf=paths.get("pdf", ""),
    )


def _contents(card: Card, facts: pl.DataFrame) -> dict[str, bytes]:
    """Give the content of each file of a partner."""
    contents: dict[str, bytes] = {}
    if "csv" in card.formats:
        contents["evidence.csv"] = data.evidence_csv(facts)
    if not card.formats & {"html", "pdf"}:
        return contents
    page = partner_page(card.given, facts, card.kpis, small_below=card.small_below)
    has_pdf = card.has_pdf and "pdf" in card.formats
    if "html" in card.formats:
        href = f"{card.stem}.pdf" if has_pdf else ""
        contents[f"{card.stem}.html"] = partner_html(
            page, card.templates, pdf_href=href, index_href="../index.html"
        ).encode()
    if has_pdf:
        contents[f"{card.stem}.pdf"] = partner_pdf(page, card.templates)
    return contents
