"""Group-by sums over many key columns, done on a few integers.

Every text becomes its place among the texts of its column and every number its distance from the
smallest, so that a whole key is one or two integers, in the order of the columns. One function
packs, one unpacks; what comes out is what a plain group-by of the columns gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

CODED = pl.Categorical()
"""Type of texts while they are counted: small integers in memory, equal and unequal as their texts."""
_LARGEST = 2**63
_ZERO = pl.Series([0], dtype=pl.Int64)


def summed(
    frames: Sequence[pl.DataFrame], keys: Sequence[str], sums: Sequence[str]
) -> list[pl.DataFrame]:
    """Rows with equal keys added up, each frame by itself.

    Frames whose keys differ anyway are added up faster apart: fewer texts and numbers of each make
    a key of one integer, and few rows stay near the processor.

    Args:
        frames: Of one schema. Keys are texts (also coded ones) or integers; null is a key like any
            other.
        keys: Columns to group by.
        sums: Columns of integers to add up.

    Returns:
        For each frame one row per different key, sorted by it, nulls first: `keys`, texts coded,
        and `sums`.
    """
    texts = {
        name: _Texts.of([frame[name] for frame in frames])
        for name in keys
        if _is_text(frames[0][name])
    }
    return [_summed(frame, keys, sums, texts) for frame in frames]


def _summed(
    frame: pl.DataFrame, keys: Sequence[str], sums: Sequence[str], texts: Mapping[str, _Texts]
) -> pl.DataFrame:
    columns = [_Column.of(frame[name], texts.get(name)) for name in keys]
    words = list(_words(columns))
    packed = pl.DataFrame([*_packed(words), *(frame[name] for name in sums)])
    added = _added(packed.sort(packed.columns[: len(words)]), len(words))
    return pl.DataFrame([*_unpacked(added, words), *(added[name] for name in sums)])


def _added(packed: pl.DataFrame, words: int) -> pl.DataFrame:
    """Rows with equal words added up; they are sorted by the words, which come first."""
    is_last = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in packed.columns[:words]
    )
    up_to = pl.col(packed.columns[words:]).fill_null(0).cum_sum()
    whole = packed.with_columns(up_to).filter(is_last)
    own = pl.col(packed.columns[words:])
    return whole.with_columns(own - own.shift(1, fill_value=0))


@dataclass(frozen=True)
class _Texts:
    """The texts of a column in order, and the place of each, from 0, by its physical code."""

    ordered: pl.Series
    places: pl.Series

    @staticmethod
    def of(columns: Sequence[pl.Series]) -> _Texts:
        texts = pl.concat([values.cast(CODED) for values in columns]).unique().drop_nulls()
        texts = texts.gather(texts.cast(pl.String).arg_sort())
        codes = texts.to_physical()
        places = pl.Series([0], dtype=pl.Int64).new_from_index(0, int(codes.max() or 0) + 1)  # type: ignore[arg-type]
        return _Texts(texts, places.scatter(codes, pl.int_range(len(texts), eager=True)))


@dataclass(frozen=True)
class _Column:
    """How the values of one key become the numbers 0 … size-1; null is 0 where there is one.

    Attributes:
        name: The column.
        dtype: Type of what comes out.
        values: Its values as integers: of texts their places.
        size: How many numbers there are.
        low: The value of number 0, had null no number.
        texts: The texts by their place; None where values are integers.
    """

    name: str
    dtype: pl.DataType
    values: pl.Series
    size: int
    low: int
    texts: pl.Series | None = None

    @staticmethod
    def of(values: pl.Series, texts: _Texts | None) -> _Column:
        dtype: pl.DataType = values.dtype if texts is None else CODED
        if texts is None:
            places = values.cast(pl.Int64)
        else:
            places = texts.places.gather(values.cast(CODED).to_physical())
        low, high = places.min(), places.max()
        low, high = (int(low), int(high)) if low is not None else (0, -1)  # type: ignore[arg-type]
        nulls = int(places.null_count() > 0)
        ordered = None if texts is None else texts.ordered
        return _Column(values.name, dtype, places, high - low + 1 + nulls, low - nulls, ordered)

    @property
    def has_null(self) -> bool:
        return self.values.null_count() > 0

    @property
    def numbers(self) -> pl.Series:
        numbers = self.values - self.low
        return numbers.fill_null(0) if self.has_null else numbers

    def unpacked(self, numbers: pl.Series) -> pl.Series:
        found = numbers + self.low
        if self.has_null:
            found = found.set(numbers == 0, None)
        if self.texts is not None:
            found = self.texts.gather(found)
        return found.cast(self.dtype).alias(self.name)


def _is_text(values: pl.Series) -> bool:
    return isinstance(values.dtype, pl.String | pl.Categorical)


def _words(columns: Iterable[_Column]) -> Iterator[list[_Column]]:
    """The columns in order, as many to an integer as it can hold."""
    word: list[_Column] = []
    size = 1
    for column in columns:
        if word and size * column.size >= _LARGEST:
            yield word
            word, size = [], 1
        word.append(column)
        size *= column.size
    yield word


def _packed(words: Sequence[Sequence[_Column]]) -> Iterator[pl.Series]:
    """One column of integers per word."""
    for place, word in enumerate(words):
        total = word[0].numbers
        for column in word[1:]:
            if column.size > 1:
                total = total * column.size + column.numbers
        yield total.alias(f"word {place}")


def _unpacked(added: pl.DataFrame, words: Sequence[Sequence[_Column]]) -> Iterator[pl.Series]:
    """The columns of all words again."""
    for place, word in enumerate(words):
        rest = added[f"word {place}"]
        found = []
        for column in reversed(word):
            if column.size == 1:
                found.append(column.unpacked(_ZERO).new_from_index(0, len(rest)))
                continue
            found.append(column.unpacked(rest % column.size))
            rest = rest // column.size
        yield from reversed(found)
