"""JSON: a list of objects, or an object with such a list. Row numbers count records from 1."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import byte_blocks, check_container
from tallyclerk.ingest.formats.documents import one_after_the_other
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.json_lines import is_lines
from tallyclerk.ingest.formats.nested import entries, loaded, named_rows, places_of_lists
from tallyclerk.ingest.formats.reader import Batch, Traits
from tallyclerk.ingest.formats.records import SAMPLE_RECORDS, batch_of, keys_of
from tallyclerk.ingest.formats.text import detect_text, visible

MAX_JSON_BYTES = 512 * 2**20
BATCH_RECORDS = 200_000


class JsonReader:
    """A JSON file: a list of objects, or an object with such a list at the place of `records`."""

    def __init__(self, records: Sequence[Any], traits: Traits) -> None:
        """Take the keys of the first records as the header."""
        self._records = records
        self.traits = traits
        self.header = keys_of(records[:SAMPLE_RECORDS])

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the records with the given columns."""
        names = {column: self.header[column] for column in sorted(set(columns))}
        for start in range(0, len(self._records), BATCH_RECORDS):
            part = self._records[start : start + BATCH_RECORDS]
            yield batch_of(list(enumerate(part, start + 1)), names)


def open_json(path: Path, source: Source) -> JsonReader:
    """Open a JSON file.

    Raises:
        InputError: If it is not JSON, or has no list of records.
    """
    check_container(path)
    tree, encoding = read_tree(path, source.encoding)
    return JsonReader(records_in(tree, source.records), Traits(encoding))


def read_tree(path: Path, encoding: str | None) -> tuple[Any, str]:
    """The document in a JSON file, and its encoding.

    Raises:
        InputError: If it is not JSON, or too large to hold.
    """
    kind, _ = detect_text(path, encoding)
    content = bytearray()
    for block in byte_blocks(path):
        content += block
        if len(content) > MAX_JSON_BYTES:
            raise InputError("the JSON file is too large to hold", how="export JSON Lines instead")
    text = visible(content.decode(kind.encoding).lstrip("\ufeff"))
    try:
        return loaded(text), kind.encoding
    except (ValueError, RecursionError) as error:
        is_several = isinstance(error, json.JSONDecodeError) and error.msg == "Extra data"
        values = list(one_after_the_other(text.encode(), error)) if is_several else []
        if values and all(isinstance(value, dict) for value in values):
            return values, kind.encoding
        raise InputError(f"the file is not JSON ({error})", how=_how(text, error)) from error


def _how(text: str, error: Exception) -> str:
    """What to do about a text that is no JSON."""
    is_cut = isinstance(error, json.JSONDecodeError) and text.lstrip()[:1] in {"[", "{"}
    if is_cut and text.rstrip()[-1:] not in {"]", "}"}:
        return "it ends in the middle of a value, so it was cut off: export or copy it again"
    return "check `format`"


def records_in(tree: Any, place: str | None) -> Sequence[Any]:
    """The records of a document: those of the list at a place.

    Raises:
        InputError: If there is no list.
    """
    if isinstance(tree, list) and not place:
        rows: Sequence[Any] = named_rows(tree, {})
        return rows
    found = list(entries(tree, place))
    if found or (place and any(name == place for name, _ in places_of_lists(tree))):
        return found
    lists = list(dict.fromkeys(name for name, _ in places_of_lists(tree) if name))
    how = f"declare records = one of {lists}" if lists else "declare records = the path to the list"
    raise InputError("the file has no list of records where one is expected", how=how)


JSON = Format(open_json, lambda head: "JSON" if head.is_json and not is_lines(head) else None)
