"""What a late shipment's custodians answer for: by how much each was over its plan, and if it mattered.

The shares of a partner divide the whole lateness of a shipment: its own, disputed with the other
side of an unproven handover, of others (or nobody), or untold because its custody has no plan.
"""

from __future__ import annotations

import polars as pl

SHARES = ("no_plan", "others", "disputed", "own")
"""Whose a minute of lateness is, seen from one custodian; see `shares`."""


def blame(split: pl.DataFrame) -> pl.LazyFrame:
    """What of a shipment's lateness each custodian answers for.

    Args:
        split: From `tallyclerk.journey.attribution.spans`.

    Returns:
        One row per shipment and custodian: sid, partner, lateness, own (overrun, and excess of
        proven handovers to it; null without a plan), disputed (excess of unproven handovers it
        was a side of), spare (minutes left to the promise when every custodian keeps its plan),
        and what its own is made of: took, planned (null without a plan) and received.
    """
    rows = split.lazy()
    proven = pl.col("excess") * pl.col("is_proven").cast(pl.Int64)
    unproven = pl.col("excess") - proven
    received = rows.filter(pl.col("next_partner").is_not_null()).select(
        "sid", partner="next_partner", received=proven, pair=unproven
    )
    return (
        rows.join(received, on=["sid", "partner"], how="left")
        .with_columns(
            own=pl.col("overrun") + pl.col("received").fill_null(0),
            disputed=unproven + pl.col("pair").fill_null(0),
        )
        .select(
            "sid",
            "partner",
            "lateness",
            "own",
            "disputed",
            spare=_spare(),
            took="own_minutes",
            planned=pl.col("own_minutes") - pl.col("overrun"),
            received=pl.col("received").fill_null(0),
        )
    )


def made_late(own: pl.Expr) -> pl.Expr:
    """Whether so many minutes of its own made a late shipment late.

    Without them it would have been on time, or they alone, everybody else on plan, would have made
    it late. So a delay passed on is nobody's but its maker's, and of two who each lost enough
    neither can point at the other.
    """
    without = pl.col("lateness") - own
    return (own > 0) & ((without <= 0) | (own > pl.col("spare")))


def shares(late: pl.LazyFrame) -> pl.LazyFrame:
    """The lateness of each late shipment divided, as each of its custodians sees it.

    Args:
        late: Rows of `blame` (and what else they carry) of shipments that are late.

    Returns:
        One row per shipment, custodian and one of SHARES that has something in it: the columns of
        `late`, share, minutes (whole, of the lateness: those of a shipment and custodian add up to
        it), shipments (1 for the share that the shipment as a whole falls into, else 0). A
        custodian's own minutes come first, then the disputed ones, as far as the lateness goes.
    """
    lateness = pl.col("lateness").clip(lower_bound=0)
    own = pl.min_horizontal(pl.col("own").clip(lower_bound=0), lateness)
    both = pl.min_horizontal((pl.col("own") + pl.col("disputed")).clip(lower_bound=0), lateness)
    falls_into = (
        pl.when(pl.col("own").is_null())
        .then(pl.lit("no_plan"))
        .when(made_late(pl.col("own")))
        .then(pl.lit("own"))
        .when(made_late(pl.col("own") + pl.col("disputed")))
        .then(pl.lit("disputed"))
        .otherwise(pl.lit("others"))
    )
    has_plan = pl.col("own").is_not_null()
    minutes = {
        "no_plan": pl.when(~has_plan).then(lateness),
        "others": pl.when(has_plan).then(lateness - both),
        "disputed": pl.when(has_plan).then(both - own),
        "own": pl.when(has_plan).then(own),
    }
    divided = [
        late.with_columns(
            share=pl.lit(share),
            minutes=minutes[share].fill_null(0),
            shipments=(falls_into == share).cast(pl.Int64),
        )
        for share in SHARES
    ]
    return pl.concat(divided).filter((pl.col("minutes") > 0) | (pl.col("shipments") > 0))


def _spare() -> pl.Expr:
    """Minutes between the promise and what comes of it when every custodian keeps its plan.

    Custody without a plan and the allowances of handovers are taken as they were.
    """
    planned = (pl.col("own_minutes") - pl.col("overrun").fill_null(0)).sum().over("sid")
    allowed = (pl.col("gap_minutes") - pl.col("excess")).sum().over("sid")
    return pl.col("from_start") - planned - allowed
