"""Sizes of boxes in a PDF: worked out once per process for boxes that look the same.

WeasyPrint turns twenty properties of each box into pixels, percentages and all, whenever it lays it out.
What comes out follows from the style of the box, the size of what it is in and, where the borders of a
table collapse, from those it was given before; styles live as long as a process (see `cascade`).
The bytes stay the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
SIZES = (
    *(
        f"{kind}_{side}"
        for kind in ("margin", "padding")
        for side in ("left", "right", "top", "bottom")
    ),
    *(f"{bound}{axis}" for bound in ("", "min_", "max_") for axis in ("width", "height")),
    *BORDERS,
)
"""Attributes of a box that WeasyPrint sets."""
RADII = tuple(
    f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left")
)
SQUARE = dict.fromkeys(RADII, (0, 0))
MOST = 64
"""Sizes known at most of one style: what it is in has few."""


@cache
def prepare() -> None:
    """Work out sizes so from here on, in this process."""
    from weasyprint.layout import (  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only
        absolute,
        background,
        block,
        column,
        float,  # noqa: A004 - its name
        grid,
        inline,
        page,
        table,
    )

    sized = _sizer(block.resolve_percentages)
    for part in (absolute, block, column, float, grid, inline, page, table):
        part.resolve_percentages = sized
    background.resolve_radii_percentages = _rounder(background.resolve_radii_percentages)


def _sizer(resolve: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Give what sets the sizes of a box, with a memory."""
    from weasyprint.formatting_structure.boxes import (  # type: ignore[import-untyped]  # noqa: PLC0415
        PageBox,
    )

    def sized(box: Any, containing_block: Any) -> None:
        if isinstance(box, PageBox):
            resolve(box, containing_block)
            return
        own, style = box.__dict__, box.style
        room = containing_block
        if not isinstance(room, tuple):
            room = room.width, room.height
        borders = ()
        if style["border_collapse"] == "collapse":
            borders = tuple(map(own.get, BORDERS))
        try:
            known = style.sizes
        except AttributeError:
            known = style.sizes = {}
        key = room, borders
        if (sizes := known.get(key)) is None:
            if len(known) >= MOST:
                known.clear()
            resolve(box, containing_block)
            known[key] = {name: own[name] for name in SIZES}
        else:
            own.update(sizes)

    return sized


def _rounder(resolve: Callable[[Any], None]) -> Callable[[Any], None]:
    """Give what sets how round the corners of a box are, which hardly any are."""

    def rounded(box: Any) -> None:
        style = box.style
        try:
            is_square = style.is_square
        except AttributeError:
            is_square = style.is_square = all((0, "px") in style[name] for name in RADII)
        if is_square:
            box.__dict__.update(SQUARE)
        else:
            resolve(box)

    return rounded
