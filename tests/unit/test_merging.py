"""Tallies merged share by share are those merged at once."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallyclerk.domain.tables import TALLIES
from tallyclerk.kpis.engine import add
from tallyclerk.pipeline import merging
from tallyclerk.pipeline.archive import TALLIES as LEFT
from tallyclerk.pipeline.archive import Archive
from tallyclerk.pipeline.merging import BY_MONTH, FIRST_KEYS, Merging, of_settled, shares
from tallyclerk.store.cache import APART, Draft

ROW = st.tuples(
    st.sampled_from(["acme", "B", "nordlog"]),
    st.sampled_from(["courier", "forwarder"]),
    st.sampled_from([None, 202512, 202601]),
    st.sampled_from([None, "x", "y"]),
)
ROWS = st.lists(ROW, min_size=1, max_size=40)


def tallies(rows):
    keys = {"partner_id": 0, "role": 1, "month": 2, "lane": 3}
    told = {name: [row[place] for row in rows] for name, place in keys.items()}
    told |= dict.fromkeys(("rows", "n", "hits"), [1] * len(rows))
    blank = {name: pl.lit(None) for name in TALLIES if name not in told}
    return pl.DataFrame(told).with_columns(**blank).select(TALLIES.keys()).cast(dict(TALLIES))


@given(ROWS, st.integers(1, 12))
def test_the_shares_of_a_table_add_up_to_it_in_its_order(rows, at_once):
    whole = tallies(rows)
    parts = list(shares(whole.lazy(), FIRST_KEYS, at_once))
    sizes = [part.select(pl.len()).collect().item() for part in parts]
    largest = whole.group_by(FIRST_KEYS).len()["len"].max()
    assert max(sizes) < at_once + largest
    assert pl.concat(map(add, parts)).equals(add(whole.lazy()))


@given(ROWS, st.integers(1, 12))
def test_shares_by_month_follow_each_other_month_by_month(rows, at_once):
    whole = tallies(rows)
    parts = list(map(add, shares(whole.lazy(), BY_MONTH, at_once)))
    ends = [(part["month"].fill_null(0).min(), part["month"].fill_null(0).max()) for part in parts]
    assert all(one[1] <= other[0] for one, other in pairwise(ends))
    assert add(pl.concat(parts).lazy()).equals(add(whole.lazy()))


def test_a_few_rows_are_one_share():
    few = [("acme", "courier", None, None)] * 3
    assert len(list(shares(tallies(few).lazy(), FIRST_KEYS, 3))) == 1
    assert len(list(shares(tallies([]).lazy(), BY_MONTH, 1))) == 1


@pytest.mark.parametrize("at_once", [1, 100])
@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (3, ["202511-0", "202512-0", "202512-1", "202602-0", "undated-0", "undated-1"]),
        (1, ["202511-0", "202512-0", "202602-0", "undated-0"]),
    ],
)
def test_months_of_settled_shipments_are_taken_as_they_are_unless_some_are_taken_off(
    tmp_path, monkeypatch, at_once, most, expected
):
    monkeypatch.setattr(shares, "__defaults__", (at_once,))
    monkeypatch.setattr(merging, "MOST_FILES", most)
    months = [202511, 202512, 202601, None]
    known = tallies([(who, "courier", month, "x") for who in "ba" for month in months])
    more = tallies([("a", "courier", month, "x") for month in (202512, 202602, None)])
    gone = known.filter(month=202601).with_columns(-pl.col("rows", "n", "hits"))
    first = settled_by_month(tmp_path / "first", known)
    (tmp_path / "first" / APART).rename(tmp_path / "first" / LEFT)
    former = Archive(tmp_path / "first")
    left = {path.stem: path for paths in former.settled("loss_rate").values() for path in paths}
    second = settled_by_month(tmp_path / "second", pl.concat([more, gone]), former)
    assert sorted(left) == sorted(first) == ["202511-0", "202512-0", "202601-0", "undated-0"]
    assert sorted(second) == expected
    is_same = [second[name].samefile(left[name]) for name in ("202511-0", "202512-0", "undated-0")]
    assert is_same == [True, most > 1, most > 1]
    found = add(pl.concat(map(pl.read_parquet, second.values())).lazy())
    whole = pl.concat([known, more]).filter(pl.col("month").ne_missing(202601))
    assert found.equals(add(whole.lazy()))


def settled_by_month(folder, told, former=None):
    """Files of tallies of settled shipments by month, made of what a run tells of them."""
    folder.mkdir()
    draft = Draft(folder)
    draft.add(told.clear(), 0, "loss_rate")
    draft.add(told, 0, of_settled("loss_rate"))
    Merging(draft, ["loss_rate"], 1, former, is_apart=True)(0)
    return {path.stem: path for path in (folder / APART).glob("kpi=loss_rate/*")}


def test_parts_become_one_sorted_table(tmp_path, monkeypatch):
    months = [202601, None, 202512]
    parts = [
        tallies([(who, "courier", month, lane) for who in ("b", "a") for month in months])
        for lane in ("x", "x", "y")
    ]
    draft = Draft(tmp_path)
    for number, part in enumerate(parts):
        draft.add(part, number, "loss_rate")
    monkeypatch.setattr(shares, "__defaults__", (2,))
    Merging(draft, ["loss_rate"], len(parts))(0)
    assert [path.name for path in tmp_path.iterdir()] == ["loss_rate.parquet"]
    found = pl.read_parquet(draft.path("loss_rate"))
    assert found.equals(add(pl.concat(parts).lazy()))
    assert found["rows"].to_list() == [2, 1] * 6
