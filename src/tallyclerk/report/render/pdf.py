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
from multiprocessing.util import Finalize
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from tallyclerk.report.bundled import font_file
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

FONT_SCHEME = "bundled:"
INSIDE_KNOWN = "70"
"""The WeasyPrint whose inside is known to the modules that are prepared below; another one draws its own,
slower way."""
SPACINGS = ("", "tight")
"""How close things stand: as they should, or closer where the first sheet would run over."""
DRAWN = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
"""A drawing of ours within a page (see `templates.as_image`), whose text needs letters too."""


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
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]  # noqa: PLC0415
    from weasyprint.urls import (  # type: ignore[import-untyped]  # noqa: PLC0415
        URLFetcher,
        URLFetcherResponse,
    )

    class Fonts(FontConfiguration):  # type: ignore[misc]
        """Fonts whose files go when it goes, or with this process: also one that draws for another."""

        def __init__(self) -> None:
            super().__init__()
            self._folder = Path(mkdtemp(prefix="tallyclerk-fonts-"))
            Finalize(self, rmtree, (self._folder,), {"ignore_errors": True}, exitpriority=0)

        def __del__(self) -> None:
            """Nothing: what is remembered of styles may keep it until no module is left to do it."""

    class Drawn(URLFetcherResponse):  # type: ignore[misc]
        """A drawing of ours, of which is known what it is."""

        content_type = "image/svg+xml"

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Gives the bundled fonts and what a page carries itself; nothing else can be had."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            """Open one of the two; WeasyPrint leaves out what raises."""
            if drawn := DRAWN.fullmatch(url):
                return Drawn(url, b64decode(drawn[1]))
            if url.startswith("data:"):
                return super().fetch(url, headers)
            name = url.removeprefix(FONT_SCHEME)
            if url.startswith(FONT_SCHEME) and name in templates.FONTS.values():
                content = font_file(f"{name}.ttf").read_bytes()
                return URLFetcherResponse(url, content, {"Content-Type": "font/ttf"})
            raise ValueError("a report fetches nothing")

    if VERSION.partition(".")[0] == INSIDE_KNOWN:
        borders.prepare()
        cascade.prepare()
        drawings.prepare()
        lines.prepare()
        markup.prepare()
        opened.prepare()
        sizes.prepare()
        traits.prepare()
    fetcher, fonts = Fetcher(), Fonts()
    faces = "".join(
        f"@font-face{{font-family:'{templates.FAMILY}';font-weight:{weight};src:url({FONT_SCHEME}{name})}}"
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
    text = html + "".join(b64decode(found).decode() for found in DRAWN.findall(html))
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
