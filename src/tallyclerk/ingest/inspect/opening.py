"""Opens a file that nobody has described: its format is told by its bytes before its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats import READERS, Reader, read_head, sniff
from tallyclerk.ingest.formats.container import check_container
from tallyclerk.ingest.formats.records import read_tree
from tallyclerk.ingest.formats.text import WrongEncodingError

MAX_LIST_DEPTH = 6
_PACKINGS = {".gz": "gzip", ".zst": "zstd"}
_TABS = {".tsv", ".tab"}


@dataclass(frozen=True)
class Opened:
    """A file with the reader that fits it.

    Attributes:
        format: Name of the format, as in `format = …`.
        evidence: By what it was told.
        records: JSON only: where the list of records is.
        packing: "gzip", "zstd" or None.
    """

    path: Path
    reader: Reader
    format: str
    evidence: str
    records: str | None = None
    packing: str | None = None

    @property
    def encoding(self) -> str | None:
        """Of a text file, how it is encoded."""
        return self.reader.traits.encoding


def open_any(path: Path, encoding: str | None = None) -> Opened:
    """Open a file as what it is.

    Raises:
        InputError: It is empty, damaged, or nothing that can be read.
    """
    form, evidence = _format(path)
    while True:
        try:
            return _opened(path, form, evidence, encoding)
        except WrongEncodingError as error:
            encoding = error.better


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


def _opened(path: Path, form: str, evidence: str, encoding: str | None) -> Opened:
    source = Source(path=str(path), format=form, encoding=encoding)
    records = None
    if form == "json":
        source, records = _with_records(path, source)
    reader = READERS[form].open(path, source)
    return Opened(path, reader, form, evidence, records, _PACKINGS.get(path.suffix.lower()))


def _with_records(path: Path, source: Source) -> tuple[Source, str | None]:
    """The source with the place of the list of records: the one with the most objects."""
    tree, _ = read_tree(path, source.encoding)
    if isinstance(tree, list):
        return source, None
    found = sorted(_lists(tree), key=lambda item: (-item[1], item[0]))
    if not found:
        raise InputError(
            "the document has no list of records", how="export a list of rows, one object each"
        )
    place = found[0][0]
    return source.model_copy(update={"records": place}), place


def _lists(tree: Any, place: str = "", depth: int = 0) -> Iterator[tuple[str, int]]:
    """Every list of objects that a dotted path reaches, with its length."""
    if not isinstance(tree, dict) or depth > MAX_LIST_DEPTH:
        return
    for key, value in tree.items():
        here = f"{place}.{key}" if place else str(key)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield here, len(value)
        elif isinstance(value, dict):
            yield from _lists(value, here, depth + 1)
