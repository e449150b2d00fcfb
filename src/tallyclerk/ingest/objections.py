"""Objections of partners: the workbooks that came back, as DISPUTES.

A report sends objections.xlsx with every case that counts against a partner; the partner says of
each what it holds against it. Disputes are counted beside the figures and never change them.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.config.problems import did_you_mean
from tallyclerk.domain.disputes import (
    AGREED,
    COLUMNS,
    DISPUTES,
    OTHER,
    SHEET,
    VIEW,
    VIEWS,
)

MOST_BYTES = 256 * 2**20
"""Of a workbook when unpacked: more is no list of cases."""


@dataclass(frozen=True, kw_only=True)
class Objections:
    """What partners hold against single cases.

    Attributes:
        disputes: DISPUTES, sorted by case, each case once.
        files: Every workbook read: source, path, sha256, rows.
        findings: What could not be read, with file and row.
    """

    disputes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DISPUTES))
    files: tuple[Mapping[str, object], ...] = ()
    findings: tuple[str, ...] = ()


def read_objections(settings: Settings) -> Objections:
    """Read the workbooks in the folder of objections; where there is no folder, there are none."""
    folder = settings.resolve(settings.run.objections)
    rows: list[dict[str, object]] = []
    files: list[Mapping[str, object]] = []
    findings: list[str] = []
    for path in sorted(folder.glob("*.xlsx")) if folder.is_dir() else ():
        if path.name.startswith("~$"):  # a spreadsheet program has it open
            continue
        name = Path(os.path.relpath(path, settings.base.resolve())).as_posix()
        try:
            table = _table(path)
        except _UnreadableError as error:
            findings.append(f"objections: {name}: {error}")
            continue
        found = list(_disputes(table, name, findings))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append({"source": "objections", "path": name, "sha256": digest, "rows": len(found)})
        rows += found
    told = pl.DataFrame(rows, schema=DISPUTES).sort("case_id", "source_file", "source_row")
    # Who sends a workbook twice means the later one.
    latest = told.unique("case_id", keep="last", maintain_order=True)
    return Objections(
        disputes=latest.filter(pl.col("view") != AGREED),
        files=tuple(files),
        findings=tuple(findings),
    )


class _UnreadableError(Exception):
    """Why a workbook cannot be used, and how to mend it."""


def _table(path: Path) -> list[list[Any]]:
    """The rows of the sheet of cases, its head first."""
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - objections only

    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > MOST_BYTES:
            raise _UnreadableError(f"unpacks to {size:,} bytes; send the sheet of cases alone")
        book = load_workbook(path)
        name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        rows = book.get_sheet_by_name(name).to_python()
    except (CalamineError, OSError, zipfile.BadZipFile, IndexError) as error:
        raise _UnreadableError(f"is no workbook ({error}); save it as .xlsx again") from error
    for place, row in enumerate(rows):
        if {COLUMNS["case_id"], VIEW} <= {str(cell).strip() for cell in row}:
            return rows[place:]
    raise _UnreadableError(
        f"has no row of titles with {COLUMNS['case_id']!r} and {VIEW!r}; "
        "fill in the workbook that was sent, and leave its titles as they are"
    )


def _disputes(
    table: Sequence[Sequence[Any]], file: str, findings: list[str]
) -> Iterator[dict[str, object]]:
    """The rows that somebody has filled in."""
    titles = [str(cell).strip() for cell in table[0]]
    place = {name: titles.index(title) for name, title in COLUMNS.items() if title in titles}
    for number, row in enumerate(table[1:], start=2):
        told = {name: str(row[at]).strip() for name, at in place.items() if at < len(row)}
        view, reason = told.get("view", "").casefold(), told.get("reason", "")
        case = told.get("case_id", "")
        if not view and not reason and not told.get("proof"):
            continue
        if view and view not in VIEWS:
            hint = did_you_mean(view, VIEWS)
            findings.append(
                f"objections: {file}:{number}: {VIEW} {view!r} is none of {', '.join(VIEWS)}{hint}"
            )
            continue
        if not case:
            findings.append(
                f"objections: {file}:{number}: without its case, nobody knows what it is about; "
                "copy the row from the workbook that was sent"
            )
            continue
        yield {
            "case_id": case,
            "view": view or OTHER,
            "reason": reason,
            "proof": told.get("proof", ""),
            "source_file": file,
            "source_row": number,
        }
