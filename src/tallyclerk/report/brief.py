"""The negotiation brief, for us alone: what is proven, what they will say, and what to ask for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from tallyclerk.domain.results import Result
from tallyclerk.judge.alternatives import best_alternative
from tallyclerk.report import text, verdict, words
from tallyclerk.report.head import head
from tallyclerk.report.model import Brief, BriefPart, KpiText, PartnerInput, Point
from tallyclerk.report.money import cost_lines, money_lines, price_note
from tallyclerk.report.roles import roles_of
from tallyclerk.report.states import AGAINST, by_severity

MOST = 3
OF_SHIPMENTS = ("loss_rate", "on_time_rate", "dispatch_on_time_rate", "transit_hours")
"""KPIs whose cases are shipments: the most of them is the volume."""


def brief(given: PartnerInput, kpis: Mapping[str, KpiText], lanes: Sequence[Result]) -> Brief:
    """Build the brief of one partner.

    Args:
        given: Its part of the judgement, as we read it.
        kpis: The words of the definitions.
        lanes: Results by lane, of every partner.
    """
    name = text.short(given.name)
    return Brief(
        head=replace(head(given.run, given.issue), brand=given.brand),
        name=name,
        running=words.say(
            "head.running",
            name=words.say("brief.of", name=text.short(given.name, 40)),
            period=text.span(given.run.period),
            run=given.run.run_id,
        ),
        parts=tuple(_part(given, role, kpis, lanes) for role in roles_of(given)),
    )


def _part(
    given: PartnerInput, role: str, kpis: Mapping[str, KpiText], lanes: Sequence[Result]
) -> BriefPart:
    totals = sorted((r for r in given.totals if r.role == role), key=by_severity)
    proven = [r for r in totals if r.state in AGAINST and r.target is not None]
    return BriefPart(
        title=words.named("role_title", role),
        volume=_volume(given, role),
        strongest=tuple(_strongest(r, given, kpis) for r in proven[:MOST]),
        raised=tuple(islice(_raised(given, role, totals, proven, kpis), MOST)),
        alternatives=tuple(_alternatives(proven[:MOST], given, kpis, lanes)),
        asks=tuple(_ask(r, kpis, given) for r in proven[:MOST]),
        money=(*money_lines(given, role, kpis), *cost_lines(given, role)),
        price=price_note(given, role),
    )


def _volume(given: PartnerInput, role: str) -> str:
    year = [r.n for r in given.trailing.get(12, ()) if r.role == role and r.kpi in OF_SHIPMENTS]
    return words.say(
        "brief.volume",
        shipments=text.plural(given.shipments.get(role, 0), "shipment"),
        year=text.count(max(year, default=0)),
    )


def _strongest(result: Result, given: PartnerInput, kpis: Mapping[str, KpiText]) -> Point:
    """A proven point, where it lies, and where its cases are."""
    cuts = [r for r in (*given.lanes, *given.counterparts) if r.role == result.role]
    said = [verdict.finding(result, kpis), verdict.where(result, cuts, given.names)]
    interval = text.interval(result.low, result.high, result.unit)
    proof = words.say("brief.proof", interval=interval, sheet=result.kpi)
    return Point(point=" ".join(part for part in said if part), answer=proof)


def _raised(
    given: PartnerInput,
    role: str,
    totals: Sequence[Result],
    proven: Sequence[Result],
    kpis: Mapping[str, KpiText],
) -> Iterator[Point]:
    """What they will say, and what the data say to it: the points with data first."""
    first = proven[0] if proven else next((r for r in totals if r.target is not None), None)
    if first is None:
        return
    yield from _of_lanes(first, kpis)
    yield from _of_others(given, role, totals)
    yield from _of_the_year(first, given, kpis)
    disputed = sum(r.disputed for r in totals if r.statistic != "p50")
    yield Point(
        point=words.say("brief.data"),
        answer=words.say(
            "brief.data_answer",
            disputed=text.plural(disputed, "case"),
            rejected=text.count(sum(s.rejected for s in given.sources)),
            rows=text.count(sum(s.rows_read for s in given.sources)),
        ),
    )


def _of_lanes(result: Result, kpis: Mapping[str, KpiText]) -> Iterator[Point]:
    """That its lanes are harder: what peers reach there."""
    if result.expected is not None and result.value is not None:
        yield Point(
            point=words.say("brief.lanes"),
            answer=words.say(
                "brief.lanes_answer",
                label=verdict.label(result, kpis),
                peers=verdict.peers(result),
                value=verdict.value(result),
            ),
        )


def _of_others(given: PartnerInput, role: str, totals: Sequence[Result]) -> Iterator[Point]:
    """That others were late before it: how many, and what is left without them."""
    late = told.count if (told := given.ours.get(role, {}).get("dispatched_late")) else 0
    own = next((r for r in totals if r.kpi == "on_time_controllable_rate" and r.n), None)
    if late or own:
        yield Point(
            point=words.say("brief.upstream"),
            answer=words.say(
                "brief.upstream_answer",
                late=text.plural(late, "shipment"),
                own=f"{verdict.value(own)} ({verdict.basis(own)})" if own else text.DASH,
            ),
        )


def _of_the_year(
    result: Result, given: PartnerInput, kpis: Mapping[str, KpiText]
) -> Iterator[Point]:
    """That it was a bad month: what twelve months say."""
    year = next((r for r in given.trailing.get(12, ()) if _same(r, result)), None)
    if year is not None and year.value is not None:
        yield Point(
            point=words.say("brief.month"),
            answer=words.say(
                "brief.month_answer",
                label=verdict.label(result, kpis),
                value=verdict.value(year),
                basis=verdict.basis(year),
            ),
        )


def _same(a: Result, b: Result) -> bool:
    return (a.role, a.kpi, a.statistic) == (b.role, b.kpi, b.statistic)


def _alternatives(
    proven: Sequence[Result],
    given: PartnerInput,
    kpis: Mapping[str, KpiText],
    lanes: Sequence[Result],
) -> Iterator[str]:
    for result in proven:
        other = best_alternative(result, lanes)
        if other is not None:
            yield words.say(
                "brief.alternative",
                label=verdict.label(result, kpis),
                name=text.short(given.names.get(other.partner_id, other.partner_id), 60),
                value=text.quantity(other.value, result.unit, of=other.cases),
                own=text.quantity(other.own, result.unit, of=other.own_cases),
                coverage=text.quantity(other.coverage, "rate"),
                cases=text.count(other.cases),
            )


def _ask(result: Result, kpis: Mapping[str, KpiText], given: PartnerInput) -> tuple[str, ...]:
    """What to ask for: as agreed, as peers have it, and what each is worth in cases."""
    return (
        verdict.label(result, kpis),
        verdict.value(result),
        text.goal(result.target, result.better, result.unit),
        _fewer(result, result.target, given),
        verdict.peers(result),
        _fewer(result, result.expected, given),
    )


def _fewer(result: Result, goal: float | None, given: PartnerInput) -> str:
    """How many misses fewer a goal would have meant in this period; of a time, how much shorter.

    Where a late shipment has its price, what they would have come to.
    """
    if goal is None or result.value is None:
        return text.DASH
    bad = verdict.misses(result)
    if bad is None:
        saved = result.value - goal
        return text.quantity(saved, result.unit) if saved > 0 else text.DASH
    allowed = result.n * (1 - goal if result.better == "higher" else goal)
    fewer = math.floor(round(bad - allowed, 6))
    if fewer <= 0:
        return text.DASH
    account = given.money.get(result.role)
    credit = account.credit if account else None
    if account is None or credit is None or credit.kpi != result.kpi or not credit.each_minor:
        return text.plural(fewer, "case")
    price = text.money(fewer * credit.each_minor, account.currency)
    return words.say("brief.priced", cases=text.plural(fewer, "case"), price=price)
