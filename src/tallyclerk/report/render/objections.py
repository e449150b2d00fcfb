"""objections.xlsx: every case that counts against a partner, for it to say what it holds against it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import polars as pl

from tallyclerk.domain.disputes import COLUMNS as READ_BACK
from tallyclerk.domain.disputes import PROOF, REASON, SHEET, VIEW, VIEWS
from tallyclerk.report import words
from tallyclerk.report.evidence import EvidenceBook
from tallyclerk.report.evidence_cases import CASE, Sheet, column_title, ending
from tallyclerk.report.render.book import LAST_ROW, write_rows, written
from tallyclerk.report.text import DASH

ANSWERS = ((VIEW, 14), (REASON, 40), (PROOF, 40))
"""Columns at the end that the partner fills in; they and the first are read back by these titles."""


def _columns() -> tuple[tuple[str, int], ...]:
    """Give the titles and widths of the columns in the language spoken."""
    about = ("own_reference", 18), ("own_file", 26), ("own_row", 9), ("shipment_id", 18)
    ours = ("figure", 28), ("role", 11), ("counted_by", 17), ("with", 18), ("our_view", 30)
    return (
        (READ_BACK["case_id"], 19),
        *((column_title(name), width) for name, width in about),
        *((words.say(f"book.objection.{name}"), width) for name, width in ours),
        *ANSWERS,
    )


def objections(book: EvidenceBook) -> bytes:
    """Write the workbook: our view on the left, as it was counted, and room for the partner's."""
    return written(book.title, book.as_of, lambda sheets: _add_cases(sheets, book))


def _add_cases(sheets: Any, book: EvidenceBook) -> None:
    bold = sheets.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = sheets.add_format({"num_format": "@"})
    page = sheets.add_worksheet(SHEET)
    columns = _columns()
    for place, (title, width) in enumerate(columns):
        page.set_column(place, place, width, text)
        page.write_string(0, place, title, bold)
    last = write_rows(page, islice(_rows(book), LAST_ROW - 1), 1) - 1
    if last:
        view = len(columns) - len(ANSWERS)
        choice = {"validate": "list", "source": list(VIEWS)}
        choice["input_message"] = words.say("book.view_hint")
        page.data_validation(1, view, last, view, choice)
        page.autofilter(0, 0, last, len(columns) - 1)
    page.freeze_panes(1, 1)


def _rows(book: EvidenceBook) -> Iterator[tuple[str, ...]]:
    """A row per case that counts against the partner."""
    targets = {(f.kpi, f.role): f.target for f in book.figures if f.target != DASH}
    for sheet in book.sheets:
        missed = sheet.rows.filter(pl.col("miss") == 1, pl.col("kind") == CASE)
        for row in missed.iter_rows(named=True):
            yield (
                row["case_id"],
                row["own_reference"],
                row["own_file"] or "",
                str(row["own_row"] or ""),
                row["shipment_id"],
                sheet.label,
                row["role"],
                row["counted_by"] or "",
                row["counterpart"] or "",
                _our_view(sheet, row, targets.get((sheet.kpi, row["role"]), "")),
            )


def _our_view(sheet: Sheet, row: dict[str, object], target: str) -> str:
    """What was counted: "31.02 h, still open; agreed ≤ 24 h", "hit 0 of 1; agreed ≥ 92 %"."""
    agreed = words.say("book.agreed", target=target) if target else ""
    if "hits" not in sheet.columns:
        told = "" if row["hours"] is None else f"{row['hours']:,.2f} h"
        end = "" if row["ending"] == ending("observed") else str(row["ending"])
        return ", ".join(part for part in (told, end) if part) + agreed
    return words.say("book.hit", hits=row["hits"], n=row["n"]) + agreed
