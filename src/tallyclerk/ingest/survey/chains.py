"""Who speaks of a shipment, and whom it names: what a survey of the ledger compares."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tallyclerk.domain.milestones import MILESTONES
from tallyclerk.domain.roles import CHAIN_COLUMNS, ROLE_ORDER

MEMBER = {"shipment_id": pl.String, "partner": pl.String, "role": pl.String}


def with_reporter(events: pl.DataFrame, shipments: pl.DataFrame) -> pl.DataFrame:
    """Observations with `partner`: who reports each, the shipment's own where it names nobody.

    Args:
        events: Rows with shipment_id, milestone, partner_id.
        shipments: Rows of SHIPMENTS, one per shipment.
    """
    chain = shipments.select("shipment_id", *CHAIN_COLUMNS)
    named = events.join(chain, on="shipment_id", how="left")
    by_role = [
        pl.when(pl.col("milestone").is_in(_reported_by(str(role)))).then(column)
        for column, role in CHAIN_COLUMNS.items()
    ]
    return named.with_columns(partner=pl.coalesce("partner_id", *by_role)).drop(*CHAIN_COLUMNS)


def _reported_by(role: str) -> list[str]:
    return [str(milestone) for milestone, facts in MILESTONES.items() if facts.reporter == role]


def members(
    reported: pl.DataFrame, shipments: pl.DataFrame, roles: Mapping[str, str]
) -> pl.DataFrame:
    """The chain of each shipment, and who of it reports.

    Args:
        reported: From `with_reporter`, with `counterpart_id` and `role`.
        shipments: Rows of SHIPMENTS.
        roles: Configured role by partner.

    Returns:
        One row per shipment and partner: MEMBER and `speaks` (whether it reports anything).
    """
    reporters = {str(name): facts.reporter for name, facts in MILESTONES.items() if facts.reporter}
    usual = pl.col("milestone").replace_strict(reporters, default=None, return_dtype=pl.String)
    spoken = reported.select(
        "shipment_id", "partner", role=_configured(roles, "role", usual), speaks=pl.lit(value=True)
    )
    named = reported.select(
        "shipment_id",
        partner="counterpart_id",
        role=_configured(roles),
        speaks=pl.lit(value=False),
    )
    columns = [
        shipments.select(
            "shipment_id", partner=column, role=pl.lit(str(role)), speaks=pl.lit(value=False)
        )
        for column, role in CHAIN_COLUMNS.items()
    ]
    # The role of a SHIPMENTS column goes before any other: it is stated for this shipment.
    order = pl.col("role").replace_strict(ROLE_ORDER, default=len(ROLE_ORDER))
    stated = pl.concat([part.drop_nulls("partner").unique() for part in columns])
    others = pl.concat([part.drop_nulls("partner").unique() for part in (spoken, named)])
    key = ["shipment_id", "partner"]
    first = others.group_by(key).agg(pl.col("role").sort_by(order).first(), pl.col("speaks").any())
    return (
        first.join(
            stated.select(*key, stated="role").unique(key), on=key, how="full", coalesce=True
        )
        .with_columns(
            role=pl.coalesce("stated", "role"), speaks=pl.col("speaks").fill_null(value=False)
        )
        .select(*MEMBER, "speaks")
    )


def _configured(roles: Mapping[str, str], *otherwise: str | pl.Expr) -> pl.Expr:
    who = pl.col("partner" if otherwise else "counterpart_id")
    known = who.replace_strict(dict(roles), default=None, return_dtype=pl.String)
    return pl.coalesce(known, *otherwise)
