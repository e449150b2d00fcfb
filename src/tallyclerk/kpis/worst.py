"""The worst case: what a case would be if a partner's own missing scan hid the worst.

Silence must not pay. Where a milestone that a partner owes is missing, and that takes a case out of
n or makes it look better, the case is told twice more: under the rule "in doubt" as it counts, and
under "worst" as a miss, or as longer than any time, or from the earliest moment at which the partner
may have had the goods. The total without the one and with the other is the worst case, on which
states are decided; values stay those of the cases at hand.

A KPI says which of its cases are in doubt by these columns beside those of its facts:

- `in_doubt`: whether an own missing scan may hide something, or a feed outage took an
  incident away.
- `worst_n`, `worst_hits`: of a rate; left out (or null) they are one case, and a miss.
- `worst_from`, `worst_minutes`, `worst_ending`: of a duration; without an ending it is "never".
"""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.silences import minutes_between
from tallyclerk.kpis.retold import IN_DOUBT, WORST

HIDDEN = "hidden"
"""Reason of a row that only the worst case knows: what shows the case at hand is missing."""
COLUMNS = ("in_doubt", "worst_n", "worst_hits", "worst_minutes", "worst_ending", "worst_from")
COUNTS = ("n", "hits", "minutes", "worst_n", "worst_hits", "worst_minutes")


def lacking(journeys: Journeys, *milestones: str) -> pl.LazyFrame:
    """Owed milestones that are missing though a later one shows they happened.

    Args:
        journeys: Of the bucket.
        milestones: Those looked for; none: any.

    Returns:
        One row per shipment and partner that owed and lacks one of them: sid, partner, is_lacking.
    """
    owed = pl.concat([journeys.requirements.lazy(), journeys.unseen_requirements.lazy()])
    absent = owed.filter(~pl.col("is_present"))
    if milestones:
        absent = absent.filter(pl.col("milestone").is_in([str(m) for m in milestones]))
    return absent.select("sid", "partner", is_lacking=pl.lit(value=True)).unique()


def is_lacking() -> pl.Expr:
    """Whether a row that `lacking` was joined to lacks one of its milestones."""
    return pl.col("is_lacking").fill_null(value=False)


def unseen_cases(journeys: Journeys, role: str | None = None) -> pl.LazyFrame:
    """A case for each partner that must have had the goods and never scanned them.

    Returns:
        The columns of `tallyclerk.journey.silent.unseen`, cohort_at, reason and in_doubt: known to
        the worst case only, as a miss, or longer than any time.
    """
    rows = journeys.unseen.lazy()
    chosen = rows if role is None else rows.filter(pl.col("role") == role)
    return chosen.drop("role").with_columns(
        cohort_at=pl.col("since"), reason=pl.lit(HIDDEN), in_doubt=pl.lit(value=True)
    )


def longest_possible(
    times: dict[str, pl.Expr],
    *,
    earliest: pl.Expr,
    is_late_start: pl.Expr,
    is_end_lost: pl.Expr,
) -> dict[str, pl.Expr]:
    """The worst case of a duration.

    Args:
        times: The columns of `tallyclerk.kpis.measure.duration`.
        earliest: When it may have begun; null: at any time.
        is_late_start: Whether its start is known from a later scan only.
        is_end_lost: Whether the subject owed the scan that ends it, and did not send it.

    Returns:
        in_doubt, worst_from, worst_minutes, worst_ending.
    """
    is_out = times["reason"].is_not_null()
    is_lost = is_end_lost.fill_null(value=False) & is_out
    begins = is_late_start.fill_null(value=False) & ~is_out
    is_never = is_lost | earliest.is_null() | (times["ending"] == "never")
    return {
        "in_doubt": is_lost | begins,
        "worst_from": earliest,
        "worst_minutes": pl.when(~is_never).then(minutes_between(earliest, times["until_at"])),
        "worst_ending": pl.when(is_never).then(pl.lit("never")).otherwise(times["ending"]),
    }


def with_worst(stated: pl.DataFrame, kpi: Kpi) -> pl.LazyFrame:
    """A KPI's rows, and its cases in doubt told twice more where the worst case is another.

    Args:
        stated: Rows of a KPI, with the columns named above where some are in doubt.
        kpi: The KPI.

    Returns:
        The rows but the hidden ones, without the columns named above; of durations with `start_at`.
    """
    if "in_doubt" not in stated.columns:
        return stated.lazy()
    blank: dict[str, pl.DataType | type[pl.DataType]] = {
        **dict.fromkeys(COUNTS, pl.Int64),
        **dict.fromkeys(("rule", "ending", "worst_ending"), pl.String),
        "worst_from": pl.Datetime("us", "UTC"),
    }
    known = stated.with_columns(
        pl.lit(1 if name == "n" else None, dtype=kind).alias(name)
        for name, kind in blank.items()
        if name not in stated.columns
    )
    if not kpi.is_rate:
        known = known.with_columns(start_at="cohort_at")
    is_in = pl.col("reason").is_null()
    doubted = known.filter(pl.col("in_doubt"), pl.col("rule").is_null())
    worst = doubted.with_columns(**(_rate(kpi) if kpi.is_rate else _duration()))
    differs = worst.filter(~is_in | _differs(kpi))
    told = differs.with_columns(
        rule=pl.lit(WORST),
        reason=pl.lit(None, dtype=pl.String),
        n="worst_n",
        hits="worst_hits",
        minutes="worst_minutes",
        ending="worst_ending",
        **({} if kpi.is_rate else {"start_at": pl.coalesce("worst_from", "start_at")}),
    )
    return pl.concat(
        [
            known.filter((pl.col("reason") != HIDDEN).fill_null(value=True)).drop(COLUMNS).lazy(),
            differs.filter(is_in).with_columns(rule=pl.lit(IN_DOUBT)).drop(COLUMNS).lazy(),
            told.drop(COLUMNS).lazy(),
        ]
    )


def _differs(kpi: Kpi) -> pl.Expr:
    """Whether a case in n is another in the worst case."""
    if kpi.is_rate:
        return pl.col("worst_hits").ne_missing(pl.col("hits"))
    minutes = pl.col("worst_minutes").ne_missing(pl.col("minutes"))
    return minutes | pl.col("worst_ending").ne_missing(pl.col("ending"))


def _rate(kpi: Kpi) -> dict[str, pl.Expr]:
    """One case, and a miss, where nothing else is said."""
    cases = pl.col("worst_n").fill_null(1)
    miss = cases if kpi.better == "lower" else pl.lit(0, dtype=pl.Int64)
    return {"worst_n": cases, "worst_hits": pl.coalesce("worst_hits", miss)}


def _duration() -> dict[str, pl.Expr]:
    """Longer than any time where nothing else is said."""
    return {
        "worst_n": pl.lit(1, dtype=pl.Int64),
        "worst_hits": pl.lit(None, dtype=pl.Int64),
        "worst_ending": pl.col("worst_ending").fill_null("never"),
    }


def late_starts(journeys: Journeys) -> pl.LazyFrame:
    """Takings known from a later scan only: sid, partner, earliest_at, is_late_start."""
    return journeys.late_starts.lazy().with_columns(is_late_start=pl.lit(value=True))


def untaken_tenders(journeys: Journeys) -> pl.LazyFrame:
    """Tenders that a partner must have taken, though it never scanned the goods: a case each.

    Those that name it are among the handovers already.
    """
    return (
        unseen_cases(journeys)
        .filter(pl.col("tendered_at").is_not_null(), ~pl.col("is_named"))
        .with_columns(counterpart="tendered_by")
    )


def named_unseen(journeys: Journeys) -> pl.LazyFrame:
    """Takers that must have had the goods and never scanned them: sid, taker, is_unseen."""
    return journeys.unseen.lazy().select("sid", taker="partner", is_unseen=pl.lit(value=True))


def untold_releases(journeys: Journeys) -> pl.LazyFrame:
    """Handovers that their giver owed a RELEASED for and did not send: a case for each giver."""
    givers = pl.concat(
        [
            journeys.custody.lazy().select(
                "sid", "partner", "next_partner", "next_at", "next_event"
            ),
            journeys.unseen.lazy().select("sid", "partner", "next_partner", "next_at"),
        ],
        how="diagonal",
    )
    return givers.join(
        lacking(journeys, Milestone.RELEASED), on=["sid", "partner"], how="semi"
    ).select(
        "sid",
        "partner",
        counterpart="next_partner",
        cohort_at="next_at",
        to_event="next_event",
        reason=pl.lit(HIDDEN),
        in_doubt=pl.lit(value=True),
    )
