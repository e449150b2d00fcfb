"""Incidents in what single messages say: their order, their ends, their clocks, their silence."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.milestones import TERMINAL, Milestone
from tallyclerk.journey.custody import holder_at
from tallyclerk.journey.delays import delayed
from tallyclerk.journey.handovers import TOLERANCE
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.observations import first_by, last_by


def _only(*milestones: str) -> pl.Expr:
    return pl.col("milestone").is_in([str(m) for m in milestones])


def event_after_terminal(journeys: Journeys) -> pl.LazyFrame:
    """A physical event later than the first terminal one, unless found again or on its way back."""
    seen = journeys.observations.lazy()
    ends = journeys.shipments.lazy().select("sid", "over_at", "over_event")
    reopened = (
        seen.filter(_only(Milestone.FOUND, Milestone.RETURN_STARTED))
        .join(ends, on="sid", maintain_order="left")
        .filter(pl.col("occurred_at") >= pl.col("over_at"))
        .pipe(first_by, "sid")
        .select("sid", reopened_at="occurred_at")
    )
    explained = _only(Milestone.FOUND, Milestone.DAMAGED, *TERMINAL)
    return (
        seen.filter(pl.col("is_physical") & ~explained)
        .join(ends, on="sid", maintain_order="left")
        .join(reopened, on="sid", how="left", maintain_order="left")
        .filter(
            pl.col("occurred_at") > pl.col("over_at"),
            (pl.col("reopened_at") > pl.col("occurred_at")).fill_null(value=True),
        )
        .select("sid", "partner", other=_nobody(), from_event="over_event", to_event="event_id")
    )


def contradictory_terminal(journeys: Journeys) -> pl.LazyFrame:
    """Two different ends of one journey: held against the reporters of both."""
    ends = _ends(journeys)
    first = ends.pipe(first_by, "sid").select(
        "sid", first_end="end", first_partner="partner", first_event="event_id"
    )
    both = (
        ends.join(first, on="sid", maintain_order="left")
        .filter(pl.col("end") != pl.col("first_end"), ~pl.col("was_sent_back"))
        .pipe(first_by, "sid")
    )
    events = {"from_event": pl.col("first_event"), "to_event": pl.col("event_id")}
    return pl.concat(
        [
            both.select("sid", partner="first_partner", other="partner", **events),
            both.filter(pl.col("partner").ne_missing(pl.col("first_partner"))).select(
                "sid", "partner", other="first_partner", **events
            ),
        ]
    )


def _ends(journeys: Journeys) -> pl.LazyFrame:
    """Terminal events but losses that were found: sid, partner, event_id, end, was_sent_back.

    Loss and destruction are one `end`; a return that was announced contradicts nothing before it.
    """
    seen = journeys.observations.lazy()
    found = (
        seen.filter(_only(Milestone.FOUND))
        .pipe(last_by, "sid")
        .select("sid", found_at="occurred_at")
    )
    returning = journeys.shipments.lazy().select("sid", "returning_at")
    was_found = _only(Milestone.LOST) & (pl.col("found_at") > pl.col("occurred_at"))
    was_sent_back = _only(Milestone.RETURNED) & (pl.col("returning_at") <= pl.col("occurred_at"))
    is_loss = _only(Milestone.LOST, Milestone.DESTROYED)
    return (
        seen.filter(_only(*TERMINAL))
        .join(found, on="sid", how="left", maintain_order="left")
        .join(returning, on="sid", how="left", maintain_order="left")
        .filter(~was_found.fill_null(value=False))
        .with_columns(
            was_sent_back=was_sent_back.fill_null(value=False),
            end=pl.when(is_loss)
            .then(pl.lit(str(Milestone.LOST)))
            .otherwise(pl.col("milestone").cast(pl.String)),
        )
    )


def strict_order(journeys: Journeys) -> pl.LazyFrame:
    """A later stage stamped before an earlier one: held against the later stage's reporter."""
    rows = journeys.shipments.lazy()
    pairs = [
        ("label", "accepted"),
        ("ready", "accepted"),
        ("departed", "arrived"),
        ("arrived", "cleared"),
        ("out", "finished"),
    ]
    finished = (
        journeys.observations.lazy()
        .filter(_only(Milestone.DELIVERED))
        .pipe(first_by, "sid")
        .select(
            "sid",
            finished_at="occurred_at",
            finished_event="event_id",
            finished_partner="partner",
        )
    )
    rows = rows.join(finished, on="sid", how="left", maintain_order="left")
    over_hub = rows.filter(pl.col("arrived_at").is_null())
    return pl.concat(
        [
            *(_violations(rows, earlier, later) for earlier, later in pairs),
            _violations(over_hub, "departed", "cleared"),
            _violations(_acceptances(journeys, rows), "own", "finished"),
        ]
    )


def _violations(rows: pl.LazyFrame, earlier: str, later: str) -> pl.LazyFrame:
    return rows.filter(pl.col(f"{earlier}_at") - pl.col(f"{later}_at") > TOLERANCE).select(
        "sid",
        partner=f"{later}_partner",
        other=_nobody(),
        from_event=f"{earlier}_event",
        to_event=f"{later}_event",
    )


def _acceptances(journeys: Journeys, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Each partner's first ACCEPTED on the way out, beside the shipment's end."""
    return (
        journeys.observations.lazy()
        .filter(_only(Milestone.ACCEPTED), pl.col("partner").is_not_null())
        .pipe(first_by, "sid", "partner")
        .select("sid", own_at="occurred_at", own_event="event_id")
        .join(
            rows.select("sid", "returning_at", "finished_at", "finished_event", "finished_partner"),
            on="sid",
        )
        .filter((pl.col("own_at") < pl.col("returning_at")).fill_null(value=True))
    )


def milestone_missing(journeys: Journeys) -> pl.LazyFrame:
    """A milestone that must have happened was not reported by the custodian who owes it."""
    return (
        journeys.requirements.lazy()
        .filter(~pl.col("is_present"), pl.col("milestone") != Milestone.RELEASED)
        .select(
            "sid",
            "partner",
            other=_nobody(),
            from_event=_no_event(),
            to_event="shown_by",
        )
    )


def future_event(journeys: Journeys) -> pl.LazyFrame:
    """An event that its recording precedes."""
    return (
        journeys.observations.lazy()
        .filter(pl.col("occurred_at") - pl.col("recorded_at") > TOLERANCE)
        .select("sid", "partner", other=_nobody(), from_event=_no_event(), to_event="event_id")
    )


def batch_stamped(journeys: Journeys) -> pl.LazyFrame:
    """Stamped in a minute in which its reporter stamped a whole day's events, once per shipment.

    Recorded in it, it was sent late with all the others; said to have happened in it, it has no time.
    """
    stamps = journeys.context.stamps
    seen = journeys.observations
    if stamps.is_empty():
        seen = seen.clear()
    found = [
        seen.lazy()
        .with_columns(minute=pl.col(f"{clock}_at").dt.truncate("1m"))
        .join(stamps.lazy().filter(pl.col("clock") == clock), on=["partner", "minute"], how="semi")
        .select("sid", "partner", "occurred_at", to_event="event_id")
        for clock in ("recorded", "occurred")
    ]
    return (
        pl.concat(found)
        .sort("sid", "partner", "occurred_at", "to_event")
        .pipe(first_by, "sid", "partner")
        .select("sid", "partner", "to_event", other=_nobody(), from_event=_no_event())
    )


def customs_hold_documents(journeys: Journeys) -> pl.LazyFrame:
    """Customs held it for missing or wrong documents: the supplier owns the documents."""
    held = _only(Milestone.EXPORT_CUSTOMS_HELD, Milestone.IMPORT_CUSTOMS_HELD)
    owner = journeys.shipments.lazy().select("sid", "supplier_id")
    return (
        journeys.observations.lazy()
        .filter(held, pl.col("reason") == "documents")
        .join(owner, on="sid")
        .select(
            "sid",
            partner="supplier_id",
            other="partner",
            from_event=_no_event(),
            to_event="event_id",
        )
    )


def delay_without_notice(journeys: Journeys) -> pl.LazyFrame:
    """Late, and no notice before the promise passed and before the customer asked.

    Only where customer notices are in the data at all: else nothing is known about them.
    """
    return (
        delayed(journeys)
        .filter(~pl.col("is_told"), pl.lit(journeys.context.has_notices))
        .join(_custodian_at_due(journeys), on="sid", how="left")
        .select(
            "sid",
            partner=pl.coalesce("holder", "supplier_id"),
            other=_nobody(),
            from_event=_no_event(),
            to_event="delivered_event",
        )
    )


def _custodian_at_due(journeys: Journeys) -> pl.LazyFrame:
    """The last partner that had taken custody before the promise passed: sid, holder."""
    due = journeys.shipments.lazy().select("sid", "due_at")
    held = journeys.custody.lazy().filter(pl.col("place") > 0).join(due, on="sid")
    return holder_at(held, "due_at", strictly=True).select("sid", holder="partner")


def _nobody() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)


def _no_event() -> pl.Expr:
    return pl.lit(None, dtype=pl.Int64)
