from hashlib import blake2b

import polars as pl
import pytest

from tallyclerk.simulate.draws import KEY, below, chance, key, lookup, seconds, word, words


@pytest.fixture(scope="module")
def rows():
    return pl.DataFrame({"n": range(20_000)}).with_columns(key(7, "rows", pl.col("n")).alias(KEY))


def test_draws_are_the_same_everywhere():
    """Pinned: another value here means that every committed fixture changes."""
    frame = pl.DataFrame({"n": [0, 1, 10**9]}).with_columns(key(7, "rows", pl.col("n")).alias(KEY))
    drawn = frame.select(word("a"), below("b", 100).alias("b"), seconds("c", 60).alias("c"))
    assert drawn.rows() == [
        (16_721_114_299_772_664_888, 15, 1_439),
        (428_763_811_193_106_610, 31, 6_453),
        (14_603_175_820_758_097_921, 38, 5_934),
    ]


def test_wrapping_arithmetic_is_that_of_64_bits(rows):
    """The mixing step, in plain integers."""

    def mixed(value):
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB % 2**64
        return value ^ (value >> 31)

    start = key(7, "rows", pl.lit(0))
    first = pl.select(start).item()
    assert first == rows[KEY][0]
    constant = int.from_bytes(blake2b(b"7:rows", digest_size=8).digest(), "big")
    assert [mixed((n * 0x9E3779B97F4A7C15 + constant) % 2**64) for n in range(5)] == rows[KEY][
        :5
    ].to_list()


def test_streams_and_seeds_are_independent(rows):
    pair = rows.select(below("a", 2).alias("a"), below("b", 2).alias("b"))
    assert all(4_700 < n < 5_300 for n in pair.group_by("a", "b").len()["len"])
    other = rows.select(key(8, "rows", pl.col("n")).alias(KEY)).select(below("a", 2).alias("a"))
    assert 9_600 < (pair["a"] == other["a"]).sum() < 10_400


@pytest.mark.parametrize("share", [0, 500, 50_000, 100_000])
def test_chance_has_its_share(rows, share):
    hits = rows.select(chance(f"chance {share}", share)).to_series().sum()
    assert hits == pytest.approx(share / 5, abs=4 * (share * (100_000 - share) / 5 / 1e5) ** 0.5)


def test_below_is_even(rows):
    counts = rows.select(below("ten", 10).alias("ten"))["ten"].value_counts()
    assert sorted(counts["ten"]) == list(range(10))
    assert counts["count"].min() > 1_800


def test_durations_are_lognormal(rows):
    drawn = rows.select(seconds("hours", 120, 60).alias("s"))["s"]
    assert drawn.median() / 3600 == pytest.approx(2, rel=0.03)
    assert drawn.quantile(0.9) / drawn.median() == pytest.approx(2.157, rel=0.05)
    assert drawn.min() > 0


def test_lookups():
    frame = pl.DataFrame({"at": [1, 0, None]})
    assert frame.select(lookup([5, 6], pl.col("at"))).to_series().to_list() == [6, 5, None]
    assert frame.select(words(["x", None], pl.col("at"))).to_series().to_list() == [None, "x", None]
