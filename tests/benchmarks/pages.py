"""Pages of a portfolio, drawn our way and the plainest way, by as many workers, in one run.

    python -m tests.benchmarks.pages [PARTNERS [WORKERS]]

The plainest way is what one writes first: an Altair object per chart, validated and compiled each
time, its SVG within the page, a variable font, and a renderer set up anew for each page. Both draw
the same page models for paper (annex, dictionary and methods aside) as PDF/UA. CPU seconds are what
counts on a machine that does other things too; starting the workers is in both.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from markupsafe import Markup
from tests.unit.report import world

from tallyclerk.report.bundled import bundled_templates, font_file
from tallyclerk.report.charts import draw
from tallyclerk.report.model import KpiText, PartnerInput
from tallyclerk.report.partner_page import partner_inputs, partner_page
from tallyclerk.report.render import pdf, templates

VARIABLE_FONT = "@fontsource-variable/inter"
FONT_FILE = "package/files/inter-latin-wght-normal.woff2"
KPIS = {name: KpiText.of(kpi) for name, kpi in world.KPIS.items()}


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


def card(font: str, given: PartnerInput) -> tuple[float, float, int]:
    """Draw one page: CPU seconds of the model with its charts, and of the sheets; bytes."""
    if font:
        _plain(font)
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    start = time.process_time()
    page = partner_page(given, world.evidence("acme"), KPIS, small_below=30)
    page = replace(page, annex=replace(page.annex, parts=()), methods=(), notes=())
    modelled = time.process_time()
    content = pdf.partner_pdf(page, bundled_templates())
    return modelled - start, time.process_time() - modelled, len(content)


def _plain(font: str) -> None:
    """Draw the plainest way from here on."""
    draw.svg = _altair_svg
    pdf._paper = partial(_paper, font)
    templates.as_image = lambda drawing, _alt: Markup(drawing)  # noqa: S704
    templates.environment.cache_clear()


def _altair_svg(specification, unit, datasets, *, key, fonts) -> str:
    import altair as alt  # noqa: PLC0415
    import vl_convert  # noqa: PLC0415

    vl_convert.register_font_directory(str(fonts))
    spec = specification(unit)
    spec["datasets"] = {**spec.get("datasets", {}), **{k: list(v) for k, v in datasets.items()}}
    told = json.loads(alt.Chart.from_dict(spec).to_json())
    return draw.tidy(vl_convert.vegalite_to_svg(told), key)


def _paper(font, folder, template, values) -> bytes:
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    html = templates.fill(folder, template, {**values, "style": "", "medium": "print"})
    fonts = FontConfiguration()
    face = (
        f"@font-face{{font-family:'{templates.FAMILY}';font-weight:100 900;"
        f"src:url(data:font/ttf;base64,{font})}}"
    )
    sheets = (templates.source(folder, name) for name in ("css/page.css", "css/print.css"))
    brand = templates.brand_css(values["page"].head.brand)
    css = CSS(string=pdf.plain_css(face + "\n".join(sheets) + brand), font_config=fonts)
    return HTML(string=html).write_pdf(stylesheets=[css], font_config=fonts, pdf_variant="pdf/ua-1")


def variable_font() -> str:
    """A variable font as base64: the file named by PLAIN_FONT, else one from the npm registry."""
    if named := os.environ.get("PLAIN_FONT"):
        return base64.b64encode(Path(named).read_bytes()).decode()
    with tempfile.TemporaryDirectory() as folder:
        try:
            packed = subprocess.run(
                ["npm", "pack", "--silent", VARIABLE_FONT],  # noqa: S607
                cwd=folder, check=True, capture_output=True, text=True,
            ).stdout.split()[-1]  # fmt: skip
            subprocess.run(["tar", "xzf", packed, FONT_FILE], cwd=folder, check=True)  # noqa: S607
            content = (Path(folder) / FONT_FILE).read_bytes()
        except (OSError, subprocess.CalledProcessError, IndexError):
            print("no npm: the plainest way gets our static font, and is faster for it")
            content = font_file("TallyclerkSans-Regular.woff2").read_bytes()
    return base64.b64encode(content).decode()


def timed(name: str, font: str, givens: list[PartnerInput], workers: int) -> float:
    """Draw all pages and print what they took: CPU seconds per page."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        drawn = list(pool.map(partial(card, font), givens))
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
    ours = timed("ours", "", givens, workers)
    plain = timed("plainest", variable_font(), givens, workers)
    print(f"{plain / ours:.1f} times as fast")


if __name__ == "__main__":
    main()
