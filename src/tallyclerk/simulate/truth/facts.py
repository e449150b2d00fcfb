"""One shipment under one KPI for one subject."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from tallyclerk.simulate.truth.durations import Measured
from tallyclerk.simulate.truth.journeys import Journey

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """What one shipment says of one partner under one KPI.

    `n` counts it (0 = out, for `reason`); a rate has `hits`, a duration whole `minutes` and an
    `ending`. `rule` is the milestone or the incident of a finer row.
    """

    kpi: str
    shipment_id: str
    partner_id: str
    role: str
    n: int
    hits: int | None = None
    minutes: int | None = None
    ending: str | None = None
    reason: str | None = None
    rule: str | None = None


Facts = Iterator[Fact]


def counted(journey: Journey, kpi: str, partner: str, *, hit: bool) -> Fact:
    """A case in n of a rate, a hit or a miss."""
    role = journey.role_of(partner)
    return Fact(kpi, journey.shipment_id, partner, role, 1, hits=int(hit))


def left_out(journey: Journey, kpi: str, partner: str, reason: str) -> Fact:
    """A case that is not in n of a rate, and why."""
    role = journey.role_of(partner)
    return Fact(kpi, journey.shipment_id, partner, role, 0, reason=reason)


def lasted(journey: Journey, kpi: str, partner: str, measured: Measured) -> Fact:
    """A duration."""
    return Fact(
        kpi,
        journey.shipment_id,
        partner,
        journey.role_of(partner),
        measured.n,
        minutes=measured.minutes,
        ending=measured.ending,
        reason=measured.reason,
    )
