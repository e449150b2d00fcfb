"""What a partner owes for lost, damaged and late shipments, in whole minor units of a currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MINOR_DIGITS = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Digits of a currency's minor unit where they are not the usual ones."""
USUAL_DIGITS = 2


class Standing(StrEnum):
    """Where one lost or damaged shipment stands; each has exactly one."""

    CLAIMABLE = "claimable"
    CLAIMED = "claimed"
    PAID = "paid"
    REJECTED = "rejected"
    DISPUTED = "disputed"
    EXCUSED = "excused"
    EXPIRED = "expired"
    UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability:
    """One shipment that a partner lost or damaged, and what its terms make of it.

    Attributes:
        covers: loss or damage.
        month: Of its cohort, 202610.
        is_confirmed: Reported, or paid as lost; else only presumed lost.
        is_mature: Whether its cohort is old enough to be counted.
        standing: Where it stands.
        amount_minor: What the partner owes, or owed; None where that cannot be told (`why`).
        limited_by: What the amount is: value, cap, cap_per_kg, or what the claim says.
        is_shared: Whether it got lost between two partners, and this is the part of one.
        deadline: Last day to claim it, in the run's timezone; None without a term.
        is_expiring: Claimable, and no longer in a week.
        why: Why there is no amount, or what excuses it, in a word of the catalogue.
        own_reference: The number by which the partner knows it.
    """

    partner_id: str
    role: str
    covers: str
    shipment_id: str
    own_reference: str
    lane: str | None
    month: int
    case_id: str
    is_confirmed: bool
    is_mature: bool
    standing: Standing
    amount_minor: int | None
    limited_by: str = ""
    is_shared: bool = False
    value_minor: int | None = None
    weight_grams: int | None = None
    since: dt.date | None = None
    deadline: dt.date | None = None
    is_expiring: bool = False
    claim_id: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """So many shipments, worth so much together."""

    shipments: int = 0
    minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What is due for a rate of shipments in time, settled by arithmetic on the mature cohort.

    Attributes:
        n: Shipments that count, `hits`: in time.
        freight_minor: Freight of the n shipments that tiers apply to.
        each_minor: Due for each late shipment.
        basis_points: Of the freight, at most as agreed.
        amount_minor: Due; None where nothing is settled, and `why`.
    """

    kpi: str
    n: int
    hits: int
    freight_minor: int = 0
    each_minor: int = 0
    basis_points: int = 0
    amount_minor: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLoss:
    """Goods lost and damaged per 1,000 shipments of 12 months, with the Fay-Feuer interval.

    Attributes:
        shipments: Mature shipments it is over.
        value, low, high: Minor units; limits are None where no cap bounds a single loss.
    """

    shipments: int
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one kind of failure cost in the mature cohorts of 12 months.

    Attributes:
        what: loss and damage, by declared value; lateness, by the credits that are settled;
            contacts, by what each ticket costs.
        n: Shipments of these cohorts; of contacts all that the partner took in these months.
        cases: Of them lost, damaged or late; of contacts the tickets opened in these months.
        untold: Of these, whose cost nobody knows: it is not in the sum.
        minor: The sum; `per_1000_minor` of the n, half a minor unit rounded up. None where it
            cannot be told, and `why`.
    """

    what: str
    n: int
    cases: int
    untold: int = 0
    minor: int | None = None
    per_1000_minor: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureCost:
    """What failures cost per 1,000 shipments, before anything that is claimed or credited for them.

    Attributes:
        parts: One for each kind that terms cover, and contacts where they have a price.
        per_1000_minor: The sum of the parts that can be told; None where none can.
    """

    parts: tuple[Cost, ...]
    per_1000_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostMonth:
    """A month's part of what is said of 12 months: these months add up to it.

    Attributes:
        month: YYYYMM.
        what: loss, damage, lateness or contacts, as `Cost.what`.
        n: Shipments of the mature cohort, `cases`: of them lost, damaged or late; of contacts as in
            `Cost`.
        cost_minor: What `Cost.minor` has of them; None where it has nothing, as an unsettled credit.
        owed_minor: Of lost and damaged goods what the partner owes for them, as `ExpectedLoss` counts.
    """

    month: int
    what: str
    n: int
    cases: int
    cost_minor: int | None
    owed_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The money between us and one partner in one role.

    Attributes:
        period: Months whose losses and damage are in `sums`; `until_now` has those of all months.
        sums: By standing, those that occur.
        expiring: Of what is claimable in any month, what is not any more in a week.
        has_terms: Whether terms are agreed; else only what its failures cost is told.
        without_terms: Lost and damaged shipments for which nothing is agreed.
        year: The months that `expected_loss` and `failure_cost` follow from, oldest first.
    """

    partner_id: str
    role: str
    period: str
    currency: str
    sums: Mapping[Standing, Sum] = field(default_factory=dict)
    until_now: Mapping[Standing, Sum] = field(default_factory=dict)
    expiring: Sum = Sum()
    has_terms: bool = True
    without_terms: int = 0
    credit: Credit | None = None
    expected_loss: ExpectedLoss | None = None
    failure_cost: FailureCost | None = None
    year: tuple[CostMonth, ...] = ()
