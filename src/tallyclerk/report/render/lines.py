"""Lines of text in a PDF: laid out and written once per process where they recur.

WeasyPrint asks Pango several times how long each text is, and once more to write it: a fifth of the time
of a page. The pages of a portfolio share nearly all their words and many numbers. A line follows from its
text, the properties of its style that are named below and its room, and what it writes from the same; it
is kept with the fonts that it was laid out in. The bytes stay the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

DECIDING = (
    "direction",
    "font_family",
    "font_feature_settings",
    "font_kerning",
    "font_language_override",
    "font_size",
    "font_stretch",
    "font_style",
    "font_variant_alternates",
    "font_variant_caps",
    "font_variant_east_asian",
    "font_variant_ligatures",
    "font_variant_numeric",
    "font_variant_position",
    "font_variation_settings",
    "font_weight",
    "hyphenate_character",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphens",
    "lang",
    "letter_spacing",
    "overflow_wrap",
    "tab_size",
    "text_decoration_line",
    "white_space",
    "word_break",
    "word_spacing",
)
"""Properties that decide how a line comes out."""
MOST = 20_000
"""Lines known at most: a page has some hundred, of which most others have nearly all."""
PLAIN = ("clip", "none", "none", "visible")
"""Overflow, ellipsis, decoration and visibility of lines that write letters and nothing else."""
THOUSAND = 1000
"""Units of an em, of which PDFs count widths. A font that does too has the same in every size."""


@dataclass(slots=True)
class Run:
    """Glyphs in one font and size, as a line writes them.

    Attributes:
        key: What WeasyPrint knows the font by.
        pango_font: The font.
        name: Its name in a PDF.
        size: Size of the letters.
        widths: Width of each glyph, in thousandths of an em.
        to_unicode: Letters of each glyph.
        shown: What is written.
    """

    key: Any
    pango_font: Any
    name: str
    size: float
    widths: dict[int, int] = field(default_factory=dict)
    to_unicode: dict[int, str] = field(default_factory=dict)
    shown: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class Known:
    """What is known of lines in the fonts of some pages.

    Attributes:
        looks: Number of each look, by the properties that decide.
        laid: Lines laid out.
        written: Runs of lines; none where a line has to be written as WeasyPrint does.
        alive: A layout in each font, as long as which its font lives.
    """

    looks: dict[str, int] = field(default_factory=dict)
    laid: dict[Any, Any] = field(default_factory=dict)
    written: dict[Any, list[Run]] = field(default_factory=dict)
    alive: dict[Any, Any] = field(default_factory=dict)


@cache
def prepare() -> None:
    """Lay out and write lines so from here on, in this process."""
    from weasyprint import draw  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only
    from weasyprint.layout import inline, preferred  # type: ignore[import-untyped]  # noqa: PLC0415

    inline.split_first_line = preferred.split_first_line = _layer(inline.split_first_line)
    draw.draw_text = _writer(draw.draw_text)


def _known(style: Any) -> tuple[Known, int]:
    """What is known of lines in the fonts of a style, and the number of its look among them."""
    try:
        known: Known = style.font_config.lines
    except AttributeError:
        known = style.font_config.lines = Known()
    try:
        number: int = style.look
    except AttributeError:
        look = repr([style[name] for name in DECIDING])
        number = style.look = known.looks.setdefault(look, len(known.looks))
    return known, number


def _layer(lay: Callable[..., Any]) -> Callable[..., Any]:
    """Give what lays out the first line of a text, with a memory."""

    def laid(
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,  # noqa: FBT001, FBT002
        minimum: bool = False,  # noqa: FBT001, FBT002
    ) -> Any:
        known, look = _known(style)
        key = text, look, max_width, justification_spacing, is_line_start, minimum
        found = known.laid.get(key)
        if found is None:
            if len(known.laid) > MOST:
                known.laid.clear()
            found = known.laid[key] = lay(
                text, style, context, max_width, justification_spacing, is_line_start, minimum
            )
        layout, *measures = found
        own = object.__new__(type(layout))  # whoever writes a line may change it
        own.__dict__.update(layout.__dict__)
        return own, *measures

    return laid


def _writer(write: Callable[..., None]) -> Callable[..., None]:
    """Give what writes a line, with a memory."""

    def written(
        page: Any, box: Any, offset_x: float, overflow: str, ellipsis: str = "none"
    ) -> None:
        style = box.style
        is_plain = (overflow, ellipsis, style["text_decoration_line"], style["visibility"]) == PLAIN
        if not (is_plain and box.text.strip() and (runs := _runs(page, box))):
            write(page, box, offset_x, overflow, ellipsis)
            return
        page.set_color(style["color"])
        page.begin_text()
        page.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
        for run in runs:
            _put(run, page)
        page.end_text()

    return written


def _runs(page: Any, box: Any) -> list[Run]:
    """What a line writes; nothing where that is not known to be the same in every place."""
    layout = box.pango_layout
    known, look = _known(box.style)
    key = layout.text, look, layout.justification_spacing
    if (runs := known.written.get(key)) is None:
        if len(known.written) > MOST:
            known.written.clear()
        layout.reactivate(box.style)
        runs = known.written[key] = Note(page).runs_of(box)
        for run in runs:
            known.alive.setdefault(run.key, layout.layout)
        layout.deactivate()
    return runs


def _put(run: Run, page: Any) -> None:
    """Write a run, and give its font the glyphs that it shows."""
    fonts = page._fonts  # noqa: SLF001 - `add_font` asks Pango each time
    font = fonts[run.key] if run.key in fonts else page.add_font(run.pango_font)[0]
    for glyph, width in run.widths.items():
        font.widths.setdefault(glyph, width)
    for glyph, text in run.to_unicode.items():
        font.to_unicode.setdefault(glyph, text)
    page.set_font_size(run.name, run.size)
    page.stream.extend(run.shown)


class Note:
    """Notes what a line writes; WeasyPrint takes it for a page."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.ink_rect, self.logical_rect = page.ink_rect, page.logical_rect
        self._runs: list[Run] = []
        self._next: Run | None = None
        self._is_plain = True

    def runs_of(self, box: Any) -> list[Run]:
        """Give the runs of a line; none where they would differ by what a page writes before."""
        from weasyprint.draw.text import (  # type: ignore[import-untyped]  # noqa: PLC0415
            draw_first_line,
        )
        from weasyprint.matrix import Matrix  # type: ignore[import-untyped]  # noqa: PLC0415

        draw_first_line(self, box, "clip", "none", Matrix())
        return self._runs if self._is_plain else []

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """Look at the font of the next run."""
        from weasyprint.text.fonts import (  # type: ignore[import-untyped]  # noqa: PLC0415
            get_pango_font_key,
        )

        key, _, _ = get_pango_font_key(pango_font)
        font, size = self._page.add_font(pango_font)
        self._next = Run(key, pango_font, font.hash, size)
        has_pictures = font.bitmap or font.png or font.svg or font.colr
        self._is_plain &= font.upem == THOUSAND and size > 1 and not has_pictures
        return _Fresh(font, self._next, self), size

    def set_font_size(self, _name: str, _size: float) -> None:
        """Begin that run."""
        if self._next is not None:
            self._runs.append(self._next)

    def show_text(self, text: str) -> None:
        """Note what is shown."""
        self._runs[-1].shown.append(f"[{text}] TJ".encode())

    def set_text_matrix(self, *_: float) -> None:
        """A line gets its place when it is written."""

    def set_text_rise(self, _: float) -> None:
        """No letter of the page font is raised."""
        self._is_plain = False

    def miss(self) -> None:
        """Note that a letter is in no font, which WeasyPrint tells of each time."""
        self._is_plain = False


class _Fresh:
    """A font of which no glyph was shown yet."""

    def __init__(self, font: Any, run: Run, note: Note) -> None:
        self._font, self._note = font, note
        self.hash = font.hash
        self.bitmap, self.png, self.svg, self.colr = font.bitmap, font.png, font.svg, font.colr
        self.hb_face, self.hb_font, self.upem = font.hb_face, font.hb_font, font.upem
        self.widths, self.to_unicode = run.widths, run.to_unicode

    def get_unused_glyph_id(self, codepoint: int) -> int:
        """Give a number to a letter that the font has not."""
        self._note.miss()
        return int(self._font.get_unused_glyph_id(codepoint))
