"""Writes the report of a run: all pages into a folder beside, which then takes its place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.results import Judgement
from tallyclerk.errors import UsageError
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.index_page import index_page
from tallyclerk.report.model import KpiText
from tallyclerk.report.names import period_name, safe_name
from tallyclerk.report.partner_files import Card, Written, write_card
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.render import data, manifest
from tallyclerk.report.render.pages import index_html

FORMATS = frozenset({"html", "pdf", "csv", "json"})
PARALLEL_FROM = 8
"""Partners from which starting other processes is worth its second."""


class Progress(Protocol):
    """Told after each partner: how many of how many are done."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Take note of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOutcome:
    """What a report run did.

    Attributes:
        folder: Where the report is.
        pages: Scorecards written (HTML and PDF), relative to the folder, sorted.
        failures: (partner_id, why) of partners that could not be written, sorted.
        restated: Totals that the report it replaced said differently.
    """

    folder: Path
    pages: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]
    restated: int = 0


def _quiet(done: int, total: int, what: str) -> None:
    pass


def write_report(  # noqa: PLR0913 - one call of the pipeline, every argument by name
    judgement: Judgement,
    kpis: Mapping[str, Kpi],
    evidence: Callable[[str], pl.DataFrame],
    out: Path,
    *,
    formats: frozenset[str] = FORMATS,
    pdf_for: frozenset[str] = frozenset(),
    small: int = 30,
    templates: Path | None = None,
    inputs: Sequence[Mapping[str, object]] = (),
    progress: Progress = _quiet,
    workers: int | None = None,
) -> ReportOutcome:
    """Write the report of a run into `out`, replacing the one that is there.

    Args:
        judgement: Everything that may be said.
        kpis: The definitions by name.
        evidence: Gives the facts of a partner by its id.
        out: Folder of the report, such as reports/2026-10.
        formats: Any of html, pdf, csv, json.
        pdf_for: Partners named by the user: they get a PDF even when small.
        small: Shipments below which a partner gets the short page.
        templates: Folder of templates that go before the bundled ones.
        inputs: The files read, each with path, rows and sha256; the manifest repeats them as given.
        progress: Told after each partner.
        workers: Processes at most; default: as many as there are cores.

    Raises:
        UsageError: `out` holds something that is not a report.
    """
    changed = data.restatements_against(judgement, out / "results.json")
    judgement = replace(judgement, restatements=changed)
    words = {name: KpiText.of(kpi) for name, kpi in kpis.items()}
    givens = partner_inputs(judgement)
    folder = templates or bundled_templates()
    with _replacing(out) as draft:
        cards = [
            Card(
                given=given,
                kpis=words,
                formats=formats,
                has_pdf=sum(given.shipments.values()) >= small or partner in pdf_for,
                small_below=small,
                templates=folder,
                draft=draft,
                stem=f"{safe_name(partner)}_{period_name(judgement.run.period)}_scorecard",
            )
            for partner, given in givens.items()
        ]
        written = _write_cards(cards, evidence, progress, workers)
        outputs = {path: digest for card in written for path, digest in card.outputs.items()}
        outputs |= _write_results(judgement, draft, formats)
        failures = tuple((card.partner_id, card.failure) for card in written if card.failure)
        digest = manifest.content_digest(outputs)
        if "html" in formats:
            page = index_page(
                judgement,
                givens,
                words,
                pages={card.partner_id: (card.html, card.pdf) for card in written},
                small_below=small,
                failures=failures,
                inputs=inputs,
                content_digest=digest,
            )
            outputs |= _put(draft, "index.html", index_html(page, folder).encode())
        _put(draft, "manifest.json", manifest.manifest_json(judgement.run, inputs, outputs, digest))
    pages = sorted(page for card in written for page in (card.html, card.pdf) if page)
    return ReportOutcome(folder=out, pages=tuple(pages), failures=failures, restated=len(changed))


def _put(draft: Path, name: str, content: bytes) -> dict[str, str]:
    (draft / name).write_bytes(content)
    return {name: manifest.sha256(content)}


def _write_results(judgement: Judgement, draft: Path, formats: frozenset[str]) -> dict[str, str]:
    outputs: dict[str, str] = {}
    if "json" in formats:
        outputs |= _put(draft, "results.json", data.results_json(judgement))
    if "csv" in formats:
        outputs |= _put(draft, "results.csv", data.results_csv(judgement))
    return outputs


def _write_cards(
    cards: Sequence[Card],
    evidence: Callable[[str], pl.DataFrame],
    progress: Progress,
    workers: int | None,
) -> list[Written]:
    """Write every partner; many of them on all cores. The order of the result is that of `cards`."""
    most = min(workers or os.cpu_count() or 1, len(cards))
    if len(cards) < PARALLEL_FROM or most == 1:
        return [_reported(i, cards, _one(card, evidence), progress) for i, card in enumerate(cards)]
    written: list[Written] = []
    waiting: list[tuple[Card, Future[Written] | Written]] = []
    with ProcessPoolExecutor(most, mp_context=get_context("spawn")) as pool:
        for card in cards:
            waiting.append((card, _submitted(pool, card, evidence)))
            if len(waiting) >= 3 * most:  # evidence is fetched as it is needed, not all at once
                written.append(_reported(len(written), cards, _result(*waiting.pop(0)), progress))
        for card, job in waiting:
            written.append(_reported(len(written), cards, _result(card, job), progress))
    return written


def _one(card: Card, evidence: Callable[[str], pl.DataFrame]) -> Written:
    """Write one partner here."""
    try:
        facts = evidence(card.given.partner_id)
    except Exception as error:  # noqa: BLE001 - one partner's failure is reported, not fatal
        return Written.failed(card, error)
    return write_card(card, facts)


def _submitted(
    pool: ProcessPoolExecutor, card: Card, evidence: Callable[[str], pl.DataFrame]
) -> Future[Written] | Written:
    try:
        return pool.submit(write_card, card, evidence(card.given.partner_id))
    except Exception as error:  # noqa: BLE001
        return Written.failed(card, error)


def _result(card: Card, job: Future[Written] | Written) -> Written:
    if isinstance(job, Written):
        return job
    try:
        return job.result()
    except Exception as error:  # noqa: BLE001
        return Written.failed(card, error)


def _reported(done: int, cards: Sequence[Card], written: Written, progress: Progress) -> Written:
    progress(done + 1, len(cards), written.partner_id)
    return written


@contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """Give an empty folder beside `out` that takes its place when all went well."""
    if out.exists() and not (out / "manifest.json").is_file() and any(out.iterdir()):
        raise UsageError(
            "the folder holds something that is not a report (it has no manifest.json)",
            where=str(out),
            how="name an empty folder, or a report to replace",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    draft.chmod(0o755)
    try:
        yield draft
        old = draft.with_name(f"{draft.name}-old")
        if out.exists():
            out.rename(old)
        try:
            draft.rename(out)
        except OSError:
            if old.exists():
                old.rename(out)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
