"""From raw lateness to what a partner answers for: the counts behind the waterfall.

raw late → excused → without a plan → caused by others → disputed → controllable. Every number is a
sum of TALLIES, so that the steps add up to the whole, in shipments and in minutes.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tallyclerk.domain.lateness import Late, Waterfall
from tallyclerk.journey.blame import SHARES
from tallyclerk.kpis.retold import EXCUSED, LATE

KPI = "on_time_controllable_rate"
"""The KPI whose tallies carry the lateness, as rows under the rules "late: …"."""
STEPS = {LATE + share: "controllable" if share == "own" else share for share in SHARES} | {
    LATE + EXCUSED: "excused"
}
"""Step of the waterfall by rule: n of such a row are minutes, hits are shipments."""


def late_waterfalls(tallies: pl.LazyFrame) -> Mapping[tuple[str, str], Waterfall]:
    """The waterfall of each partner in each role.

    Args:
        tallies: TALLIES of a period, any KPIs; whatever lanes or partners are wanted.

    Returns:
        By (partner_id, role), sorted. A partner without a promised shipment that is mature is
        absent; one that was never late has a waterfall of zeros.
    """
    is_mature = pl.col("rule").is_null() & (pl.col("reason") != "waiting").fill_null(value=True)
    mine = (
        tallies.filter(pl.col("kpi") == KPI, is_mature | pl.col("rule").is_in(list(STEPS)))
        .group_by("partner_id", "role", "rule")
        .agg(shipments=pl.col("hits").sum(), minutes=pl.col("n").sum())
        .sort("partner_id", "role", "rule")
        .collect()
    )
    found: dict[tuple[str, str], dict[str, Late]] = {}
    for partner, role, rule, shipments, minutes in mine.iter_rows():
        steps = found.setdefault((partner, role), {})
        if rule is not None:
            steps[STEPS[rule]] = Late(shipments, minutes)
    return {
        (partner, role): Waterfall(partner_id=partner, role=role, **steps)
        for (partner, role), steps in found.items()
    }
