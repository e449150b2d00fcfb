"""Milestones that a partner neither sends nor owes: one finding each, not incidents."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.context import Context

USUAL: dict[Role, tuple[Milestone, ...]] = {
    Role.SUPPLIER: (Milestone.RELEASED,),
    Role.FORWARDER: (
        Milestone.ACCEPTED,
        Milestone.DEPARTED_ORIGIN,
        Milestone.ARRIVED_DESTINATION,
        Milestone.RELEASED,
    ),
    Role.COURIER: (Milestone.ACCEPTED, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED),
}
"""What partners of a role usually report."""
MANY = 5


def unsent(tallies: pl.LazyFrame, context: Context) -> Iterator[str]:
    """One sentence per milestone and role that some partners never send and do not owe."""
    pairs = tallies.select("partner_id", "role").unique().sort("role", "partner_id").collect()
    owed = set(context.owed.iter_rows())
    for role, milestones in USUAL.items():
        partners = pairs.filter(pl.col("role") == role)["partner_id"].to_list()
        for milestone in milestones:
            silent = [who for who in partners if (who, str(milestone)) not in owed]
            if silent:
                shown = ", ".join(silent[:MANY]) + (" and others" if len(silent) > MANY else "")
                yield (
                    f"{len(silent)} of {len(partners)} {role}s never send {milestone} and do not "
                    f"owe it: it is not counted against them ({shown})"
                )
