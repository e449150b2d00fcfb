"""Whether the ids of partners link: which share of one's shipments another one knows at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.survey.coded import in_words
from tallyclerk.ingest.survey.likeness import alike, spellings

SHOWN = 3
MIN_SHIPMENTS = 5
"""Of fewer shipments nothing is said: a few that are on the way would decide."""
STRANGERS_FROM = 0.2
"""Partners whom no shipment names together are compared where so many of both lead nowhere."""

_PAIR = ["partner", "other"]
_OPEN = ["partner", "missing"]
_ROLES = [str(role) for role in CHAIN_COLUMNS.values()]


@dataclass(frozen=True, kw_only=True)
class Link:
    """What one partner knows of another one's shipments.

    Attributes:
        partner: Whose shipments; it reports them.
        other: Who should know them: named by them, or they name nobody in its role.
        role: What the other one usually does.
        shipments: How many there are.
        known: Of these, reported by the other one too.
        alone: Of those that are not, reported by nobody else either: their ids lead nowhere.
        examples: The first ones that are not, sorted.
        alike: How the other's unknown ids differ from these, see `SPELLINGS`, and how many do.
    """

    partner: str
    other: str
    role: str | None
    shipments: int
    known: int
    alone: int
    examples: tuple[str, ...]
    alike: tuple[tuple[str, int], ...] = ()

    @property
    def rate(self) -> float:
        """Share of the shipments that the other one knows."""
        return self.known / self.shipments


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
    pairs = together.group_by(_PAIR).agg(
        shipments=pl.len().cast(pl.Int64),
        known=pl.col("answers").sum().cast(pl.Int64),
        alone=(pl.col("is_alone") & ~pl.col("answers")).sum().cast(pl.Int64),
        examples=_examples(~pl.col("answers")),
    )
    without = _without(spoken, chain)
    listed = shipments.filter(pl.any_horizontal(pl.col(*CHAIN_COLUMNS).is_not_null()))
    is_listed = pl.col("shipment_id").is_in(listed["shipment_id"].implode())
    unnamed = without.group_by(*_OPEN, is_listed=is_listed).agg(
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


def links_of(parts: Sequence[LinkGlimpse]) -> tuple[Link, ...]:
    """The links of all buckets, sorted by partner and other."""
    pairs = _summed(pl.concat([part.pairs for part in parts]), _PAIR)
    unnamed = _summed(_open(parts), _OPEN)
    sizes = (
        pl.concat([part.sizes for part in parts])
        .group_by("partner", "role")
        .agg(pl.col("shipments").sum())
    )
    roles = sizes.sort("shipments", "role", descending=[True, False]).unique(
        "partner", keep="first", maintain_order=True
    )
    total = sizes.group_by("partner").agg(total=pl.col("shipments").sum())
    met = pairs.with_columns(met=pl.lit(value=True))
    role_of = roles.select("partner", "role")
    back = met.select(partner="other", other="partner")
    strangers = _strangers(unnamed, role_of, total)
    possible = pl.concat([met.select(_PAIR), back, strangers]).unique(_PAIR)
    joined = (
        possible.join(met, on=_PAIR, how="left")
        .join(role_of.select(other="partner", missing="role"), on="other", how="left")
        .join(unnamed, on=_OPEN, how="left", suffix="_open")
        .with_columns(pl.col("known").fill_null(0))
        .with_columns(
            shipments=pl.sum_horizontal("shipments", "shipments_open"),
            alone=pl.sum_horizontal("alone", "alone_open"),
            examples=pl.concat_list(
                pl.col("examples").fill_null([]), pl.col("examples_open").fill_null([])
            )
            .list.unique()
            .list.sort()
            .list.head(SHOWN),
        )
        .filter(pl.col("shipments") > 0)
        .sort(_PAIR)
    )
    who = pl.concat([joined["other"], joined["missing"].alias("other")]).implode()
    missed = pl.concat([part.ids for part in parts]).filter(pl.col("who").is_in(who))
    ids = spellings(missed).partition_by("is_alone", "who", as_dict=True, include_key=False)
    return tuple(_link(row, ids) for row in joined.iter_rows(named=True))


def both_ways(links: Iterable[Link]) -> list[tuple[Link, Link]]:
    """What the two of each pair know of the other's shipments, those who know least first."""
    by_pair = {(link.partner, link.other): link for link in links}
    pairs = [
        (link, by_pair[other, partner])
        for (partner, other), link in sorted(by_pair.items())
        if partner < other and (other, partner) in by_pair
    ]
    return sorted(pairs, key=lambda pair: max(pair[0].rate, pair[1].rate))


def unlinked(links: Iterable[Link], min_rate: float) -> list[tuple[Link, Link]]:
    """Pairs whose ids do not link: what each knows of the other's shipments, sorted.

    Where one knows what the other does not report, it is silence (or on the way) and no matter of
    ids: the pair does not link where both know shipments that the other one never heard of, and
    those of one are mostly known to nobody else. Parcels given to the wrong partner are.
    """
    return sorted(
        (
            (link, back)
            for link, back in both_ways(links)
            if min(link.shipments, back.shipments) >= MIN_SHIPMENTS
            and max(link.rate, back.rate) < min_rate
            and any(2 * way.alone >= way.shipments - way.known for way in (link, back))
        ),
        key=lambda pair: (pair[0].partner, pair[0].other),
    )


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


def _open(parts: Sequence[LinkGlimpse]) -> pl.DataFrame:
    """Shipments that may have been anybody's in a role.

    Where SHIPMENTS names partners in a role, a shipment that it has without one went without.
    """
    columns = sorted({role for part in parts for role in part.columns})
    went_without = pl.col("is_listed") & pl.col("missing").is_in(columns)
    return pl.concat([part.open for part in parts]).filter(~went_without).drop("is_listed")


def _summed(parts: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    first = pl.col("examples").explode().drop_nulls().unique().sort().head(SHOWN)
    sums = [pl.col(name).sum() for name in ("shipments", "known", "alone") if name in parts.columns]
    return parts.group_by(keys).agg(*sums, examples=first)


def _strangers(unnamed: pl.DataFrame, role_of: pl.DataFrame, total: pl.DataFrame) -> pl.DataFrame:
    """Pairs in different roles whose shipments often name nobody in the other's role."""
    many = (
        unnamed.join(total, on="partner")
        .filter(pl.col("shipments") >= MIN_SHIPMENTS)
        .filter(pl.col("shipments") >= pl.col("total") * STRANGERS_FROM)
        .join(role_of, on="partner")
        .select("partner", "missing", "role")
    )
    back = many.select(other="partner", role="missing", missing="role")
    return many.join(back, on=["role", "missing"]).select(_PAIR)


def _link(row: dict[str, Any], ids: Mapping[tuple[object, ...], pl.DataFrame]) -> Link:
    partner, other = row["partner"], row["other"]
    missed = [ids[key] for who in (other, row["missing"]) if (key := (False, who)) in ids]
    alone = ids.get((True, other))
    return Link(
        partner=partner,
        other=other,
        role=row["missing"],
        shipments=row["shipments"],
        known=row["known"],
        alone=row["alone"],
        examples=tuple(row["examples"]),
        alike=alike(pl.concat(missed), alone) if missed and alone is not None else (),
    )
