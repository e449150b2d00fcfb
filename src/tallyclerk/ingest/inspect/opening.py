"""Opens a file that nobody has described: its format is told by its bytes before its name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tallyclerk.config.formats import FORMATS
from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import READERS, Reader, read_head, sniff
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.excel import sheets_of
from tallyclerk.ingest.formats.json_document import read_tree
from tallyclerk.ingest.formats.json_lines import sample_lines
from tallyclerk.ingest.formats.nested import places_of_lists
from tallyclerk.ingest.formats.text import WrongEncodingError
from tallyclerk.ingest.formats.unfolded import histories_in, numbers_in
from tallyclerk.ingest.formats.xml_tree import read_xml
from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.fields import FIELDS, LEAST
from tallyclerk.ingest.inspect.names import fit, names_time

SAMPLE = 100
_DATE = re.compile(r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_EPOCH = 1_000_000_000
TABLES = frozenset(["csv", "tsv", "excel", "parquet"])
"""Formats whose cells may hold lists."""
_PACKINGS = {".gz": "gzip", ".zst": "zstd"}
_SHOWN = 3
_TABS = {".tsv", ".tab"}


@dataclass(frozen=True)
class Opened:
    """A file with the reader that fits it.

    Attributes:
        format: Name of the format, as in `format = …`.
        evidence: By what it was told.
        records: Where the list of records is: in JSON and XML, or in the cells of a table.
        sheet: Workbooks only: the sheet, where several hold data.
        packing: "gzip", "zstd" or None.
    """

    path: Path
    reader: Reader
    format: str
    evidence: str
    records: str | None = None
    sheet: str | None = None
    packing: str | None = None

    @property
    def encoding(self) -> str | None:
        """Of a text file, how it is encoded."""
        return self.reader.traits.encoding


def sheets_in(path: Path) -> list[str | None]:
    """The sheets of a workbook that hold data, where they are several; else None for the file.

    Raises:
        InputError: It is empty, damaged, or nothing that can be read.
    """
    if _format(path)[0] != "excel":
        return [None]
    found = sheets_of(path)
    return [*found] if len(found) > 1 else [None]


def open_any(
    path: Path,
    encoding: str | None = None,
    sheet: str | None = None,
    table: str | None = None,
    records: str | None = None,
) -> Opened:
    """Open a file, or a sheet of it, as what it is; as rows of a table other than the format's first.

    `records` names the column of a table whose cells hold lists.

    Raises:
        InputError: It is empty, damaged, or nothing that can be read.
    """
    form, evidence = _format(path)
    while True:
        try:
            return _opened(path, (form, evidence), encoding, sheet, table, records)
        except WrongEncodingError as error:
            encoding = error.better


def lists_in(opened: Opened) -> tuple[str | None, dict[str, str]]:
    """What a table holds in lists: several numbers in a cell, and the history of a row.

    Returns:
        The column of ids that has several in a cell, and `records` by column of histories.
    """
    if opened.format not in TABLES:
        return None, {}
    reader = opened.reader
    ids = [
        place
        for ours in KIND_OF_COLUMN
        for place, name in enumerate(reader.header)
        if (match := fit(name, ours)) and match.score >= LEAST
    ]
    while True:
        try:
            return numbers_in(reader, list(dict.fromkeys(ids))), histories_in(reader)
        except WrongEncodingError as error:
            reader = open_any(opened.path, error.better, opened.sheet).reader


def beside_events(header: Sequence[str], column: str) -> Iterator[str]:
    """The columns beside a history that say nothing of its events: neither whose they are nor who."""
    for name in header:
        fits = [(m.score, field.ours) for field in FIELDS["events"] if (m := fit(name, field.word))]
        best = max(fits, default=(0.0, ""))
        if best[0] < LEAST or best[1] not in {*KIND_OF_COLUMN, "partner_id"} or name == column:
            yield name


def _format(path: Path) -> tuple[str, str]:
    """The most special format that the file looks like, and by what.

    Raises:
        InputError: It is empty, or no export at all.
    """
    head = read_head(path)
    if not head.text.strip("\ufeff\0 \t\r\n"):
        raise InputError("the file is empty", how="export it again, or remove it")
    found = sniff(path)
    if not found:
        check_container(path)
    form = next(iter(found), "csv")
    if form in {"csv", "tsv"}:
        form = "tsv" if _TABS & {suffix.lower() for suffix in path.suffixes} else "csv"
    return form, found.get(form, "text with one column")


def _opened(
    path: Path,
    told: tuple[str, str],
    encoding: str | None,
    sheet: str | None,
    table: str | None,
    records: str | None,
) -> Opened:
    form, evidence = told
    inner: list[str] = []
    if form in {"json", "jsonl", "xml"}:
        records, inner = _place_of_records(path, form, encoding)
    given = {"path": str(path), "format": form, "encoding": encoding, "sheet": sheet}
    given |= {"records": records, "table": table or FORMATS[form].tables[0]}
    source = Source.model_validate(given)
    reader = READERS[form].open(path, source)
    if inner:
        shown = " or ".join(f"records = {toml.text(place)}" for place in inner[:_SHOWN])
        reader.traits.told = (
            f"its entries hold lists, which are not read: {shown} has a row for each"
        )
    packing = _PACKINGS.get(path.suffix.lower())
    return Opened(path, reader, form, evidence, records, sheet, packing)


def _place_of_records(path: Path, form: str, encoding: str | None) -> tuple[str | None, list[str]]:
    """Where the records are: the list with the most entries that bear a time, else with the most.

    Returns:
        Its place, and those of lists that its entries hold.

    Raises:
        InputError: There is no list of objects.
    """
    if form == "jsonl":
        lines = sample_lines(path, encoding)
        tree: Any = [line for line in lines if isinstance(line, dict)]
    else:
        tree = read_xml(path) if form == "xml" else read_tree(path, encoding)[0]
    found = [(place, held) for place, held in places_of_lists(tree) if held]
    found = found or (list(_lone(tree)) if form == "xml" else [])
    if not found:
        raise InputError(
            "the document has no list of records", how="export a list of rows, one object each"
        )
    place, _ = max(found, key=lambda item: (any(map(_has_time, item[1][:SAMPLE])), len(item[1])))
    inner = [
        name for name, _ in found if name != place and name.startswith(f"{place}." if place else "")
    ]
    return place or None, inner


def _lone(tree: Any, place: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Objects with a time of their own: of XML, whose list of one looks like no list."""
    for key, value in tree.items() if isinstance(tree, dict) else ():
        inside = f"{place}.{key}" if place else key
        if isinstance(value, dict) and any(_is_time(name, held) for name, held in value.items()):
            yield inside, [value]
        yield from _lone(value, inside)


def _has_time(record: Any, depth: int = 0) -> bool:
    """Whether an object says when something was, itself or in an object that it holds."""
    if not isinstance(record, dict) or depth > 1:
        return False
    return any(
        _is_time(str(key), value) or _has_time(value, depth + 1) for key, value in record.items()
    )


def _is_time(key: str, value: Any) -> bool:
    if isinstance(value, str):
        return bool(_DATE.match(value))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and names_time(key) and value > _EPOCH
