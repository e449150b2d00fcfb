"""Tallies merged share by share are those merged at once."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tallyclerk.domain.tables import TALLIES
from tallyclerk.kpis.engine import add
from tallyclerk.pipeline.merging import FIRST_KEYS, Merging, shares
from tallyclerk.store.cache import Draft

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
    parts = list(shares(whole.lazy(), at_once))
    sizes = [part.select(pl.len()).collect().item() for part in parts]
    largest = whole.group_by(FIRST_KEYS).len()["len"].max()
    assert max(sizes) < at_once + largest
    assert pl.concat(map(add, parts)).equals(add(whole.lazy()))


def test_a_few_rows_are_one_share():
    assert len(list(shares(tallies([("acme", "courier", None, None)] * 3).lazy(), 3))) == 1
    assert len(list(shares(tallies([]).lazy(), 1))) == 1


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
