"""Handovers that went wrong, for both sides of them."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.incidents import OF_HANDOVERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, case, hours, is_called_off
from tallyclerk.kpis.retold import PART
from tallyclerk.kpis.worst import lacking, unseen_cases


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per handover and partner on either side of it, and one per rule it broke."""
    ends = journeys.shipments.lazy().select("sid", "undated_fate", "cancelled_at")
    deadline = pl.col("at") + hours(parameters["acknowledge_hours"])
    nobody_came = pl.col("next_at").is_null() & pl.col("taken_at").is_null()
    is_mute = ~pl.col("taker").is_in(sorted(journeys.context.takers))
    shown = case(
        journeys.context,
        hit=pl.col("is_hit"),
        cohort="at",
        matures_at=deadline + hours(parameters["mature_hours"]),
        excluded={
            "cancelled": is_called_off(deadline) & nobody_came,
            "not_reporting": is_mute & nobody_came,
        },
        events=("released_event", "next_event"),
    )
    is_silent = pl.any_horizontal("is_silent", "is_excused").fill_null(value=False)
    cases = (
        _sides(_handovers(journeys))
        .join(ends, on="sid")
        .join(_silent(journeys), on=["sid", "partner", "giver"], how="left")
        .join(_hits(journeys), on=["sid", "partner", "giver"], how="left")
        .join(_excused(journeys), on=["sid", "partner", "giver"], how="left")
        .select(
            "sid",
            "partner",
            "giver",
            "counterpart",
            **shown,
            in_doubt=shown["reason"].is_null() & is_silent,
        )
    )
    each = (
        cases.filter(pl.col("reason").is_null(), pl.col("hits") > 0)
        .drop("in_doubt")
        .join(_broken(journeys), on=["sid", "partner", "giver"])
    )
    return pl.concat(
        [
            cases.drop("giver"),
            each.drop("giver").with_columns(n=pl.lit(0, dtype=pl.Int64)),
            _unseen(journeys),
        ],
        how="diagonal_relaxed",
    ).with_columns(pl.col("n").fill_null(1))


def _handovers(journeys: Journeys) -> pl.LazyFrame:
    """Every handover: announced by its giver, or not announced and taken all the same."""
    announced = journeys.handovers.lazy().select(
        "sid",
        "giver",
        "taker",
        "taken_at",
        "next_partner",
        "next_at",
        "released_event",
        "next_event",
        at="released_at",
    )
    silent = (
        journeys.custody.lazy()
        .filter(pl.col("next_partner").is_not_null())
        .select(
            "sid",
            "next_partner",
            "next_at",
            "next_event",
            giver="partner",
            taker="next_partner",
            taken_at="next_at",
            at="next_at",
        )
        .join(announced, on=["sid", "giver"], how="anti")
    )
    return pl.concat([announced, silent], how="diagonal")


def _sides(handovers: pl.LazyFrame) -> pl.LazyFrame:
    """Each handover once for its giver, for who was to take it and for who took it."""
    is_other = pl.col("next_partner").ne_missing(pl.col("taker"))
    return pl.concat(
        [
            handovers.with_columns(
                partner="giver", counterpart=pl.coalesce("next_partner", "taker")
            ),
            handovers.with_columns(partner="taker", counterpart="giver").drop_nulls("partner"),
            handovers.filter(is_other)
            .with_columns(partner="next_partner", counterpart="giver")
            .drop_nulls("partner"),
        ]
    )


def _silent(journeys: Journeys) -> pl.LazyFrame:
    """Who owed a message of which handover and did not send it: sid, partner, giver, is_silent.

    A missing message hides whatever it would have contradicted.
    """
    unsaid = lacking(journeys, Milestone.RELEASED).with_columns(giver="partner")
    untaken = lacking(journeys, Milestone.ACCEPTED).select("sid", "partner")
    sides = _handovers(journeys).select("sid", "giver", "taker", "next_partner")
    received = [
        untaken.join(sides.select("sid", "giver", partner=side), on=["sid", "partner"])
        for side in ("taker", "next_partner")
    ]
    both = pl.concat([unsaid.select("sid", "partner", "giver"), *received]).unique()
    return both.with_columns(is_silent=pl.lit(value=True))


def _unseen(journeys: Journeys) -> pl.LazyFrame:
    """The handovers to and from partners that never scanned the goods, but those announced."""
    supplied = journeys.custody.lazy().filter(pl.col("place") == 0).select("sid")
    missing = unseen_cases(journeys).filter(~pl.col("is_named").fill_null(value=False))
    received = pl.concat(
        [
            missing.filter(~pl.col("is_first") | pl.col("tendered_at").is_not_null()),
            missing.filter("is_first", pl.col("tendered_at").is_null()).join(
                supplied, on="sid", how="semi"
            ),
        ]
    )
    said = journeys.handovers.lazy().select("sid", partner="giver")
    given = (
        unseen_cases(journeys)
        .filter(pl.col("next_at").is_not_null())
        .join(said, on=["sid", "partner"], how="anti")
    )
    return pl.concat(
        [
            received.with_columns(counterpart="tendered_by"),
            given.with_columns(counterpart="next_partner"),
        ]
    )


def _hits(journeys: Journeys) -> pl.LazyFrame:
    """Who had an incident in which handover: sid, partner, giver, is_hit."""
    found = _sides_of(journeys, journeys.incidents).drop("rule").unique()
    return found.with_columns(is_hit=pl.lit(value=True))


def _broken(journeys: Journeys) -> pl.LazyFrame:
    """Which rules the incidents broke, as parts: sid, partner, giver, rule."""
    found = _sides_of(journeys, journeys.incidents)
    return found.with_columns(rule=pl.lit(PART) + pl.col("rule").cast(pl.String))


def _excused(journeys: Journeys) -> pl.LazyFrame:
    """Who would have had one but for a feed outage: sid, partner, giver, is_excused."""
    excused = _sides_of(journeys, journeys.outage_incidents).drop("rule").unique()
    return excused.with_columns(is_excused=pl.lit(value=True))


def _sides_of(journeys: Journeys, incidents: pl.DataFrame) -> pl.LazyFrame:
    """Whom incidents of handovers are laid to: sid, partner, giver, rule."""
    found = incidents.lazy().filter(pl.col("rule").is_in([rule.name for rule in OF_HANDOVERS]))
    released = journeys.handovers.lazy().select("sid", "giver", from_event="released_event")
    in_announced = found.join(released, on=["sid", "from_event"]).select(
        "sid", "partner", "giver", "rule"
    )
    in_silent = found.filter(pl.col("from_event").is_null()).select(
        "sid", "partner", pl.col("partner").alias("giver"), "rule"
    )
    return pl.concat([in_announced, in_silent]).unique()


KPI = Kpi(
    name="handover_incident_rate",
    label="Handover incidents",
    question="How often does something go wrong between two partners?",
    subject="tendering and receiving party",
    roles=ALL,
    cohort="the giver's RELEASED, else the taking",
    eligible="Handovers given or received; cancelled and not taken: out",
    numerator="At least one handover incident attributed to the subject, alone or as one of a pair",
    maturity="48 h after the tender (else the taking)",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="with a handover incident",
    parameters={"acknowledge_hours": 24, "mature_hours": 24},
    goals={Statistic.RATE: Goal(target=0.05, limit=0.12)},
    milestones=("RELEASED", "ACCEPTED"),
    caveats="An incident of a pair counts for both partners: the data do not say which one it was.",
    source="Worked rules in the method, after IATA Cargo iQ message checks",
    cases="handovers",
    facts=facts,
)
