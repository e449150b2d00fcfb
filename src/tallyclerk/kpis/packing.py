"""Group-by sums over many key columns, done on a few integers.

Every text becomes its place among the texts of its column and every number its distance from the
smallest, so that a whole key is one or two integers, in the order of the columns. They are sorted;
where one differs from the next a key ends, and its columns are those of the row it came from. One
function packs, nothing unpacks; what comes out is what a plain group-by of the columns gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

CODED = pl.Categorical()
"""Type of texts while they are counted: small integers in memory, equal and unequal as their texts."""
_LARGEST = 2**63


def summed(
    frames: Sequence[pl.DataFrame], keys: Sequence[str], sums: Sequence[str]
) -> Iterator[pl.DataFrame]:
    """Rows with equal keys added up, each frame by itself.

    Frames whose keys differ anyway are added up faster apart: fewer texts and numbers of each make
    a key of one integer, and few rows stay near the processor.

    Args:
        frames: Of one schema. Keys are texts (also coded ones) or integers; null is a key like any
            other.
        keys: Columns to group by.
        sums: Columns of integers to add up.

    Yields:
        For each frame one row per different key, sorted by it, nulls first: `keys`, texts coded,
        and `sums`.
    """
    texts = [
        name for name in keys if isinstance(frames[0].schema[name], pl.String | pl.Categorical)
    ]
    coded = [frame.with_columns(pl.col(texts).cast(CODED)).rechunk() for frame in frames]
    places = _places(pl.concat([frame.select(texts) for frame in coded])) if texts else {}
    for frame in coded:
        yield _summed(frame, keys, sums, places)


def _summed(
    frame: pl.DataFrame, keys: Sequence[str], sums: Sequence[str], places: Mapping[str, pl.Series]
) -> pl.DataFrame:
    packed = _packed(frame, keys, places)
    words = packed.columns
    order = packed[words[0]].arg_sort() if len(words) == 1 else _order(packed)
    is_last = pl.any_horizontal(pl.col(words).ne_missing(pl.col(words).shift(-1)))
    up_to = pl.col(sums).fill_null(0).cum_sum()
    ends = (
        packed.hstack(frame.select(sums))[order]
        .select(up_to, is_last=is_last, row=order)
        .filter("is_last")
    )
    added = ends.select(pl.col(sums) - pl.col(sums).shift(1, fill_value=0))
    return frame.select(keys)[ends["row"]].hstack(added)


def _order(packed: pl.DataFrame) -> pl.Series:
    return packed.select(pl.arg_sort_by(packed.columns)).to_series()


def _places(texts: pl.DataFrame) -> dict[str, pl.Series]:
    """The place of each text of a coded column in the order of all in it, from 0, by its code."""
    ordered = texts.select(pl.all().unique().drop_nulls().sort().implode())
    each = {column.name: column.item() for column in ordered}
    return {
        name: by_code(values, pl.int_range(len(values), dtype=pl.Int32, eager=True))
        for name, values in each.items()
    }


def by_code(values: pl.Series, told: pl.Series) -> pl.Series:
    """What is told of coded texts (each once), laid out by their codes: to be gathered by them."""
    codes = values.to_physical()
    size = int(codes.max() or 0) + 1  # type: ignore[arg-type]
    return told.clear(1).new_from_index(0, size).scatter(codes, told)


def _packed(
    frame: pl.DataFrame, keys: Sequence[str], places: Mapping[str, pl.Series]
) -> pl.DataFrame:
    """The keys in order, as many to an integer as it can hold: one column for each integer."""
    numbers = frame.select(
        pl.lit(places[name]).gather(pl.col(name).to_physical()).alias(name)
        if name in places
        else pl.col(name)
        for name in keys
    )
    lows, highs, nulls = numbers.select(
        lows=pl.struct(pl.all().min()),
        highs=pl.struct(pl.all().max()),
        nulls=pl.struct(pl.all().null_count()),
    ).row(0)
    columns = [_number(name, lows[name], highs[name], has_null=nulls[name] > 0) for name in keys]
    return numbers.select(_words(columns))


def _number(name: str, low: int | None, high: int | None, *, has_null: bool) -> tuple[pl.Expr, int]:
    """A key as the numbers 0 … size-1, in its order, and the size; null is 0 where there is one."""
    number = pl.col(name).cast(pl.Int64)
    if low is None or high is None:
        return number.fill_null(0), 1
    shifted = number - (low - has_null) if low != has_null else number
    return (shifted.fill_null(0) if has_null else shifted), high - low + 1 + has_null


def _words(columns: Sequence[tuple[pl.Expr, int]]) -> Iterator[pl.Expr]:
    word, total = columns[0]
    place = 0
    for number, size in columns[1:]:
        if total * size >= _LARGEST:
            yield word.alias(str(place))
            word, total, place = number, size, place + 1
        elif size > 1:
            word, total = word * size + number, total * size
    yield word.alias(str(place))
