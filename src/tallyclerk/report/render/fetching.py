"""What WeasyPrint may read: the bundled fonts, and what a page carries itself.

To be imported late: loading WeasyPrint takes half a second, and only PDFs need it.
"""

from __future__ import annotations

from base64 import b64decode
from multiprocessing.util import Finalize
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

from tallyclerk.report.bundled import font_file
from tallyclerk.report.render.templates import DRAWN, FONT_SCHEME, FONTS


class Fonts(FontConfiguration):  # type: ignore[misc]
    """Fonts whose files go when it goes, or with this process: also one that draws for another."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(mkdtemp(prefix="tallyclerk-fonts-"))
        Finalize(self, rmtree, (self._folder,), {"ignore_errors": True}, exitpriority=0)

    def __del__(self) -> None:
        """Nothing: what is remembered of styles may keep it until no module is left to do it."""


class Drawing(URLFetcherResponse):  # type: ignore[misc]
    """A drawing of ours, of which is known what it is."""

    content_type = "image/svg+xml"


class Fetcher(URLFetcher):  # type: ignore[misc]
    """Gives the bundled fonts and what a page carries itself; nothing else can be had."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Open one of the two; WeasyPrint leaves out what raises."""
        if drawn := DRAWN.fullmatch(url):
            return Drawing(url, b64decode(drawn[1]))
        if url.startswith("data:"):
            return super().fetch(url, headers)
        name = url.removeprefix(FONT_SCHEME)
        if url.startswith(FONT_SCHEME) and name in FONTS.values():
            content = font_file(f"{name}.ttf").read_bytes()
            return URLFetcherResponse(url, content, {"Content-Type": "font/ttf"})
        raise ValueError("a report fetches nothing")
