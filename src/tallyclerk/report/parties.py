"""Everybody who may be named in a report: who is configured, and who is in the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tallyclerk.config.models import Partner, Settings
from tallyclerk.domain.roles import Role
from tallyclerk.report.audience import Party


def parties_in(tallies: pl.LazyFrame) -> list[list[str]]:
    """Subjects and counterparts of TALLIES with a role, sorted; those never judged have none."""
    told = tallies.select("partner_id", "role", "counterpart").unique()
    seen = told.collect(engine="streaming")  # of tens of millions of rows a few thousand
    subjects = seen.select("partner_id", "role").unique()
    others = seen.select(partner_id="counterpart").unique().drop_nulls()
    named = subjects.join(others, on="partner_id", how="full", coalesce=True)
    found = named.with_columns(pl.col("role").fill_null("")).sort("partner_id", "role")
    return [list(row) for row in found.rows()]


def parties(subjects: Sequence[Sequence[str]], settings: Settings) -> Iterator[Party]:
    """Every partner once: configured ones in the order of the configuration, then the others.

    A partner added at the end of the configuration leaves the letters of the others as they are.
    """
    roles: dict[str, str] = {}
    for partner, role in subjects:
        roles.setdefault(partner, role)
    for partner in dict.fromkeys([*settings.partners, *sorted(roles)]):
        block = settings.partners.get(partner) or Partner()
        role = block.roles[0] if block.roles else roles.get(partner) or Role.WAREHOUSE
        disclosed = block.disclose
        may_read = None if disclosed is True else frozenset(disclosed or ())
        yield Party(
            partner_id=partner,
            name=block.name or partner,
            role=str(role),
            aliases=block.aliases,
            may_read=may_read,
        )
