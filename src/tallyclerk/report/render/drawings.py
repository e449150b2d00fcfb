"""Drawings within a PDF: their labels in one piece, and none left out in silence.

WeasyPrint sets an SVG text letter by letter, each with a layout of its own, because each may have a
place of its own. In our drawings none has: a label set in one piece takes a fifth of the time, and
its letters stand as close as in the rest of the page.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any


class _Piece(str):
    """A text of one piece."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        yield str(self)


class _Refusing(logging.Handler):
    """Makes an error of a drawing that WeasyPrint would leave out."""

    def emit(self, record: logging.LogRecord) -> None:
        """Look at what it notes."""
        if str(record.msg).startswith("Failed to render SVG image"):
            raise ValueError(f"a drawing cannot be put on paper: {sys.exception()}")


@cache
def prepare() -> None:
    """Draw so from here on, in this process."""
    from weasyprint import svg  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only

    logging.getLogger("weasyprint").addHandler(_Refusing())
    letter_by_letter = svg.text

    def draw(image: Any, node: Any, font_size: float) -> None:
        if node.text:
            node._etree_node.text = _Piece(node.text)  # noqa: SLF001 - there is no other way in
        letter_by_letter(image, node, font_size)

    svg.TAGS.update({tag: draw for tag, drawn in svg.TAGS.items() if drawn is letter_by_letter})
    svg.text = draw
