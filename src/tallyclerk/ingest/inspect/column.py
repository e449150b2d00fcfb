"""What one column of a file holds: times, numbers, words, ids."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from tallyclerk.domain.numbers import normalised
from tallyclerk.ingest.ids import damaged, unmarked
from tallyclerk.ingest.inspect.names import names_time
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
from tallyclerk.ingest.times.plain import plain
from tallyclerk.ingest.times.shapes import shapes_of
from tallyclerk.ingest.times.years import lacks_year, with_year

MAX_WORDS = 1_000
"""Different values of a column that are counted one by one; a column with more has "many"."""
MAX_KEYS = 200_000
SAMPLE = 1_000
_TIME_SHARE = 0.5
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

    def add(self, values: pl.Series, rows: pl.Series, file: int) -> None:
        """Take over values of a column.

        Args:
            values: Trimmed, each of them says something.
            rows: The row of each.
            file: Number of their file.
        """
        if values.is_empty():
            return
        if self.filled == 0:
            _look(self, values)
        self.filled += len(values)
        if self.times is not None:
            words = _zone_words(values)
            self.zone_words.update(words.drop_nulls().to_list())
            texts = _without_zone_words(values, words)
            self.times.add(_with_year(texts) if self.is_yearless else texts, rows, file)
            return
        _count(self, values, rows, file)
        if len(self.keys) < MAX_KEYS:
            new = normalised(unmarked(values).unique().head(MAX_KEYS - len(self.keys)))
            self.keys.update(new.to_list())
        self.damaged += int(damaged(values).sum())


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
