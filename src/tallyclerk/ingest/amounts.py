"""Numbers as exports write them, and amounts that are told once of several shipments."""

from __future__ import annotations

import polars as pl

_APART = r"[\s\x{a0}\x{202f}'’]"
"""Between groups of digits, beside the sign that is not the decimal one."""


def numbers_of(values: pl.Series, decimal: str) -> pl.Series:
    """Texts as Float64; groups of digits may stand apart. Null where a text is no number.

    Args:
        values: Trimmed texts.
        decimal: The decimal sign, "." or ","; the other one parts groups.
    """
    comma = "," if decimal == "." else "."
    groups = rf"\d{{1,3}}(?:[{comma}]\d{{3}})+|\d{{1,3}}(?:{_APART}\d{{3}})+|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}"
    is_grouped = values.str.contains(rf"^[+-]?(?:{groups})(?:\D|$)").fill_null(value=False)
    bare = values.zip_with(~is_grouped, values.str.replace_all(rf"[{comma}]|{_APART}", ""))
    numbers = bare.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)
    return numbers.set(~numbers.is_finite().fill_null(value=False), None)


def told_together(
    values: pl.Series, keys: pl.Series, groups: pl.Series, files: pl.Series
) -> pl.Series:
    """Whether each value stands in a group of several shipments, and so is told of them together.

    Args:
        values: Of each row.
        keys: Its shipment.
        groups: What it was told in: a row of the file, an order. Null for nothing.
        files: The number of its file.
    """
    keyed = pl.DataFrame({"value": values, "key": keys, "of": groups, "file": files})
    is_told = pl.col("value").is_not_null() & pl.col("of").is_not_null()
    return keyed.select(is_told & (pl.col("key").n_unique().over("of", "file") > 1)).to_series()
