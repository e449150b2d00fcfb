"""Writes many partners on all cores: warm processes, in order, a few of them ahead."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

import polars as pl

from tallyclerk.progress import Progress
from tallyclerk.report.partner_files import Card, Written, write_card
from tallyclerk.workers import one_thread_each, processes

PARALLEL_FROM = 8
"""Partners from which starting other processes is worth its second."""
AHEAD = 3
"""Partners in work or waiting per process: evidence is fetched as it is needed, not all at once."""
LIBRARIES = (
    "fontTools.subset",
    "jinja2",
    "pydantic.main",
    "weasyprint",
    "xlsxwriter",
)
"""What draws pages and takes a second to load: once for all processes. None of it starts threads."""
FRESH_AFTER = 50
"""Partners after which processes are started anew: each page leaves a third of a megabyte in the
libraries that draw it, which would add up over hundreds of them."""

Evidence = Callable[[str], pl.DataFrame]


def write_cards(
    cards: Sequence[Card], evidence: Evidence, progress: Progress, workers: int | None
) -> list[Written]:
    """Write every partner; many of them on all cores. The order of the result is that of `cards`."""
    most = min(workers or os.cpu_count() or 1, len(cards))
    if len(cards) < PARALLEL_FROM or most == 1:
        return [_told(i, cards, _one(card, evidence), progress) for i, card in enumerate(cards)]
    written: list[Written] = []
    for first in range(0, len(cards), FRESH_AFTER * most):
        for card, job in _jobs(cards[first : first + FRESH_AFTER * most], evidence, most):
            written.append(_told(len(written), cards, _result(card, job), progress))
    return written


Job = Future[Written] | Written


def _jobs(cards: Sequence[Card], evidence: Evidence, most: int) -> Iterator[tuple[Card, Job]]:
    """Each partner with what becomes of it, in order, in processes that end with the last one."""
    waiting: list[tuple[Card, Job]] = []
    with one_thread_each(), processes(most, LIBRARIES) as pool:
        for card in cards:
            waiting.append((card, _submitted(pool, card, evidence)))
            if len(waiting) >= AHEAD * most:
                yield waiting.pop(0)
        yield from waiting


def _one(card: Card, evidence: Evidence) -> Written:
    """Write one partner here."""
    try:
        facts = evidence(card.given.partner_id)
    except Exception as error:  # noqa: BLE001 - one partner's failure is reported, not fatal
        return Written.failed(card, error)
    return write_card(card, facts)


def _submitted(pool: ProcessPoolExecutor, card: Card, evidence: Evidence) -> Job:
    try:
        return pool.submit(write_card, card, evidence(card.given.partner_id))
    except Exception as error:  # noqa: BLE001
        return Written.failed(card, error)


def _result(card: Card, job: Job) -> Written:
    if isinstance(job, Written):
        return job
    try:
        return job.result()
    except Exception as error:  # noqa: BLE001
        return Written.failed(card, error)


def _told(done: int, cards: Sequence[Card], written: Written, progress: Progress) -> Written:
    progress(written.partner_id, done + 1, len(cards))
    return written
