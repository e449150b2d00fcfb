"""What each partner says about the journeys: late, twice, wrongly, or not at all.

A *message* is one row of `MESSAGES`-like frames: shipment, milestone code, the time its sender
stamps on it, and what it adds. Steps that happened without a message are silences, and those of a
whole flight go together.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.simulate.calendars import DAY, HORIZON, HOUR, day_number
from tallyclerk.simulate.draws import KEY, below, chance, seconds
from tallyclerk.simulate.handling import BATCH
from tallyclerk.simulate.partners import Partner
from tallyclerk.simulate.saying import SPEAKERS, Say

MILESTONES: Final = tuple(str(name) for name in Milestone)
MESSAGE: Final = "_m"
"""Key column of one message."""
CARRIED: Final = ("number", "order", "house", "courier", "flight", KEY)
"""What a message keeps of its shipment: what its keys and draws are made of."""

_DOCKED_AT: Final = 20 * HOUR + 47 * 60

_TEXT: Final = pl.lit(None, pl.String)
_COUNT: Final = pl.lit(None, pl.Int64)


_ADDED: Final = {
    "counterpart": _COUNT,
    "country": _TEXT,
    "location": _TEXT,
    "destination": _TEXT,
    "reason": _TEXT,
    "pieces": _COUNT,
    "weight_grams": _COUNT,
}


def _heard(frame: pl.LazyFrame, say: Say, partner: Partner, place: int) -> pl.LazyFrame:
    """The messages of one kind that the partner really sends."""
    silent = chance(f"silent {place}", partner.drop.get(say.milestone, 0))
    if say.milestone in partner.batch_drop:
        silent = silent | chance(
            f"silent {say.milestone}", partner.batch_drop[say.milestone], BATCH
        )
    kept = say.at.is_not_null() & (say.at < HORIZON) & ~silent
    kept = kept if say.when is None else kept & say.when
    of = BATCH if partner.role == "airline" else KEY
    added = [say.adds.get(name, nothing).alias(name) for name, nothing in _ADDED.items()]
    own = [
        say.at.alias("at"),
        pl.lit(MILESTONES.index(say.milestone), pl.UInt32).alias("milestone"),
        (pl.col(of) ^ pl.lit(0x9E3779B97F4A7C15 // (place + 2), pl.UInt64)).alias(MESSAGE),
    ]
    return frame.filter(kept).select(*CARRIED, *own, *added)


def _docked(partner: Partner) -> pl.Expr:
    """Recording times: those of days without a network are all in one minute of the evening."""
    recorded = pl.col("recorded")
    if partner.docked is None:
        return recorded
    first, last = (day_number(day) for day in partner.docked)
    evening = recorded // DAY * DAY + _DOCKED_AT
    is_kept = (recorded // DAY).is_between(first, last) & (recorded < evening)
    seconds_past = below("docked", 60, MESSAGE)
    return pl.when(is_kept).then(evening + seconds_past).otherwise(recorded).alias("recorded")


def messages(frame: pl.DataFrame, partner: Partner) -> pl.DataFrame:
    """All messages of one partner about the journeys of its own shipments.

    Args:
        frame: Rows of `journeys()` in which the partner plays its role.
        partner: The sender.

    Returns:
        One row per message: `at` and `recorded` in seconds since 1970, `milestone` as a place in
        MILESTONES, `counterpart` as a partner code, the shipment's numbers; repeated ones twice.
    """
    lazy = frame.lazy()
    kinds = SPEAKERS[partner.role](partner)
    said = pl.concat(
        [_heard(lazy, say, partner, place) for place, say in enumerate(kinds)]
    ).collect()
    bulk = chance("bulk upload", partner.late, MESSAGE)
    usual = seconds("recorded", 9, 110, MESSAGE)
    delay = pl.when(bulk).then(13 * HOUR + seconds("bulk", 700, 60, MESSAGE)).otherwise(usual)
    ahead = chance("clock in another zone", 250, MESSAGE)
    said = said.with_columns(
        (
            pl.col("at")
            + pl.when(ahead).then(-2 * HOUR - below("zone", 6 * HOUR, MESSAGE)).otherwise(delay)
        ).alias("recorded")
    )
    said = said.with_columns(_docked(partner)).filter(pl.col("recorded") < HORIZON)
    again = said.filter(chance("sent twice", 900, MESSAGE)).with_columns(
        pl.col("recorded") + 45 * 60
    )
    return pl.concat([said, again.filter(pl.col("recorded") < HORIZON)])
