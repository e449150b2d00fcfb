"""Who had the goods, from when to when."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS, ROLE_ORDER, Role
from tallyclerk.journey.context import Context
from tallyclerk.journey.observations import first_by, following, last_by, place_in


def members(observations: pl.DataFrame, shipments: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The chain of each shipment: who is named by its columns, or by an event, with a role.

    The role is that of the column, else the configured one, else the one that the partner's events
    name, else that of who usually reports the first of them.

    Returns:
        One row per shipment and partner: sid, partner, role, sorted.
    """
    columns = [shipments.lazy().select("sid", partner=pl.col(column)) for column in CHAIN_COLUMNS]
    theirs = observations.lazy().filter(pl.col("partner").is_not_null())
    implied = (
        first_by(theirs, "sid", "partner")
        .select("sid", "partner", implied=reporter_role())
        .collect()
        .lazy()
    )
    named = [
        implied.select("sid", "partner"),
        observations.lazy().select("sid", partner="counterpart").drop_nulls().unique(),
    ]
    told = first_by(theirs.filter(pl.col("told_role").is_not_null()), "sid", "partner").select(
        "sid", "partner", "told_role"
    )
    return (
        pl.concat([*columns, *named])
        .drop_nulls()
        .unique()
        .join(shipments.lazy().select("sid", *CHAIN_COLUMNS), on="sid")
        .join(implied, on=["sid", "partner"], how="left")
        .join(told, on=["sid", "partner"], how="left")
        .select("sid", "partner", role=_role(context))
        .sort("sid", "partner")
        .collect()
    )


def reporter_role() -> pl.Expr:
    """The role that usually reports this milestone."""
    reporters = {str(m): facts.reporter for m, facts in MILESTONES.items() if facts.reporter}
    return (
        pl.col("milestone")
        .cast(pl.String)
        .replace_strict(reporters, default=None, return_dtype=pl.String)
    )


def _role(context: Context) -> pl.Expr:
    role: pl.Expr = pl.lit(None, dtype=pl.String)
    for column, name in reversed(CHAIN_COLUMNS.items()):
        role = pl.when(pl.col("partner") == pl.col(column)).then(pl.lit(str(name))).otherwise(role)
    configured = pl.col("partner").replace_strict(
        dict(context.roles), default=None, return_dtype=pl.String
    )
    return pl.coalesce(role, configured, "told_role", "implied", pl.lit(str(Role.WAREHOUSE)))


def with_supplier(
    shipments: pl.DataFrame, observations: pl.DataFrame, chain: pl.DataFrame
) -> pl.DataFrame:
    """Fills an unknown `supplier_id` with the supplier whose event is the shipment's earliest."""
    suppliers = chain.lazy().filter(pl.col("role") == Role.SUPPLIER).select("sid", "partner")
    seen = first_by(
        observations.lazy().join(
            suppliers, on=["sid", "partner"], how="semi", maintain_order="left"
        ),
        "sid",
    )
    return (
        shipments.lazy()
        .join(seen.select("sid", seen="partner"), on="sid", how="left", maintain_order="left")
        .with_columns(supplier_id=pl.coalesce("supplier_id", "seen"))
        .drop("seen")
        .collect()
    )


def takings(observations: pl.DataFrame, chain: pl.DataFrame) -> pl.DataFrame:
    """When each partner but the supplier took custody: its first ACCEPTED, else its first scan.

    Returns:
        One row per shipment and taker in custody order: sid, partner, role, place (1 = first),
        taken_at, taken_event, is_implied, is_flight (taken by
        departing with it), next_partner, next_at, next_event.
    """
    theirs = observations.lazy().filter(pl.col("partner").is_not_null() & pl.col("is_physical"))
    when = {
        "taken_at": pl.col("occurred_at"),
        "taken_event": pl.col("event_id"),
        "is_flight": pl.col("milestone") == Milestone.DEPARTED_ORIGIN,
    }
    accepted = first_by(theirs.filter(pl.col("milestone") == Milestone.ACCEPTED), "sid", "partner")
    scanned = first_by(theirs, "sid", "partner").join(
        accepted, on=["sid", "partner"], how="anti", maintain_order="left"
    )
    order = pl.col("role").replace_strict(ROLE_ORDER, return_dtype=pl.Int8)
    return (
        pl.concat(
            [
                accepted.select("sid", "partner", is_implied=pl.lit(value=False), **when),
                scanned.select("sid", "partner", is_implied=pl.lit(value=True), **when),
            ]
        )
        .join(chain.lazy(), on=["sid", "partner"])
        .filter(pl.col("role") != Role.SUPPLIER)
        .sort("sid", "taken_at", order, "partner")
        .with_columns(
            place=place_in("sid"),
            next_partner=following("partner", "sid"),
            next_at=following("taken_at", "sid"),
            next_event=following("taken_event", "sid"),
        )
        .collect()
    )


def custody(taken: pl.DataFrame, shipments: pl.DataFrame) -> pl.DataFrame:
    """Custody intervals of takers and of suppliers.

    Args:
        taken: From `takings`.
        shipments: From `tallyclerk.journey.shipments.describe`.

    Returns:
        One row per shipment and custodian, sorted by sid and place (0 = supplier): the columns of
        `takings`, `end_at`, `end_event` and `fate`: next, delivered, never (lost, destroyed,
        returned), cancelled, undated, or null while it is open.
    """
    ends = shipments.lazy().select("sid", "ended_at", "ended_event", "end_fate", "undated_fate")
    after_taking = taken.lazy().join(ends, on="sid", maintain_order="left").with_columns(**_end())
    columns = [*taken.columns, "end_at", "end_event", "fate"]
    return (
        pl.concat(
            [after_taking.select(columns), _of_suppliers(taken, shipments).select(columns)],
            how="vertical_relaxed",
        )
        .sort("sid", "place")
        .collect()
    )


def _of_suppliers(taken: pl.DataFrame, shipments: pl.DataFrame) -> pl.LazyFrame:
    first = taken.lazy().filter(pl.col("place") == 1)
    return (
        shipments.lazy()
        .filter(pl.col("supplier_id").is_not_null() & pl.col("supplied_at").is_not_null())
        .join(
            first.select(
                "sid",
                next_partner=pl.col("partner"),
                next_at=pl.col("taken_at"),
                next_event=pl.col("taken_event"),
            ),
            on="sid",
            how="left",
        )
        .with_columns(
            partner=pl.col("supplier_id"),
            role=pl.lit(str(Role.SUPPLIER)),
            place=pl.lit(0, dtype=pl.Int64),
            taken_at=pl.col("supplied_at"),
            taken_event=pl.col("supplied_event"),
            is_implied=pl.lit(value=False),
            is_flight=pl.lit(value=False),
            end_at="next_at",
            end_event="next_event",
            fate=pl.when(pl.col("next_at").is_not_null()).then(pl.lit("next")),
        )
    )


def _end() -> dict[str, pl.Expr]:
    """A taker's custody ends with the next taking, else with the journey."""
    return {
        "end_at": pl.coalesce("next_at", "ended_at"),
        "end_event": pl.coalesce("next_event", "ended_event"),
        "fate": pl.when(pl.col("next_at").is_not_null())
        .then(pl.lit("next"))
        .otherwise(pl.coalesce("end_fate", "undated_fate")),
    }


def holder_at(
    held: pl.LazyFrame, time: str, *, strictly: bool = False, of: str = "sid"
) -> pl.LazyFrame:
    """Who had each shipment at a time: the last to have taken it by then.

    Args:
        held: Custody with a column for the time; of takers, or of suppliers too.
        time: That column.
        strictly: Whether who takes it at that very moment did not have it yet.
        of: Column that numbers the times asked about, where a shipment has several.

    Returns:
        The rows of `held` of these partners, at most one per shipment (or per time).
    """
    taken, at = pl.col("taken_at"), pl.col(time)
    had_it = taken < at if strictly else taken <= at
    rows = held.filter(had_it).sort(of, "place")
    return rows.pipe(last_by, of)


def holder_around(held: pl.LazyFrame, time: str) -> pl.LazyFrame:
    """Who had each shipment when something happened to it, however late that was told.

    Args:
        held: Custody with a column for the time, null where it is not known; takers only.
        time: That column.

    Returns:
        sid, partner, taken_at: the last to have taken it by then, else (all took it later) the
        first one; the last one where the time is not known.
    """
    had_it = (pl.col("taken_at") <= pl.col(time)).fill_null(value=True)
    chosen = [
        pl.coalesce(pl.col(column).filter(had_it).last(), pl.col(column).first())
        for column in ("partner", "taken_at")
    ]
    return held.sort("sid", "place").group_by("sid").agg(chosen)
