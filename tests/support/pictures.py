"""Draws the pages of made-up partners as pictures, to look at: `make pictures`.

One partner with every KPI, one in two roles, one without targets, one with twelve shipments, one with
a long Chinese name, one that is written from right to left, and every other role, with counts in
thousands and with words without a space. PDF sheets are drawn with pdfium; pages
on screen with a headless Chromium, where there is one, at 1280 and 390 pixels.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from tests.unit.report import world

from tallyclerk.config.brand import Brand
from tallyclerk.report.look import look_of
from tallyclerk.report.wishes import Wishes
from tallyclerk.report.write import write_report

SCREENS = {1280: 2600, 390: 3600}
PARTNERS = [
    *world.PARTNERS,
    ("skyways", "Skyways Cargo Airlines", ("airline",), 148_211, 0.35, True),
    ("hub", "Donaudampfschifffahrtslagerhausgesellschaft mbH", ("warehouse",), 12_345, 0.3, True),
    ("clear", "חברת עמילות מכס בע״מ", ("broker",), 318, 0.2, True),
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def sheets(pdf: Path, out: Path, dpi: int = 90) -> None:
    """Draw each sheet of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    for number, sheet in enumerate(document, start=1):
        sheet.render(scale=dpi / 72).to_pil().save(out / f"{pdf.stem}-{number}.png")


def screens(html: Path, out: Path, browser: str) -> None:
    """Draw a page on screens of several widths."""
    with tempfile.TemporaryDirectory() as profile:
        for width, height in SCREENS.items():
            picture = out / f"{html.stem}-{width}.png"
            command = [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--disable-background-networking", f"--user-data-dir={profile}",
                f"--screenshot={picture}", f"--window-size={width},{height}", html.as_uri(),
            ]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True)


def main(out: Path, language: str) -> None:
    """Write the report of the made-up partners, and a picture of each page."""
    out.mkdir(parents=True, exist_ok=True)
    look = look_of(
        Brand(
            company="Example Commerce Ltd",
            confidentiality="Confidential: Example Commerce and the partner named",
            language=language,
        ),
        Path(),
        None,
    )
    names = frozenset(partner for partner, *_ in PARTNERS)
    outcome = write_report(
        world.judgement(PARTNERS), world.KPIS, world.evidence, out / "report",
        readers=world.readers(PARTNERS), wishes=Wishes(pdf_for=names), look=look, inputs=world.INPUTS,
    )  # fmt: skip
    for pdf in sorted(outcome.folder.rglob("*.pdf")):
        sheets(pdf, out)
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.stderr.write("no Chromium here: only the PDF sheets are drawn\n")
        return
    for html in sorted(outcome.folder.rglob("*.html")):
        screens(html.resolve(), out, browser)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "en")
