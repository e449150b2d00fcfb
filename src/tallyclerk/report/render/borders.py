"""Borders of tables in a PDF: those that collapse are weighed once per process for tables that are alike.

Which of two borders that meet is drawn, and how wide each cell's is, follows from the borders in the styles
of a table and all its parts, and from how many rows and cells there are. Tables of a portfolio are alike.
The bytes stay the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

SIDES = ("top", "right", "bottom", "left")
WIDTHS = tuple(f"border_{side}_width" for side in SIDES)
DECIDING = (
    "color",
    *(f"border_{side}_{what}" for side in SIDES for what in ("style", "width", "color")),
)
"""Properties of a part that decide which of its borders are drawn, and how."""
MOST = 500
"""Tables known at most."""


@cache
def prepare() -> None:
    """Weigh borders so from here on, in this process."""
    from weasyprint.formatting_structure import (  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only
        build,
    )

    build.collapse_table_borders = _weigher(build.collapse_table_borders)


def _weigher(weigh: Callable[[Any, int, int], Any]) -> Callable[[Any, int, int], Any]:
    """Give what weighs the borders of a table and sets their widths, with a memory."""
    looks: dict[str, int] = {}
    known: dict[Any, tuple[Any, list[dict[str, float]]]] = {}

    def look(style: Any) -> int:
        own: dict[str, int] = style.__dict__
        if (number := own.get("border_look")) is None:
            told = repr([style[name] for name in DECIDING])
            number = own["border_look"] = looks.setdefault(told, len(looks))
        return number

    def weighed(table: Any, width: int, height: int) -> Any:
        parts = list(_parts(table))
        key = (
            table.style["direction"],
            width,
            height,
            *((look(part.style), *place) for part, place in parts),
        )
        if (found := known.get(key)) is None:
            if len(known) >= MOST:
                known.clear()
            grid = weigh(table, width, height)
            found = known[key] = grid, [_widths(part.__dict__) for part, _ in parts]
        else:
            for (part, _), widths in zip(parts, found[1], strict=True):
                part.__dict__.update(widths)
        return found[0]

    return weighed


def _widths(own: dict[str, Any]) -> dict[str, float]:
    """The widths that a part was given; none in a table without cells."""
    return {name: own[name] for name in WIDTHS if name in own}


def _parts(table: Any) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """Each part of a table, and where it stands: two tables are alike where all of these are."""
    yield table, ()
    for group in table.children:
        yield group, (len(group.children),)
        for row in group.children:
            yield row, (len(row.children),)
            for cell in row.children:
                yield cell, (cell.grid_x, cell.colspan, cell.rowspan)
    for group in table.column_groups:
        yield group, (group.grid_x, group.span, len(group.children))
        for column in group.children:
            yield column, (column.grid_x,)
