"""Letters that the bundled page font has not: cut from bundled fallbacks, only those of one page.

A page in a script of `SCRIPTS` carries a cut of that script's font, so that it looks the same on
every machine, whatever fonts are there. Letters of no bundled font (emoji, rare scripts) are left
to the fonts of the system.
"""

from __future__ import annotations

import base64
import io
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from tallyclerk.report.bundled import font_file

MAIN = "Sans"
SCRIPTS = ("Latin", "Arabic", "Hebrew", "Devanagari", "Thai", "Han")
"""In the order in which they are asked; each is `Tallyclerk SCRIPT` in the style sheet."""
FAMILIES = ", ".join(f"Tallyclerk {script}" for script in (MAIN, *SCRIPTS))
JOINERS = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")
SPACES = frozenset(" \N{NO-BREAK SPACE}")
"""Every cut has them: paper sets a space in the font of the letter before it, or as a missing one."""


def _file(script: str) -> str:
    return f"Tallyclerk{script}-Regular.ttf"


@cache
def letters_of(script: str) -> frozenset[str]:
    """Give the characters that a bundled font can draw."""
    # Comes with the PDF renderer.
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415

    with TTFont(font_file(_file(script)), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def _advances() -> Mapping[str, float]:
    """Give the width of each letter of the page font in ems."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(font_file(_file(MAIN)), lazy=True) as font:
        em, advances = font["head"].unitsPerEm, font["hmtx"].metrics
        return {chr(code): advances[name][0] / em for code, name in font.getBestCmap().items()}


def width(text: str) -> float:
    """Say how many ems a text takes in the page font; letters that it has not, about."""
    known = _advances()
    return sum(known.get(letter) or _about(letter) for letter in text)


def _about(letter: str) -> float:
    return 1.0 if unicodedata.east_asian_width(letter) in {"W", "F"} else 0.6


def needed(page: str) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Find the letters of a page that the page font has not.

    Returns:
        Letters by script, and those that no bundled font has.
    """
    missing = frozenset(c for c in set(page) if not c.isspace()) - letters_of(MAIN) - JOINERS
    found: dict[str, frozenset[str]] = {}
    for script in SCRIPTS if missing else ():
        if mine := missing & letters_of(script):
            found[script] = mine
            missing -= mine
    return found, missing


@lru_cache(maxsize=64)
def cut(script: str, letters: frozenset[str], flavor: str | None = None) -> bytes:
    """Give the font of a script with some letters only.

    Args:
        script: One of `SCRIPTS`.
        letters: What it has to draw.
        flavor: "woff2" for a page on screen.
    """
    from fontTools import subset  # type: ignore[import-untyped]  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(font_file(_file(script)), lazy=True, recalcTimestamp=False) as font:
        options: Any = subset.Options(hinting=False, layout_features=["*"], name_IDs=["*"])
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=sorted(map(ord, letters | JOINERS | SPACES)))
        cutter.subset(font)
        font.flavor = flavor
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def faces(page: str, *, is_screen: bool) -> str:
    """Give the style rules that carry what a page needs; "" for a page of plain Latin."""
    flavor, kind = ("woff2", "woff2") if is_screen else (None, "ttf")
    rules = []
    for script, letters in needed(page)[0].items():
        data = base64.b64encode(cut(script, letters, flavor)).decode()
        url = f"url(data:font/{kind};base64,{data})"
        rules.append(f"@font-face{{font-family:'Tallyclerk {script}';src:{url}}}")
    return "".join(rules)
