"""Fonts of a PDF: what is written of them is read from the file once per process, not once per page.

A font that is embedded whole is written with the width and the letter of each of its glyphs, for which
WeasyPrint opens it and reads most of it. Whatever else is asked of a font opens it. The bytes stay the same.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

KNOWN = 8
"""Fonts known at most: a page has two, and cuts of others."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph, and its width in units of its font."""

    width: float


@dataclass(frozen=True, slots=True)
class Face:
    """What is written of a font: its glyphs, their numbers, and the glyph of each letter, by name."""

    glyphs: Mapping[str, Glyph]
    numbers: Mapping[str, int]
    letters: Mapping[int, str]


@lru_cache(maxsize=KNOWN)
def _face(content: bytes, number: int) -> Face:
    """Read a font of a file."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only

    font = TTFont(io.BytesIO(content), fontNumber=number)
    return Face(
        {name: Glyph(glyph.width) for name, glyph in font.getGlyphSet().items()},
        font.getReverseGlyphMap(),
        font.getBestCmap() or {},
    )


@cache
def prepare() -> None:
    """Open fonts so from here on, in this process."""
    from weasyprint.pdf import fonts  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only

    fonts.TTFont = type("Font", (Unopened, fonts.TTFont), {})


class Unopened:
    """A font that is opened once something is asked that is not known of it; goes before its class."""

    def __init__(self, file: io.BytesIO, fontNumber: int) -> None:  # noqa: N803 - its name
        self._given = file.getvalue(), fontNumber

    def __getattr__(self, name: str) -> Any:
        """Open it: nothing but what it was made of is there before."""
        if "reader" in self.__dict__:
            raise AttributeError(name)
        content, number = self._given
        super().__init__(io.BytesIO(content), fontNumber=number)  # type: ignore[call-arg]
        return getattr(self, name)

    def _known(self) -> Face | None:
        """What is known of it; nothing once it is open, for it may have been changed."""
        return None if "reader" in self.__dict__ else _face(*self._given)

    def getGlyphSet(self, **given: Any) -> Any:  # noqa: N802 - its names
        """Glyphs by name."""
        face = None if given else self._known()
        return face.glyphs if face else super().getGlyphSet(**given)  # type: ignore[misc]

    def getBestCmap(self, **given: Any) -> Any:  # noqa: N802
        """Names of glyphs by letter."""
        face = None if given else self._known()
        return face.letters if face else super().getBestCmap(**given)  # type: ignore[misc]

    def getGlyphID(self, name: str) -> int:  # noqa: N802
        """Number of a glyph."""
        face = self._known()
        if face and name in face.numbers:
            return face.numbers[name]
        return int(super().getGlyphID(name))  # type: ignore[misc]
