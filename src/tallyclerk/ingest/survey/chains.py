"""Who speaks of a shipment, and whom it names: what a survey of the ledger compares."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tallyclerk.domain.milestones import MILESTONES
from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.survey.coded import ROLES, at_shipment, by_code, code_of, number_of, words_of

MEMBER = ["shipment_id", "partner"]
_ROLES = len(ROLES.categories)
_REPORTERS = {str(name): facts.reporter for name, facts in MILESTONES.items() if facts.reporter}


def with_reporter(events: pl.DataFrame, shipments: pl.DataFrame) -> pl.DataFrame:
    """Observations with `partner`: who reports each, the shipment's own where it names nobody.

    Args:
        events: Rows with shipment_id, milestone, partner_id.
        shipments: Rows of SHIPMENTS, one per shipment.
    """
    by_role = [
        pl.when(pl.col("milestone").is_in(_reported_by(str(role)))).then(
            at_shipment(shipments, column)
        )
        for column, role in CHAIN_COLUMNS.items()
    ]
    named = pl.col("partner_id")
    is_named = not events["partner_id"].has_nulls()
    return events.with_columns(partner=named if is_named else pl.coalesce(named, *by_role))


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
        One row per shipment and partner, sorted: `role`, and `speaks` (whether it reports anything).
    """
    usual = by_code(reported, "milestone", _REPORTERS, ROLES)
    spoken = reported.select(
        *MEMBER, role=pl.coalesce(by_code(reported, "partner", roles, ROLES), "role", usual)
    )
    named = reported.drop_nulls("counterpart_id").select(
        "shipment_id",
        partner="counterpart_id",
        role=by_code(reported, "counterpart_id", roles, ROLES),
    )
    columns = [
        shipments.select("shipment_id", partner=column, role=pl.lit(str(role), dtype=ROLES))
        for column, role in CHAIN_COLUMNS.items()
    ]
    # The role of a SHIPMENTS column goes before any other: it is stated for this shipment.
    ranked = [
        *(_ranked(part, speaks=False, before=0) for part in columns),
        _ranked(spoken, speaks=True, before=_ROLES + 1),
        _ranked(named, speaks=False, before=_ROLES + 1),
    ]
    first = pl.concat(ranked).group_by("member").agg(pl.col("rank").min(), pl.col("speaks").any())
    shipment, partner = (reported[name].dtype for name in MEMBER)
    count = words_of(reported["partner"]) + 1
    role = pl.col("rank") % (_ROLES + 1)
    return first.sort("member").select(
        shipment_id=code_of(pl.col("member") // count, shipment),
        partner=code_of(pl.col("member") % count, partner),
        role=code_of(pl.when(role < _ROLES).then(role), ROLES),
        speaks="speaks",
    )


def _ranked(rows: pl.DataFrame, *, speaks: bool, before: int) -> pl.DataFrame:
    """One row per shipment and partner: `member`, both as a number, `rank` of the first of its roles.

    Ranks are those of roles on the way of the goods, behind so many others.
    """
    named = rows.drop_nulls("partner")
    number = named.select(number_of(named, [*MEMBER, "role"])).to_series().sort()
    member = pl.col("number") // (_ROLES + 1)
    return (
        number.alias("number")
        .to_frame()
        .filter((member != member.shift(1)).fill_null(value=True))
        .select(
            member=member,
            rank=pl.col("number") % (_ROLES + 1) + before,
            speaks=pl.lit(speaks),
        )
    )
