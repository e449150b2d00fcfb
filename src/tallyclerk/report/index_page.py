"""Builds the model of the index: what is proven first, what cannot be said folded at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.results import Result, State
from tallyclerk.report import tables, text, verdict, words
from tallyclerk.report.charts import small
from tallyclerk.report.fixes import fixes
from tallyclerk.report.head import Brand, head
from tallyclerk.report.model import (
    IndexCell,
    IndexPage,
    IndexRow,
    KpiText,
    Links,
    OverviewPage,
    PartnerInput,
    Table,
)
from tallyclerk.report.months import period_before
from tallyclerk.report.overview import overview
from tallyclerk.report.peers import funnels, matrices
from tallyclerk.report.reasons import finding, reason
from tallyclerk.report.roles import roles_of
from tallyclerk.report.states import DECIDED, kpi_place, mark

COLUMNS = (
    ("on_time_rate", "rate"),
    ("dispatch_on_time_rate", "rate"),
    ("handover_ack_rate", "rate"),
    ("loss_rate", "rate"),
    ("damage_rate", "rate"),
    ("blackout_rate", "rate"),
    ("miscommunication_rate", "rate"),
)
"""The KPIs of the index, in the order in which a buyer asks for them."""

MOST_CHANGES = 8
"""On the sheet; the index has them all."""
TOLD = DECIDED | {State.NOT_PROVEN}
NO_BRAND = Brand()
SUMMARY = (
    State.BREACH,
    State.BELOW_TARGET,
    State.MEETS,
    State.NOT_PROVEN,
    State.NO_TARGET,
)
"""What the line of a partner counts, in this order."""


def index_page(  # noqa: PLR0913 - one caller, every argument by name
    judgement: Judgement,
    givens: Mapping[str, PartnerInput],
    kpis: Mapping[str, KpiText],
    *,
    pages: Mapping[str, Links],
    small_below: int,
    failures: Sequence[tuple[str, str]],
    inputs: Sequence[Mapping[str, object]],
    files: Sequence[str] = (),
    brand: Brand = NO_BRAND,
) -> IndexPage:
    """Build the index.

    Args:
        judgement: Everything that may be said.
        givens: Its partners.
        kpis: The KPIs by name.
        pages: The files of each partner.
        small_below: Shipments below which a partner is not ranked.
        failures: Partners without a page, and why.
        inputs: The files read: path, digest, rows.
        files: Other files beside the index, as it links them.
        brand: Whose report it is.
    """
    columns = tuple(c for c in COLUMNS if any((r.kpi, r.statistic) == c for r in judgement.totals))
    rows = [
        _row(given, role, columns, kpis, pages)
        for given in givens.values()
        for role in roles_of(given)
    ]
    ranked = sorted(
        (r for r in rows if r[2] >= small_below and r[3]),
        key=lambda r: (r[0], r[1].name, r[1].role),
    )
    chosen = {id(r[1]) for r in ranked}
    rest = sorted((r for r in rows if id(r[1]) not in chosen), key=lambda r: (r[1].name, r[1].role))
    return IndexPage(
        head=replace(head(judgement.run), brand=brand),
        coverage=_coverage(judgement),
        groups=overview(givens, kpis, small_below=small_below),
        changes=changes(givens, kpis),
        funnels=funnels(judgement, kpis),
        matrices=matrices(judgement, kpis),
        columns=tuple((name, kpis[name].label if name in kpis else name) for name, _ in columns),
        ranked=tuple(r[1] for r in ranked),
        unranked=tuple(r[1] for r in rest),
        sources=tables.sources(judgement.sources),
        feeds=tables.feeds(judgement.sources),
        findings=tuple(text.short(finding(each), 400) for each in judgement.findings),
        failures=tuple((text.short(p), text.short(why, 300)) for p, why in failures),
        dictionary=tuple(kpis[name] for name in sorted(kpis, key=kpi_place)),
        inputs=_inputs(inputs),
        files=tuple(files),
    )


Ranked = tuple[tuple[int, ...], IndexRow, int, bool]


def _row(
    given: PartnerInput,
    role: str,
    columns: Sequence[tuple[str, str]],
    kpis: Mapping[str, KpiText],
    pages: Mapping[str, Links],
) -> Ranked:
    """Give a partner's line with its rank (most proven breaches first), volume, and whether ranked."""
    totals = [r for r in given.totals if r.role == role]
    found = {(r.kpi, r.statistic): r for r in totals}
    number = {state: sum(r.state is state for r in totals) for state in State}
    cells = tuple(_cell(found.get(column), kpis) for column in columns)
    parts = [
        words.say(f"index.summary.{state.value}", n=text.count(number[state]))
        for state in SUMMARY
        if number[state]
    ]
    row = IndexRow(
        name=text.short(given.name, 60),
        role=words.named("role", role),
        links=pages.get(given.partner_id) or Links(),
        n=text.count(given.shipments.get(role, 0)),
        summary=", ".join(parts) or words.say("index.summary.nothing"),
        worst=_worst(given, role, kpis),
        cells=cells,
    )
    flagged = sum(bool(r.is_flagged) for r in totals)
    rank = (-number[State.BREACH], -number[State.BELOW_TARGET], -flagged, -number[State.MEETS])
    decided = any(number[s] for s in TOLD) or not number[State.INSUFFICIENT]
    return rank, row, given.shipments.get(role, 0), decided


def _cell(result: Result | None, kpis: Mapping[str, KpiText]) -> IndexCell:
    if result is None:
        return IndexCell(label="", value="", title=words.say("index.not_asked"))
    state = mark(result.state)
    bar = ""
    if result.state in TOLD:
        bar = small.interval_bar(
            result.value, result.low, result.high, result.target, css=state.css, most=1.0
        )
    limits = text.interval(result.low, result.high, result.unit)
    target = text.goal(result.target, result.better, result.unit)
    said = words.say(
        "index.cell",
        label=verdict.label(result, kpis),
        basis=verdict.basis(result),
        interval=limits,
        target=target,
    )
    return IndexCell(
        label=result.kpi,
        value=verdict.value(result) if result.value is not None else text.DASH,
        title=said if not result.reason else f"{said}, {text.short(reason(result.reason), 80)}",
        mark=state,
        bar=bar,
    )


def _worst(given: PartnerInput, role: str, kpis: Mapping[str, KpiText]) -> str:
    """Give the first thing to fix, where it is proven."""
    first = next((fix for fix in fixes(given, role, kpis) if fix.is_proven), None)
    return words.say("index.worst", what=first.what, size=first.size) if first else ""


def changes(
    givens: Mapping[str, PartnerInput], kpis: Mapping[str, KpiText]
) -> tuple[tuple[str, str], ...]:
    """Say what is proven to have changed, a line for each partner and figure with a target."""
    told = []
    for given in givens.values():
        before = text.span(period_before(given.run.period))
        for role in roles_of(given):
            totals = [r for r in given.totals if r.role == role and r.target is not None]
            told += [
                (text.short(given.name, 60), said) for said in verdict.changed(totals, kpis, before)
            ]
    return tuple(told)


def _coverage(judgement: Judgement) -> str:
    first = [s.first_at for s in judgement.sources if s.first_at]
    last = [s.last_at for s in judgement.sources if s.last_at]
    told = {
        "rows": text.plural(sum(s.rows_read for s in judgement.sources), "row"),
        "files": text.plural(sum(s.files for s in judgement.sources), "file"),
    }
    if not first or not last:
        return words.say("index.coverage", **told)
    ends = {"first": text.day(min(first)), "last": text.day(max(last))}
    return words.say("index.coverage_dated", **told, **ends)


def _inputs(inputs: Sequence[Mapping[str, object]]) -> Table:
    rows = [
        (
            text.short(str(i["path"]), 80),
            text.count(int(str(i["rows"]))),
            str(i.get("sha256") or i.get("digest") or "")[:16],
        )
        for i in inputs
    ]
    columns = (("file", ""), ("rows", "num"), ("digest", ""))
    return Table(
        key="files",
        title=words.say("index.files", files=text.plural(len(rows), "file")),
        columns=tuple((words.say(f"table.{name}"), kind) for name, kind in columns),
        rows=tuple(rows),
    )


def overview_page(page: IndexPage) -> OverviewPage:
    """Take the director's sheet out of the index: the same lines, nothing more."""
    running = words.say("overview.running", period=page.head.period, run=page.head.run_id)
    return OverviewPage(
        head=page.head, running=running, groups=page.groups, changes=page.changes[:MOST_CHANGES]
    )
