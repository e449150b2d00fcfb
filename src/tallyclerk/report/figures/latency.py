"""How long handovers took: the share done within each time, this period and the one before."""

from __future__ import annotations

from collections.abc import Mapping

from tallyclerk.domain.results import Histogram, Result
from tallyclerk.report import text, verdict, words
from tallyclerk.report.charts import ecdf
from tallyclerk.report.figures.subject import Subject, empty
from tallyclerk.report.model import Figure, KpiText
from tallyclerk.report.months import period_before

HANDOVERS = ("handover_in_hours", "dispatch_hours", "handover_out_hours")


def figure(subject: Subject) -> Figure:
    """Draw the first handover KPI that has times."""
    histograms = subject.given.histograms
    found = [k for k in HANDOVERS if (h := histograms.get((subject.role, k))) and h.bins]
    if not found:
        return empty("latency", words.say("figure.latency.title"), words.say("figure.latency.none"))
    kpi = found[0]
    histogram = histograms[subject.role, kpi]
    earlier = subject.given.histograms_before.get((subject.role, kpi))
    percentiles = [r for r in subject.totals if r.kpi == kpi]
    seen = [v for r in percentiles for v in (r.value, r.target) if v is not None]
    until = ecdf.until(histogram, seen)
    datasets = {
        "main": ecdf.rows(histogram, until),
        "before": ecdf.rows(earlier, until) if earlier and earlier.bins else [],
        "marks": ecdf.marks(percentiles, until),
        "goals": ecdf.goals(percentiles, until),
        "ends": _ends(histogram, earlier, until, subject.given.run.period),
    }
    title = latency_title(kpi, {r.statistic: r for r in percentiles}, subject.kpis)
    open_ = sum(censored for _, _, censored in histogram.bins)
    how = words.say("figure.latency.how")
    if open_ or histogram.never:
        how += " " + words.say(
            "figure.latency.open", open=text.count(open_), never=text.count(histogram.never)
        )
    return Figure(
        key="latency",
        title=title,
        how=how,
        alt=f"{words.say('figure.latency.alt')} {title}",
        drawings=(subject.drawn("latency", ecdf, "hours", datasets),),
    )


def _ends(
    now: Histogram, earlier: Histogram | None, until: float, period: str
) -> list[dict[str, object]]:
    """Name both curves where they leave the chart."""
    named = [("now", now, period)]
    if earlier and earlier.bins:
        named.append(("before", earlier, period_before(period)))
    return ecdf.ends(
        [(kind, ecdf.rows(h, until)[-1]["share"], text.span(when)) for kind, h, when in named],
        until,
    )


def latency_title(kpi: str, by: Mapping[str, Result], kpis: Mapping[str, KpiText]) -> str:
    """Tell median and ninetieth percentile in words."""
    half = by["p50"].value if "p50" in by else None
    tenth = by["p90"].value if "p90" in by else None
    told = {
        "label": kpis[kpi].label if kpi in kpis else kpi,
        "many": verdict.noun(kpi, 2),
        "half": text.quantity(half, "hours"),
        "tenth": text.quantity(tenth, "hours"),
    }
    if half is None:
        return words.say("figure.latency.no_half", **told)
    return words.say(f"figure.latency.{'no_tenth' if tenth is None else 'both'}", **told)
