"""Pages of a portfolio, drawn our way and the plainest way, by as many workers, in one run.

    python -m tests.benchmarks.pages [PARTNERS [WORKERS]]

The plainest way is what one writes first: each chart an Altair object with its data, validated,
compiled and drawn; its SVG within the page; the style sheet as it is written; a variable font, and a
font configuration for each PDF. Both ways fill the same templates with the same page models (annex,
dictionary and methods aside), once for the screen and once as PDF/UA, and keep one process warm per
worker. CPU seconds are what counts on a machine that does other things too; starting the workers is
in both, with their modules compiled beforehand, as those of an installed program are.
"""

from __future__ import annotations

import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import Any

from markupsafe import Markup
from tests.unit.report import world

from tallyclerk.report.bundled import bundled_templates, font_file
from tallyclerk.report.charts import draw
from tallyclerk.report.model import KpiText, PartnerInput, PartnerPage
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import pdf, templates
from tallyclerk.report.render.pages import partner_html
from tallyclerk.report.workers import LIBRARIES
from tallyclerk.workers import one_thread_each, processes

VARIABLE_FONT = "@ibm/plex-sans-variable"
FONT_FILE = "package/fonts/complete/ttf/IBM Plex Sans Var-Roman.ttf"
"""The family that the bundled font was cut from."""
KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}
EVIDENCE = world.evidence("acme")
FIRST = """
import altair, vl_convert, xlsxwriter
from tests.benchmarks import pages
pages.card(pages.portfolio(1)[0])
"""
"""Loads what both ways need."""


def portfolio(partners: int) -> list[PartnerInput]:
    """Forwarders and couriers with every KPI of theirs, 13 months, 5 lanes."""
    made = [
        (
            f"p{i:03d}",
            f"Partner {i}",
            (("forwarder", "courier")[i % 2],),
            300 + i,
            0.1 * (i % 9),
            True,
        )
        for i in range(partners)
    ]
    return list(partner_inputs(world.judgement(made)).values())


def card(given: PartnerInput) -> tuple[float, float, int]:
    """Draw one page: CPU seconds of the model with its charts, and of the sheets; bytes."""
    start = time.process_time()
    page = without_annex(partner_page(given, EVIDENCE, KPIS, small_below=30))
    modelled = time.process_time()
    html = partner_html(page, bundled_templates())
    content = pdf.partner_pdf(page, bundled_templates())
    return modelled - start, time.process_time() - modelled, len(content) + len(html)


def without_annex(page: PartnerPage) -> PartnerPage:
    """Leave the first two sheets of a page."""
    annex = replace(page.annex, parts=(), totals=replace(page.annex.totals, rows=()))
    sections = tuple(replace(section, rows=()) for section in page.sections)
    return replace(page, annex=annex, sections=sections, trails=(), methods=(), notes=())


def start(font: str) -> None:
    """Prepare a worker of the plainest way, which has a font of its own."""
    import vl_convert  # noqa: PLC0415

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    vl_convert.register_font_directory(str(bundled_templates() / "fonts"))
    draw.svg = _altair_svg
    pdf._paper = partial(_paper, font)
    templates.as_image = lambda drawing, _alt: Markup(drawing)  # noqa: S704


def _altair_svg(specification, unit, datasets, **_given) -> str:
    """Draw a chart that was described with its data in it."""
    import altair as alt  # noqa: PLC0415
    import vl_convert  # noqa: PLC0415

    named = alt.NamedData
    alt.NamedData = lambda name: alt.InlineData(values=list(datasets[name]))
    try:
        told = specification(unit)
    finally:
        alt.NamedData = named
    return vl_convert.vegalite_to_svg(_with_numbers(told))


def _with_numbers(told: Any) -> Any:
    """Have Vega write the numbers of an axis itself: our charts hide them from it (see `labels`)."""
    if isinstance(told, list):
        return [_with_numbers(each) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        name: "datum.label" if name == "labelExpr" else _with_numbers(each)
        for name, each in told.items()
    }


def _paper(font, folder, template, values, _fits=bool) -> bytes:
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    html = templates.fill(
        folder, template, {**values, "style": "", "medium": "print", "spacing": ""}
    )
    fonts = FontConfiguration()
    face = f"@font-face{{font-family:'{templates.FAMILY}';font-weight:100 700;src:url({font})}}"
    sheets = (templates.source(folder, name) for name in ("css/page.css", "css/print.css"))
    brand = templates.brand_css(values["page"].head.brand)
    css = CSS(string=face + "\n".join(sheets) + brand, font_config=fonts)
    return HTML(string=html).write_pdf(stylesheets=[css], font_config=fonts, pdf_variant="pdf/ua-1")


@contextmanager
def variable_font() -> Iterator[str]:
    """Where a variable font is: the file named by PLAIN_FONT, else one from the npm registry."""
    if named := os.environ.get("PLAIN_FONT"):
        yield Path(named).resolve().as_uri()
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            packed = subprocess.run(
                ["npm", "pack", "--silent", VARIABLE_FONT],  # noqa: S607
                cwd=folder, check=True, capture_output=True, text=True,
            ).stdout.split()[-1]  # fmt: skip
            subprocess.run(["tar", "xzf", packed, FONT_FILE], cwd=folder, check=True)  # noqa: S607
            yield (Path(folder) / FONT_FILE).as_uri()
        except (OSError, subprocess.CalledProcessError, IndexError):
            print("no npm: the plainest way gets our static font, and is faster for it")
            yield font_file("TallyclerkSans-Regular.ttf").as_uri()


@contextmanager
def compiled() -> Iterator[None]:
    """Processes started meanwhile find their modules compiled."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        writing = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run([sys.executable, "-c", FIRST], env=writing, check=True)
        yield
        del os.environ["PYTHONPYCACHEPREFIX"]


def timed(name: str, font: str, givens: list[PartnerInput], workers: int) -> float:
    """Draw all pages and print what they took: CPU seconds per page."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    if font:
        with ProcessPoolExecutor(workers, get_context("spawn"), start, (font,)) as pool:
            drawn = list(pool.map(card, givens))
    else:
        with one_thread_each(), processes(workers, LIBRARIES) as pool:
            drawn = list(pool.map(card, givens))
        forkserver._forkserver._stop()  # what its processes took counts once it has ended
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - wall
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    model, sheets, size = (sum(column) for column in zip(*drawn, strict=True))
    n = len(givens)
    print(
        f"{name:9} {n / wall * 60:6.0f} cards a minute, {cpu / n:.3f} CPU s a card "
        f"(model and charts {model / n:.3f}, sheets {sheets / n:.3f}, "
        f"workers' start {(cpu - model - sheets) / n:.3f}), {size / n / 1024:.0f} KB"
    )
    return cpu / n


def main() -> None:
    """Time both."""
    partners = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    givens = portfolio(partners)
    with compiled(), variable_font() as font:
        ours = timed("ours", "", givens, workers)
        plain = timed("plainest", font, givens, workers)
    print(f"{plain / ours:.1f} times as fast")


if __name__ == "__main__":
    main()
