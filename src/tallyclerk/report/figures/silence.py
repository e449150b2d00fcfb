"""How long shipments went without a scan, and where."""

from __future__ import annotations

from tallyclerk.report import text, verdict, words
from tallyclerk.report.charts import gaps
from tallyclerk.report.figures.subject import Subject, empty
from tallyclerk.report.model import Figure

BLACKOUT = ("blackout_rate", "rate")


def figure(subject: Subject) -> Figure:
    """Draw the longest silences, and say how many were beyond one, two and three days."""
    histogram = subject.given.histograms.get((subject.role, "scan_gap_hours"))
    if histogram is None or not histogram.bins:
        return empty("silence", words.say("figure.silence.title"), words.say("figure.silence.none"))
    long, everything = gaps.beyond(histogram, gaps.LIMIT_HOURS)
    title = words.say(
        "figure.silence.finding",
        long=text.count(long),
        all=text.plural(everything, "shipment"),
        share=text.quantity(long / everything, "rate"),
        hours=gaps.LIMIT_HOURS,
    )
    shares = {
        f"beyond_{hours}": text.quantity(gaps.beyond(histogram, hours)[0] / everything, "rate")
        for hours in (24, 48, 72)
    }
    how = words.say("figure.silence.how", **shares)
    total = next((r for r in subject.totals if (r.kpi, r.statistic) == BLACKOUT), None)
    if total and total.hits is not None and total.hits != long:
        how += " " + words.say(
            "figure.silence.blackouts",
            label=subject.label(total),
            hits=text.count(total.hits),
            n=text.count(total.n),
        )
    if total and (place := verdict.where(total, subject.of_role(subject.given.lanes), {})):
        how += " " + words.say("figure.silence.where", place=place)
    return Figure(
        key="silence",
        title=title,
        how=how,
        alt=f"{words.say('figure.silence.alt')} {title}",
        drawings=(subject.drawn("silence", gaps, "hours", {"main": gaps.rows(histogram)}),),
    )
