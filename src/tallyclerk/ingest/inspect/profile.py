"""What the columns of a file hold, read once from end to end in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import polars as pl

from tallyclerk.ingest.formats import Reader
from tallyclerk.ingest.formats.header import same_names
from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.ids import totals
from tallyclerk.ingest.inspect.column import MAX_WORDS, Column
from tallyclerk.ingest.texts import NULLS, first_told
from tallyclerk.ingest.times.candidates import Place
from tallyclerk.ingest.times.plain import NO_DATE

MAX_COLUMNS = 300
MAX_LENGTH = 200
"""Characters of a value that are looked at."""
_HEAD_ROWS = 10_000
_REPEATED = 2
"""Cells of a row that are what their columns are called, in a header that is repeated."""
_FIELDS = r"^(\d+) fields for \d+: (.*)$"
MOST_KINDS = 12
"""Kinds of rows of a file; more are something else."""
_MOST_SIGNS = 12
"""Of what says of which kind a row is."""


@dataclass
class Profile:
    """What is in the files of one shape."""

    columns: list[Column]
    rows: int = 0
    bad_rows: int = 0
    bad_example: Place | None = None
    bad_kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rows with another number of fields than the header, by their first field and that number."""
    twice: dict[str, list[str]] = field(default_factory=dict)
    """Names that more than one column has, and how these are told apart: nothing says what each is."""
    left_out: int = 0
    """Columns beyond MAX_COLUMNS, which were not looked at."""
    aside: set[str] = field(default_factory=set)
    """Columns that no block is to read: lists that have their own, or what stands beside these."""
    head: pl.DataFrame | None = None
    """The first rows of the first file, its columns named by their places here."""
    _known: set[str] = field(default_factory=set)

    @property
    def told_apart(self) -> set[str]:
        """The columns of which several have the same name."""
        return {name for names in self.twice.values() for name in names}

    def twins_of(self, names: Sequence[str]) -> list[str]:
        """The columns that have the same name as one of these, and these; none where no other has."""
        return [name for turns in self.twice.values() if set(turns) & set(names) for name in turns]

    @staticmethod
    def of(header: Sequence[str]) -> Profile:
        """An empty profile of a header."""
        profile = Profile([])
        profile.extend(header)
        return profile

    def extend(self, header: Sequence[str]) -> None:
        """Take in the columns of a header that are not there yet."""
        new = [name for name in dict.fromkeys(header) if name not in self._known]
        self._known.update(new)
        self.twice.update(same_names(header))
        room = MAX_COLUMNS - len(self.columns)
        self.columns += [Column(name) for name in new[:room]]
        self.left_out += max(0, len(new) - room)

    def read(self, reader: Reader, file: int) -> None:
        """Take over a file whose header has names of this profile, in any order."""
        places = {name: place for place, name in reversed(list(enumerate(reader.header)))}
        wanted = [(column, places[column.name]) for column in self.columns if column.name in places]
        for batch in reader.batches([place for _, place in wanted]):
            self.rows += batch.rows
            self.bad_rows += batch.bad.height
            self._count_kinds(batch.bad, reader.traits.delimiter)
            if batch.bad.height and self.bad_example is None:
                row, rule, raw = batch.bad.row(0)
                self.bad_example = Place(file, row, f"{rule}: {raw}")
            cells = _data_rows(batch.cells, wanted) if wanted else batch.cells
            if self.head is None and len(cells):
                self.head = self._named(cells.head(_HEAD_ROWS), wanted)
            for column, place in wanted:
                values = cells[str(place)].str.slice(0, MAX_LENGTH).str.strip_chars()
                is_nothing = values.is_in(NULLS) | values.str.contains(NO_DATE)
                is_filled = ~is_nothing.fill_null(value=True)
                rows = cells[ROW].filter(is_filled)
                column.add(values.filter(is_filled), rows, file)

    def _count_kinds(self, bad: pl.DataFrame, delimiter: str | None) -> None:
        if delimiter is None or bad.is_empty():
            return
        rows = bad.filter(pl.col("rule") == "fields")["raw"]
        for fields, text in rows.str.extract_groups(_FIELDS).struct.unnest().iter_rows():
            first = (text or "").partition(delimiter)[0].strip()
            if fields and first and len(first) <= _MOST_SIGNS and len(self.bad_kinds) < MAX_WORDS:
                self.bad_kinds[first, fields] += 1

    def is_told_once(self, key: int, columns: Collection[int]) -> bool:
        """Whether the first rows of a shipment all say the same in some columns."""
        names = [str(place) for place in {key, *columns}]
        if self.head is None or not set(names) <= set(self.head.columns):
            return False
        by_key = self.head.select(names).unique().group_by(str(key)).len()
        return bool((by_key["len"] == 1).all())

    def _named(self, cells: pl.DataFrame, wanted: Sequence[tuple[Column, int]]) -> pl.DataFrame:
        """Cells under the places of their columns in this profile."""
        places = {column.name: place for place, column in enumerate(self.columns)}
        return cells.select(
            pl.col(str(theirs)).str.strip_chars().alias(str(places[column.name]))
            for column, theirs in wanted
        )


def _data_rows(cells: pl.DataFrame, wanted: Sequence[tuple[Column, int]]) -> pl.DataFrame:
    """The rows that are data: none that adds up those above it, or repeats the header."""
    column, place = wanted[0]
    first = cells[str(place)].str.strip_chars()
    is_none = totals(first)
    is_empty = (first.is_null() | first.is_in(NULLS)).arg_true()
    if len(is_empty):
        is_none = is_none.scatter(is_empty, totals(first_told(cells[is_empty])))
    is_header = (first == column.name).fill_null(value=False).arg_true()
    if len(is_header):
        names = (pl.col(str(p)).str.strip_chars() == c.name for c, p in wanted)
        same = cells[is_header].select(pl.sum_horizontal(names)).to_series()
        is_none = is_none.scatter(is_header, same >= min(_REPEATED, len(wanted)))
    return cells.filter(~is_none) if is_none.any() else cells
