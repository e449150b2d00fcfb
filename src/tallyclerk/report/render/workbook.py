"""Evidence as a workbook: ids as text, no cell that a spreadsheet takes for a formula, fixed bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from tallyclerk.report import money, ours, words
from tallyclerk.report.evidence import EvidenceBook, FigureRow
from tallyclerk.report.evidence_cases import CASE, COLUMNS, Sheet, column_title
from tallyclerk.report.text import clean

FIGURES, MONEY, OURS = "figures", "money", "ours"
LAST_ROW = 1_048_576
"""Rows that a sheet can have."""
LONGEST_CELL = 32_000
FIGURE_COLUMNS = (
    ("role", 11),
    ("figure", 30),
    ("counts_in", 17),
    ("how", 60),
    ("n", 9),
    ("hits", 9),
    ("value", 12),
    ("shown", 12),
    ("misses", 9),
    ("disputed", 9),
    ("waiting", 14),
    ("not_counted", 30),
    ("target", 12),
    ("counted", 10),
    ("state", 16),
    ("n_again", 14),
    ("hits_again", 16),
)
"""Columns of the first sheet, as `book.figure.NAME` in the labels, and how wide they are."""


def workbook(book: EvidenceBook) -> bytes:
    """Write a workbook of evidence: equal evidence gives equal bytes."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - workbooks only

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    written = xlsxwriter.Workbook(out, options)
    described = {"title": clean(book.title), "author": "tallyclerk"}
    written.set_properties({**described, "created": book.as_of.replace(tzinfo=None)})
    formats = {
        "head": written.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "text": written.add_format({"num_format": "@"}),
        "wrapped": written.add_format({"text_wrap": True, "valign": "top"}),
    }
    _add_figures(written, book, formats)
    for sheet in book.sheets:
        _add_cases(written, sheet, formats)
    if book.money:
        _add_list(written, MONEY, money.SHEET, book.money, formats)
    if book.ours:
        _add_list(written, OURS, ours.SHEET, book.ours, formats)
    written.close()
    return out.getvalue()


def _add_figures(written: Any, book: EvidenceBook, formats: dict[str, Any]) -> None:
    """The first sheet: each figure of page 1, the filter that gives it, and the same by formula."""
    page = written.add_worksheet(FIGURES)
    _write_rows(page, ([clean(name), clean(said)] for name, said in book.facts), 0)
    top = len(book.facts) + 1
    for place, (title, width) in enumerate(FIGURE_COLUMNS):
        page.set_column(place, place, width)
        page.write_string(top, place, words.say(f"book.figure.{title}"), formats["head"])
    sheets = {sheet.kpi: sheet for sheet in book.sheets}
    for row, figure in enumerate(book.figures, start=top + 1):
        _write_rows(page, [_cells(figure)], row)
        if figure.kpi in sheets:
            page.write_url(row, 3, f"internal:'{figure.kpi}'!A1", string=figure.how)
            if sheets[figure.kpi].rows.height < LAST_ROW:
                _recompute(page, row, figure, sheets[figure.kpi])
    notes = top + len(book.figures) + 2
    page.write_string(notes, 0, words.say("book.columns"), formats["head"])
    told = ([column_title(name), words.say(f"book.note.{name}")] for name in COLUMNS)
    _write_rows(page, told, notes + 1)
    page.freeze_panes(top + 1, 0)


def _cells(figure: FigureRow) -> list[str | float | None]:
    return [
        figure.role,
        figure.label,
        figure.counts_in,
        figure.how,
        figure.n,
        figure.hits,
        figure.value,
        figure.shown,
        figure.misses,
        figure.disputed,
        figure.waiting,
        figure.out,
        figure.target,
        figure.counted,
        figure.state,
    ]


def _recompute(page: Any, row: int, figure: FigureRow, sheet: Sheet) -> None:
    """Add up the cases of a figure by formula, so that its reader need not trust ours."""
    sums = {"n": figure.n} | ({"hits": figure.hits} if figure.hits is not None else {})
    for place, (column, value) in enumerate(sums.items(), start=len(FIGURE_COLUMNS) - 2):
        total = _column(sheet, column)
        asked = {"role": figure.role, "kind": CASE, "counts_in": figure.counts_in}
        told = "".join(f',{_column(sheet, name)},"{of}"' for name, of in asked.items())
        formula = f"=SUMIFS({total}{told})"
        page.write_formula(row, place, formula, None, value)


def _column(sheet: Sheet, name: str) -> str:
    letter = chr(ord("A") + sheet.columns.index(name))
    return f"'{sheet.kpi}'!{letter}:{letter}"


def _add_list(
    written: Any,
    name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str | int | None]],
    formats: dict[str, Any],
) -> None:
    """A sheet of shipments that are no cases of a KPI: behind what is owed, or what is ours."""
    page = written.add_worksheet(name)
    for place, title in enumerate(columns):
        page.set_column(place, place, 18)
        page.write_string(0, place, words.say(f"book.{name}.{title}"), formats["head"])
    _write_rows(page, rows[: LAST_ROW - 1], 1)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, min(len(rows), LAST_ROW - 1), len(columns) - 1)


def _add_cases(written: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    """A sheet of cases; what a sheet cannot hold goes on in another one."""
    room = LAST_ROW - 1
    for part in range(0, max(sheet.rows.height, 1), room):
        number = part // room + 1
        page = written.add_worksheet(sheet.kpi if number == 1 else f"{sheet.kpi[:28]}_{number}")
        rows = sheet.rows.slice(part, room)
        for place, name in enumerate(sheet.columns):
            column = COLUMNS[name]
            page.set_column(
                place, place, column.width, None if column.is_number else formats["text"]
            )
            page.write_string(0, place, column_title(name), formats["head"])
            _write_column(page, place, rows.get_column(name).to_list(), is_number=column.is_number)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, rows.height, len(sheet.columns) - 1)


def _write_column(page: Any, place: int, values: Sequence[Any], *, is_number: bool) -> None:
    if is_number:
        for row, value in enumerate(values, start=1):
            if value is not None:
                page.write_number(row, place, value)
        return
    for row, value in enumerate(values, start=1):
        if value:
            page.write_string(row, place, clean(value)[:LONGEST_CELL])


def _write_rows(page: Any, rows: Iterable[Sequence[Any]], first: int) -> None:
    for row, cells in enumerate(rows, start=first):
        for place, value in enumerate(cells):
            if isinstance(value, str):
                page.write_string(row, place, clean(value)[:LONGEST_CELL])
            elif value is not None:
                page.write_number(row, place, value)
