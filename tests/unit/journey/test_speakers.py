"""Whose word an event is that names no partner: that of the role it names, else of its milestone."""

from __future__ import annotations

import polars as pl
import pytest

from tallyclerk.journey.observations import resolved_partner

CHAIN = {"supplier_id": "s", "forwarder_id": "f", "courier_id": "c"}


@pytest.mark.parametrize(
    ("milestone", "role", "partner", "expected"),
    [
        ("ACCEPTED", None, None, "f"),
        ("ACCEPTED", "courier", None, "c"),
        ("ACCEPTED", "airline", None, None),
        ("ACCEPTED", "courier", "p", "p"),
        ("INFO", "supplier", None, "s"),
        ("INFO", None, None, None),
    ],
)
def test_a_nameless_event_is_told_by_the_role_it_names(milestone, role, partner, expected):
    event = {"milestone": milestone, "role": role, "partner_id": partner, **CHAIN}
    frame = pl.DataFrame([event], schema=dict.fromkeys(event, pl.String))
    assert frame.select(resolved_partner().alias("who"))["who"].to_list() == [expected]
