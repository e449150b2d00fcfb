"""Drawings within a PDF: drawn by their few kinds of elements, and none left out in silence.

WeasyPrint draws any SVG, its labels letter by letter and each element with a state of its own, which
takes a fifth of the time of a page. What `sketch` knows goes straight to the paper; the rest, such as a
logo or a label in another script, goes WeasyPrint's way, but for labels, which are set in one piece
where no letter has a place of its own.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from tallyclerk.report.render.lettering import Hand, hand
from tallyclerk.report.render.outlines import number
from tallyclerk.report.render.sketch import Label, Sketch, sketch

SHARE = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How much of a label stands before its place."""
SPREAD = ("letter-spacing", "textLength", "rotate")
"""Attributes that give each letter a place of its own; so does more than one number in those below."""
PLACES = ("x", "y", "dx", "dy")


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
    from weasyprint import images, svg  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only

    logging.getLogger("weasyprint").addHandler(_Refusing())
    images.SVGImage = _image(images)
    letter_by_letter = svg.text

    def draw(image: Any, node: Any, font_size: float) -> None:
        if node.text and not _is_spread(node):
            node._etree_node.text = _Piece(node.text)  # noqa: SLF001 - there is no other way in
        letter_by_letter(image, node, font_size)

    svg.TAGS.update({tag: draw for tag, drawn in svg.TAGS.items() if drawn is letter_by_letter})
    svg.text = draw


def _is_spread(node: Any) -> bool:
    """Whether the letters of a text stand apart."""
    given = (node.get(name) or "" for name in PLACES)
    return any(map(node.get, SPREAD)) or any(len(re.split(r"[\s,]+", v.strip())) > 1 for v in given)


def _image(images: Any) -> type:
    """The class of WeasyPrint that draws an SVG, where there is less to be done."""

    class Image(images.SVGImage):  # type: ignore[misc]
        """A drawing of a page."""

        def __init__(self, tree: Any, base_url: Any, url_fetcher: Any, context: Any) -> None:
            self._drawn: Drawn | None = None
            try:
                self._drawn = Drawn(sketch(tree), context.font_config) if context else None
            except (ValueError, LookupError):
                logging.getLogger(__name__).debug("drawn by WeasyPrint: %s", base_url)
            if self._drawn is None:
                super().__init__(tree, base_url, url_fetcher, context)

        def get_intrinsic_size(self, image_resolution: Any, font_size: Any) -> Any:
            """Width and height that it has by itself, and the one by the other."""
            if self._drawn is None:
                return super().get_intrinsic_size(image_resolution, font_size)
            return self._drawn.size

        def draw(self, stream: Any, concrete_width: Any, concrete_height: Any, style: Any) -> None:
            """Draw it as large as its place allows, in the middle."""
            if self._drawn is None:
                super().draw(stream, concrete_width, concrete_height, style)
            else:
                self._drawn.put(stream, concrete_width, concrete_height)

    return Image


class Drawn:
    """A drawing as one piece of a PDF."""

    def __init__(self, drawing: Sketch, fonts: Any) -> None:
        self._frame, self._alphas = drawing.frame, drawing.alphas
        self._hands: dict[Hand, set[int]] = {}
        told = [
            part if isinstance(part, str) else self._label(part, fonts) for part in drawing.parts
        ]
        self._told = "\n".join(["q 0 J 0 j [] 0 d", *told, "Q"]).encode()
        width, height = drawing.sizes
        _, _, across, down = drawing.frame
        self.size = (width, height, width / height if width and height else across / down)

    def _label(self, label: Label, fonts: Any) -> str:
        writer = hand(fonts, label.weight)
        laid = writer.laid(label.text)
        self._hands.setdefault(writer, set()).update(laid.glyphs)
        x = label.x - SHARE[label.anchor] * laid.width * label.size
        place = f"1 0 0 -1 {number(x)} {number(label.y)} Tm"
        return f"BT /{writer.name} {number(label.size)} Tf {place} [{laid.shown}] TJ ET"

    def put(self, page: Any, width: float, height: float) -> None:
        """Put it into a place of a page, as large as it may be, in the middle."""
        from pydyf import Dictionary  # type: ignore[import-untyped]  # noqa: PLC0415 - with WeasyPrint

        left, top, across, down = self._frame
        scale = min(width / across, height / down)
        for writer, glyphs in self._hands.items():
            writer.give(glyphs, page)
        for alpha in self._alphas:
            state = {"ca": float(alpha), "CA": float(alpha)}
            page._resources["ExtGState"][f"t{alpha}"] = Dictionary(state)  # noqa: SLF001
        page.transform(
            a=scale,
            d=scale,
            e=(width - across * scale) / 2 - left * scale,
            f=(height - down * scale) / 2 - top * scale,
        )
        page.stream.append(self._told)
