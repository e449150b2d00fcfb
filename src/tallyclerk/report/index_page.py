"""Builds the model of the index: what is proven first, what cannot be said folded at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tallyclerk.domain.results import Judgement, Result, State
from tallyclerk.report import tables, text, verdict
from tallyclerk.report.charts import small
from tallyclerk.report.model import (
    Brand,
    IndexCell,
    IndexPage,
    IndexRow,
    KpiText,
    PartnerInput,
    Table,
)
from tallyclerk.report.partner_page import head, roles_of
from tallyclerk.report.stages import reason
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

TOLD = DECIDED | {State.NOT_PROVEN}
NO_BRAND = Brand()
SUMMARY = {
    State.BREACH: ("breach", "breaches"),
    State.BELOW_TARGET: ("target missed", "targets missed"),
    State.MEETS: ("met", "met"),
    State.NOT_PROVEN: ("not proven", "not proven"),
    State.NO_TARGET: ("without a target", "without a target"),
}


def index_page(  # noqa: PLR0913 - one caller, every argument by name
    judgement: Judgement,
    givens: Mapping[str, PartnerInput],
    kpis: Mapping[str, KpiText],
    *,
    pages: Mapping[str, tuple[str, str]],
    small_below: int,
    failures: Sequence[tuple[str, str]],
    inputs: Sequence[Mapping[str, object]],
    content_digest: str,
    brand: Brand = NO_BRAND,
) -> IndexPage:
    """Build the index.

    Args:
        judgement: Everything that may be said.
        givens: Its partners.
        kpis: The KPIs by name.
        pages: HTML page and PDF of each partner, relative to the index, "" where there is none.
        small_below: Shipments below which a partner is not ranked.
        failures: Partners without a page, and why.
        inputs: The files read: path, digest, rows.
        content_digest: Digest of everything in the run but the index.
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
        counts=_counts(givens, len(ranked), len(rest), judgement.totals),
        columns=tuple((name, kpis[name].label if name in kpis else name) for name, _ in columns),
        ranked=tuple(r[1] for r in ranked),
        unranked=tuple(r[1] for r in rest),
        sources=tables.sources(judgement.sources),
        feeds=tables.feeds(judgement.sources),
        findings=tuple(text.short(finding, 400) for finding in judgement.findings),
        failures=tuple((text.short(p), text.short(why, 300)) for p, why in failures),
        dictionary=tuple(kpis[name] for name in sorted(kpis, key=kpi_place)),
        inputs=_inputs(inputs),
        content_digest=content_digest,
    )


Ranked = tuple[tuple[int, ...], IndexRow, int, bool]


def _row(
    given: PartnerInput,
    role: str,
    columns: Sequence[tuple[str, str]],
    kpis: Mapping[str, KpiText],
    pages: Mapping[str, tuple[str, str]],
) -> Ranked:
    """Give a partner's line with its rank (most proven breaches first), volume, and whether ranked."""
    totals = [r for r in given.totals if r.role == role]
    found = {(r.kpi, r.statistic): r for r in totals}
    number = {state: sum(r.state is state for r in totals) for state in State}
    cells = tuple(_cell(found.get(column), kpis) for column in columns)
    parts = [text.plural(number[s], *words) for s, words in SUMMARY.items() if number[s]]
    href, pdf = pages.get(given.partner_id, ("", ""))
    row = IndexRow(
        name=text.short(given.name, 60),
        role=role,
        href=href,
        pdf=pdf,
        n=text.count(given.shipments.get(role, 0)),
        summary=", ".join(parts) or "nothing can be said yet",
        cells=cells,
    )
    flagged = sum(bool(r.is_flagged) for r in totals)
    rank = (-number[State.BREACH], -number[State.BELOW_TARGET], -flagged, -number[State.MEETS])
    decided = any(number[s] for s in TOLD) or not number[State.INSUFFICIENT]
    return rank, row, given.shipments.get(role, 0), decided


def _cell(result: Result | None, kpis: Mapping[str, KpiText]) -> IndexCell:
    if result is None:
        return IndexCell(label="", value="", title="not a KPI of this role")
    state = mark(result.state)
    bar = ""
    if result.state in TOLD:
        bar = small.interval_bar(
            result.value, result.low, result.high, result.target, css=state.css, most=1.0
        )
    limits = text.interval(result.low, result.high, result.unit)
    target = text.goal(result.target, result.better, result.unit)
    said = f"{verdict.label(result, kpis)}: {verdict.basis(result)}, interval {limits}, target {target}"
    return IndexCell(
        label=result.kpi,
        value=verdict.value(result) if result.value is not None else text.DASH,
        title=said if not result.reason else f"{said}, {text.short(reason(result.reason), 80)}",
        mark=state,
        bar=bar,
    )


def _coverage(judgement: Judgement) -> str:
    first = [s.first_at for s in judgement.sources if s.first_at]
    last = [s.last_at for s in judgement.sources if s.last_at]
    rows = sum(s.rows_read for s in judgement.sources)
    told = text.plural(rows, "row")
    told += f" from {text.plural(sum(s.files for s in judgement.sources), 'file')}"
    if first and last:
        told += f", events from {text.day(min(first))} to {text.day(max(last))}"
    return told


def _counts(
    givens: Mapping[str, PartnerInput], ranked: int, rest: int, totals: Sequence[Result]
) -> tuple[tuple[str, str], ...]:
    """Count what the run found, most serious first."""
    breach = {(r.partner_id, r.role) for r in totals if r.state is State.BREACH}
    below = {(r.partner_id, r.role) for r in totals if r.state is State.BELOW_TARGET}
    return (
        (text.count(len(givens)), f"partners in {text.plural(ranked + rest, 'role')}"),
        (text.count(len(breach)), "with a proven breach"),
        (text.count(len(below - breach)), "with a target missed, no breach"),
        (text.count(ranked - len(breach | below)), "with nothing proven against them"),
        (text.count(rest), "with too little data"),
    )


def _inputs(inputs: Sequence[Mapping[str, object]]) -> Table:
    rows = [
        (
            text.short(str(i["path"]), 80),
            text.count(int(str(i["rows"]))),
            str(i.get("sha256") or i.get("digest") or "")[:16],
        )
        for i in inputs
    ]
    columns = (("File", ""), ("Rows", "num"), ("Digest", ""))
    return Table(key="files", title="Files read", columns=columns, rows=tuple(rows))
