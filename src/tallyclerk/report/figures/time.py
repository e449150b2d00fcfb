"""Where the time went: what became of the late shipments, and the legs against those of peers."""

from __future__ import annotations

from tallyclerk.domain.lateness import Waterfall
from tallyclerk.report import text, verdict, words
from tallyclerk.report.charts import custody, waterfall
from tallyclerk.report.figures.subject import Subject, empty
from tallyclerk.report.model import Drawing, Figure


def figure(subject: Subject) -> Figure:
    """Draw the late shipments step by step, and under them the time of each leg beside peers."""
    late = subject.given.lateness.get(subject.role)
    legs = custody.rows(subject.totals, subject.kpis)
    drawings: list[Drawing] = []
    if late is not None and late.raw.shipments:
        caption = words.say("figure.time.late")
        drawings.append(
            subject.drawn("late", waterfall, "rate", {"main": waterfall.rows(late)}, caption)
        )
    if legs:
        has_peers = any(row["peers"] is not None for row in legs)
        caption = words.say("figure.time.legs" if has_peers else "figure.time.legs_alone")
        drawings.append(subject.drawn("legs", custody, "hours", {"main": legs}, caption))
    title = words.say("figure.time.title")
    if not drawings:
        return empty("time", title, words.say("figure.time.none"))
    told = " ".join(filter(None, (late_title(late), _legs_title(subject))))
    return Figure(
        key="time",
        title=told or title,
        how=words.say("figure.time.how" if len(drawings) > 1 else "figure.time.how_one"),
        alt=f"{title}. {told}",
        drawings=tuple(drawings),
    )


def late_title(late: Waterfall | None) -> str:
    """Say how many shipments were late, and how many of them by the partner's own doing."""
    if late is None or not late.raw.shipments:
        return ""
    return words.say(
        "figure.time.title_disputed" if late.disputed.shipments else "figure.time.title_late",
        late=text.plural(late.raw.shipments, "shipment"),
        own=text.count(late.controllable.shipments),
        most=text.count(late.at_most.shipments),
    )


def _legs_title(subject: Subject) -> str:
    """Say how long half the shipments were in the partner's custody, and in that of peers."""
    held = next(
        (
            r
            for r in subject.totals
            if (r.kpi, r.statistic) in {("transit_hours", "p50"), ("dispatch_hours", "p50")}
            and r.value is not None
        ),
        None,
    )
    if held is None:
        return ""
    told = {"label": subject.label(held), "value": verdict.value(held)}
    if held.expected is None:
        return words.say("figure.time.title_leg", **told)
    peers = text.quantity(held.expected, held.unit)
    return words.say("figure.time.title_peers", **told, peers=peers)
