"""Incidents by type."""

from __future__ import annotations

from tallyclerk.report import tables, text, verdict, words
from tallyclerk.report.charts import incidents
from tallyclerk.report.figures.subject import Subject, empty
from tallyclerk.report.model import Figure


def figure(subject: Subject) -> Figure:
    """Draw how many shipments each kind of incident touched."""
    rows = incidents.rows(subject.of_role(subject.given.rules))
    total = next((r for r in subject.totals if r.kpi == tables.INCIDENT_KPIS[0]), None)
    if not rows:
        why = "none" if total and total.n else "not_assessable"
        return empty(
            "incidents", words.say("figure.incidents.title"), words.say(f"figure.incidents.{why}")
        )
    told = {"rule": str(rows[0]["name"]), "cases": text.count(rows[0]["cases"])}
    key = "most"
    if total and total.hits is not None:
        told["basis"] = verdict.basis(total)
        key = "serious_most" if rows[0]["kind"] == "serious" else "serious"
    title = words.say(f"figure.incidents.{key}", **told)
    return Figure(
        key="incidents",
        title=title,
        how=words.say("figure.incidents.how"),
        alt=f"{words.say('figure.incidents.alt')} {title}",
        drawings=(subject.drawn("incidents", incidents, "rate", {"main": rows}),),
        is_main=False,
    )
