"""Times that state no year: refused, unless the source says which year they are of."""

from __future__ import annotations

import polars as pl

_TIME = r",?((?:[ T]+\d{1,2}:\d{2}.*)?)$"
_SHAPES = (
    (r"^(\d{1,2}[-/. ]?[A-Za-z]{3,9}\.?)" + _TIME, "${1} YEAR${2}"),
    (r"^([A-Za-z]{3,9}\.?[- ]\d{1,2})" + _TIME, "${1} YEAR${2}"),
    (r"^(\d{1,2})月(\d{1,2})日" + _TIME, "YEAR年${1}月${2}日${3}"),
    (r"^(\d{1,2})([-/.])(\d{1,2})\.?" + _TIME, "${1}${2}${3}${2}YEAR${4}"),
)


def lacks_year(values: pl.Series) -> pl.Series:
    """Whether each text is a day and a month (and a time of day) without a year."""
    pattern = "|".join(f"(?:{shape})" for shape, _ in _SHAPES)
    return values.str.contains(pattern).fill_null(value=False)


def with_year(values: pl.Series, year: int) -> pl.Series:
    """The texts with the year put in where they have none."""
    if not lacks_year(values).any():
        return values
    for shape, put in _SHAPES:
        values = values.str.replace(shape, put.replace("YEAR", str(year)))
    return values
