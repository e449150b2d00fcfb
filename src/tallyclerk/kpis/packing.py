"""Group-by sums over many key columns, done on a few integers.

Every text becomes its place among the texts of its column and every number its distance from the
smallest, so that a whole key is one or two integers, in the order of the columns. One function
packs, one unpacks; what comes out is what a plain group-by of the columns gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

CODED = pl.Categorical()
"""Type of texts while they are counted: small integers in memory, equal and unequal as their texts."""
_LARGEST = 2**63


def summed(frame: pl.DataFrame, keys: Sequence[str], sums: Sequence[str]) -> pl.DataFrame:
    """Rows with equal keys added up.

    Args:
        frame: Keys are texts (also coded ones) or integers; null is a key like any other.
        keys: Columns to group by.
        sums: Columns of integers to add up.

    Returns:
        One row per different key, sorted by it, nulls first: `keys`, texts coded, and `sums`.
    """
    if frame.is_empty():
        texts = [pl.col(name).cast(CODED) for name in keys if _is_text(frame[name])]
        return frame.select(*keys, *sums).with_columns(texts)
    columns = [_Column.of(frame[name]) for name in keys]
    words = list(_words(columns))
    packed = pl.DataFrame([*_packed(frame, words), *(frame[name] for name in sums)])
    names = packed.columns[: len(words)]
    added = packed.group_by(names).agg(pl.col(sums).sum()).sort(names)
    return pl.DataFrame([*_unpacked(added, words), *(added[name] for name in sums)])


@dataclass(frozen=True)
class _Column:
    """How the values of one key become the numbers 0 … size-1; null is 0.

    Attributes:
        name: The column.
        dtype: Type of what comes out.
        size: How many numbers there are.
        texts: The texts of numbers 1, 2, …; None where values are integers.
        low: The value of number 1.
        places: Number of each text by its physical code.
    """

    name: str
    dtype: pl.DataType
    size: int
    texts: pl.Series | None = None
    low: int = 0
    places: pl.Series | None = None

    @staticmethod
    def of(values: pl.Series) -> _Column:
        if _is_text(values):
            texts = values.cast(CODED).unique().drop_nulls()
            texts = texts.gather(texts.cast(pl.String).arg_sort())
            codes = texts.to_physical()
            places = pl.Series([0], dtype=pl.Int64).new_from_index(0, _size(codes))
            places = places.scatter(codes, pl.int_range(1, len(texts) + 1, eager=True))
            return _Column(values.name, CODED, len(texts) + 1, texts, places=places)
        low, high = values.min(), values.max()
        low, high = (int(low), int(high)) if low is not None else (0, -1)  # type: ignore[arg-type]
        return _Column(values.name, values.dtype, high - low + 2, low=low)

    def numbers(self, values: pl.Series) -> pl.Series:
        if self.places is None:
            return (values.cast(pl.Int64) - (self.low - 1)).fill_null(0)
        return self.places.gather(values.cast(CODED).to_physical()).fill_null(0)

    def values(self, numbers: pl.Series) -> pl.Series:
        place = (numbers - 1).set(numbers == 0, None)
        found = place + self.low if self.texts is None else self.texts.gather(place)
        return found.cast(self.dtype).alias(self.name)


def _is_text(values: pl.Series) -> bool:
    return isinstance(values.dtype, pl.String | pl.Categorical)


def _size(codes: pl.Series) -> int:
    return int(codes.max()) + 1 if len(codes) else 1  # type: ignore[arg-type]


def _words(columns: Iterable[_Column]) -> Iterable[list[_Column]]:
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


def _packed(frame: pl.DataFrame, words: Sequence[Sequence[_Column]]) -> Iterable[pl.Series]:
    """One column of integers per word."""
    for place, word in enumerate(words):
        total = word[0].numbers(frame[word[0].name])
        for column in word[1:]:
            if column.size > 1:
                total = total * column.size + column.numbers(frame[column.name])
        yield total.alias(f"word {place}")


def _unpacked(added: pl.DataFrame, words: Sequence[Sequence[_Column]]) -> Iterable[pl.Series]:
    """The columns of all words again."""
    for place, word in enumerate(words):
        rest = added[f"word {place}"]
        found = []
        for column in reversed(word):
            found.append(column.values(rest % column.size))
            rest = rest // column.size
        yield from reversed(found)
