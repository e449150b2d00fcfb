"""Whether the ids of partners link: which share of one's shipments another one knows at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tallyclerk.ingest.survey.likeness import alike, spellings
from tallyclerk.ingest.survey.link_glimpses import OPEN, PAIR, SHOWN, LinkGlimpse

MIN_SHIPMENTS = 5
"""Of fewer shipments nothing is said: a few that are on the way would decide."""
STRANGERS_FROM = 0.2
"""Partners whom no shipment names together are compared where so many of both lead nowhere."""


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


def links_of(parts: Sequence[LinkGlimpse]) -> tuple[Link, ...]:
    """The links of all buckets, sorted by partner and other."""
    pairs = _summed(pl.concat([part.pairs for part in parts]), PAIR)
    unnamed = _summed(_open(parts), OPEN)
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
    possible = pl.concat([met.select(PAIR), back, strangers]).unique(PAIR)
    joined = (
        possible.join(met, on=PAIR, how="left")
        .join(role_of.select(other="partner", missing="role"), on="other", how="left")
        .join(unnamed, on=OPEN, how="left", suffix="_open")
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
        .sort(PAIR)
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
    return many.join(back, on=["role", "missing"]).select(PAIR)


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
