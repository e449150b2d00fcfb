"""Packed sums are the plain ones."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tallyclerk.kpis.packing import CODED, summed

TEXT = st.sampled_from([None, "", "a", "B", "ß", "a|b", "zz"])
NUMBER = st.sampled_from([None, 0, 1, -1, 5, 10**9, -(2**62)])
ROW = st.tuples(TEXT, NUMBER, TEXT, NUMBER, st.none(), st.integers(-3, 3))
SCHEMA = {
    "who": pl.String,
    "minutes": pl.Int64,
    "lane": CODED,
    "month": pl.Int64,
    "nothing": pl.String,
    "n": pl.Int64,
}
KEYS = ["who", "minutes", "lane", "month", "nothing"]


@given(st.lists(st.lists(ROW, max_size=30), min_size=1, max_size=3))
def test_packed_sums_are_the_plain_ones(tables):
    frames = [pl.DataFrame(rows, schema=SCHEMA, orient="row") for rows in tables]
    for frame, packed in zip(frames, summed(frames, KEYS, ["n"]), strict=True):
        plain = frame.cast({CODED: pl.String}).group_by(KEYS).agg(pl.col("n").sum())
        assert packed.cast({CODED: pl.String}).equals(plain.sort(KEYS))


def test_wide_numbers_take_another_word():
    """Three columns of 2^62 values each fit no single integer."""
    frame = pl.DataFrame({name: [0, 2**62, None, 0] for name in "abc"} | {"n": [1, 2, 3, 4]})
    assert next(summed([frame], list("abc"), ["n"])).rows() == [
        (None, None, None, 3),
        (0, 0, 0, 5),
        (2**62, 2**62, 2**62, 2),
    ]
