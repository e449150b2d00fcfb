"""Small files of one source, read together: what a file costs besides its rows is spent once for all.

Their rows are numbered through: a row has its number in its file and `SPAN` more for each file before
it. So whatever is made of rows, it is known which file they are from; a file that is read alone has
the numbers that it had anyway. Nothing that is found out about one of them goes for another one:
where they would be read in different ways, they are taken apart (`Apart`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

import polars as pl

SPAN = 2**40
"""More rows than any file has."""
_FILE = "__file"

T = TypeVar("T")
Rows = TypeVar("Rows", pl.Series, pl.Expr)


class Apart(Exception):  # noqa: N818 - it tells what to do
    """Files cannot be read together."""

    def __init__(self, kinds: Mapping[int, Hashable]) -> None:
        """What files are like, by their number; one of which nothing is said goes with any."""
        super().__init__()
        self._kinds = kinds

    def lots(self, files: Sequence[T]) -> list[list[T]]:
        """The files of each kind."""
        any_kind = next(iter(self._kinds.values()))
        found: defaultdict[Hashable, list[T]] = defaultdict(list)
        for number, file in enumerate(files):
            found[self._kinds.get(number, any_kind)].append(file)
        return list(found.values())


def agree(kinds: Mapping[int, Hashable]) -> None:
    """See that files are of one kind.

    Raises:
        Apart: If they are not.
    """
    if len(set(kinds.values())) > 1:
        raise Apart(kinds)


def file_of(rows: Rows) -> Rows:
    """The number of the file that each row is from."""
    return rows // SPAN


def counted(rows: pl.Series) -> Iterator[tuple[int, int]]:
    """How many of some rows are from each file, where there are any."""
    first, last = _ends(rows)
    if first == last:
        yield first, len(rows)
    elif first < last:
        yield from sorted(file_of(rows).value_counts().iter_rows())


def files_of(rows: pl.Series) -> list[int]:
    """The numbers of the files that some rows are from."""
    return [number for number, _ in counted(rows)]


def heads(frame: pl.DataFrame, rows: str, told: str, most: int) -> pl.DataFrame:
    """The first rows of each file that have something in the column `told`: `rows` has the numbers."""
    first, last = _ends(frame[rows])
    if first >= last:
        return frame[frame[told].is_not_null().arg_true().head(most)]
    filled = frame.drop_nulls(told)
    if len(filled) <= most:
        return filled
    return filled.filter(pl.int_range(pl.len()).over(pl.col(rows) // SPAN) < most)


def apart(frame: pl.DataFrame, rows: str) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows of each file, with their numbers in it: `rows` is the column of numbers."""
    first, last = _ends(frame[rows])
    if first == last == 0:
        yield 0, frame
    elif first <= last:
        own = frame.with_columns(file_of(frame[rows]).alias(_FILE), frame[rows] % SPAN)
        parts = own.partition_by(_FILE, maintain_order=True, as_dict=True, include_key=False)
        for (number,), part in sorted(parts.items()):
            yield int(number), part


def _ends(rows: pl.Series) -> tuple[int, int]:
    """The first and the last file that rows are from; the first behind the last where there is none."""
    low, high = rows.min(), rows.max()
    if isinstance(low, int) and isinstance(high, int):
        return low // SPAN, high // SPAN
    return 1, 0
