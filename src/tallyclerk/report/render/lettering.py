"""Labels of drawings within a PDF: each laid out once per process, in the page font."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any

from tallyclerk.report.render.letters import FAMILIES
from tallyclerk.report.render.outlines import Strange

SIZE = 16.0
"""Pixels in which labels are laid out: what they take grows with their size."""
DIGITS = 4
"""Hexadecimal digits of a glyph."""
_GLYPHS = re.compile(r"<([0-9a-f]+)>")


@dataclass(frozen=True, slots=True)
class Laid:
    """A label laid out: its glyphs as a PDF shows them, and its width in ems."""

    shown: str
    width: float
    glyphs: frozenset[int]


@lru_cache(maxsize=8)
def hand(fonts: Any, weight: int) -> Hand:
    """The one who writes labels with some fonts, as heavy as that."""
    return Hand(fonts, weight)


class Hand:
    """Lays out labels; WeasyPrint, which writes them, takes it for a page."""

    def __init__(self, fonts: Any, weight: int) -> None:
        from weasyprint.css.properties import (  # type: ignore[import-untyped]  # noqa: PLC0415
            INITIAL_VALUES,
        )
        from weasyprint.text.ffi import ffi  # type: ignore[import-untyped]  # noqa: PLC0415

        self._style = _Style(
            INITIAL_VALUES,
            font_family=FAMILIES.split(", "),
            font_weight=weight,
            font_size=SIZE,
        )
        self._style.font_config = fonts
        self.ink_rect, self.logical_rect = (ffi.new("PangoRectangle *") for _ in range(2))
        self._pango_font: Any = None
        self._font: Any = None
        self._key: Any = None
        self._shown = ""
        self._known: dict[str, Laid] = {}

    @property
    def name(self) -> str:
        """Name of the font in a PDF."""
        return str(self._font.hash)

    def laid(self, text: str) -> Laid:
        """Lay out a label.

        Raises:
            Strange: It needs another font too.
        """
        if text not in self._known:
            self._known[text] = self._lay(text)
        return self._known[text]

    def _lay(self, text: str) -> Laid:
        from weasyprint.draw.text import (  # type: ignore[import-untyped]  # noqa: PLC0415
            draw_first_line,
        )
        from weasyprint.matrix import Matrix  # type: ignore[import-untyped]  # noqa: PLC0415
        from weasyprint.svg.text import TextBox  # type: ignore[import-untyped]  # noqa: PLC0415
        from weasyprint.text.line_break import (  # type: ignore[import-untyped]  # noqa: PLC0415
            split_first_line,
        )

        layout, _, _, width, *_ = split_first_line(text, self._style, None, inf, 0)
        layout.reactivate(self._style)
        self._shown = ""
        draw_first_line(self, TextBox(layout, self._style), "none", "none", Matrix())
        runs = _GLYPHS.findall(self._shown)
        glyphs = (int(run[i : i + DIGITS], 16) for run in runs for i in range(0, len(run), DIGITS))
        return Laid(self._shown, width / SIZE, frozenset(glyphs))

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """Note the font of a label."""
        from weasyprint.pdf.fonts import Font  # type: ignore[import-untyped]  # noqa: PLC0415
        from weasyprint.text.fonts import (  # type: ignore[import-untyped]  # noqa: PLC0415
            get_pango_font_key,
        )

        key, description, size = get_pango_font_key(pango_font)
        if self._font is None:
            self._pango_font, self._key = pango_font, key
            self._font = Font(pango_font, description, size)
        if key != self._key:
            raise Strange("another font")
        return self._font, size

    def show_text(self, text: str) -> None:
        """Note what is shown."""
        self._shown += text

    def set_text_matrix(self, *_: float) -> None:
        """A drawing puts its labels in their places itself."""

    def set_font_size(self, *_: object) -> None:
        """Their size too."""

    def set_text_rise(self, _: float) -> None:
        """No letter of the page font is raised."""
        raise Strange("raised letters")

    def give(self, glyphs: Iterable[int], page: Any) -> None:
        """Take the font into a page, with the glyphs that are shown there."""
        font, _ = page.add_font(self._pango_font)
        for glyph in glyphs:
            font.widths.setdefault(glyph, self._font.widths[glyph])
            font.to_unicode.setdefault(glyph, self._font.to_unicode[glyph])


class _Style(dict):  # type: ignore[type-arg]
    """Properties of a text, as WeasyPrint asks for them."""

    font_config: Any
