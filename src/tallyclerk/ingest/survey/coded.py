"""The words of a bucket as codes: groups, joins and orders of numbers take a fraction of the time.

A code stands for its word wherever one is compared or shown (polars' `Enum`), and codes are ordered
as it is useful: shipments and partners by their ids, milestones and roles as the goods meet them.
Two buckets have different codes, so that what leaves a bucket is in words again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS, Role

MILESTONES = pl.Enum([str(milestone) for milestone in Milestone])
ROLES = pl.Enum([str(role) for role in Role])
_NAMES = ("partner_id", "counterpart_id")
DAYS = 2**22
"""More than there are to the year 10000."""
_SIZES: dict[pl.DataType, int] = {pl.Date(): DAYS, pl.Int8(): 2**7 + 1}
"""More than there are of what has no words: days, small numbers."""
_LARGEST = 2**63


def coded(events: pl.DataFrame, shipments: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Observations and rows of SHIPMENTS with codes for what is grouped and joined by.

    Args:
        events: Rows with shipment_id, milestone, partner_id, counterpart_id, role, source and
            occurred_at.
        shipments: Rows of SHIPMENTS.

    Returns:
        The observations and the rows of SHIPMENTS, in their order.
    """
    # In most exports what is told of a shipment lies together, and is looked up once for all of it.
    each = events["shipment_id"].rle().struct.field("value")
    ids = _enum(each, shipments["shipment_id"])
    partners = _enum(*(events[name] for name in _NAMES), *(shipments[c] for c in CHAIN_COLUMNS))
    kinds = pl.Schema(
        {
            **dict.fromkeys(_NAMES, partners),
            "milestone": MILESTONES,
            "role": ROLES,
        }
    )
    chain = pl.Schema({"shipment_id": ids, **dict.fromkeys(CHAIN_COLUMNS, partners)})
    told = events.with_columns(
        each.cast(ids).gather(events["shipment_id"].rle_id()).alias("shipment_id"),
        with_codes(events["source"]),
    ).cast(kinds)
    return told, shipments.cast(chain)


def with_codes(words: pl.Series) -> pl.Series:
    """Words that are the same in many rows on end as codes."""
    return codes_of(words, _enum(words.rle().struct.field("value")))


def codes_of(words: pl.Series, kind: pl.Enum) -> pl.Series:
    """The same as codes of a kind, null for words that it has not."""
    each = words.rle().struct.field("value").cast(kind, strict=False)
    return each.gather(words.rle_id()).alias(words.name)


def in_words(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with words instead of codes."""
    return frame.cast({pl.Enum: pl.String})


def words_of(codes: pl.Series) -> int:
    """How many words have a code."""
    return len(codes.dtype.categories)  # type: ignore[attr-defined]


def by_code(
    frame: pl.DataFrame,
    column: str,
    meant: Mapping[str, object],
    dtype: pl.DataType | type[pl.DataType],
) -> pl.Expr:
    """What the words of a coded column of a frame mean; null where they mean nothing."""
    words = frame[column].dtype.categories  # type: ignore[attr-defined]
    values = pl.Series([meant.get(word) for word in words], dtype=dtype)
    return pl.lit(values).gather(pl.col(column).to_physical())


def by_shipment(rows: pl.DataFrame, column: str) -> pl.Series:
    """A column of rows that are one per shipment, laid out by the codes of all shipments."""
    blank = rows[column].clear(1).new_from_index(0, words_of(rows["shipment_id"]))
    return blank.scatter(rows["shipment_id"].to_physical(), rows[column])


def at_shipment(rows: pl.DataFrame, column: str) -> pl.Expr:
    """A column of rows that are one per shipment, for each row of another frame of shipments."""
    return pl.lit(by_shipment(rows, column)).gather(pl.col("shipment_id").to_physical())


def first_of(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The first row of each group, of rows in which those of a group lie together."""
    return rows.filter(
        pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift(1)) for key in keys)
    )


def number_of(frame: pl.DataFrame, keys: Sequence[str]) -> pl.Expr:
    """Several columns of a frame (codes, days, small numbers) as one integer, in their order, nulls last.

    Raises:
        OverflowError: An integer cannot tell all of them apart.
    """
    first, *others = keys
    number = pl.col(first).to_physical().cast(pl.Int64)
    most = int(frame.select(number.max()).item() or 0) + 2
    number = number.fill_null(most - 1)
    for key in others:
        codes = frame[key]
        size = _SIZES.get(codes.dtype) or words_of(codes) + 1
        number = number * size + pl.col(key).to_physical().cast(pl.Int64).fill_null(size - 1)
        most *= size
    if most >= _LARGEST:
        raise OverflowError(keys)
    return number


def code_of(number: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A number as the code of a word."""
    return number.cast(pl.UInt32).cat.to(kind)


def counted(frame: pl.DataFrame, keys: Sequence[str], **counts: pl.Expr) -> pl.DataFrame:
    """One row per keys (as `number_of` takes them) with what is counted of the rows that have them."""
    try:
        number = number_of(frame, keys)
    except OverflowError:
        return frame.group_by(keys).agg(**counts)
    each = frame.group_by(number=number).agg(pl.col(keys).first(), **counts)
    return each.drop("number")


def added_up(parts: Iterable[pl.DataFrame], keys: Sequence[str]) -> pl.DataFrame:
    """Tables of counts (in words) as one: one row per keys, everything else summed."""
    return pl.concat(parts).group_by(keys).agg(pl.exclude(keys).sum())


def _enum(*columns: pl.Series) -> pl.Enum:
    words = pl.concat(column.alias("") for column in columns)
    return pl.Enum(words.unique().drop_nulls().sort())
