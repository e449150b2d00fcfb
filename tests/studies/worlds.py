"""TALLIES of many simulated couriers, without exports: batches of shipments by month and lane."""

from __future__ import annotations

import numpy as np
import polars as pl
from tests.studies.draws import LARGEST_BATCH

from tallyclerk.domain.periods import shifted
from tallyclerk.domain.tables import TALLIES

ROLE = "courier"
FIRST_MONTH = 202601
CORRELATION = 0.02
LANES = {"DE>AT": 0.5, "DE>FR": 1.0, "DE>GB": 1.5}
"""What a lane makes of the share of bad outcomes; batches are spread evenly over the lanes."""
AVERAGE_BATCH = (1 + LARGEST_BATCH) / 2


def courier(number):
    """Name of a courier."""
    return f"courier-{number:02}"


def world(random, bad_shares, *, higher, months, batches):
    """TALLIES of couriers whose shipments come in batches of 1-30.

    Args:
        random: A RandomState.
        bad_shares: By KPI the true share of bad outcomes of each courier.
        higher: KPIs of which the good outcomes are the hits.
        months: Number of months.
        batches: Batches of each courier in each month.
    """
    shape = (len(next(iter(bad_shares.values()))), months, batches)
    partner, month, place = (index.ravel() for index in np.indices(shape))
    lanes = list(LANES)
    labels = {
        "partner_id": np.array([courier(k) for k in range(shape[0])])[partner],
        "role": np.full(partner.shape, ROLE),
        "month": np.array([shifted(FIRST_MONTH, k) for k in range(months)])[month],
        "lane": np.array(lanes)[place % len(lanes)],
        "batch": [f"{p}-{m}-{k}" for p, m, k in zip(partner, month, place, strict=True)],
    }
    factor = np.array(list(LANES.values()))[place % len(lanes)]
    cases = random.randint(1, LARGEST_BATCH + 1, size=partner.shape)
    scale = 1 / CORRELATION - 1
    frames = []
    for kpi, shares in bad_shares.items():
        true = np.asarray(shares)[partner] * factor
        bad = random.binomial(cases, random.beta(true * scale, (1 - true) * scale))
        hits = cases - bad if kpi in higher else bad
        frames.append(pl.DataFrame(labels | {"n": cases, "rows": cases, "hits": hits, "kpi": kpi}))
    empty = pl.DataFrame(schema=TALLIES)
    filled = pl.concat([empty, *frames], how="diagonal_relaxed")
    return filled.cast(dict(TALLIES)).select(list(TALLIES)).lazy()
