"""Evidence as a workbook: ids as text, no cell that a spreadsheet takes for a formula, fixed bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tallyclerk.report import money, ours, words
from tallyclerk.report.evidence import EvidenceBook, FigureRow
from tallyclerk.report.evidence_cases import CASE, COLUMNS, Sheet, column_title
from tallyclerk.report.render.book import LAST_ROW, write_rows, written

FIGURES, MONEY, COSTS, OURS = "figures", "money", "costs", "ours"
ROWS_AT_ONCE = 10_000
"""Rows of a sheet that are taken out of their columns together."""
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

    def fill(sheets: Any) -> None:
        head = sheets.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        _add_figures(sheets, book, head)
        for sheet in book.sheets:
            _add_cases(sheets, sheet, head)
        if book.money:
            _add_list(sheets, MONEY, money.SHEET, book.money, head)
        if book.costs:
            _add_list(sheets, COSTS, money.YEAR, book.costs, head)
        if book.ours:
            _add_list(sheets, OURS, ours.SHEET, book.ours, head)

    return written(book.title, book.as_of, fill)


def _add_figures(written: Any, book: EvidenceBook, head: Any) -> None:
    """The first sheet: each figure of page 1, the filter that gives it, and the same by formula."""
    page = written.add_worksheet(FIGURES)
    top = write_rows(page, book.facts, 0) + 1
    for place, (title, width) in enumerate(FIGURE_COLUMNS):
        page.set_column(place, place, width)
        page.write_string(top, place, words.say(f"book.figure.{title}"), head)
    sheets = {sheet.kpi: sheet for sheet in book.sheets}
    for row, figure in enumerate(book.figures, start=top + 1):
        write_rows(page, [_cells(figure)], row)
        if figure.kpi in sheets:
            page.write_url(row, 3, f"internal:'{figure.kpi}'!A1", string=figure.how)
            if sheets[figure.kpi].rows.height < LAST_ROW:
                _recompute(page, row, figure, sheets[figure.kpi])
    notes = top + len(book.figures) + 2
    page.write_string(notes, 0, words.say("book.columns"), head)
    told = ([column_title(name), words.say(f"book.note.{name}")] for name in COLUMNS)
    write_rows(page, told, notes + 1)
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
    head: Any,
) -> None:
    """A sheet of what is no case of a KPI: behind what is owed, what that comes to, or what is ours."""
    page = written.add_worksheet(name)
    for place, title in enumerate(columns):
        page.set_column(place, place, 18)
        page.write_string(0, place, words.say(f"book.{name}.{title}"), head)
    write_rows(page, rows[: LAST_ROW - 1], 1)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, min(len(rows), LAST_ROW - 1), len(columns) - 1)


def _add_cases(written: Any, sheet: Sheet, head: Any) -> None:
    """A sheet of cases; what a sheet cannot hold goes on in another one."""
    as_text = written.add_format({"num_format": "@"})
    room = LAST_ROW - 1
    for part in range(0, max(sheet.rows.height, 1), room):
        number = part // room + 1
        page = written.add_worksheet(sheet.kpi if number == 1 else f"{sheet.kpi[:28]}_{number}")
        rows = sheet.rows.slice(part, room)
        for place, name in enumerate(sheet.columns):
            column = COLUMNS[name]
            page.set_column(place, place, column.width, None if column.is_number else as_text)
            page.write_string(0, place, column_title(name), head)
        after = 1
        for some in rows.iter_slices(ROWS_AT_ONCE):
            after = write_rows(page, some.iter_rows(), after)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, rows.height, len(sheet.columns) - 1)
