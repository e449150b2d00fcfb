"""Sentences about results, made from decided states only and never stronger than the evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tallyclerk.domain.results import Result, State
from tallyclerk.report import text, words
from tallyclerk.report.model import KpiText
from tallyclerk.report.states import AGAINST, by_severity, page_order

NOUNS = {
    "handover_ack_rate": "handover",
    "handover_incident_rate": "handover",
    "handover_in_hours": "handover",
    "handover_out_hours": "handover",
    "late_record_rate": "message",
    "transit_on_time_rate": "leg",
    "milestone_completeness_rate": "milestone",
}
"""What n counts, where it is not shipments."""

UNANSWERED = {"low_review_rate": ("not_reviewed", "unscored_review")}
"""Of KPIs over those who answer: why a case is out whose customer did not, or said no score."""

LEAST_MISSES = 4
UNIT_SPACE = re.compile(r"(?<=\d) (?=(?:h|d|%)\b)")
"""Space between a number and its unit: no line may break there."""
MOST_OF_THEM, NOTABLE = 0.5, 0.1
"""A place is named where there are so many misses, of which it holds so much, and so much more than
of the cases."""
PROVEN_CHANGES = frozenset({"better", "worse"})


def noun(kpi: str, number: int) -> str:
    """Give what a KPI counts."""
    return words.noun(NOUNS.get(kpi, "shipment"), number)


def title(result: Result, kpis: Mapping[str, KpiText]) -> str:
    """Give the name of a KPI, whatever its statistic: "Handover in"."""
    name = kpis[result.kpi].label if result.kpi in kpis else result.kpi.replace("_", " ")
    return UNIT_SPACE.sub(text.NBSP, name)


def label(result: Result, kpis: Mapping[str, KpiText]) -> str:
    """Give the name of one statistic: "Handover in, P90"."""
    name = title(result, kpis)
    return name if result.statistic == "rate" else f"{name}, {result.statistic.upper()}"


def basis(result: Result) -> str:
    """Give the count behind a value: "514 of 611"; the number of cases for a percentile."""
    if result.hits is None:
        return text.count(result.n)
    return words.say("basis.of", hits=text.count(result.hits), n=text.count(result.n))


def response(result: Result) -> str:
    """Say how many of those who could answer did: "of 611 shipments 31 % were reviewed"."""
    if result.kpi not in UNANSWERED:
        return ""
    silent, unscored = (dict(result.excluded).get(why, 0) for why in UNANSWERED[result.kpi])
    answered = result.n + unscored
    asked = answered + silent
    if not asked:
        return ""
    share = text.percent(answered / asked)
    return words.say("note.response", of=text.plural(asked, "shipment"), share=share)


def mature(result: Result) -> str:
    """Give the mature part of a cohort, rounded down: "93 % mature"."""
    return words.say("head.mature", percent=result.n * 100 // (result.n + result.waiting))


def value(result: Result) -> str:
    """Give the value as a table shows it; none or all as what they prove, else as counts.

    No hits of 300 are "below 1.0 %", only hits "above 99.0 %"; where there is no interval, none or
    all of 12 are counts.
    """
    if result.value is None:
        return text.DASH
    if result.hits == 0 and result.high is not None:
        return words.say("basis.below", value=text.quantity(result.high, result.unit))
    if result.hits == result.n and result.low is not None:
        return words.say("basis.above", value=text.quantity(result.low, result.unit))
    return text.quantity(result.value, result.unit, of=result.n)


def peers(result: Result) -> str:
    """Give what peers had on the same lanes."""
    return text.quantity(result.expected, result.unit, of=result.peers_n)


def previous(result: Result) -> str:
    """Give what the same figure was in the period before."""
    return text.quantity(result.previous, result.unit, of=result.previous_n)


def misses(result: Result) -> int | None:
    """Count the cases that are not as they should be; None for percentiles."""
    if result.hits is None:
        return None
    return result.n - result.hits if result.better == "higher" else result.hits


def _agreed(result: Result, *, turned: bool = False) -> str:
    """Give the target in words; `turned`: of the share of bad ones instead of good ones."""
    if result.target is None:
        return words.say("verdict.nothing_agreed")
    is_least = result.better == "higher" and not turned
    target = 1 - result.target if turned else result.target
    bound = "at_least" if is_least else "at_most"
    return words.say(f"verdict.{bound}", value=text.agreed(target, result.unit))


def _proof(result: Result, *, turned: bool = False) -> str:
    """Say how sure the finding is, and what it rests on where scans are missing."""
    proof = words.say("verdict.chance")
    if result.state is State.BREACH and result.limit is not None:
        limit = 1 - result.limit if turned else result.limit
        proof = words.say("verdict.beyond", limit=text.agreed(limit, result.unit))
    if not result.in_doubt:
        return proof
    worst = words.say("verdict.unreached")
    if result.worst is not None:
        worst = text.quantity(1 - result.worst if turned else result.worst, result.unit)
    cases = text.count(result.in_doubt)
    return words.say("verdict.doubted", proof=proof, cases=cases, worst=worst)


def finding(result: Result, kpis: Mapping[str, KpiText]) -> str:
    """State what a decided result says against a partner, with the count behind it."""
    kpi = kpis.get(result.kpi)
    hit_word = kpi.hit_word if kpi else ""
    bad = misses(result)
    turned = result.better == "higher" and bool(hit_word) and bad is not None
    told: dict[str, object] = {
        "n": text.count(result.n),
        "noun": noun(result.kpi, result.n),
        "agreed": _agreed(result, turned=turned),
        "proof": _proof(result, turned=turned),
    }
    if bad is None:
        quantile = words.said(f"verdict.{result.statistic}") or result.statistic
        took = text.quantity(result.value, result.unit)
        names = {"label": label(result, kpis), "quantile": quantile, "value": took}
        return words.say("verdict.finding_time", **told, **names)
    if not hit_word or not result.n:
        names = {"label": label(result, kpis), "basis": basis(result), "value": value(result)}
        return words.say("verdict.finding_value", **told, **names)
    form = ("not_" if turned else "") + ("one" if bad == 1 else "many")
    share = text.quantity(bad / result.n, "rate")
    return words.say(
        f"verdict.finding_{form}", **told, bad=text.count(bad), share=share, hit=hit_word
    )


def where(result: Result, cuts: Sequence[Result], names: Mapping[str, str]) -> str:
    """Name the one lane or counterpart that holds most of the misses, "" where none does.

    Args:
        result: A total.
        cuts: Results of the same partner and role by lane and by counterpart.
        names: Display names of the counterparts.
    """
    bad = misses(result)
    if not bad:
        return ""
    same = [r for r in cuts if (r.kpi, r.statistic) == (result.kpi, result.statistic) and r.n]
    worst = max(
        same, key=lambda r: (misses(r) or 0, r.lane or "", r.counterpart or ""), default=None
    )
    if worst is None:
        return ""
    share = (misses(worst) or 0) / bad
    if bad < LEAST_MISSES or share < MOST_OF_THEM or share - worst.n / result.n < NOTABLE:
        return ""
    place = worst.lane or text.short(
        names.get(worst.counterpart or "", worst.counterpart or ""), 40
    )
    return words.say("verdict.where", share=text.quantity(share, "rate"), place=place)


def _listed(results: Sequence[Result], kpis: Mapping[str, KpiText], *, counts: bool) -> str:
    parts = []
    for result in sorted(results, key=page_order):
        known = [basis(result)] if counts else []
        if result.provisional and result.waiting:
            known.append(mature(result))
        parts.append(" ".join([label(result, kpis), *([f"({', '.join(known)})"] if known else [])]))
    return ", ".join(parts)


def sentences(
    results: Sequence[Result],
    kpis: Mapping[str, KpiText],
    most: int = 3,
    *,
    cuts: Sequence[Result] = (),
    names: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Give the verdict on one role: what is proven first, then what is not, then what is unknown.

    Args:
        results: The totals of one partner in one role.
        kpis: The KPIs by name.
        most: Findings told in full; the others are named.
        cuts: Results of the same role by lane and counterpart, to say where misses are.
        names: Display names of the counterparts.
    """
    against = sorted((r for r in results if r.state in AGAINST), key=by_severity)
    told = [
        " ".join(filter(None, (finding(r, kpis), where(r, cuts, names or {}))))
        for r in against[:most]
    ]
    if against[most:]:
        told.append(words.say("verdict.also", names=_listed(against[most:], kpis, counts=False)))
    for state, key, counts in (
        (State.MEETS, "meets", False),
        (State.NOT_PROVEN, "not_proven", False),
        (State.INSUFFICIENT, "too_few", True),
    ):
        if found := [r for r in results if r.state is state]:
            told.append(words.say(f"verdict.{key}", names=_listed(found, kpis, counts=counts)))
    if told:
        return tuple(told if against else [words.say("verdict.nothing_against"), *told])
    if any(r.state is State.NO_TARGET for r in results):
        return (words.say("verdict.no_targets"),)
    return (words.say("verdict.nothing"),)


def changed(results: Sequence[Result], kpis: Mapping[str, KpiText], before: str) -> tuple[str, ...]:
    """Say what is proven to have changed against the period before.

    Args:
        results: The totals of one partner in one role.
        kpis: The KPIs by name.
        before: The period before, in words.
    """
    return tuple(
        words.say(
            "verdict.changed",
            change=words.say(f"change.{r.change}"),
            before=before,
            label=label(r, kpis),
            was=previous(r),
            now=value(r),
        )
        for r in sorted(results, key=page_order)
        if r.change in PROVEN_CHANGES and r.previous is not None
    )
