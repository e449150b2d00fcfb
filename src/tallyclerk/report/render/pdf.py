"""Page models as PDF: the same page for paper, without any access to files or network.

Pages are tagged for screen readers, as PDF/UA-1 asks. Equal pages give equal bytes: the fonts are
bundled and embedded whole, dates and identifiers come from the run; letters that the page font has
not come from bundled fallbacks (`letters`). Only a page with letters of no bundled font embeds a cut
of a system font.
"""

from __future__ import annotations

import gc
import hashlib
import io
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

from tallyclerk.report.comparison import ComparisonPage
from tallyclerk.report.model import Brief, OverviewPage, PartnerPage
from tallyclerk.report.render import (
    borders,
    cascade,
    drawings,
    letters,
    lines,
    markup,
    objects,
    opened,
    sizes,
    templates,
    traits,
)

INSIDE_KNOWN = "70"
"""The WeasyPrint whose inside `INSIDES` know; another one draws its own, slower way."""
SPACINGS = ("", "tight")
"""How close things stand: as they should, or closer where the first sheet would run over."""


class Inside(Protocol):
    """A module that does better what WeasyPrint does inside."""

    def prepare(self) -> None:
        """Do it so from here on, in this process."""


INSIDES: tuple[Inside, ...] = (
    borders,
    cascade,
    drawings,
    lines,
    markup,
    opened,
    sizes,
    traits,
)


@lru_cache(maxsize=4)
def _tools(folder: Path, more_faces: str = "", brand: str = "") -> tuple[Any, Any, Any]:
    """Load the renderer once per process: fetcher, font configuration, style sheet.

    Args:
        folder: The templates.
        more_faces: Style rules of the fonts that one page needs beside the bundled ones.
        brand: Style rule of the brand's colours.
    """
    # Loading takes half a second, and only PDFs need it.
    from weasyprint import CSS, VERSION  # type: ignore[import-untyped]  # noqa: PLC0415

    from tallyclerk.report.render.fetching import Fetcher, Fonts  # noqa: PLC0415

    if VERSION.partition(".")[0] == INSIDE_KNOWN:
        for part in INSIDES:
            part.prepare()
    fetcher, fonts = Fetcher(), Fonts()
    faces = "".join(
        f"@font-face{{font-family:'{templates.FAMILY}';font-weight:{weight};src:url({templates.FONT_SCHEME}{name})}}"
        for weight, name in templates.FONTS.items()
    )
    sheets = (templates.source(folder, name) for name in ("css/page.css", "css/print.css"))
    css = CSS(
        string=plain_css(faces + more_faces + "\n".join(sheets) + brand),
        font_config=fonts,
        url_fetcher=fetcher,
    )
    return fetcher, fonts, css


def plain_css(css: str) -> str:
    """Put the values of custom properties in their places: SVG is drawn without them."""
    values = dict(re.findall(r"--([\w-]+):\s*([^;}]+)", css))
    return re.sub(r"var\(--([\w-]+)\)", lambda found: values.get(found[1], "inherit"), css)


def partner_pdf(page: PartnerPage, folder: Path) -> bytes:
    """Give the scorecard of a partner as PDF, what is said in each role on one sheet if it can be."""
    starts = [f"r{number}" for number, _ in enumerate(page.sections, start=1)]

    def fits(pages: Sequence[Any]) -> bool:
        at = {name: number for number, each in enumerate(pages) for name in each.anchors}
        return all(at.get(f"{r}-why", 0) - at.get(f"{r}-h", 0) <= 1 for r in starts)

    return _paper(folder, "partner.html.j2", {"page": page, "pdf_href": ""}, fits)


def brief_pdf(page: Brief, folder: Path) -> bytes:
    """Give the negotiation brief of a partner as PDF."""
    return _paper(folder, "brief.html.j2", {"page": page})


def overview_pdf(page: OverviewPage, folder: Path) -> bytes:
    """Give the director's sheet as PDF."""
    return _paper(folder, "overview.html.j2", {"page": page}, lambda pages: len(pages) == 1)


def comparison_pdf(page: ComparisonPage, folder: Path) -> bytes:
    """Give a comparison as PDF."""
    return _paper(folder, "comparison.html.j2", {"page": page})


def _paper(
    folder: Path,
    template: str,
    values: Mapping[str, Any],
    fits: Callable[[Sequence[Any]], bool] = bool,
) -> bytes:
    """Fill a template for paper and draw it; what it took is gone before garbage is collected."""
    with _collecting_once():
        return _drawn(folder, template, values, fits)


def _drawn(
    folder: Path, template: str, values: Mapping[str, Any], fits: Callable[[Sequence[Any]], bool]
) -> bytes:
    """A filled template as PDF: laid out closer where its pages do not fit."""
    for spacing in SPACINGS:
        document, options = _laid_out(folder, template, {**values, "spacing": spacing})
        if fits(document.pages):
            break
    out = io.BytesIO()
    document.write_pdf(out, finisher=objects.once, **options)
    return out.getvalue()


def _laid_out(folder: Path, template: str, values: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The pages of a filled template, and what writing them has to know."""
    from weasyprint import DEFAULT_OPTIONS, HTML  # noqa: PLC0415

    html = templates.fill(folder, template, {**values, "style": "", "medium": "print"})
    text = html + "".join(b64decode(found).decode() for found in templates.DRAWN.findall(html))
    fetcher, fonts, css = _tools(
        folder, letters.faces(text, is_screen=False), templates.brand_css(values["page"].head.brand)
    )
    options = {
        **DEFAULT_OPTIONS,
        "stylesheets": [css],
        "full_fonts": not letters.needed(text)[1],
        "pdf_identifier": hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
        "pdf_variant": "pdf/ua-1",
    }
    document = HTML(string=html, url_fetcher=fetcher, base_url="about:blank")
    return document.render(font_config=fonts, **options), options


@contextmanager
def _collecting_once() -> Iterator[None]:
    """Collect garbage after a page instead of many times while its boxes are alive.

    Collecting looks at every box again and again: it takes a quarter of the time of a page.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(1)
        if was_enabled:
            _keep()
            gc.enable()


@cache
def _keep() -> None:
    """Leave alone what a process keeps, once its first page is drawn: looking at it finds nothing."""
    gc.freeze()
