"""Customers who say how content they are."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from tallyclerk.simulate.truth.facts import DAY, Facts, counted, left_out
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.records import Row

LOW = Fraction(40, 100)


def low_review_rate(journey: Journey) -> Facts:
    """Every partner of the chain of a reviewed shipment: the last word is 40 % of the best or less."""
    kpi, reviews = "low_review_rate", journey.shipment.reviews
    scored = [row for row in reviews if row.get("score") is not None and row.get("scale_max")]
    given = max((row["given_at"] for row in scored or reviews if row.get("given_at")), default=None)
    delivered = next((e.at for e in journey.shipment.events if e.milestone == "DELIVERED"), None)
    is_delivered = delivered is not None or journey.outcome == "delivered"
    due = journey.promise.due if journey.promise else None
    since = due or delivered or given
    if not reviews and not (journey.records.has_reviews and is_delivered and since):
        return
    is_over = since is not None and since + 30 * DAY <= journey.records.as_of
    for partner in journey.chain:
        if since is None:
            yield left_out(journey, kpi, partner, "undated_review")
        elif reviews and not scored:
            yield left_out(journey, kpi, partner, "unscored_review")
        elif not is_over:
            yield left_out(journey, kpi, partner, "waiting")
        elif not reviews:
            yield left_out(journey, kpi, partner, "not_reviewed")
        else:
            yield counted(journey, kpi, partner, hit=_is_low(scored, given))


def _is_low(scored: list[Row], given: dt.datetime | None) -> bool:
    """Whether one of the last reviews is low."""
    last = [row for row in scored if row.get("given_at") == given]
    return any(Fraction(row["score"]) <= LOW * Fraction(row["scale_max"]) for row in last)
