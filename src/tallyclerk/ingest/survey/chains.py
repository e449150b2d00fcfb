"""Who speaks of a shipment, and whom it names: what a survey of the ledger compares."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tallyclerk.domain.milestones import MILESTONES
from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.survey.coded import ROLES, by_code, first_of

_MEMBER = ["shipment_id", "partner"]
_REPORTERS = {str(name): facts.reporter for name, facts in MILESTONES.items() if facts.reporter}


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
        One row per shipment and partner: `role`, and `speaks` (whether it reports anything).
    """
    usual = by_code(reported, "milestone", _REPORTERS, ROLES)
    spoken = reported.select(
        *_MEMBER, role=pl.coalesce(by_code(reported, "partner", roles, ROLES), "role", usual)
    )
    named = reported.select(
        "shipment_id",
        partner="counterpart_id",
        role=by_code(reported, "counterpart_id", roles, ROLES),
    )
    columns = [
        shipments.select("shipment_id", partner=column, role=pl.lit(str(role), dtype=ROLES))
        for column, role in CHAIN_COLUMNS.items()
    ]
    others = pl.concat([_first_role(spoken, speaks=True), _first_role(named, speaks=False)])
    first = others.group_by(_MEMBER).agg(pl.col("role").min(), pl.col("speaks").any())
    # The role of a SHIPMENTS column goes before any other: it is stated for this shipment.
    stated = _first_role(pl.concat(columns), speaks=False).select(*_MEMBER, stated="role")
    return first.join(stated, on=_MEMBER, how="full", coalesce=True).select(
        *_MEMBER,
        role=pl.coalesce("stated", "role"),
        speaks=pl.col("speaks").fill_null(value=False),
    )


def _first_role(rows: pl.DataFrame, *, speaks: bool) -> pl.DataFrame:
    """One row per shipment and partner: the first of its roles on the way of the goods."""
    each = first_of(rows.drop_nulls("partner"), [*_MEMBER, "role"])
    first = each.group_by(_MEMBER).agg(pl.col("role").min())
    return first.with_columns(speaks=pl.lit(speaks))
