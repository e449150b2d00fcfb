"""Builds the page model of one partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tallyclerk.domain.results import Judgement, Result, RunInfo
from tallyclerk.report import states, tables, text, verdict
from tallyclerk.report.charts import small
from tallyclerk.report.figures import Subject, figures
from tallyclerk.report.method_notes import method_notes
from tallyclerk.report.model import Head, KpiRow, KpiText, PartnerInput, PartnerPage, Section, Span
from tallyclerk.report.months import by_month, months_up_to
from tallyclerk.report.restated import restatements
from tallyclerk.report.states import CHANGES, MARKS, SIGNALS, kpi_place, page_order

MONTHS_DRAWN = 12
MOST_SOURCES = 6


def partner_inputs(judgement: Judgement) -> dict[str, PartnerInput]:
    """Cut a judgement into its partners, sorted by id; no partner sees another's results."""
    cuts: dict[str, dict[str, list[Result]]] = {}
    kinds = ("totals", "months", "lanes", "counterparts", "rules")
    ids = {partner for partner, _ in judgement.shipments} | {r.partner_id for r in judgement.totals}
    for kind in kinds:
        for result in getattr(judgement, kind):
            cuts.setdefault(result.partner_id, {}).setdefault(kind, []).append(result)
    histograms: dict[str, dict[tuple[str, str], object]] = {}
    for (partner, role, kpi), histogram in judgement.histograms.items():
        histograms.setdefault(partner, {})[role, kpi] = histogram
    shipments: dict[str, dict[str, int]] = {}
    for (partner, role), number in sorted(judgement.shipments.items()):
        shipments.setdefault(partner, {})[role] = number
    return {
        partner: PartnerInput(
            partner_id=partner,
            name=judgement.names.get(partner) or partner,
            run=judgement.run,
            **{kind: tuple(cuts.get(partner, {}).get(kind, ())) for kind in kinds},
            histograms=histograms.get(partner, {}),  # type: ignore[arg-type]
            shipments=shipments.get(partner, {}),
            names=judgement.names,
            sources=judgement.sources,
            findings=judgement.findings,
            trailing={
                months: tuple(r for r in results if r.partner_id == partner)
                for months, results in judgement.trailing.items()
            },
            limits={key[1:]: p for key, p in judgement.limits.items() if key[0] == partner},
            restatements=tuple(r for r in judgement.restatements if r.partner_id == partner),
        )
        for partner in sorted(ids)
    }


def head(run: RunInfo) -> Head:
    """Say which run a page belongs to."""
    return Head(
        period=text.span(run.period),
        as_of=text.moment(run.as_of),
        timezone=run.timezone,
        run_id=run.run_id,
        version=run.version,
        config_digest=run.config_digest[:16],
        inputs_digest=run.inputs_digest[:16],
    )


def roles_of(given: PartnerInput) -> list[str]:
    """Give the roles of a partner, the one with most shipments first."""
    roles = set(given.shipments) | {r.role for r in given.totals}
    return sorted(roles, key=lambda role: (-given.shipments.get(role, 0), role))


def partner_page(
    given: PartnerInput,
    facts: pl.DataFrame,
    kpis: Mapping[str, KpiText],
    *,
    small_below: int,
) -> PartnerPage:
    """Build the page of a partner: the short one below `small_below` shipments."""
    shipments = sum(given.shipments.values())
    is_small = shipments < small_below
    roles = roles_of(given)
    used = sorted({r.kpi for r in given.totals}, key=kpi_place)
    return PartnerPage(
        partner_id=text.short(given.partner_id),
        name=text.short(given.name),
        is_small=is_small,
        head=head(given.run),
        roles=", ".join(roles),
        shipments=text.plural(shipments, "shipment"),
        provisional=_provisional(given.totals),
        sections=tuple(
            _section(given, role, facts, kpis, f"r{place}" if not is_small else "")
            for place, role in enumerate(roles, start=1)
        ),
        sources=tables.sources(given.sources, MOST_SOURCES),
        findings=tuple(text.short(finding, 400) for finding in given.findings),
        methods=tuple(kpis[name] for name in used if name in kpis),
        running=f"{text.short(given.name, 60)} · {text.span(given.run.period)} · run {given.run.run_id}",
        misses=tables.misses(facts, given.totals, kpis, given.names),
        notes=method_notes(given, kpis),
        restatements=restatements(given.restatements, kpis),
    )


def _provisional(totals: Sequence[Result]) -> str:
    """Stamp a page whose cohorts are not all mature, by the least mature of them."""
    waiting = [r for r in totals if r.provisional and r.waiting]
    if not waiting:
        return ""
    least = min(waiting, key=lambda r: r.n / (r.n + r.waiting))
    most = max(r.waiting for r in waiting)
    said = (
        f"provisional: {mature(least)}"
        if len(waiting) == 1
        else f"provisional: at least {mature(least)}"
    )
    return f"{said}, up to {text.plural(most, 'case')} of a figure not mature yet"


def mature(result: Result) -> str:
    """Give the mature part of a cohort, rounded down: "93 % mature"."""
    percent = result.n * 100 // (result.n + result.waiting)
    return f"{percent}{text.NBSP}% mature"


def _section(
    given: PartnerInput,
    role: str,
    facts: pl.DataFrame,
    kpis: Mapping[str, KpiText],
    prefix: str,
) -> Section:
    totals = sorted((r for r in given.totals if r.role == role), key=page_order)
    lanes = [r for r in given.lanes if r.role == role]
    series = by_month(r for r in given.months if r.role == role)
    return Section(
        role=role,
        shipments=text.plural(given.shipments.get(role, 0), "shipment"),
        verdict=verdict.sentences(totals, kpis),
        rows=tuple(kpi_row(r, series, kpis, given.run.period, given.trailing) for r in totals),
        figures=figures(Subject(given, role, kpis, prefix)) if prefix else (),
        lanes=tables.lanes(lanes, kpis, states.focus(totals, lanes)),
        incidents=tables.incidents(
            facts, [r for r in given.rules if r.role == role], given.names, role
        ),
        exclusions=tables.exclusions(totals, kpis),
    )


def kpi_row(
    result: Result,
    series: Mapping[tuple[str, str, str], Mapping[str, Result]],
    kpis: Mapping[str, KpiText],
    period: str,
    trailing: Mapping[int, Sequence[Result]] | None = None,
) -> KpiRow:
    """Write one result as a line of the KPI table."""
    months = series.get((result.role, result.kpi, result.statistic), {})
    year = [months.get(month) for month in months_up_to(period, MONTHS_DRAWN)]
    most = 1.0 if result.unit == "rate" else None
    mark = MARKS[result.state]
    hits = sum(r.hits or 0 for r in year if r is not None)
    cases = sum(r.n for r in year if r is not None)
    over_year = f"{text.count(hits)} of {text.count(cases)}"
    return KpiRow(
        kpi=result.kpi,
        label=verdict.label(result, kpis),
        value=verdict.value(result),
        basis=verdict.basis(result),
        interval=text.interval(result.low, result.high, result.unit)
        if result.value is not None
        else text.DASH,
        bar=small.interval_bar(
            result.value, result.low, result.high, result.target, css=mark.css, most=most
        ),
        target=text.goal(result.target, result.better, result.unit),
        counted=result.counted or text.DASH,
        mark=mark,
        note=_note(result, kpis),
        change=CHANGES[result.change] if result.change else text.DASH,
        spans=tuple(_span(result, (trailing or {}).get(months, ())) for months in (3, 12)),
        year=over_year if result.hits is not None else text.count(cases),
        spark=small.sparkline([r.value if r else None for r in year], result.target, most=most),
    )


def _span(total: Result, results: Sequence[Result]) -> Span | None:
    key = (total.role, total.kpi, total.statistic)
    found = next((r for r in results if (r.role, r.kpi, r.statistic) == key), None)
    if found is None or found.n == 0:
        return None
    mark = MARKS[found.state]
    said = f"{text.span(found.period)}: {verdict.value(found)}, {verdict.basis(found)}; {mark.word}"
    if found.counted is None:
        return Span(word=verdict.value(found), mark=None, title=said)
    return Span(word=found.counted, mark=mark, title=f"{said}, counted as {found.counted}")


def _note(result: Result, kpis: Mapping[str, KpiText]) -> str:
    """Say what a reader must know of a line: why there is no value, who waits, who reports."""
    notes = []
    if result.reason:
        notes.append(text.short(tables.reason(result.reason), 120))
    if result.value is None and not result.reason:
        notes.append("no value can be given")
    if result.provisional and result.waiting:
        notes.append(f"provisional, {mature(result)}")
    if result.signal:
        notes.append(SIGNALS[result.signal])
    if result.change_year in {"better", "worse"}:
        notes.append(f"{result.change_year} than a year before")
    if result.kpi in kpis and kpis[result.kpi].self_reported:
        notes.append("self-reported")
    return "; ".join(notes)
