"""Who kept silent about goods that it had: takings without an ACCEPTED, and partners without a scan.

Silence must not pay. Where a partner owes ACCEPTED and did not send it, its taking is known only from
a later scan, or not at all. These tables say how long it may have had the goods at most; what KPIs
make of it is their worst case (`tallyclerk.kpis.worst`).
"""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS, ROLE_ORDER, Role
from tallyclerk.journey.context import Context
from tallyclerk.journey.observations import first_by, preceding


def late_starts(
    observations: pl.DataFrame,
    shipments: pl.DataFrame,
    held: pl.DataFrame,
    released: pl.DataFrame,
    context: Context,
) -> pl.DataFrame:
    """Takings that the taker owed an ACCEPTED for and did not send: known from a later scan only.

    Args:
        observations: From `observe`.
        shipments: From `describe`.
        held: From `custody`.
        released: From `handovers`.
        context: Tells what each partner owes.

    Returns:
        One row per shipment and such a taker, sorted: sid, partner, earliest_at: the giver's
        RELEASED, else the last scan of the partner before (of a supplier: ready or label); null
        where nothing says since when it may have had it.
    """
    in_order = held.lazy().select(
        "sid",
        "partner",
        "place",
        "is_implied",
        "taken_at",
        giver=preceding("partner", "sid"),
    )
    silent = in_order.filter("is_implied").join(
        context.owing(Milestone.ACCEPTED), on="partner", how="semi"
    )
    tendered = (
        released.lazy()
        .filter(pl.col("next_partner").is_not_null())
        .group_by("sid", partner="next_partner")
        .agg(pl.col("released_at").min())
    )
    ready = pl.when(pl.col("place") == 1).then(pl.coalesce("ready_at", "label_at"))
    bound = pl.coalesce("released_at", "scanned_at", ready)
    return (
        silent.join(tendered, on=["sid", "partner"], how="left")
        .join(_last_scans_before(observations, silent), on=["sid", "partner"], how="left")
        .join(shipments.lazy().select("sid", "ready_at", "label_at"), on="sid")
        .select(
            "sid",
            "partner",
            earliest_at=pl.when(bound.is_not_null()).then(pl.min_horizontal(bound, "taken_at")),
        )
        .sort("sid", "partner")
        .collect()
    )


def unseen(
    shipments: pl.DataFrame, held: pl.DataFrame, released: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """Partners that must have had the goods, as agreed and by what came later, without any scan.

    A partner that owes ACCEPTED and never scanned the goods, though it said it tendered them; or
    that SHIPMENTS name for a role in which nobody took them, though somebody further down the chain
    did, or they were delivered.

    Returns:
        One row per shipment and partner, sorted: sid, partner, role, since (tender to it, else the
        next taking, else delivery or promise: the cohort), is_first (nobody took it earlier in the
        chain), tendered_by, tendered_at (who tendered it without naming anybody else), is_named
        (by that tender), next_partner, next_at.
    """
    takers = held.lazy().filter(pl.col("place") > 0).select("sid", "partner", "role", "taken_at")
    found = pl.concat(
        [_given(takers, released), _named(takers, shipments)], how="diagonal_relaxed"
    ).pipe(first_by, "sid", "partner")
    missing = found.join(context.owing(Milestone.ACCEPTED), on="partner", how="semi")
    ends = ("sid", "delivered_at", "dispatched_at", "due_at")
    return (
        missing.join(_tenders(released, missing), on=["sid", "partner"], how="left")
        .join(shipments.lazy().select(ends), on="sid")
        .with_columns(
            since=pl.coalesce(
                "tendered_at", "said_at", "next_at", "delivered_at", "dispatched_at", "due_at"
            )
        )
        .select(
            "sid",
            "partner",
            "role",
            "since",
            "is_first",
            "tendered_by",
            "tendered_at",
            "is_named",
            "next_partner",
            "next_at",
        )
        .sort("sid", "partner")
        .collect()
    )


def _given(takers: pl.LazyFrame, released: pl.DataFrame) -> pl.LazyFrame:
    """Partners that said they tendered what they never scanned: they had it by their own word."""
    earlier = takers.select("sid", "taken_at", taker="partner")
    said = (
        released.lazy()
        .filter(pl.col("giver_role") != Role.SUPPLIER)
        .join(takers, left_on=["sid", "giver"], right_on=["sid", "partner"], how="anti")
        .select(
            "sid",
            "next_partner",
            "next_at",
            partner="giver",
            role="giver_role",
            said_at="released_at",
        )
    )
    before = (
        said.join(earlier, on="sid")
        .filter(pl.col("taken_at") < pl.col("said_at"))
        .select("sid", "partner", is_first=pl.lit(value=False))
        .unique()
    )
    return said.join(before, on=["sid", "partner"], how="left").with_columns(
        pl.col("is_first").fill_null(value=True), order=_order("role")
    )


def _named(takers: pl.LazyFrame, shipments: pl.DataFrame) -> pl.LazyFrame:
    """Partners that SHIPMENTS name, passed over by what was scanned."""
    named = pl.concat(
        shipments.lazy()
        .filter(pl.col(column).is_not_null())
        .select("sid", partner=column, role=pl.lit(str(role)))
        for column, role in CHAIN_COLUMNS.items()
        if role is not Role.SUPPLIER
    ).with_columns(order=_order("role"))
    taken = takers.select("sid", "taken_at", taker="partner", took_as=_order("role")).sort(
        "sid", "taken_at"
    )
    is_later = pl.col("took_as") > pl.col("order")
    passed_over = (
        named.join(takers, on=["sid", "partner"], how="anti")
        .join(taken, on="sid", how="left", maintain_order="left_right")
        .group_by("sid", "partner", "role", "order", maintain_order=True)
        .agg(
            is_replaced=(pl.col("took_as") == pl.col("order")).any(),
            is_first=~(pl.col("took_as") < pl.col("order")).fill_null(value=False).any(),
            next_at=pl.col("taken_at").filter(is_later).first(),
            next_partner=pl.col("taker").filter(is_later).first(),
        )
    )
    is_delivered = pl.col("delivered_at").is_not_null() | (
        pl.col("outcome") == "delivered"
    ).fill_null(value=False)
    return (
        passed_over.filter(~pl.col("is_replaced").fill_null(value=False))
        .join(shipments.lazy().select("sid", is_delivered=is_delivered), on="sid")
        .filter(pl.col("next_at").is_not_null() | pl.col("is_delivered"))
        .drop("is_replaced", "is_delivered")
    )


def _order(role: str) -> pl.Expr:
    return pl.col(role).replace_strict(ROLE_ORDER, return_dtype=pl.Int8)


def _last_scans_before(observations: pl.DataFrame, silent: pl.LazyFrame) -> pl.LazyFrame:
    """The last scan by the giver up to the taking: sid, partner (the taker), scanned_at."""
    scans = observations.lazy().filter("is_physical").select("sid", "occurred_at", giver="partner")
    return (
        silent.select("sid", "partner", "giver", "taken_at")
        .join(scans, on=["sid", "giver"])
        .filter(pl.col("occurred_at") <= pl.col("taken_at"))
        .group_by("sid", "partner")
        .agg(scanned_at=pl.col("occurred_at").max())
    )


def _tenders(released: pl.DataFrame, missing: pl.LazyFrame) -> pl.LazyFrame:
    """The first tender that was for a missing partner, or named nobody: one row for each."""
    is_before = (pl.col("gave_as") < pl.col("order")) | (pl.col("released_at") < pl.col("said_at"))
    is_theirs = (pl.col("named") == pl.col("partner")).fill_null(value=True)
    return (
        missing.select("sid", "partner", "order", "said_at")
        .join(
            released.lazy().select(
                "sid", "giver", "named", "released_at", gave_as=_order("giver_role")
            ),
            on="sid",
        )
        .filter(is_theirs, is_before.fill_null(value=False), pl.col("giver") != pl.col("partner"))
        .sort("sid", "partner", "released_at", "giver")
        .group_by("sid", "partner", maintain_order=True)
        .agg(
            tendered_by=pl.col("giver").first(),
            tendered_at=pl.col("released_at").first(),
            is_named=pl.col("named").first().is_not_null(),
        )
    )
