"""Lost and damaged shipments held against their terms: what each is worth, and where it stands."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.config.terms import Terms
from tallyclerk.domain.money import Liability, Standing
from tallyclerk.domain.roles import Role
from tallyclerk.judge.disputes import with_disputes
from tallyclerk.judge.targets import most_specific
from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.stats.exact_amounts import apportion

Row = Mapping[str, Any]
WEEK = dt.timedelta(days=7)
BY_CLAIM = {
    "paid": Standing.PAID,
    "accepted": Standing.CLAIMED,
    "open": Standing.CLAIMED,
    "rejected": Standing.REJECTED,
}
GRAMS = 1000


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who looks after claims: terms, and the day on which it is asked.

    Attributes:
        settings: Terms, partners, currency and calendar.
        as_of: The instant.
    """

    settings: Settings
    as_of: dt.datetime

    def without_terms(self, owed: pl.DataFrame) -> Counter[tuple[str, str]]:
        """Lost and damaged shipments for which nothing is agreed, by partner and role."""
        rows = owed.iter_rows(named=True)
        return Counter((row["partner_id"], row["role"]) for row in rows if self._terms(row) is None)

    def liabilities(self, owed: pl.DataFrame, disputes: pl.DataFrame) -> list[Liability]:
        """Every lost or damaged shipment that terms cover, sorted; of one between two, both parts."""
        if owed.is_empty():
            return []
        order = ("partner_id", "role", "month", "covers", "shipment_id", "cohort_at")
        rows = with_disputes(owed.sort(order), disputes).iter_rows(named=True)
        found = [each for row in rows for each in self._of(row)]
        return sorted(found, key=lambda e: (e.partner_id, e.role, e.month, e.covers, e.shipment_id))

    def _of(self, row: Row) -> Iterator[Liability]:
        terms = self._terms(row)
        if terms is None:
            return
        amount, limited_by, why = self._amount(row, terms)
        shares = self._shares(row, terms, amount)
        whole = self._liability(row, terms, amount, limited_by, why)
        if whole.standing not in {Standing.CLAIMABLE, Standing.EXPIRED} or row["pair"] is None:
            yield whole
        elif shares is None:
            yield replace(whole, standing=Standing.DISPUTED, why="between", is_expiring=False)
        else:
            yield replace(whole, amount_minor=shares[row["partner_id"]], is_shared=True)
            yield replace(
                whole,
                partner_id=row["pair"],
                role=self._role(row["pair"]),
                amount_minor=shares[row["pair"]],
                is_shared=True,
                own_reference=row["shipment_id"],
                case_id="",
            )

    def _terms(self, row: Row, partner: str | None = None) -> Terms | None:
        """The terms of a shipment's loss or damage with its partner, or with the other one."""
        place = {name: row[name] for name in ("role", "lane", "service")}
        place["partner"] = row["partner_id"]
        if partner is not None:
            place |= {"partner": partner, "role": self._role(partner)}
        agreed = (terms for terms in self.settings.terms if terms.covers == row["covers"])
        return most_specific(agreed, place, self._day(row["cohort_at"]))

    def _role(self, partner: str) -> str:
        block = self.settings.partners.get(partner)
        return str(block.roles[0]) if block and block.roles else str(Role.COURIER)

    def _amount(self, row: Row, terms: Terms) -> tuple[int | None, str, str]:
        """What the partner owes, what that is, and why it cannot be told."""
        value, weight = row["value_minor"], row["weight_grams"]
        if value is None:
            return None, "", "no_value"
        if row["currency"] != self.settings.run.currency:
            return None, "", "other_currency"
        limits = {"value": value}
        if terms.cap is not None:
            limits["cap"] = terms.cap
        if terms.cap_per_kg is not None:
            if weight is None:
                return None, "", "no_weight"
            limits["cap_per_kg"] = terms.cap_per_kg * weight // GRAMS
        least = min(limits, key=lambda name: limits[name])
        return limits[least], least, ""

    def _shares(self, row: Row, terms: Terms, amount: int | None) -> dict[str, int] | None:
        """The parts of a loss between two partners, by their freight; None where that is unknown."""
        other = self._terms(row, row["pair"]) if row["pair"] else None
        if amount is None or other is None or not (terms.freight and other.freight):
            return None
        return apportion(amount, {row["partner_id"]: terms.freight, row["pair"]: other.freight})

    def _liability(
        self, row: Row, terms: Terms, amount: int | None, limited_by: str, why: str
    ) -> Liability:
        since = None if row["since_at"] is None else self._day(row["since_at"])
        until = None
        if since is not None and terms.claim_days is not None:
            until = since + dt.timedelta(days=terms.claim_days)
        standing, why = self._standing(row, amount, until, why)
        is_ours = row["claim_currency"] == self.settings.run.currency
        if standing in BY_CLAIM.values() and is_ours and row["claim_minor"] is not None:
            amount, limited_by = row["claim_minor"], "claim"
        is_open = standing is Standing.CLAIMABLE and until is not None
        names = ("partner_id", "role", "covers", "shipment_id", "lane", "month", "case_id")
        more = ("own_reference", "is_confirmed", "is_mature", "value_minor", "weight_grams")
        return Liability(
            **{name: row[name] for name in (*names, *more, "claim_id")},
            standing=standing,
            amount_minor=amount,
            limited_by=limited_by,
            since=since,
            deadline=until,
            is_expiring=is_open and until is not None and until <= self._today + WEEK,
            why=why,
        )

    def _standing(
        self, row: Row, amount: int | None, until: dt.date | None, why: str
    ) -> tuple[Standing, str]:
        """Where a shipment stands, and why: a claim made goes before all that could be said of one."""
        reason = row["reason"] or ""
        if row["claim_status"] in BY_CLAIM:
            return BY_CLAIM[row["claim_status"]], why
        if reason.startswith(PREFIX):
            return Standing.EXCUSED, reason
        if reason or amount is None or until is None:
            return Standing.UNPRICED, why or reason or "no_date"
        if row["dispute"]:
            return Standing.DISPUTED, ""
        return (Standing.EXPIRED if until < self._today else Standing.CLAIMABLE), ""

    def _day(self, at: dt.datetime) -> dt.date:
        return at.astimezone(ZoneInfo(self.settings.run.timezone)).date()

    @property
    def _today(self) -> dt.date:
        return self._day(self.as_of)
