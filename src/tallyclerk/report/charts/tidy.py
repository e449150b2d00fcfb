"""Takes out of a drawing what only a live chart needs; the picture stays the same.

The renderer of PDFs takes its time for every element, and there are half as many afterwards. Equal
drawings give equal bytes: ids that were numbered per process are numbered per drawing.
"""

from __future__ import annotations

import re

from tallyclerk.report.charts.theme import FONT
from tallyclerk.report.render import letters

_SIZE = re.compile(r'^<svg([^>]*?) width="[\d.]+" height="[\d.]+"')
_IDS = re.compile(r'(?<= id=")[^"]+(?=")')
_NOISE = re.compile(
    r' (?:aria-[a-z]+|role|pointer-events|class|xmlns:xlink|version)="[^"]*"'
    rf'| opacity="1"| font-family="{FONT}"| text-anchor="start"'
)
_UNSEEN = re.compile(
    r'<path d="(?:" display="none|M0(?:\.5)?,0(?:\.5)?h[\d.-]+v[\d.-]+h[\d.-]+Z)"/>'
    r'|<(?:path|text)[^>]* opacity="0"[^>]*/>|<text[^>]*(?:/>|></text>)'
)
_LONG = re.compile(r"\d+\.\d{3,}")
_LINE = re.compile(r'<line transform="translate\(([^)]*)\)" x2="([^"]*)" y2="([^"]*)"')
_TEXT = re.compile(r'(<text[^>]*) transform="translate\(([^,)]*),([^)]*)\)"([^>]*>[^<])')
_STACKED = re.compile(
    r'(<text[^>]*) transform="translate\(([^,)]*),([^)]*)\)"([^>]*>)<tspan>([^<]*)</tspan>'
    r'<tspan x="0" dy="([\d.]+)">([^<]*)</tspan></text>'
)
_ALIKE = re.compile(r'<path d="([^"]*)"([^>]*/>)(?:<path d="[^"]*"\2)+')
_GROUP = re.compile(r"<g>|<g [^>]*[^/]>|</g>")


def tidy(drawn: str, key: str) -> str:
    """Give the same picture in fewer elements, its ids numbered from one.

    Args:
        drawn: An SVG of Vega.
        key: Prefix of the ids.
    """
    drawn = _UNSEEN.sub("", _NOISE.sub("", drawn))
    drawn = _SIZE.sub(rf'<svg\1 font-family="{letters.FAMILIES}"', drawn, count=1)
    drawn = _LONG.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), drawn)
    drawn = _LINE.sub(r'<path d="M\1l\2,\3"', drawn)
    drawn = _TEXT.sub(r'\1 x="\2" y="\3"\4', drawn)
    drawn = _STACKED.sub(_apart, drawn)
    drawn = _ALIKE.sub(_one_path, _without_bare_groups(drawn.replace("<g/>", "")))
    for place, name in enumerate(dict.fromkeys(_IDS.findall(drawn)), start=1):
        drawn = drawn.replace(f'id="{name}"', f'id="{key}-{place}"')
        drawn = drawn.replace(f"url(#{name})", f"url(#{key}-{place})")
    return drawn


def _apart(found: re.Match[str]) -> str:
    """Give the two lines of a label as two labels, which are placed alike."""
    start, x, y, rest, first, below, second = found.groups()
    lower = f"{float(y) + float(below):.2f}".rstrip("0").rstrip(".")
    return f'{start} x="{x}" y="{y}"{rest}{first}</text>{start} x="{x}" y="{lower}"{rest}{second}</text>'


def _one_path(found: re.Match[str]) -> str:
    """Draw paths of one look, one after another, as a single path."""
    steps = "".join(re.findall(r' d="([^"]*)"', found[0]))
    return f'<path d="{steps}"{found[2]}'


def _without_bare_groups(drawn: str) -> str:
    """Leave out groups that say nothing about what is in them."""
    is_bare: list[bool] = []

    def kept(found: re.Match[str]) -> str:
        tag = found[0]
        if tag == "</g>":
            return "" if is_bare.pop() else tag
        is_bare.append(tag == "<g>")
        return "" if is_bare[-1] else tag

    return _GROUP.sub(kept, drawn)
