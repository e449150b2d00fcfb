"""A workbook being written: text stays text, nothing is a formula by its looks, equal bytes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tallyclerk.report.text import clean

LAST_ROW = 1_048_576
"""Rows that a sheet can have."""
LONGEST_CELL = 32_000
"""Letters; a spreadsheet takes some more."""


def written(title: str, as_of: dt.datetime, fill: Callable[[Any], None]) -> bytes:
    """The bytes of a workbook.

    Args:
        title: Its title.
        as_of: The time that it says it was made at.
        fill: Adds its sheets. Each is written row by row from the top: a row that is complete is put
            on disk, for a large partner has more cells than memory can hold.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - workbooks only

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(out, options)
    described = {"title": clean(title), "author": "tallyclerk"}
    book.set_properties({**described, "created": as_of.replace(tzinfo=None)})
    fill(book)
    book.close()
    return out.getvalue()


def write_rows(page: Any, rows: Iterable[Sequence[str | float | None]], first: int) -> int:
    """Write rows of text and numbers from some row on; what is empty is left out.

    Returns:
        The row after the last.
    """
    after = first
    for after, cells in enumerate(rows, start=first + 1):
        for place, value in enumerate(cells):
            if isinstance(value, str):
                page.write_string(after - 1, place, clean(value)[:LONGEST_CELL])
            elif value is not None:
                page.write_number(after - 1, place, value)
    return after
