"""Builds the page model of one partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.results import Histogram, Result
from tallyclerk.report import states, tables, text, verdict, words
from tallyclerk.report.annex import annex
from tallyclerk.report.cases import Cases
from tallyclerk.report.fallbacks import is_within
from tallyclerk.report.figures import Subject, figures
from tallyclerk.report.fixes import fixes
from tallyclerk.report.head import head
from tallyclerk.report.headline import headline
from tallyclerk.report.kpi_rows import headline_row, kpi_row
from tallyclerk.report.method_notes import method_notes
from tallyclerk.report.model import KpiText, PartnerInput, PartnerPage, Section
from tallyclerk.report.money import has_terms, money_lines
from tallyclerk.report.months import by_month, period_before
from tallyclerk.report.needed import needed
from tallyclerk.report.ours import ours
from tallyclerk.report.reasons import finding
from tallyclerk.report.restated import restatements
from tallyclerk.report.roles import roles_of
from tallyclerk.report.scoring import score_sentence
from tallyclerk.report.stages import stages
from tallyclerk.report.states import kpi_place, page_order, status_mark
from tallyclerk.report.trails import trails

MOST_SOURCES = 6


def partner_inputs(judgement: Judgement) -> dict[str, PartnerInput]:
    """Cut a judgement into its partners, sorted by id; no partner sees another's results."""
    cuts: dict[str, dict[str, list[Result]]] = {}
    kinds = ("totals", "months", "lanes", "counterparts", "rules")
    ids = {partner for partner, _ in judgement.shipments} | {r.partner_id for r in judgement.totals}
    for kind in kinds:
        for result in getattr(judgement, kind):
            cuts.setdefault(result.partner_id, {}).setdefault(kind, []).append(result)
    histograms, before = (
        _by_partner(found) for found in (judgement.histograms, judgement.histograms_before)
    )
    shipments: dict[str, dict[str, int]] = {}
    for (partner, role), number in sorted(judgement.shipments.items()):
        shipments.setdefault(partner, {})[role] = number
    return {
        partner: PartnerInput(
            partner_id=partner,
            name=judgement.names.get(partner) or partner,
            run=judgement.run,
            **{kind: tuple(cuts.get(partner, {}).get(kind, ())) for kind in kinds},  # type: ignore[arg-type]
            histograms=histograms.get(partner, {}),
            histograms_before=before.get(partner, {}),
            lateness={r: late for (who, r), late in judgement.lateness.items() if who == partner},
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
            scores=tuple(s for s in judgement.scores if s.partner_id == partner),
            ours={role: kinds for (who, role), kinds in judgement.ours.items() if who == partner},
            money={role: owed for (who, role), owed in judgement.money.items() if who == partner},
            liabilities=tuple(e for e in judgement.liabilities if e.partner_id == partner),
        )
        for partner in sorted(ids)
    }


def _by_partner(
    histograms: Mapping[tuple[str, str, str], Histogram],
) -> dict[str, dict[tuple[str, str], Histogram]]:
    found: dict[str, dict[tuple[str, str], Histogram]] = {}
    for (partner, role, kpi), histogram in histograms.items():
        found.setdefault(partner, {})[role, kpi] = histogram
    return found


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
    cases = Cases(facts)
    used = sorted({r.kpi for r in given.totals}, key=kpi_place)
    return PartnerPage(
        partner_id=text.short(given.partner_id),
        name=text.short(given.name),
        is_small=is_small,
        head=replace(
            head(given.run, given.issue, given.objections),
            data_until=tables.data_until(given.sources),
            brand=given.brand,
        ),
        before=text.span(period_before(given.run.period)),
        roles=", ".join(words.named("role", role) for role in roles),
        shipments=text.plural(shipments, "shipment"),
        provisional=_provisional(given.totals),
        sections=tuple(
            _section(given, role, facts, kpis, f"r{place}" if not is_small else "")
            for place, role in enumerate(roles, start=1)
        ),
        sources=tables.sources(given.sources, MOST_SOURCES),
        findings=tuple(text.short(finding(each), 400) for each in given.findings),
        methods=tuple(kpis[name] for name in used if name in kpis),
        running=words.say(
            "head.running",
            name=text.short(given.name, 60),
            period=text.span(given.run.period),
            run=given.run.run_id,
        ),
        annex=annex(given, cases, kpis),
        trails=trails(cases, given.totals, kpis) if not is_small else (),
        notes=method_notes(given, kpis),
        restatements=restatements(given.restatements, kpis),
    )


def _provisional(totals: Sequence[Result]) -> str:
    """Stamp a page whose cohorts are not all mature, by the least mature of them."""
    waiting = [r for r in totals if r.provisional and r.waiting]
    if not waiting:
        return ""
    least = min(waiting, key=lambda r: r.n / (r.n + r.waiting))
    most = text.plural(max(r.waiting for r in waiting), "case")
    key = "provisional" if len(waiting) == 1 else "provisional_least"
    return words.say(f"head.{key}", mature=verdict.mature(least), waiting=most)


def _section(
    given: PartnerInput,
    role: str,
    facts: pl.DataFrame,
    kpis: Mapping[str, KpiText],
    prefix: str,
) -> Section:
    totals = sorted((r for r in given.totals if r.role == role), key=page_order)
    lanes = [r for r in given.lanes if r.role == role]
    cuts = [*lanes, *(r for r in given.counterparts if r.role == role)]
    series = by_month(r for r in given.months if r.role == role)
    drawn = figures(Subject(given, role, kpis, prefix)) if prefix else ()
    period = given.run.period
    focus = states.focus(totals, lanes)
    rules = [r for r in given.rules if r.role == role]
    incidents = tables.incidents(facts.lazy().filter(is_within(period)), rules, given.names, role)
    before = text.span(period_before(period))
    return Section(
        role=role,
        title=words.named("role_title", role),
        answers=words.said(f"answers.{role}") or "",
        shipments=text.plural(given.shipments.get(role, 0), "shipment"),
        verdict=verdict.sentences(totals, kpis, cuts=cuts, names=given.names),
        headline=tuple(
            headline_row(r, series, kpis, period, given.trailing) for r in headline(role, totals)
        ),
        rows=tuple(kpi_row(r, series, kpis, period, given.trailing) for r in totals),
        stages=stages(totals),
        changes=verdict.changed(totals, kpis, before),
        past=tuple((status_mark(a.status), a) for a in given.past_actions if a.role == role),
        money=money_lines(given, role, kpis) if prefix or has_terms(given, role) else (),
        fixes=fixes(given, role, kpis),
        nothing_to_fix=words.say(
            "fix.none" if any(r.target is not None for r in totals) else "fix.no_target"
        ),
        ours=ours(given, role),
        score=" ".join(score_sentence(s) for s in given.scores if s.role == role),
        needed=needed(totals, kpis) if not prefix else (),
        figures=tuple(f for f in drawn if f.drawings),
        not_drawn=tuple(f"{f.title}: {f.instead}" for f in drawn if not f.drawings),
        lanes=tables.lanes(lanes, kpis, focus),
        lanes_on_paper=tables.lanes(lanes, kpis, focus, tables.lanes_on_paper(incidents, drawn)),
        incidents=incidents,
        exclusions=tables.exclusions(totals, kpis),
    )
