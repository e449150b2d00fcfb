"""Writes many partners on all cores: warm processes, in order, a few of them ahead."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future

import polars as pl

from tallyclerk.progress import Progress
from tallyclerk.report.partner_files import Card, Written, write_card
from tallyclerk.workers import one_thread_each, processes

PARALLEL_FROM = 8
"""Partners from which starting other processes is worth its second."""
AHEAD = 3
"""Partners in work or waiting per process."""
SHIPMENTS_AT_ONCE = 75_000
"""Shipments whose evidence is in memory at once, unless one partner has more: each has up to thirty
facts, and drawing them takes 20 kB."""
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
"""Gives the facts of a partner by its id, in the process that draws its pages."""


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


Job = Future[Written]


def _jobs(cards: Sequence[Card], evidence: Evidence, most: int) -> Iterator[tuple[Card, Job]]:
    """Each partner with what becomes of it, in order, in processes that end with the last one."""
    waiting: list[tuple[Card, Job]] = []
    with one_thread_each(), processes(most, LIBRARIES) as pool:
        for card in cards:
            while waiting and not _has_room(card, [each for each, _ in waiting], most):
                yield waiting.pop(0)
            waiting.append((card, pool.submit(_one, card, evidence)))
        yield from waiting


def _has_room(card: Card, others: Sequence[Card], most: int) -> bool:
    """Whether a partner can be begun while others are in work or waiting."""
    shipments = sum(sum(each.given.shipments.values()) for each in (card, *others))
    return len(others) < AHEAD * most and shipments <= SHIPMENTS_AT_ONCE


def _one(card: Card, evidence: Evidence) -> Written:
    """Write one partner, in this process."""
    try:
        facts = evidence(card.given.partner_id)
    except Exception as error:  # noqa: BLE001 - one partner's failure is reported, not fatal
        return Written.failed(card, error)
    return write_card(card, facts)


def _result(card: Card, job: Job) -> Written:
    try:
        return job.result()
    except Exception as error:  # noqa: BLE001
        return Written.failed(card, error)


def _told(done: int, cards: Sequence[Card], written: Written, progress: Progress) -> Written:
    progress(written.partner_id, done + 1, len(cards))
    return written
