"""What was agreed about money: what a partner pays for lost, damaged and late shipments."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from tallyclerk.config.blocks import STRICT
from tallyclerk.domain.roles import Role

Minor = Annotated[int, Field(gt=0)]
"""An amount in minor units of `run.currency`: cents of EUR."""
OF_GOODS = ("cap", "cap_per_kg", "claim_days")
OF_LATENESS = ("credit", "freight", "tiers", "max_basis_points")


class Tier(BaseModel):
    """A step of a credit: what is due where the rate stays below a threshold."""

    model_config = STRICT

    below: Annotated[Decimal, Field(gt=0, le=1)]
    basis_points: Annotated[int, Field(gt=0, le=10_000)]
    """Hundredths of a per cent of the freight."""

    @property
    def exact(self) -> tuple[Fraction, int]:
        """Threshold and basis points as numbers without rounding."""
        return Fraction(self.below), self.basis_points


class Costs(BaseModel):
    """`[costs]`: what failures cost us, whoever made them and whatever they pay for it."""

    model_config = STRICT

    contact: Minor | None = None
    """One ticket of a customer. Whole minor units of `run.currency`."""


class Terms(BaseModel):
    """`[[terms]]`: what a partner owes for what goes wrong; the most specific one wins.

    Goods, `covers = "loss"` or `"damage"`: the declared value, at most `cap` for a shipment and
    `cap_per_kg` for each kilogram, if it is claimed within `claim_days` (of loss: of the report, else
    of the promise; of damage: of the delivery, else of the report). Lateness, `covers = "lateness"`:
    `credit` for each late shipment, and a part of the freight by `tiers` of the rate. Amounts are
    whole minor units of `run.currency`.
    """

    model_config = STRICT

    covers: Literal["loss", "damage", "lateness"]
    role: Role | None = None
    partner: str | None = None
    lane: str | None = None
    service: str | None = None
    valid_from: dt.date | None = None
    """First local day: of the shipment's cohort; of lateness, of the period's end."""
    cap: Minor | None = None
    cap_per_kg: Minor | None = None
    claim_days: Annotated[int, Field(gt=0)] | None = None
    kpi: str = "on_time_controllable_rate"
    """Of lateness: the rate of shipments in time that is settled on."""
    credit: Minor | None = None
    freight: Minor | None = None
    """Agreed freight of one shipment. A loss between two partners is split by it."""
    tiers: tuple[Tier, ...] = ()
    max_basis_points: Annotated[int, Field(gt=0, le=10_000)] | None = None
    max_unknown: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Share of the cohort that cannot be told beyond which nothing is credited."""

    @model_validator(mode="after")
    def _of_one_kind(self) -> Terms:
        is_late = self.covers == "lateness"
        foreign = [name for name in (OF_GOODS if is_late else OF_LATENESS) if getattr(self, name)]
        foreign = [name for name in foreign if is_late or name != "freight"]
        if foreign:
            msg = f"{' and '.join(foreign)} say nothing of {self.covers}"
            raise ValueError(msg)
        if is_late and (self.lane or self.service):
            msg = "lateness is settled over all lanes and services of a partner: leave them out"
            raise ValueError(msg)
        if is_late and not (self.credit or self.tiers):
            msg = "lateness needs a credit per late shipment, or tiers of the freight"
            raise ValueError(msg)
        if self.tiers and self.freight is None:
            msg = "tiers need the freight of a shipment"
            raise ValueError(msg)
        if not is_late and self.claim_days is None:
            msg = f"{self.covers} needs claim_days: until when it can be claimed"
            raise ValueError(msg)
        return self
