"""Writes the files of one partner, in this process or another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tallyclerk.report.audience import Cast, facts_to_send
from tallyclerk.report.evidence import evidence_book
from tallyclerk.report.leaks import leaks
from tallyclerk.report.look import Look
from tallyclerk.report.model import KpiText, PartnerInput
from tallyclerk.report.names import SEND, safe_name
from tallyclerk.report.partner_page import partner_page
from tallyclerk.report.render import manifest
from tallyclerk.report.render.objections import objections
from tallyclerk.report.render.pages import partner_html
from tallyclerk.report.render.pdf import partner_pdf
from tallyclerk.report.render.workbook import workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that is needed to write one partner, but for its evidence.

    Attributes:
        given: Its part of the judgement, as it may be sent to it.
        cast: Who it may read of, and how.
    """

    given: PartnerInput
    cast: Cast
    kpis: Mapping[str, KpiText]
    formats: frozenset[str]
    has_pdf: bool
    small_below: int
    look: Look
    draft: Path
    stem: str

    @property
    def folder(self) -> str:
        """Where its files are, relative to the report."""
        return f"{SEND}/{safe_name(self.given.partner_id)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files of one partner with their digests, or why there are none.

    Attributes:
        leaks: Where a file would tell who another partner is: none of them may be sent.
    """

    partner_id: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    html: str = ""
    pdf: str = ""
    failure: str = ""
    leaks: tuple[str, ...] = ()

    @classmethod
    def failed(cls, card: Card, error: Exception) -> Written:
        """Say why a partner has no pages."""
        return cls(partner_id=card.given.partner_id, failure=f"{type(error).__name__}: {error}")


def write_card(card: Card, facts: pl.DataFrame) -> Written:
    """Write what is sent to one partner: all of its files or none."""
    try:
        with card.look.speaking():
            contents = dict(_contents(card, facts_to_send(facts, card.cast)))
        found = [
            f"{SEND}/{leak}"
            for file, content in contents.items()
            for leak in leaks(
                f"{safe_name(card.given.partner_id)}/{file}",
                content,
                card.cast.hidden,
                card.cast.own,
            )
        ]
    except Exception as error:  # noqa: BLE001 - one partner's failure is reported, not fatal
        return Written.failed(card, error)
    if found:
        return Written(partner_id=card.given.partner_id, leaks=tuple(found))
    (card.draft / card.folder).mkdir(parents=True)
    for file, content in contents.items():
        (card.draft / card.folder / file).write_bytes(content)
    return Written(
        partner_id=card.given.partner_id,
        outputs={f"{card.folder}/{file}": manifest.sha256(contents[file]) for file in contents},
        html=_path(card, "html", contents),
        pdf=_path(card, "pdf", contents),
    )


def _path(card: Card, kind: str, contents: Mapping[str, bytes]) -> str:
    file = f"{card.stem}.{kind}"
    return f"{card.folder}/{file}" if file in contents else ""


def _contents(card: Card, facts: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
    """Give the name and content of each file of a partner."""
    if "xlsx" in card.formats:
        book = evidence_book(card.given, facts, card.kpis)
        yield "evidence.xlsx", workbook(book)
        yield "objections.xlsx", objections(book)
    if not card.formats & {"html", "pdf"}:
        return
    page = partner_page(card.given, facts, card.kpis, small_below=card.small_below)
    has_pdf = card.has_pdf and "pdf" in card.formats
    if "html" in card.formats:
        href = f"{card.stem}.pdf" if has_pdf else ""
        yield f"{card.stem}.html", partner_html(page, card.look.templates, pdf_href=href).encode()
    if has_pdf:
        yield f"{card.stem}.pdf", partner_pdf(page, card.look.templates)
