"""Where the names of the columns stand: not always in the first row, for people put titles above."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tallyclerk.config.models import Source
from tallyclerk.ingest.vocabulary import folded

HEADER_ROWS = 100
_NO_NAME = re.compile(r"^[\d\s.,:/+-]+$")


def mapped_names(source: Source) -> set[str]:
    """The columns that a source's block maps, for comparison."""
    names = [
        name
        for theirs in source.columns.values()
        for name in ([theirs] if isinstance(theirs, str) else theirs)
    ]
    wide = [spec if isinstance(spec, str) else spec.column for spec in source.milestones.values()]
    return {folded(name) for name in (*names, *wide)}


def best_row(rows: Sequence[Sequence[object]], names: set[str]) -> tuple[int, int]:
    """How many of the names stand in one of the first rows, and in which."""
    best = (0, 0)
    for place, row in enumerate(rows[:HEADER_ROWS]):
        count = len(names & {folded(str(cell)) for cell in row})
        if count > best[0]:
            best = count, place
    return best


def header_row(rows: Sequence[Sequence[str]], names: set[str]) -> int | None:
    """Which of the first rows of a table in text is its header.

    The one with most of the mapped names; else the first that is not empty, unless it is a title:
    much narrower than the widest row, with a wider one of names only below it.

    Returns:
        Its place; None if all rows are empty.
    """
    count, place = best_row(rows, names)
    if count:
        return place
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows[:HEADER_ROWS]]
    widest = max(map(len, filled), default=0)
    first = next((place for place, cells in enumerate(filled) if cells), None)
    if first is None or 2 * len(filled[first]) >= widest:
        return first
    wide = (place for place, cells in enumerate(filled) if 2 * len(cells) >= widest)
    named = next((p for p in wide if not any(map(_NO_NAME.match, filled[p]))), None)
    return first if named is None else named
