"""The figures of one role of one partner, in the order of the page, each titled with its finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tallyclerk.domain.results import Result, State
from tallyclerk.report import states, tables, text, verdict, words
from tallyclerk.report.bundled import font_file
from tallyclerk.report.charts import dots, draw, ecdf, gaps, incidents, trend
from tallyclerk.report.model import Figure, KpiText, PartnerInput
from tallyclerk.report.months import by_month, months_up_to
from tallyclerk.report.states import by_severity, page_order

HANDOVERS = ("handover_in_hours", "handover_out_hours", "dispatch_hours")
MONTHS = 13
LANES = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """One partner in one role: what its figures are drawn from."""

    given: PartnerInput
    role: str
    kpis: Mapping[str, KpiText]
    prefix: str

    @property
    def totals(self) -> list[Result]:
        """The totals of this role in page order."""
        return sorted((r for r in self.given.totals if r.role == self.role), key=page_order)

    def label(self, result: Result) -> str:
        """Name a result."""
        return verdict.label(result, self.kpis)


def figures(subject: Subject) -> tuple[Figure, ...]:
    """Draw every figure; one without data says so in words."""
    made = (targets, latency, over_time, by_lane, silence, by_rule)
    return tuple(make(subject) for make in made)


def _drawn(
    subject: Subject, key: str, chart: object, unit: str, datasets: Mapping[str, draw.Rows]
) -> str:
    specification = chart.specification  # type: ignore[attr-defined]
    fonts = font_file("OFL.txt").parent
    return draw.svg(specification, unit, datasets, key=f"{subject.prefix}-{key}", fonts=fonts)


def _empty(key: str, title: str, why: str) -> Figure:
    return Figure(key=key, title=title, how="", alt="", instead=why)


def targets(subject: Subject) -> Figure:
    """Values with intervals against targets, in three panels that do not mix scales."""
    judged = [r for r in subject.totals if r.target is not None and r.value is not None]
    if not judged:
        return _empty(
            "targets", "Values against targets", "No target is agreed for what can be measured."
        )
    panels = (("rate", "higher", False), ("rate", "lower", True), ("hours", "lower", True))
    drawings = []
    for place, (unit, better, from_zero) in enumerate(panels):
        chosen = [r for r in judged if (r.unit, r.better) == (unit, better)]
        if chosen:
            rows = dots.fill_open_ends([dots.row(r, subject.label(r)) for r in chosen])
            ends = dots.frame(rows, from_zero=from_zero, most=100.0 if unit == "rate" else None)
            key = f"targets{place}"
            drawings.append(_drawn(subject, key, dots, unit, {"main": rows, "frame": ends}))
    return Figure(
        key="targets",
        title=_targets_title(judged),
        how="Dot: value; line: 95 % interval; upright: target. Proven is only what lies wholly on one side.",
        alt=f"Values with intervals against targets. {_targets_title(judged)}",
        drawings=tuple(drawings),
    )


def _targets_title(judged: Sequence[Result]) -> str:
    number = {state: sum(r.state is state for r in judged) for state in State}
    parts = [
        (number[State.BREACH], "in breach"),
        (number[State.BELOW_TARGET], "missed"),
        (number[State.MEETS], "met"),
        (number[State.NOT_PROVEN], "not proven"),
        (number[State.INSUFFICIENT], "with too few cases"),
    ]
    said = ", ".join(f"{n} {words}" for n, words in parts if n)
    return f"Of {text.plural(len(judged), 'target')}: {said}"


def latency(subject: Subject) -> Figure:
    """How long handovers took."""
    found = [
        k for k in HANDOVERS if (h := subject.given.histograms.get((subject.role, k))) and h.bins
    ]
    if not found:
        return _empty("latency", "How long handovers take", "No handover of this role was timed.")
    histogram = subject.given.histograms[subject.role, found[0]]
    percentiles = [r for r in subject.totals if r.kpi == found[0]]
    seen = [v for r in percentiles for v in (r.value, r.target) if v is not None]
    datasets = {
        "main": ecdf.rows(histogram, ecdf.until(histogram, seen)),
        "marks": ecdf.marks(percentiles),
        "goals": ecdf.goals(percentiles),
    }
    title = latency_title(found[0], {r.statistic: r for r in percentiles}, subject.kpis)
    return Figure(
        key="latency",
        title=title,
        how="Height: share done within so many hours; what is still open or was never done keeps it below 100 %.",
        alt=f"Share of cases done within each time. {title}",
        drawings=(_drawn(subject, "latency", ecdf, "hours", datasets),),
    )


def latency_title(kpi: str, by: Mapping[str, Result], kpis: Mapping[str, KpiText]) -> str:
    """Tell median and ninetieth percentile in words."""
    many = verdict.noun(kpi, 2)
    half = by["p50"].value if "p50" in by else None
    tenth = by["p90"].value if "p90" in by else None
    name = kpis[kpi].label if kpi in kpis else kpi
    if half is None:
        return f"{name}: half the {many} are not done within any time seen"
    said = f"{name}: half the {many} take up to {text.quantity(half, 'hours')}"
    if tenth is None:
        return f"{said}; the slowest tenth has no end yet"
    return f"{said}; one in ten longer than {text.quantity(tenth, 'hours')}"


def over_time(subject: Subject) -> Figure:
    """The most serious figure month by month."""
    series = by_month(r for r in subject.given.months if r.role == subject.role)
    chosen = [
        r
        for r in sorted(subject.totals, key=by_severity)
        if any(m.value is not None for m in series.get((r.role, r.kpi, r.statistic), {}).values())
    ]
    if not chosen:
        return _empty("trend", "Month by month", "No month has a value yet.")
    total = chosen[0]
    months = months_up_to(subject.given.run.period, MONTHS)
    rows = trend.rows(months, series[total.role, total.kpi, total.statistic])
    points = subject.given.limits.get((total.role, total.kpi, total.statistic), ())
    title = trend.title(subject.label(total), total.unit, months[-1], rows)
    if total.signal:
        title += f"; {words.say(f'signal.{total.signal}')}"
    datasets = {
        "main": rows,
        "goals": trend.goals(total),
        "limits": trend.limits(points, total.unit),
        "signals": trend.signals(points, rows),
    }
    return Figure(
        key="trend",
        title=title,
        how=trend.how(points),
        alt=f"Monthly values with intervals. {title}",
        drawings=(_drawn(subject, "trend", trend, total.unit, datasets),),
    )


def by_lane(subject: Subject) -> Figure:
    """The figure under discussion on each of the largest lanes."""
    cuts = [r for r in subject.given.lanes if r.role == subject.role and r.value is not None]
    chosen = states.focus(subject.totals, cuts)
    lanes = [r for r in cuts if (r.kpi, r.statistic) == chosen]
    if not lanes:
        return _empty("lanes", "Lane by lane", "No lane has enough shipments for a value.")
    lanes.sort(key=lambda r: (-r.n, r.lane or ""))
    shown = lanes[:LANES]
    rows = dots.fill_open_ends([dots.row(r, f"{r.lane} (n {text.count(r.n)})") for r in shown])
    first = shown[0]
    ends = dots.frame(
        rows, from_zero=first.better == "lower", most=100.0 if first.unit == "rate" else None
    )
    bad = [r.lane or "" for r in lanes if r.state in states.AGAINST]
    name = subject.label(first)
    title = f"{name}: no lane is proven to miss its target"
    if all(r.state is State.INSUFFICIENT for r in lanes):
        title = f"{name}: too few cases on any one lane to say"
    if bad:
        named = text.short(", ".join(bad[:3]), 60) + (" …" if bad[3:] else "")
        title = f"{name}: target missed beyond chance on {len(bad)} of {text.plural(len(lanes), 'lane')} ({named})"
    if all(r.target is None for r in lanes):
        title = f"{name} by lane; no target is agreed"
    return Figure(
        key="lanes",
        title=title,
        how="The largest lanes, largest first; read like the figure of targets.",
        alt=f"Values with intervals by lane. {title}",
        drawings=(_drawn(subject, "lanes", dots, first.unit, {"main": rows, "frame": ends}),),
    )


def silence(subject: Subject) -> Figure:
    """How long shipments went without a scan."""
    histogram = subject.given.histograms.get((subject.role, "scan_gap_hours"))
    if histogram is None or not histogram.bins:
        return _empty(
            "silence", "Longest silence", "Silence between scans is not measured for this role."
        )
    long, everything = gaps.beyond(histogram, gaps.LIMIT_HOURS)
    part = text.quantity(long / everything, "rate")
    title = (
        f"{text.count(long)} of {text.plural(everything, 'shipment')} ({part})"
        f" went more than {gaps.LIMIT_HOURS} h without a scan"
    )
    return Figure(
        key="silence",
        title=title,
        how="Shipments by their longest silence; the outlined part of a bar was still silent as of the date above.",
        alt=f"Histogram of longest silences. {title}",
        drawings=(_drawn(subject, "silence", gaps, "hours", {"main": gaps.rows(histogram)}),),
    )


def by_rule(subject: Subject) -> Figure:
    """Incidents by type."""
    rows = incidents.rows(r for r in subject.given.rules if r.role == subject.role)
    total = next((r for r in subject.totals if r.kpi == tables.INCIDENT_KPIS[0]), None)
    if not rows:
        why = "No incident was found." if total and total.n else "Incidents cannot be assessed."
        return _empty("incidents", "Incidents by type", why)
    title = f"Most frequent incident: {str(rows[0]['rule']).lower()} ({rows[0]['text']})"
    if total and total.hits is not None:
        title = f"{verdict.basis(total)} shipments had a serious incident"
        if rows[0]["kind"] == "serious":
            title += f"; most often: {str(rows[0]['rule']).lower()}"
    return Figure(
        key="incidents",
        title=title,
        how="Shipments with at least one incident of the kind; one shipment can have several.",
        alt=f"Incidents by rule. {title}",
        drawings=(_drawn(subject, "incidents", incidents, "rate", {"main": rows}),),
    )
