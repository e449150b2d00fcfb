"""Sentences about results, made from decided states only and never stronger than the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyclerk.domain.results import Result, State
from tallyclerk.report import text
from tallyclerk.report.model import KpiText
from tallyclerk.report.states import AGAINST, by_severity, page_order

NOUNS = {
    "handover_ack_rate": ("handover", "handovers"),
    "handover_incident_rate": ("handover", "handovers"),
    "handover_in_hours": ("handover", "handovers"),
    "handover_out_hours": ("handover", "handovers"),
    "late_record_rate": ("message", "messages"),
    "transit_on_time_rate": ("leg", "legs"),
    "milestone_completeness_rate": ("milestone", "milestones"),
}
"""What n counts, where it is not shipments."""

QUANTILES = {"p50": "half", "p90": "nine in ten"}


def noun(kpi: str, number: int) -> str:
    """Give what a KPI counts."""
    one, many = NOUNS.get(kpi, ("shipment", "shipments"))
    return one if number == 1 else many


def label(result: Result, kpis: Mapping[str, KpiText]) -> str:
    """Give the name of one statistic: "Handover in, P90"."""
    name = kpis[result.kpi].label if result.kpi in kpis else result.kpi.replace("_", " ")
    return name if result.statistic == "rate" else f"{name}, {result.statistic.upper()}"


def basis(result: Result) -> str:
    """Give the count behind a value: "514 of 611"; the number of cases for a percentile."""
    if result.hits is None:
        return text.count(result.n)
    return f"{text.count(result.hits)} of {text.count(result.n)}"


def value(result: Result) -> str:
    """Give the value as a table shows it; none or all as what they prove, else as counts.

    No hits of 300 are "below 1.0 %"; where there is no interval, none or all of 12 are counts.
    """
    if result.value is None:
        return text.DASH
    if result.hits == 0 and result.high is not None:
        return f"below {text.quantity(result.high, result.unit)}"
    if result.hits in {0, result.n} and result.low is None:
        return basis(result)
    return text.quantity(result.value, result.unit)


def _agreed(result: Result, *, turned: bool = False) -> str:
    """Give the target in words; `turned`: of the share of bad ones instead of good ones."""
    if result.target is None:
        return "nothing agreed"
    is_least = result.better == "higher" and not turned
    target = 1 - result.target if turned else result.target
    return f"agreed at {'least' if is_least else 'most'} {text.agreed(target, result.unit)}"


def _proof(result: Result, *, turned: bool = False) -> str:
    """Say how sure the finding is."""
    if result.state is not State.BREACH or result.limit is None:
        return "More than chance"
    limit = 1 - result.limit if turned else result.limit
    return f"More than chance, and beyond the limit of {text.agreed(limit, result.unit)}"


def finding(result: Result, kpis: Mapping[str, KpiText]) -> str:
    """State what a decided result says against a partner, with the count behind it."""
    kpi = kpis.get(result.kpi)
    hit_word = kpi.hit_word if kpi else ""
    counted = f"{text.count(result.n)} {noun(result.kpi, result.n)}"
    if result.hits is None:
        quantile = QUANTILES.get(result.statistic, result.statistic)
        took = f"{quantile} within {text.quantity(result.value, result.unit)} ({counted})"
        return f"{label(result, kpis)}: {took}; {_agreed(result)}. {_proof(result)}."
    if not hit_word or not result.n:
        said = f"{label(result, kpis)}: {basis(result)} ({value(result)}); {_agreed(result)}"
        return f"{said}. {_proof(result)}."
    turned = result.better == "higher"
    hits = result.n - result.hits if turned else result.hits
    part = text.quantity(hits / result.n, "rate")
    were = ("was " if hits == 1 else "were ") + ("not " if turned else "") + hit_word
    said = f"{text.count(hits)} of {counted} ({part}) {were}; {_agreed(result, turned=turned)}"
    return f"{said}. {_proof(result, turned=turned)}."


def _listed(results: Sequence[Result], kpis: Mapping[str, KpiText], *, counts: bool) -> str:
    parts = []
    for result in sorted(results, key=page_order):
        name = label(result, kpis)
        parts.append(f"{name} ({basis(result)})" if counts else name)
    return ", ".join(parts)


def _too_few(results: Sequence[Result], kpis: Mapping[str, KpiText]) -> str:
    return f"Too few to say: {_listed(results, kpis, counts=True)}."


def sentences(
    results: Sequence[Result], kpis: Mapping[str, KpiText], most: int = 3
) -> tuple[str, ...]:
    """Give the verdict on one role: what is proven first, then what is not, then what is unknown.

    Args:
        results: The totals of one partner in one role.
        kpis: The KPIs by name.
        most: Findings told in full; the others are named.
    """
    against = sorted((r for r in results if r.state in AGAINST), key=by_severity)
    told = [finding(result, kpis) for result in against[:most]]
    if against[most:]:
        told.append(f"Also proven: {_listed(against[most:], kpis, counts=False)}.")
    by_state = {s: [r for r in results if r.state is s] for s in State}
    if by_state[State.MEETS]:
        told.append(f"Meets the target: {_listed(by_state[State.MEETS], kpis, counts=False)}.")
    if by_state[State.NOT_PROVEN]:
        named = _listed(by_state[State.NOT_PROVEN], kpis, counts=False)
        told.append(f"Not proven either way: {named}.")
    if by_state[State.INSUFFICIENT]:
        told.append(_too_few(by_state[State.INSUFFICIENT], kpis))
    if told:
        return tuple(told if against else ["Nothing is proven against this partner.", *told])
    if by_state[State.NO_TARGET]:
        return ("No targets are agreed: the figures stand without a judgement.",)
    return ("Nothing can be assessed from the data at hand.",)
