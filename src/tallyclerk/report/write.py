"""Writes the report of a run: all pages into a folder beside, which then takes its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.kpi import Kpi
from tallyclerk.errors import LeakError
from tallyclerk.progress import Progress, silent
from tallyclerk.report.actions import (
    COLUMNS,
    NAME,
    Action,
    action_rows,
    asked_before,
    with_actions,
)
from tallyclerk.report.cards import Edition, Readers
from tallyclerk.report.folders import report_of, said_before, writing
from tallyclerk.report.index_page import index_page, overview_page
from tallyclerk.report.look import OURS, Look
from tallyclerk.report.model import IndexPage, KpiText, Links, PartnerInput
from tallyclerk.report.months import period_before
from tallyclerk.report.names import DRAFT, INTERNAL, MANIFEST
from tallyclerk.report.partner_files import Written
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.render import data, manifest
from tallyclerk.report.render.pages import index_html
from tallyclerk.report.render.pdf import overview_pdf
from tallyclerk.report.text import day
from tallyclerk.report.unchanged import draft_in
from tallyclerk.report.wishes import Wishes
from tallyclerk.report.workers import Evidence, write_cards

INDEX = f"{INTERNAL}/index.html"
SHEETS = frozenset({"html", "pdf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOutcome:
    """What a report run did.

    Attributes:
        folder: Where the report is.
        pages: Scorecards written (HTML and PDF), relative to the folder, sorted.
        failures: (partner_id, why) of partners that could not be written, sorted.
        restated: Totals that the report it is held against said differently.
        without_pdf: Partners too small for a PDF that nobody asked for.
    """

    folder: Path
    pages: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]
    restated: int = 0
    without_pdf: int = 0


def write_report(  # noqa: PLR0913 - one call of the pipeline, every argument by name
    judgement: Judgement,
    kpis: Mapping[str, Kpi],
    evidence: Evidence,
    out: Path,
    *,
    readers: Readers,
    wishes: Wishes,
    look: Look = OURS,
    inputs: Sequence[Mapping[str, object]] = (),
    recipe: Mapping[str, object] | None = None,
    progress: Progress = silent,
    workers: int | None = None,
) -> ReportOutcome:
    """Write the report of a run into `out`: a draft that replaces the one there, or an issue.

    Args:
        judgement: Everything that may be said.
        kpis: The definitions by name.
        evidence: Gives the facts of a partner by its id.
        out: Folder of the report, such as reports/2026-10.
        readers: Who reads, and whose each export is.
        wishes: How it is to be.
        look: How pages look and which language they speak.
        inputs: The files read, each with path, rows and sha256; the manifest repeats them as given.
        recipe: What making the report again needs; the manifest repeats it as given.
        progress: Told after each partner.
        workers: Processes at most; default: as many as there are cores.

    Raises:
        UsageError: `out` holds something that is not a report.
        LeakError: Something to send tells who another partner is; nothing was written.
    """
    changed = data.restatements_against(
        judgement, (wishes.told_before or said_before(out)) / "results.json"
    )
    judgement = replace(judgement, restatements=changed)
    before = report_of(out, period_before(judgement.run.period)) / INTERNAL
    asked = asked_before(wishes.told_before or before, is_itself=wishes.told_before is not None)
    with look.speaking(), writing(out, wishes.issue) as draft:
        words = {name: KpiText.of(kpi) for name, kpi in kpis.items()}
        givens, actions = with_actions(partner_inputs(judgement), words, asked)
        givens = _stamped(givens, look, wishes)
        edition = Edition(
            kpis=words,
            lanes=judgement.lanes,
            readers=readers,
            wishes=wishes,
            look=look,
            drawn=draft_in(out),
            draft=draft,
        )
        cards = [edition.card(given) for given in givens.values()]
        written = write_cards(cards, evidence, progress, workers)
        _refuse_leaks(written)
        failures = tuple((card.partner_id, card.failure) for card in written if card.failure)
        outputs = {path: digest for card in written for path, digest in card.outputs.items()}
        outputs |= _write_results(judgement, actions, draft, wishes.formats)
        if wishes.formats & SHEETS:
            page = index_page(
                judgement,
                givens,
                words,
                pages=_pages(written),
                small_below=wishes.small_below,
                failures=failures,
                inputs=inputs,
                brand=look.brand,
            )
            outputs |= _write_index(page, outputs, look, draft, wishes.formats)
        digest = manifest.content_digest({p: outputs[p] for p in outputs if p != INDEX})
        keys = {card.partner_id: card.key for card in written if card.key}
        told = manifest.manifest_json(judgement.run, inputs, outputs, digest, recipe or {}, keys)
        _put(draft, MANIFEST, told)
    return ReportOutcome(
        folder=out if wishes.issue == DRAFT else out / wishes.issue,
        pages=tuple(sorted(page for card in written for page in (card.html, card.pdf) if page)),
        failures=failures,
        restated=len(changed),
        without_pdf=sum(not card.has_pdf for card in cards) if "pdf" in wishes.formats else 0,
    )


def _stamped(
    givens: Mapping[str, PartnerInput], look: Look, wishes: Wishes
) -> dict[str, PartnerInput]:
    """The partners with whose report it is, and of an issue its name and when objections end."""
    branded = {partner: replace(given, brand=look.brand) for partner, given in givens.items()}
    if wishes.issue == DRAFT:
        return branded
    wait = dt.timedelta(days=wishes.objection_days)
    return {
        partner: replace(given, issue=wishes.issue, objections=day(given.run.as_of + wait))
        for partner, given in branded.items()
    }


def _refuse_leaks(written: Sequence[Written]) -> None:
    found = [leak for card in written for leak in card.leaks]
    if found:
        lines = "".join(f"\n  {leak}" for leak in found)
        raise LeakError(
            f"what is to be sent tells who another partner is:{lines}",
            how=(
                "take the name out of templates, texts and data, or allow it with "
                '`disclose = ["ID"]` in the [partners.…] block of whom it is sent to; '
                "nothing was written"
            ),
        )


def _pages(written: Sequence[Written]) -> dict[str, Links]:
    """Page, PDF and brief of each partner, as the index links them."""
    return {
        card.partner_id: Links(
            html=f"../{card.html}" if card.html else "",
            pdf=f"../{card.pdf}" if card.pdf else "",
            brief=next(
                (
                    path.removeprefix(f"{INTERNAL}/")
                    for path in sorted(card.outputs)
                    if path.endswith(("/brief.html", "/brief.pdf"))
                ),
                "",
            ),
        )
        for card in written
    }


def _put(draft: Path, name: str, content: bytes) -> dict[str, str]:
    path = draft / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return {name: manifest.sha256(content)}


def _write_index(
    page: IndexPage, outputs: Mapping[str, str], look: Look, draft: Path, formats: frozenset[str]
) -> dict[str, str]:
    """Write the director's sheet, and the index, which says the digest of all that is beside it."""
    written: dict[str, str] = {}
    if "pdf" in formats:
        content = overview_pdf(overview_page(page), look.templates)
        written |= _put(draft, f"{INTERNAL}/overview.pdf", content)
    if "html" in formats:
        beside = (Path(path) for path in (*sorted({**outputs, **written}), MANIFEST))
        page = replace(
            page,
            content_digest=manifest.content_digest({**outputs, **written}),
            files=tuple(file.name for file in beside if str(file.parent) == INTERNAL),
        )
        html = index_html(page, look.templates)
        written |= _put(draft, INDEX, html.encode())
    return written


def _write_results(
    judgement: Judgement, actions: Sequence[Action], draft: Path, formats: frozenset[str]
) -> dict[str, str]:
    outputs: dict[str, str] = {}
    if "json" in formats:
        outputs |= _put(draft, f"{INTERNAL}/results.json", data.results_json(judgement))
    if "csv" in formats:
        outputs |= _put(draft, f"{INTERNAL}/results.csv", data.results_csv(judgement))
        told = data.csv_bytes(COLUMNS, action_rows(actions))
        outputs |= _put(draft, f"{INTERNAL}/{NAME}", told)
    return outputs
