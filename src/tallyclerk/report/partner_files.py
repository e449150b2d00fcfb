"""Writes the files of one partner, in this process or another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import polars as pl

from tallyclerk.report.audience import Cast, facts_to_send
from tallyclerk.report.cover_note import NAME, cover_note
from tallyclerk.report.evidence import evidence_book
from tallyclerk.report.leaks import leaks
from tallyclerk.report.look import Look
from tallyclerk.report.model import Brief, KpiText, PartnerInput
from tallyclerk.report.names import INTERNAL, SEND, safe_name
from tallyclerk.report.partner_page import partner_page
from tallyclerk.report.render import manifest
from tallyclerk.report.render.objections import objections
from tallyclerk.report.render.pages import brief_html, partner_html
from tallyclerk.report.render.pdf import brief_pdf, partner_pdf
from tallyclerk.report.render.workbook import workbook
from tallyclerk.report.unchanged import Before, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that is needed to write one partner, but for its evidence.

    Attributes:
        given: Its part of the judgement, as it may be sent to it.
        cast: Who it may read of, and how.
        brief: What only we read of it; none for a small partner.
        before: Its files in the draft that is replaced: as long as they would come out the same,
            they are not drawn again.
    """

    given: PartnerInput
    cast: Cast
    kpis: Mapping[str, KpiText]
    formats: frozenset[str]
    has_pdf: bool
    small_below: int
    look: Look
    brief: Brief | None = None
    before: Before | None = None
    draft: Path
    stem: str

    @property
    def internal(self) -> str:
        """Where what only we read of it is, relative to the report."""
        return f"{INTERNAL}/{safe_name(self.given.partner_id)}"

    @property
    def folder(self) -> str:
        """Where its files are, relative to the report."""
        return f"{SEND}/{safe_name(self.given.partner_id)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files of one partner with their digests, or why there are none.

    Attributes:
        leaks: Where a file would tell who another partner is: none of them may be sent.
        key: What the files were made from, see `tallyclerk.report.unchanged`.
    """

    partner_id: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    html: str = ""
    pdf: str = ""
    failure: str = ""
    leaks: tuple[str, ...] = ()
    key: str = ""

    @classmethod
    def failed(cls, card: Card, error: Exception) -> Written:
        """Say why a partner has no pages."""
        return cls(partner_id=card.given.partner_id, failure=f"{type(error).__name__}: {error}")


def write_card(card: Card, facts: pl.DataFrame) -> Written:
    """Write what is sent to one partner, and what we keep of it: all of its files or none."""
    try:
        key = _key(card, facts)
        files = card.before.contents(key) if card.before else {}
        if not files:
            files = _drawn(card, facts)
            found = _leaks(card, files)
            if found:
                return Written(partner_id=card.given.partner_id, leaks=found)
    except Exception as error:  # noqa: BLE001 - one partner's failure is reported, not fatal
        return Written.failed(card, error)
    for path, content in files.items():
        (card.draft / path).parent.mkdir(parents=True, exist_ok=True)
        (card.draft / path).write_bytes(content)
    return Written(
        partner_id=card.given.partner_id,
        outputs={path: manifest.sha256(content) for path, content in files.items()},
        html=_path(card, "html", files),
        pdf=_path(card, "pdf", files),
        key=key,
    )


def _key(card: Card, facts: pl.DataFrame) -> str:
    """Digest of all that the files of a card follow from."""
    told = {
        each.name: getattr(card, each.name)
        for each in fields(card)
        if each.name not in {"draft", "before", "formats", "look"}
    }
    look = (card.look.brand, card.look.language)
    return key_of((told, look, sorted(card.formats)), facts, card.look.templates)


def _path(card: Card, kind: str, files: Mapping[str, bytes]) -> str:
    path = f"{card.folder}/{card.stem}.{kind}"
    return path if path in files else ""


def _leaks(card: Card, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Words of others in the files that are sent."""
    return tuple(
        str(leak)
        for path, content in files.items()
        if path.startswith(f"{SEND}/")
        for leak in leaks(path, content, card.cast.hidden, card.cast.own)
    )


def _drawn(card: Card, facts: pl.DataFrame) -> dict[str, bytes]:
    """Draw the files of a card, by path."""
    with card.look.speaking():
        sent = dict(_contents(card, facts_to_send(facts, card.cast)))
        kept = dict(_kept(card))
    return {
        **{f"{card.folder}/{file}": content for file, content in sent.items()},
        **{f"{card.internal}/{file}": content for file, content in kept.items()},
    }


def _kept(card: Card) -> Iterator[tuple[str, bytes]]:
    """Give the name and content of each file that only we read."""
    if card.brief and "html" in card.formats:
        yield "brief.html", brief_html(card.brief, card.look.templates).encode()
    if card.brief and "pdf" in card.formats:
        yield "brief.pdf", brief_pdf(card.brief, card.look.templates)


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
    yield NAME, cover_note(card.given, card.kpis, _enclosed(card, has_pdf=has_pdf)).encode()


def _enclosed(card: Card, *, has_pdf: bool) -> tuple[str, ...]:
    """Give the files that a cover note goes with."""
    kinds = [
        kind for kind in ("pdf", "html") if kind in card.formats and (kind != "pdf" or has_pdf)
    ]
    books = ("evidence.xlsx", "objections.xlsx") if "xlsx" in card.formats else ()
    return (*(f"{card.stem}.{kind}" for kind in kinds), *books)
