"""What was agreed with partners, in the form in which journeys and KPIs take it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl


@cache
def commitment_columns() -> dict[str, Any]:
    """The columns of the commitments, one row per `[[commitments]]`.

    `within_days` is filled on the clock business_days, else `within`.
    """
    return {
        "partner": pl.String,
        "leg": pl.String,
        "committed_lane": pl.String,
        "within": pl.Duration("us"),
        "within_days": pl.Int64,
        "clock": pl.String,
        "calendar": pl.String,
        "valid_from": pl.Date,
    }


@dataclass(frozen=True)
class Excused:
    """Cases that were agreed not to count; see `tallyclerk.config.agreements.Excuse`."""

    reason: str
    partner: str | None
    lane: str | None
    first: dt.date
    last: dt.date
    kpis: frozenset[str]
