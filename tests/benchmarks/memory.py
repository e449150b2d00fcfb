"""Memory of the processes that draw the pages of many partners: it has to stay flat.

    python -m tests.benchmarks.memory [PARTNERS]

Each gets its whole page for the screen and as PDF, annex and workbooks included; one in ten has a
name in another script, of which its page carries a cut font. Linux only: /proc says what is held.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
from tests.benchmarks.pages import KPIS, portfolio
from tests.support.memory import STATUS, kilobytes, started_by
from tests.unit.report import world

from tallyclerk.report.audience import Cast
from tallyclerk.report.look import OURS
from tallyclerk.report.model import PartnerInput
from tallyclerk.report.partner_files import Card
from tallyclerk.report.workers import write_cards

EVERY, WARM, WORKERS = 50, 100, 2
HAN = range(0x4E00, 0x9000, 3)


def held() -> float:
    """Megabytes that the largest of the processes started from here holds now."""
    sizes = (kilobytes(each, STATUS, "VmRSS:") for each in started_by("self"))
    return max(sizes, default=0) / 1024


def cards(partners: int, draft: Path) -> Iterator[Card]:
    """What is to be written of each partner."""
    for number, given in enumerate(portfolio(partners), start=1):
        name = (
            "".join(chr(HAN[number * 7 + i]) for i in range(6)) if number % 10 == 0 else given.name
        )
        yield card(replace(given, name=name), draft, number)


def card(given: PartnerInput, draft: Path, number: int) -> Card:
    """A partner that may read of nobody else."""
    return Card(
        given=given,
        cast=Cast(reader=given.partner_id, shown={}, hidden=(), own=()),
        kpis=KPIS,
        formats=frozenset({"html", "pdf", "csv"}),
        has_pdf=True,
        small_below=30,
        look=OURS,
        draft=draft,
        stem=f"{number}_scorecard",
    )


def main() -> None:
    """Draw, and say now and then what a process holds; fail where it grew by a tenth."""
    partners = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    most: dict[int, float] = {}

    def watch(_: str, done: int, total: int | None) -> None:
        block = -(-done // EVERY) * EVERY
        most[block] = max(most.get(block, 0), held())
        if done in {block, total}:
            print(f"{done:4} partners {most[block]:5.0f} MB", flush=True)

    with tempfile.TemporaryDirectory(prefix="memory-") as name:
        written = write_cards(list(cards(partners, Path(name))), evidence, watch, WORKERS)
    if failed := [each.failure for each in written if each.failure]:
        sys.exit(f"{len(failed)} partners failed: {failed[0]}")
    warm = max(size for block, size in most.items() if block <= WARM)
    if max(most.values()) > 1.1 * warm:
        sys.exit("it grows")


def evidence(_: str) -> pl.DataFrame:
    """The same cases of each partner."""
    return world.evidence("acme")


if __name__ == "__main__":
    main()
