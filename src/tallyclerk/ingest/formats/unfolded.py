"""Tables with a list in their cells: a history of events, or several numbers; each entry becomes a row.

`records = "history"` names the column. Its cells are JSON, whose keys are then columns
(`history.time`, `history.status`); or texts such as `2026-09-01 10:00 Picked up; 2026-09-02 08:11 In
transit`, which give `history.time` and `history.text`; or numbers, each of which takes the place of the
list. Every row has what stands beside its list, and the row number of it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import polars as pl

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.filled import FilledReader
from tallyclerk.ingest.formats.histories import (
    TEXT,
    TIME,
    are_dated,
    are_histories,
    are_two,
    events_in,
)
from tallyclerk.ingest.formats.nested import entries, named_rows, places_of_lists
from tallyclerk.ingest.formats.reader import BAD_ROWS, ROW, Batch, Reader
from tallyclerk.ingest.formats.records import keys_of, text_at
from tallyclerk.ingest.ids import each_of, several
from tallyclerk.ingest.vocabulary import folded

LIST = "list"
"""The rule by which a cell is refused that is no list."""
SAMPLE = 1_000
_MOST_LITERAL = 2**16
"""Characters of a list as Python prints it, which is parsed only where JSON does not do."""
_LEAST_SHARE = 0.5
_NOTHING = ("", "[]", "{}", "-", "null", "NULL", "None", "nan", "NaN", "n/a", "N/A")
"""How programs write that there is no list."""
_PLACE = "__place"
Opening = Callable[[Path, Source], Reader]


class UnfoldedReader:
    """A table in which each entry of the lists of one column is a row."""

    def __init__(self, reader: Reader, records: str) -> None:
        """Find the column, and in its first cells the columns of its entries.

        Raises:
            InputError: If there is no such column.
        """
        self._reader = reader
        self._column, self._path = _column_of(reader.header, records)
        self.traits = reader.traits
        samples = _samples(reader, [self._column])
        sample = samples.get(self._column, pl.Series(dtype=pl.String))
        self._keys = _keys(sample, self._path)
        self._is_text = not self._keys and bool(are_dated(sample).any())
        self._keys = [TIME, TEXT] if self._is_text else self._keys
        name = reader.header[self._column]
        self.header = [*reader.header, *(f"{name}.{key}" for key in self._keys)]

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the entries with the given columns."""
        width = len(self._reader.header)
        wanted = sorted({self._column, *(column for column in columns if column < width)})
        keys = {c: self._keys[c - width] for c in sorted(set(columns)) if c >= width}
        for batch in self._reader.batches(wanted):
            yield self._unfolded(batch, keys)

    def _unfolded(self, batch: Batch, keys: dict[int, str]) -> Batch:
        column = str(self._column)
        lists = _plain(batch.cells[column])
        if self._is_text:
            frame, is_bad = _of_texts(lists, keys)
        elif self._keys:
            frame, is_bad = _of_json(lists, self._path, keys)
        else:
            frame, is_bad = _of_numbers(lists, column)
        cells = batch.cells[frame[_PLACE]]
        cells = cells.with_columns(frame.drop(_PLACE))
        what = f"{self._reader.header[self._column]!r} holds no list that can be read"
        refused = cells.filter(is_bad).select(
            ROW, rule=pl.lit(LIST), raw=pl.lit(what, dtype=pl.String)
        )
        bad = pl.concat([batch.bad, refused.cast(BAD_ROWS)])
        return replace(batch, cells=cells.filter(~is_bad), bad=bad)


def unfolding(opening: Opening) -> Opening:
    """A format's way to open a table, as the source says: columns filled, a row for each entry of a list."""

    def opened(path: Path, source: Source) -> Reader:
        reader = opening(path, source)
        if source.fill_down:
            reader = FilledReader(reader, source.fill_down)
        return UnfoldedReader(reader, source.records) if source.records else reader

    return opened


def histories_in(reader: Reader) -> dict[str, str]:
    """The columns that hold histories, each with the `records` that reads it."""
    samples = _samples(reader, range(len(reader.header)), batches=1)
    found = ((reader.header[c], _place_of_events(sample)) for c, sample in sorted(samples.items()))
    return {name: f"{name}.{at}" if at else name for name, at in found if at is not None}


def numbers_in(reader: Reader, columns: Sequence[int]) -> str | None:
    """The first of some columns of ids that has several in one cell."""
    samples = _samples(reader, columns, batches=1) if columns else {}
    lists = (column for column in columns if column in samples and several(samples[column]).any())
    return next((reader.header[column] for column in lists), None)


def _place_of_events(sample: pl.Series) -> str | None:
    """Where in its cells a column has its events; None where it has none."""
    if are_histories(sample):
        return ""
    trees = [tree for text in sample.to_list() if (tree := _tree(text)) is not None]
    if len(trees) < _LEAST_SHARE * len(sample):
        return None
    found = [place for place, held in places_of_lists(trees) if held]
    is_flat = any(isinstance(tree, list) for tree in trees)
    return "" if is_flat else next((place for place in found if place), None)


def _samples(
    reader: Reader, columns: Sequence[int], batches: int | None = None
) -> dict[int, pl.Series]:
    """The first filled cells of columns, as far as so many batches have them."""
    found: dict[int, pl.Series] = {}
    for batch in islice(reader.batches(columns), batches):
        for column in set(columns) - set(found):
            told = _plain(batch.cells[str(column)]).drop_nulls().head(SAMPLE)
            found |= {column: told} if len(told) else {}
        if len(found) == len(set(columns)):
            break
    return found


def _plain(cells: pl.Series) -> pl.Series:
    """Cells trimmed, without empty ones; a list of texts in JSON is one of lines."""
    texts = cells.str.strip_chars()
    texts = texts.set(texts.is_in(_NOTHING), None)
    is_list = texts.str.contains(r"""^\[\s*["']""").fill_null(value=False)
    if not is_list.any():
        return texts
    lines = [_lines(text) for text in texts.filter(is_list).to_list()]
    return texts.clone().scatter(is_list.arg_true(), pl.Series(lines, dtype=pl.String))


def _lines(text: str) -> str:
    tree = _tree(text)
    are_texts = isinstance(tree, list) and all(isinstance(item, str) for item in tree)
    return "\n".join(tree) if are_texts else text


def _column_of(header: Sequence[str], records: str) -> tuple[int, str | None]:
    """The column that holds the lists, and the path to them inside its cells."""
    places = {folded(name): place for place, name in reversed(list(enumerate(header)))}
    parts = records.split(".")
    for end in range(len(parts), 0, -1):
        place = places.get(folded(".".join(parts[:end])))
        if place is not None:
            return place, ".".join(parts[end:]) or None
    raise InputError(
        f"there is no column {records!r} for `records`", how=f"the file has: {', '.join(header)}"
    )


def _keys(sample: pl.Series, path: str | None) -> list[str]:
    """The keys of the objects in some cells; none where they are numbers."""
    found = chain.from_iterable(_objects(text, path) or () for text in sample.to_list())
    return keys_of(list(found))


def _of_texts(lists: pl.Series, keys: dict[int, str]) -> tuple[pl.DataFrame, pl.Series]:
    """The events of texts: the place of the text, and the columns asked for."""
    found = pl.DataFrame({_PLACE: range(len(lists)), LIST: events_in(lists)})
    frame = found.filter(pl.col(LIST).list.len() > 0).explode(LIST).unnest(LIST)
    is_told = frame[TIME].is_not_null() & frame[TEXT].is_not_null() & ~are_two(frame[TEXT])
    is_bad = ~is_told
    return frame.select(_PLACE, *(pl.col(key).alias(str(c)) for c, key in keys.items())), is_bad


def _of_json(
    lists: pl.Series, path: str | None, keys: dict[int, str]
) -> tuple[pl.DataFrame, pl.Series]:
    """The objects of lists; a cell that holds none is one that is bad."""
    places: list[int] = []
    rows: list[list[str | None]] = []
    bad: list[bool] = []
    for place, text in enumerate(lists.to_list()):
        objects = _objects(text, path) if text else []
        for item in [{}] if objects is None else objects:
            places.append(place)
            rows.append([text_at(item, key) for key in keys.values()])
            bad.append(objects is None)
    schema = {str(column): pl.String for column in keys}
    frame = pl.DataFrame(rows, schema=schema, orient="row") if keys else pl.DataFrame()
    frame = frame.insert_column(0, pl.Series(_PLACE, places, dtype=pl.Int64))
    return frame, pl.Series(bad, dtype=pl.Boolean)


def _of_numbers(lists: pl.Series, column: str) -> tuple[pl.DataFrame, pl.Series]:
    """The numbers of lists, in the place of these."""
    found = pl.DataFrame({_PLACE: range(len(lists)), column: each_of(lists)})
    frame = found.explode(column)
    return frame, frame[column].is_null() & False


def _objects(text: str, path: str | None) -> list[Any] | None:
    """The objects that a cell holds; None where it holds none that can be read."""
    tree = _tree(text)
    if tree is None:
        return None
    if path is None and isinstance(tree, dict) and not list(entries(tree, None)):
        return [tree]
    found = list(entries(named_rows(tree, {}), path))
    return found if all(isinstance(item, dict) for item in found) else None


def _tree(text: str) -> Any:
    """What a cell says in JSON, or as Python prints lists; None where it says neither."""
    if not text.startswith(("[", "{")):
        return None
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    if len(text) <= _MOST_LITERAL:
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            return ast.literal_eval(text)
    return None
