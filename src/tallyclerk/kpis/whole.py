"""What only the whole data know, gathered bucket by bucket in a pass before the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

import polars as pl
import polars.selectors as cs

from tallyclerk.domain.milestones import OWED_BY_HABIT, PHYSICAL, Milestone
from tallyclerk.journey.attribution import own_times
from tallyclerk.journey.build import Begun
from tallyclerk.journey.context import Context
from tallyclerk.journey.plans import RESOLUTION_MINUTES, medians_of_others
from tallyclerk.kpis.lead import lead
from tallyclerk.kpis.packing import CODED
from tallyclerk.stats.survival import km_quantile

P99 = Fraction(99, 100)


@dataclass(frozen=True, kw_only=True)
class Glimpse:
    """What some shipments contribute to the whole: counts, which add up and can be taken off again.

    Nearly every shipment of a large ledger has minutes of its own: texts are coded and minutes narrow.

    Attributes:
        sent: Which partner sends which milestone: partner, milestone, cases.
        notices: Customer notices.
        tickets: Customer contacts.
        reviews: Reviews by customers.
        damages: Reports and claims of damage.
        leads: Lead times: lane, minutes, ending, cases.
        own_times: Times in custody: role, lane, partner, minutes, cases.
    """

    sent: pl.DataFrame
    notices: int
    tickets: int
    reviews: int
    damages: int
    leads: pl.DataFrame
    own_times: pl.DataFrame


def glimpse(begun: Begun, context: Context) -> Glimpse:
    """Looks through the shipments of one bucket."""
    seen = begun.observations
    sent = seen.lazy().select("partner", pl.col("milestone").cast(pl.String)).drop_nulls()
    is_damage = seen["milestone"] == str(Milestone.DAMAGED)
    return Glimpse(
        sent=_counted(sent),
        notices=len(begun.notices),
        tickets=len(begun.tickets),
        reviews=len(begun.reviews),
        damages=int(is_damage.sum()) + int((begun.claims["kind"] == "damage").sum()),
        leads=_counted(_leads(begun.shipments, context)),
        own_times=_counted(_to_resolution(begun)),
    )


def together(parts: Iterable[Glimpse], but: Iterable[Glimpse] = ()) -> Glimpse:
    """What some glimpses tell together (at least one), without what others among them told."""
    signed = [*((part, 1) for part in parts), *((part, -1) for part in but)]

    def summed(name: str) -> pl.DataFrame:
        frames = [getattr(part, name).with_columns(_CASES * sign) for part, sign in signed]
        keys = [key for key in frames[0].columns if key != "cases"]
        added: pl.DataFrame = pl.concat(frames).group_by(keys).agg(_CASES.sum())
        return added.filter(_CASES != 0)

    def added(name: str) -> int:
        return sum(getattr(part, name) * sign for part, sign in signed)

    return Glimpse(
        notices=added("notices"),
        tickets=added("tickets"),
        reviews=added("reviews"),
        damages=added("damages"),
        **{name: summed(name) for name in ("sent", "leads", "own_times")},
    )


_CASES = pl.col("cases")


def _counted(rows: pl.LazyFrame) -> pl.DataFrame:
    """How many rows there are of each kind."""
    keys = rows.collect_schema().names()
    told = rows.group_by(keys).agg(cases=pl.len().cast(pl.Int64)).collect()
    return told.with_columns(
        cs.string().cast(CODED), cs.by_name("minutes", require_all=False).cast(pl.Int32)
    )


def _to_resolution(begun: Begun) -> pl.LazyFrame:
    """Times in custody to the resolution of plans: role, lane, partner, minutes."""
    minutes = pl.col("minutes")
    times = own_times(begun.custody, begun.handovers, begun.shipments)
    return times.with_columns(minutes=minutes - minutes % RESOLUTION_MINUTES)


def _leads(shipments: pl.DataFrame, context: Context) -> pl.LazyFrame:
    timed = lead(shipments, context).filter(pl.col("ending").is_not_null())
    return timed.select("lane", "minutes", "ending")


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What the glimpses of all buckets tell.

    Attributes:
        sent: (partner, milestone): who sends what, sorted.
        has_notices: Whether customer notices are in the data.
        has_tickets: Whether customer contacts are in the data: else nothing is known of them.
        has_reviews: Whether reviews by customers are in the data: else nobody is known to be asked.
        has_damage: Whether damage is reported or claimed in the data: else nothing is known of it.
        lane_p99: (lane, minutes): 99th percentile of a lane's lead times, sorted; lanes without
            one are absent.
        plans: (partner, role, lane, minutes): see `tallyclerk.journey.plans.medians_of_others`.
    """

    sent: tuple[tuple[str, str], ...]
    has_notices: bool
    has_tickets: bool
    has_reviews: bool
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
            has_tickets=told["has_tickets"],
            has_reviews=told["has_reviews"],
            has_damage=told["has_damage"],
            lane_p99=tuple((lane, minutes) for lane, minutes in told["lane_p99"]),
            plans=tuple((who, role, lane, minutes) for who, role, lane, minutes in told["plans"]),
        )


def gathered(seen: Glimpse) -> Whole:
    """What all shipments tell.

    Args:
        seen: Of all buckets, see `together`.
    """
    sent = seen.sent.select("partner", "milestone").sort("partner", "milestone")
    return Whole(
        sent=tuple(sent.rows()),
        has_notices=seen.notices > 0,
        has_tickets=seen.tickets > 0,
        has_reviews=seen.reviews > 0,
        has_damage=seen.damages > 0,
        lane_p99=_lane_p99(seen.leads),
        plans=tuple(medians_of_others(seen.own_times)),
    )


def with_whole(
    context: Context, whole: Whole, must_report: Mapping[str, tuple[Milestone, ...]]
) -> Context:
    """The context with what the whole data tell.

    Args:
        context: The run's settings.
        whole: From `gathered`.
        must_report: By partner, what it owes us by agreement; without an agreement a partner owes
            those of `OWED_BY_HABIT` that it was ever seen to send.
    """
    agreed = {(who, str(name)) for who, names in must_report.items() for name in names}
    owed = agreed | {
        (who, name) for who, name in whole.sent if who not in must_report and name in OWED_BY_HABIT
    }
    scanners = {who for who, name in whole.sent if name in PHYSICAL}
    takers = {who for who, name in agreed if name == Milestone.ACCEPTED}
    return replace(
        context,
        owed=pl.DataFrame(sorted(owed), schema=context.owed.schema, orient="row"),
        sent=pl.DataFrame(whole.sent, schema=context.sent.schema, orient="row"),
        takers=frozenset(scanners | takers),
        has_notices=whole.has_notices,
        has_tickets=whole.has_tickets,
        has_reviews=whole.has_reviews,
        has_damage=whole.has_damage,
        lane_p99=pl.DataFrame(whole.lane_p99, schema=context.lane_p99.schema, orient="row"),
        plans=pl.DataFrame(whole.plans, schema=context.plans.schema, orient="row"),
    )


def _lane_p99(leads: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    ending = pl.col("ending")
    summed = (
        leads.group_by("lane", "minutes")
        .agg(
            _CASES.filter(ending == name).sum().alias(name)
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
