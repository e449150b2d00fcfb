"""Disputed cases: counted beside the figures of the month that they are in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
from tests.unit.report import world

from tallyclerk.domain.tables import FACTS
from tallyclerk.judge.disputes import beside, disputed, with_case_ids

KPI = "handover_ack_rate"


def test_disputes_stand_beside_the_month_they_are_of() -> None:
    """Page 1 may show an earlier month: its disputed cases are not those of the period."""
    cases = [(month, day) for month, days in ((9, 3), (10, 2)) for day in range(1, days + 1)]
    facts = pl.DataFrame(
        [
            {
                "kpi": KPI, "partner_id": "acme", "role": "forwarder", "n": 1,
                "shipment_id": f"{month}-{day}", "month": 202600 + month,
                "cohort_at": dt.datetime(2026, month, day, tzinfo=dt.UTC),
            }
            for month, day in cases
        ],
        schema=FACTS,
    )  # fmt: skip
    objections = with_case_ids(facts).select("case_id", view=pl.lit("not ours"))
    counts = disputed(facts.lazy(), objections)
    assert counts == {
        ("acme", "forwarder", KPI, 202609): 3,
        ("acme", "forwarder", KPI, 202610): 2,
    }
    judged = world.judgement()
    total = next(r for r in judged.totals if (r.partner_id, r.kpi) == ("acme", KPI))
    months = tuple(replace(total, period=name) for name in ("2026-08", "2026-09", "2026-10"))
    quarter = replace(total, period="2026-08..2026-10")
    told = beside(replace(judged, totals=(quarter,), months=months), counts)
    assert [r.disputed for r in told.months] == [0, 3, 2]
    assert [r.disputed for r in told.totals] == [5]
