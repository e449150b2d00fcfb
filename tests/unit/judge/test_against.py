"""What counts against a partner, case by case and rule by rule."""

import polars as pl
import pytest

from tallyclerk.judge.against import is_miss


def missed(unit, better, target=None, clock="hours", **row):
    given = {"n": 1, "hits": None, "minutes": None, "ending": None, "business_hours": None} | row
    schema = dict.fromkeys(("n", "hits", "minutes", "business_hours"), pl.Int64)
    frame = pl.DataFrame([given], schema=schema | {"ending": pl.String})
    return frame.select(is_miss(unit, better, target, clock)).item()


@pytest.mark.parametrize(
    ("better", "n", "hits", "expected"),
    [
        ("higher", 1, 0, True),
        ("higher", 1, 1, False),
        ("higher", 8, 7, True),
        ("higher", 0, 0, False),
        ("lower", 1, 1, True),
        ("lower", 0, 0, False),
        ("lower", 0, 1, True),  # a part: one rule of a case, without an n of its own
    ],
)
def test_a_rate(better, n, hits, expected):
    assert missed("rate", better, n=n, hits=hits) is expected


def test_a_duration_is_held_against_its_target_on_the_agreed_clock():
    late = {"minutes": 1500, "business_hours": 600, "ending": "observed"}
    assert missed("hours", "lower", 24.0, **late)
    assert not missed("hours", "lower", 25.0, **late)
    assert not missed("hours", "lower", 24.0, "business_hours", **late)
    assert missed("hours", "lower", 9.0, "business_hours", **late)
    assert not missed("hours", "lower", None, **late)
    assert missed("hours", "lower", None, ending="never")
    assert not missed("hours", "lower", 24.0, n=0, minutes=1500)
