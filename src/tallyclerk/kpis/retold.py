"""Rules under which a case is told again: such rows stand beside what counts, and are no part of it."""

from __future__ import annotations

import polars as pl

CLOCKS = ("business_hours", "business_days")
"""A duration on a clock of the partner's calendar; see `tallyclerk.journey.clocks`."""
EXCUSED = "excused"
"""A case as it was before it was excused: total and excused together are the gross figure."""
WORST = "worst"
"""A case in the worst that an own missing scan may hide; see `tallyclerk.kpis.worst`."""
IN_DOUBT = "in doubt"
"""The same case as it counts: the total without these and with the worst is the worst case."""
CHAIN = "chain"
"""A shipment as a whole, whoever had it: told once, with the first partner after the supplier."""
PART = "part: "
"""What the rules of the parts of a case begin with that its evidence names: each late message, each
incident of a handover, each reason why a shipment was not perfect, what a leg took and might take. A
message told late is named by its milestone, and has the minutes it took to be told."""
LACKING = "lacking: "
"""What such a part begins with that names a milestone nobody reported."""
LATE = "late: "
"""What the rules of a late shipment's lateness begin with; see `tallyclerk.judge.lateness`."""


def is_evidence() -> pl.Expr:
    """Whether a row tells a part of a case again that its reader wants to see."""
    rule = pl.col("rule")
    return (rule.str.starts_with(PART) | rule.str.starts_with(LATE)).fill_null(value=False)


def is_told_late() -> pl.Expr:
    """Whether such a part is one message that was told late, with the minutes it took."""
    is_named = pl.col("rule").str.contains(f"^{PART}[A-Z_]+$").fill_null(value=False)
    return is_named & pl.col("minutes").is_not_null()


def is_retold() -> pl.Expr:
    """Whether a row of FACTS or TALLIES tells a case again."""
    rule = pl.col("rule").cast(pl.String)
    doubted = [on_clock(name, clock) for name in (WORST, IN_DOUBT) for clock in CLOCKS]
    exact = [*CLOCKS, EXCUSED, WORST, IN_DOUBT, CHAIN, *doubted]
    begun = rule.str.starts_with(LATE) | rule.str.starts_with(PART)
    return (rule.is_in(exact) | begun).fill_null(value=False)


def on_clock(rule: str, clock: str) -> str:
    """The rule of a case in doubt, told on a clock of the partner's calendar."""
    return f"{rule} {clock}"
