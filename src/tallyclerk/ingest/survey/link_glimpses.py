"""What one bucket says of links between partners: who reports which shipments, and who should."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.survey.coded import in_words

SHOWN = 3
"""Examples of each kind."""
PAIR = ["partner", "other"]
"""Two partners that a shipment names together."""
OPEN = ["partner", "missing"]
"""A partner and a role of the chain in which its shipments name nobody."""
_ROLES = [str(role) for role in CHAIN_COLUMNS.values()]


@dataclass(frozen=True, kw_only=True)
class LinkGlimpse:
    """What one bucket says of links.

    Attributes:
        pairs: One row per partner and other that a shipment names together: shipments, known,
            examples (not known).
        open: One row per partner and role that its shipments do not name: `is_listed` (whether
            SHIPMENTS has them), shipments, examples.
        columns: Roles that SHIPMENTS names partners in.
        sizes: One row per partner and role: shipments it reports.
        ids: One row per shipment that links with nobody where it should: `who` (is missing, or
            alone knows it) and `is_alone`.
    """

    pairs: pl.DataFrame
    open: pl.DataFrame
    columns: frozenset[str]
    sizes: pl.DataFrame
    ids: pl.DataFrame


def glimpse_links(chain: pl.DataFrame, shipments: pl.DataFrame) -> LinkGlimpse:
    """Counts the links of one bucket.

    Args:
        chain: From `tallyclerk.ingest.survey.chains.members`.
        shipments: Rows of SHIPMENTS, one per shipment.
    """
    spoken = chain.filter("speaks").with_columns(is_alone=pl.col("shipment_id").is_unique())
    other = chain.select("shipment_id", other="partner", answers="speaks")
    together = spoken.join(other, on="shipment_id").filter(pl.col("partner") != pl.col("other"))
    pairs = together.group_by(PAIR).agg(
        shipments=pl.len().cast(pl.Int64),
        known=pl.col("answers").sum().cast(pl.Int64),
        alone=(pl.col("is_alone") & ~pl.col("answers")).sum().cast(pl.Int64),
        examples=_examples(~pl.col("answers")),
    )
    without = _without(spoken, chain)
    listed = shipments.filter(pl.any_horizontal(pl.col(*CHAIN_COLUMNS).is_not_null()))
    is_listed = pl.col("shipment_id").is_in(listed["shipment_id"].implode())
    unnamed = without.group_by(*OPEN, is_listed=is_listed).agg(
        shipments=pl.len().cast(pl.Int64),
        alone=pl.col("is_alone").sum().cast(pl.Int64),
        examples=_examples(pl.lit(value=True)),
    )
    sizes = spoken.group_by("partner", "role").agg(shipments=pl.len().cast(pl.Int64))
    return LinkGlimpse(
        pairs=in_words(pairs),
        open=in_words(unnamed),
        columns=frozenset(
            str(role)
            for name, role in CHAIN_COLUMNS.items()
            if listed[name].null_count() < len(listed)
        ),
        sizes=in_words(sizes),
        ids=_ids(together, without, spoken),
    )


def of_pending(keys: pl.DataFrame, roles: dict[str, str]) -> LinkGlimpse:
    """Counts keys that no source maps to a shipment: ids that link with nobody.

    Args:
        keys: One row per partner and key: `partner`, `shipment_id` (the key).
        roles: Role by partner, as far as it is known.
    """
    role = pl.col("partner").replace_strict(roles, default=None, return_dtype=pl.String)
    spoken = keys.with_columns(role=role, speaks=pl.lit(value=True))
    unlisted = pl.DataFrame(schema=dict.fromkeys(("shipment_id", *CHAIN_COLUMNS), pl.String))
    return glimpse_links(spoken.select("shipment_id", "partner", "role", "speaks"), unlisted)


def _examples(which: pl.Expr) -> pl.Expr:
    return pl.col("shipment_id").filter(which).sort().head(SHOWN).cast(pl.String)


def _without(spoken: pl.DataFrame, chain: pl.DataFrame) -> pl.DataFrame:
    """Shipments that name nobody in a role of the chain, once per partner that reports them."""
    has = chain.group_by("shipment_id").agg(
        (pl.col("role") == role).any().alias(role) for role in _ROLES
    )
    named = spoken.drop_nulls("role").join(has, on="shipment_id")
    return pl.concat(
        named.filter(~pl.col(role)).select(
            "shipment_id", "partner", "is_alone", missing=pl.lit(role)
        )
        for role in _ROLES
    )


def _ids(together: pl.DataFrame, without: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    """The shipments that somebody misses, and those that one partner alone knows."""
    missed = together.filter(~pl.col("answers")).select("shipment_id", who="other")
    awaited = without.select("shipment_id", who="missing")
    alone = spoken.filter("is_alone").select("shipment_id", who="partner")
    alone = alone.join(missed.select("shipment_id"), on="shipment_id", how="anti")
    return pl.concat(
        in_words(part.unique()).with_columns(is_alone=pl.lit(is_alone))
        for part, is_alone in ((missed, False), (awaited, False), (alone, True))
    )
