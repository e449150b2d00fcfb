"""Makes the bundled fonts from IBM Plex Sans, Noto Sans (both SIL Open Font License 1.1) and Droid.

Run with fontTools and brotli installed, naming the folder with the original static fonts:

    python make_fonts.py FOLDER

It makes whatever it finds the originals of. Those of the fallbacks (`FALLBACKS`) are cut to one
script each; a page carries of them only the letters that it has (`render/letters.py`).

The result is cut to Latin, Latin Extended, punctuation and symbols, gets the shapes that mark
states (Plex has none), and is renamed because the licence reserves the name "Plex" for the
original. Run it again only to change the set: the pages are byte-identical as long as the fonts are.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FAMILY = "Tallyclerk Sans"
WEIGHTS = {"Regular": 400, "SemiBold": 600}
RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x1E80, 0x1E85), (0x1EF2, 0x1EF3))
EXTRA = "ẞΣσμπχ–—‘’‚“”„†•…‰′″‹›−≈≠≤≥÷×∞←↑→↓€£¥₹№™✓\u2009\u202f"
FALLBACKS = {
    "Latin": ("NotoSans-Regular.ttf", ((0x180, 0x5FF), (0x1E00, 0x1FFF), (0x2C60, 0x2C7F))),
    "Arabic": ("NotoSansArabic-Regular.ttf", ((0x600, 0x8FF), (0xFB50, 0xFEFF))),
    "Hebrew": ("NotoSansHebrew-Regular.ttf", ((0x590, 0x5FF), (0xFB1D, 0xFB4F))),
    "Devanagari": ("NotoSansDevanagari-Regular.ttf", ((0x900, 0x97F), (0x200C, 0x200D))),
    "Thai": ("NotoSansThai-Regular.ttf", ((0xE00, 0xE7F),)),
    "Han": ("DroidSansFallback.ttf", ((0x1100, 0x11FF), (0x2E80, 0xD7FF), (0xF900, 0xFFEF))),
}
"""Letters that Plex has not: the script's name, the original, and what is kept of it."""
SPACES = {0x20, 0xA0}
"""Every font has them: Pango sets a space in the font of the letter before it."""
CIRCLE, HEART = 0.5523, 325  # Bézier circle constant; middle of the shapes above the baseline


def _circle(pen: TTGlyphPen, radius: float, *, clockwise: bool) -> None:
    steps = [math.tau * i / 8 * (-1 if clockwise else 1) for i in range(8)]
    half = math.tau / 16 * (-1 if clockwise else 1)
    far = radius / math.cos(math.tau / 16)
    point = lambda angle, r: (round(350 + r * math.cos(angle)), round(HEART + r * math.sin(angle)))  # noqa: E731
    pen.moveTo(point(steps[0], radius))
    for angle in steps:
        pen.qCurveTo(point(angle + half, far), point(angle + 2 * half, radius))
    pen.closePath()


def _polygon(pen: TTGlyphPen, points: list[tuple[float, float]], *, clockwise: bool) -> None:
    ordered = points if clockwise else points[::-1]
    pen.moveTo(tuple(round(v) for v in ordered[0]))
    for at in ordered[1:]:
        pen.lineTo(tuple(round(v) for v in at))
    pen.closePath()


def _shape(kind: str, *, hollow: bool) -> object:
    """One filled or outlined shape, 700 units wide."""
    outlines: dict[str, list[tuple[float, float]]] = {
        "triangle": [(350, 650), (690, 40), (10, 40)],
        "down": [(10, 610), (690, 610), (350, 0)],
        "square": [(80, 595), (620, 595), (620, 55), (80, 55)],
        "diamond": [(350, 680), (690, 325), (350, -30), (10, 325)],
    }
    pen = TTGlyphPen(None)
    if kind == "circle":
        _circle(pen, 300, clockwise=True)
        if hollow:
            _circle(pen, 215, clockwise=False)
        return pen.glyph()
    points = outlines[kind]
    _polygon(pen, points, clockwise=True)
    if hollow:
        x0 = sum(x for x, _ in points) / len(points)
        y0 = sum(y for _, y in points) / len(points)
        inner = [(x0 + (x - x0) * 0.62, y0 + (y - y0) * 0.62) for x, y in points]
        _polygon(pen, inner, clockwise=False)
    return pen.glyph()


SHAPES = {
    "●": ("circle", False),
    "○": ("circle", True),
    "▲": ("triangle", False),
    "△": ("triangle", True),
    "▼": ("down", False),
    "■": ("square", False),
    "□": ("square", True),
    "◆": ("diamond", False),
    "◇": ("diamond", True),
}


def _add_shapes(font: TTFont) -> None:
    order = font.getGlyphOrder()
    for char, (kind, hollow) in SHAPES.items():
        name = f"uni{ord(char):04X}"
        order.append(name)
        font["glyf"][name] = _shape(kind, hollow=hollow)
        font["glyf"][name].recalcBounds(font["glyf"])
        font["hmtx"][name] = (700, font["glyf"][name].xMin)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[ord(char)] = name
    font.setGlyphOrder(order)
    font["maxp"].numGlyphs = len(order)


def _rename(font: TTFont, weight: str) -> None:
    names = font["name"]
    licence = [r for r in names.names if r.nameID in (0, 13, 14)]
    names.names = licence
    for name_id, text in {
        1: FAMILY if weight == "Regular" else f"{FAMILY} {weight}",
        2: "Regular",
        3: f"{FAMILY} {weight} 1",
        4: f"{FAMILY} {weight}",
        5: "Version 1.0",
        6: f"TallyclerkSans-{weight}",
        16: FAMILY,
        17: weight,
    }.items():
        names.setName(text, name_id, 3, 1, 0x409)


def make(source: Path, target: Path, weight: str) -> None:
    """Cuts, completes, renames and writes one weight as .ttf and .woff2."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=["kern", "mark", "ccmp", "locl"])
    options.name_IDs, options.notdef_outline = ["*"], True
    cutter = subset.Subsetter(options)
    wanted = {c for first, last in RANGES for c in range(first, last + 1)} | set(map(ord, EXTRA))
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    _add_shapes(font)
    _rename(font, weight)
    font["OS/2"].usWeightClass = WEIGHTS[weight]
    font.flavor = None
    font.save(target / f"TallyclerkSans-{weight}.ttf")
    font.flavor = "woff2"
    font.save(target / f"TallyclerkSans-{weight}.woff2")


def make_fallback(
    source: Path, target: Path, script: str, ranges: tuple[tuple[int, int], ...]
) -> None:
    """Cuts a font to one script, renames it, and writes it as .ttf."""
    font = TTFont(source, recalcTimestamp=False)
    features = [] if script == "Han" else ["*"]
    options = subset.Options(hinting=False, layout_features=features, glyph_names=False)
    options.name_IDs, options.notdef_outline = ["*"], True
    options.drop_tables += ["vhea", "vmtx", "DSIG"]
    cutter = subset.Subsetter(options)
    kept = {c for first, last in ranges for c in range(first, last + 1)}
    cutter.populate(unicodes=kept | SPACES)
    cutter.subset(font)
    names = font["name"]
    names.names = [r for r in names.names if r.nameID in (0, 13, 14)]
    family = f"Tallyclerk {script}"
    for name_id, text in {
        1: family,
        2: "Regular",
        3: family,
        4: family,
        6: family.replace(" ", ""),
    }.items():
        names.setName(text, name_id, 3, 1, 0x409)
    font.save(target / f"Tallyclerk{script}-Regular.ttf")


if __name__ == "__main__":
    folder, here = Path(sys.argv[1]), Path(__file__).parent
    for each in WEIGHTS:
        if (original := folder / f"IBMPlexSans-{each}.woff2").is_file():
            make(original, here, each)
    for name, (file, kept) in FALLBACKS.items():
        if (original := folder / file).is_file():
            make_fallback(original, here, name, kept)
