"""The shapes of times: what they look like, whatever their digits and words are."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tallyclerk.ingest.times.plain import plain
from tallyclerk.ingest.together import apart, heads

SAMPLE = 1000
"""Values at the start of a file of which most have its format."""
_WORD_UTC = r"(?i)\s*(?:UTC|GMT)$"


def shapes_of(values: pl.Series) -> pl.Series:
    """Each value with 9 for a digit and M for a word; UTC and GMT are Z."""
    return (
        with_utc_sign(values)
        .str.replace_all(r"\d", "9")
        .str.to_uppercase()
        .str.replace_all(r"[A-Z]{3,}", "M")
    )


def sample_shapes(values: pl.Series, rows: pl.Series) -> Iterator[tuple[int, list[str]]]:
    """The shapes of the first values of each file, trimmed or not."""
    sample = heads(pl.DataFrame({"row": rows, "text": values}), "row", "text", SAMPLE)
    texts = plain(sample["text"].str.strip_chars())
    shapes = sample.select("row", shapes_of(texts).alias("shape"))
    for number, part in apart(shapes, "row"):
        yield number, part["shape"].to_list()


def with_utc_sign(values: pl.Series) -> pl.Series:
    """The texts with Z where they end in UTC or GMT."""
    return values.str.replace(_WORD_UTC, "Z")
