"""What only the whole data know, gathered bucket by bucket in a pass before the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

import polars as pl

from tallyclerk.domain.milestones import PHYSICAL, Milestone
from tallyclerk.journey.attribution import own_times
from tallyclerk.journey.build import Begun
from tallyclerk.journey.context import Context
from tallyclerk.journey.plans import RESOLUTION_MINUTES, medians_of_others
from tallyclerk.kpis.lead import lead
from tallyclerk.stats.survival import km_quantile

P99 = Fraction(99, 100)


@dataclass(frozen=True, kw_only=True)
class Glimpse:
    """What one bucket contributes to the whole.

    Attributes:
        sent: Which partner sends which milestone: partner, milestone, once each.
        has_notices: Whether customer notices are in it.
        has_damage: Whether damage is reported or claimed in it.
        leads: Lead times: lane, minutes, ending, cases; summed.
        own_times: Times in custody: role, lane, partner, minutes, cases; summed.
    """

    sent: pl.DataFrame
    has_notices: bool
    has_damage: bool
    leads: pl.DataFrame
    own_times: pl.DataFrame


def glimpse(begun: Begun, context: Context) -> Glimpse:
    """Looks through one bucket."""
    seen = begun.observations
    return Glimpse(
        sent=seen.select("partner", pl.col("milestone").cast(pl.String)).drop_nulls().unique(),
        has_notices=len(begun.notices) > 0,
        has_damage=(seen["milestone"] == str(Milestone.DAMAGED)).any()
        or (begun.claims["kind"] == "damage").any(),
        leads=_leads(begun.shipments, context),
        own_times=_summed(own_times(begun.custody, begun.handovers, begun.shipments)),
    )


def _summed(times: pl.LazyFrame) -> pl.DataFrame:
    """A histogram of times, to the resolution of plans."""
    minutes = pl.col("minutes")
    return (
        times.with_columns(minutes=minutes - minutes % RESOLUTION_MINUTES)
        .group_by("role", "lane", "partner", "minutes")
        .agg(cases=pl.len().cast(pl.Int64))
        .collect()
    )


def _leads(shipments: pl.DataFrame, context: Context) -> pl.DataFrame:
    return (
        lead(shipments, context)
        .filter(pl.col("ending").is_not_null())
        .group_by("lane", "minutes", "ending")
        .agg(cases=pl.len().cast(pl.Int64))
        .collect()
    )


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What the glimpses of all buckets tell together.

    Attributes:
        sent: (partner, milestone): who sends what, sorted.
        has_notices: Whether customer notices are in the data.
        has_damage: Whether damage is reported or claimed in the data: else nothing is known of it.
        lane_p99: (lane, minutes): 99th percentile of a lane's lead times, sorted; lanes without
            one are absent.
        plans: (partner, role, lane, minutes): see `tallyclerk.journey.plans.medians_of_others`.
    """

    sent: tuple[tuple[str, str], ...]
    has_notices: bool
    has_damage: bool
    lane_p99: tuple[tuple[str, int], ...]
    plans: tuple[tuple[str | None, str, str, int | None], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain lists, to be kept."""
        return asdict(self)

    @staticmethod
    def of_json(told: Mapping[str, Any]) -> Whole:
        """The same from what was kept."""
        return Whole(
            sent=tuple((partner, milestone) for partner, milestone in told["sent"]),
            has_notices=told["has_notices"],
            has_damage=told["has_damage"],
            lane_p99=tuple((lane, minutes) for lane, minutes in told["lane_p99"]),
            plans=tuple((who, role, lane, minutes) for who, role, lane, minutes in told["plans"]),
        )


def gathered(glimpses: Iterable[Glimpse]) -> Whole:
    """What all buckets tell together."""
    parts = list(glimpses)
    sent = pl.concat([part.sent for part in parts]).unique().sort("partner", "milestone")
    return Whole(
        sent=tuple(sent.rows()),
        has_notices=any(part.has_notices for part in parts),
        has_damage=any(part.has_damage for part in parts),
        lane_p99=_lane_p99(pl.concat([part.leads for part in parts])),
        plans=tuple(medians_of_others(pl.concat([part.own_times for part in parts]))),
    )


def with_whole(
    context: Context, whole: Whole, must_report: Mapping[str, tuple[Milestone, ...]]
) -> Context:
    """The context with what the whole data tell.

    Args:
        context: The run's settings.
        whole: From `gathered`.
        must_report: By partner, what it owes us by agreement; without an agreement a partner owes
            every milestone it was ever seen to send.
    """
    agreed = {(who, str(name)) for who, names in must_report.items() for name in names}
    owed = agreed | {(who, name) for who, name in whole.sent if who not in must_report}
    scanners = {who for who, name in whole.sent if name in PHYSICAL}
    takers = {who for who, name in agreed if name == Milestone.ACCEPTED}
    return replace(
        context,
        owed=pl.DataFrame(sorted(owed), schema=context.owed.schema, orient="row"),
        sent=pl.DataFrame(whole.sent, schema=context.sent.schema, orient="row"),
        takers=frozenset(scanners | takers),
        has_notices=whole.has_notices,
        has_damage=whole.has_damage,
        lane_p99=pl.DataFrame(whole.lane_p99, schema=context.lane_p99.schema, orient="row"),
        plans=pl.DataFrame(whole.plans, schema=context.plans.schema, orient="row"),
    )


def _lane_p99(leads: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    ending = pl.col("ending")
    summed = (
        leads.group_by("lane", "minutes")
        .agg(
            pl.col("cases").filter(ending == name).sum().alias(name)
            for name in ("observed", "censored", "never")
        )
        .sort("lane", "minutes")
    )
    found: list[tuple[str, int]] = []
    for (lane,), rows in summed.group_by("lane", maintain_order=True):
        timed = rows.filter(pl.col("minutes").is_not_null())
        bins = timed.select("minutes", "observed", "censored").rows()
        minutes = km_quantile(bins, int(rows["never"].sum()), P99)
        if minutes is not None:
            found.append((str(lane), minutes))
    return tuple(found)
