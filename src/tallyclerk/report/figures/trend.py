"""The figure under discussion month by month, with its control limits."""

from __future__ import annotations

from tallyclerk.report import words
from tallyclerk.report.charts import trend
from tallyclerk.report.figures.subject import Subject, empty
from tallyclerk.report.model import Figure
from tallyclerk.report.months import by_month, months_up_to
from tallyclerk.report.states import by_severity

MONTHS = 13


def figure(subject: Subject) -> Figure:
    """Draw the most serious figure that has months."""
    series = by_month(subject.of_role(subject.given.months))
    chosen = [
        r
        for r in sorted(subject.totals, key=by_severity)
        if any(m.value is not None for m in series.get((r.role, r.kpi, r.statistic), {}).values())
    ]
    if not chosen:
        return empty("trend", words.say("figure.trend.title"), words.say("figure.trend.none"))
    total = chosen[0]
    months = months_up_to(subject.given.run.period, MONTHS)
    rows = trend.rows(months, series[total.role, total.kpi, total.statistic])
    points = subject.given.limits.get((total.role, total.kpi, total.statistic), ())
    title = trend.title(subject.label(total), total.unit, months[-1], rows)
    if total.signal:
        title += f"; {words.say(f'signal.{total.signal}')}"
    datasets = {
        "main": rows,
        "goals": trend.goals(total, rows),
        "limits": trend.limits(points, total.unit),
        "signals": trend.signals(points, rows),
    }
    return Figure(
        key="trend",
        title=title,
        how=trend.how(points),
        alt=f"{words.say('figure.trend.alt')} {title}",
        drawings=(subject.drawn("trend", trend, total.unit, datasets),),
    )
