"""Numbers that parcels carry, as they are compared."""

from __future__ import annotations

from typing import TypeVar

import polars as pl

Texts = TypeVar("Texts", pl.Series, pl.Expr)


def normalised(numbers: Texts) -> Texts:
    """Numbers for comparison: upper case, without spaces and hyphens."""
    return numbers.str.to_uppercase().str.replace_all(r"[\s-]", "")
