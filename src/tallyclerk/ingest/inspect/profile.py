"""What the columns of a file hold, read once from end to end in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import polars as pl

from tallyclerk.domain.numbers import normalised
from tallyclerk.ingest.formats import Reader
from tallyclerk.ingest.formats.header import same_names
from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.ids import damaged, totals, unmarked
from tallyclerk.ingest.inspect.names import names_time
from tallyclerk.ingest.texts import NULLS, first_told
from tallyclerk.ingest.times.candidates import (
    Evidence,
    Place,
    are_bare_clocks,
    are_odd_clocks,
    candidates,
    is_clock,
    is_digits,
)
from tallyclerk.ingest.times.column import ZONE_WORD
from tallyclerk.ingest.times.plain import NO_DATE, plain
from tallyclerk.ingest.times.shapes import shapes_of
from tallyclerk.ingest.times.years import lacks_year, with_year

MAX_WORDS = 1_000
"""Different values of a column that are counted one by one; a column with more has "many"."""
MAX_COLUMNS = 300
MAX_KEYS = 200_000
MAX_LENGTH = 200
"""Characters of a value that are looked at."""
SAMPLE = 1_000
_TIME_SHARE = 0.5
_HEAD_ROWS = 10_000
_REPEATED = 2
"""Cells of a row that are what their columns are called, in a header that is repeated."""
_FIELDS = r"^(\d+) fields for \d+: (.*)$"
_MOST_SIGNS = 12
"""Of what says of which kind a row is."""
_NUMBER = r"^[+-]?\d{1,3}(?:[.,' ]?\d{3})*(?:[.,]\d+)?$|^[+-]?\d+(?:[.,]\d+)?$"
_DECIMAL_COMMA = r",\d{1,2}$|,\d{4,}$|^[+-]?0,\d+$"
_DECIMAL_POINT = r"\.\d{1,2}$|\.\d{4,}$|^[+-]?0\.\d+$"
_EITHER = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"


@dataclass
class Column:
    """One column of a file, or of several files of one shape.

    Attributes:
        name: As in the header.
        filled: Cells that say something.
        words: Rows by value; None where there are too many different ones.
        first: Where a value was first seen.
        sample: Different values of the first rows that had any.
        distinct: Different values among `sampled` filled cells of the first block.
        times: What its values prove as times; None where they are none.
        is_yearless: Whether they state no year.
        zone_words: Words for zones behind them (14:05 CST), which stand for no certain one.
        is_clock: Whether they are times of day without a date.
        numbers: Of the `sampled` cells, those that are numbers.
        commas: Those that have a decimal comma for sure, `points` a decimal point.
        either: Those such as 1,234 that are a thousand and more, or one and a bit.
        damaged: Ids that a spreadsheet turned into a number.
        keys: Values for comparison with ids of other files (upper case, no spaces), at most MAX_KEYS.
    """

    name: str
    filled: int = 0
    words: Counter[str] | None = field(default_factory=Counter)
    first: dict[str, Place] = field(default_factory=dict)
    sample: list[str] = field(default_factory=list)
    sampled: int = 0
    distinct: int = 0
    times: Evidence | None = None
    zone_words: Counter[str] = field(default_factory=Counter)
    is_yearless: bool = False
    is_clock: bool = False
    numbers: int = 0
    commas: int = 0
    points: int = 0
    either: int = 0
    low: float | None = None
    high: float | None = None
    damaged: int = 0
    keys: set[str] = field(default_factory=set)

    @property
    def is_number(self) -> bool:
        """Whether nearly all values are numbers."""
        return self.sampled > 0 and self.numbers >= 0.98 * self.sampled

    @property
    def is_spoilt(self) -> bool:
        """Whether most values are ids that a spreadsheet turned into numbers."""
        return 2 * self.damaged > self.filled

    @property
    def is_unique(self) -> bool:
        """Whether no value came twice where that was looked at."""
        return self.sampled > 1 and self.distinct == self.sampled

    @property
    def repeats(self) -> float:
        """How often a value comes, on average."""
        return self.sampled / self.distinct if self.distinct else 0.0


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
                _add(column, values.filter(is_filled), rows, file)

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


def _add(column: Column, values: pl.Series, rows: pl.Series, file: int) -> None:
    if values.is_empty():
        return
    if column.filled == 0:
        _look(column, values)
    column.filled += len(values)
    if column.times is not None:
        words = _zone_words(values)
        column.zone_words.update(words.drop_nulls().to_list())
        texts = _without_zone_words(values, words)
        column.times.add(_with_year(texts) if column.is_yearless else texts, rows, file)
        return
    _count(column, values, rows, file)
    if len(column.keys) < MAX_KEYS:
        new = normalised(unmarked(values).unique().head(MAX_KEYS - len(column.keys)))
        column.keys.update(new.to_list())
    column.damaged += int(damaged(values).sum())


def _look(column: Column, values: pl.Series) -> None:
    """What the first values are: times, numbers, how often each."""
    head = values.head(SAMPLE)
    different = head.unique(maintain_order=True)
    column.sample = different.head(20).to_list()
    column.sampled, column.distinct = len(values), values.n_unique()
    texts = _without_zone_words(head, _zone_words(head))
    is_named = names_time(column.name)
    is_odd_clock = is_named and are_odd_clocks(texts)
    is_short = int(lacks_year(texts).sum()) > _TIME_SHARE * len(head)
    column.is_yearless = is_named and is_short and not is_odd_clock
    shapes = Counter(shapes_of(plain(_with_year(texts) if column.is_yearless else texts)).to_list())
    dates = (n for s, n in shapes.items() if candidates(s) and (is_named or not is_digits(s)))
    if sum(dates) > _TIME_SHARE * len(head) and not are_bare_clocks(texts):
        column.times = Evidence()
    column.is_clock = is_odd_clock or all(is_clock(shape) for shape in shapes)
    is_number = head.str.contains(_NUMBER)
    column.numbers = round(int(is_number.sum()) / len(head) * column.sampled)
    numbers = head.filter(is_number)
    column.commas = int(numbers.str.contains(_DECIMAL_COMMA).sum())
    column.points = int(numbers.str.contains(_DECIMAL_POINT).sum())
    column.either = int(numbers.str.contains(_EITHER).sum())
    amounts = numbers.str.replace_all(",", ".", literal=True).cast(pl.Float64, strict=False)
    low, high = amounts.min(), amounts.max()
    column.low = float(low) if isinstance(low, int | float) else None
    column.high = float(high) if isinstance(high, int | float) else None


def _zone_words(values: pl.Series) -> pl.Series:
    """The word for a zone that each text ends with; UTC is certain and none."""
    words = values.str.extract(ZONE_WORD, 1)
    return words.set(words.is_in(["UTC", "GMT"]).fill_null(value=False), None)


def _with_year(values: pl.Series) -> pl.Series:
    """Times with a year that has every day, to see in which format they are."""
    return with_year(values, 2000)


def _without_zone_words(values: pl.Series, words: pl.Series) -> pl.Series:
    return values.zip_with(words.is_null(), values.str.replace(ZONE_WORD, ""))


def _count(column: Column, values: pl.Series, rows: pl.Series, file: int) -> None:
    if column.words is None:
        return
    if values.n_unique() > MAX_WORDS:
        column.words, column.first = None, {}
        return
    frame = pl.DataFrame({"word": values, "row": rows})
    found = frame.group_by("word").agg(pl.len().alias("n"), pl.col("row").min())
    for word, count, row in found.sort("row", "word").iter_rows():
        column.words[word] += count
        column.first.setdefault(word, Place(file, row, word))
    if len(column.words) > MAX_WORDS:
        column.words, column.first = None, {}
