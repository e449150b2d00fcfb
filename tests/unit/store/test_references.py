"""Which numbers stand for several shipments."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallyclerk.store import references

WORDS = st.sampled_from(["", "a", "b", "ab", "ü"])
TOLD = st.lists(st.tuples(st.sampled_from(["tracking", "parcel"]), WORDS, WORDS), max_size=12)


@pytest.mark.parametrize("at_once", [1, 3, 1000])
@given(told=TOLD)
def test_numbers_told_of_several_shipments_are_found_however_few_are_looked_at(at_once, told):
    rows = pl.DataFrame(told, schema=["kind", "reference", "shipment_id"], orient="row")
    rows = rows.cast(pl.String)
    shipments: dict[tuple[str, str], set[str]] = {}
    for kind, number, shipment in told:
        shipments.setdefault((kind, number), set()).add(shipment)
    several = {number for number, held in shipments.items() if len(held) > 1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(references, "AT_ONCE", at_once)
        found = references.told_again(rows.lazy())
    assert found.columns == ["kind", "reference"]
    assert sorted(found.rows()) == sorted(several)
