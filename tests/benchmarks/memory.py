"""Memory of one process that draws the pages of many partners: it has to stay flat.

    python -m tests.benchmarks.memory [PARTNERS]

Each gets its whole page for the screen and as PDF, annex included; one in ten has a name in another
script, of which its page carries a cut font.
"""

from __future__ import annotations

import logging
import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.pages import KPIS, portfolio
from tests.unit.report import world

from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.partner_page import partner_page
from tallyclerk.report.render.pages import partner_html
from tallyclerk.report.render.pdf import partner_pdf

EVERY, WARM = 50, 100
STATM = Path("/proc/self/statm")
HAN = range(0x4E00, 0x9000, 3)


def megabytes() -> float:
    """What the process holds now; where the system does not say, the most it ever held."""
    if STATM.exists():
        return int(STATM.read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Draw, and say now and then what the process holds; fail where it grew by a tenth."""
    partners = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    held: dict[int, float] = {}
    for number, given in enumerate(portfolio(partners), start=1):
        if number % 10 == 0:
            given = replace(given, name="".join(chr(HAN[number * 7 + i]) for i in range(6)))  # noqa: PLW2901
        page = partner_page(given, world.evidence("acme"), KPIS, small_below=30)
        partner_html(page, bundled_templates())
        partner_pdf(page, bundled_templates())
        if number % EVERY == 0 or number == partners:
            held[number] = megabytes()
            told = f"{number:4} partners {held[number]:5.0f} MB {time.process_time():5.0f} CPU s"
            print(told, flush=True)
    warm = held.get(WARM, min(held.values()))
    if max(at for number, at in held.items() if number >= WARM) > 1.1 * warm:
        sys.exit("it grows")


if __name__ == "__main__":
    main()
