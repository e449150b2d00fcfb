"""The director's overview: act now, keep an eye, fine or not to be judged; one line per partner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter

from tallyclerk.domain.results import Result, State
from tallyclerk.report import text, verdict, words
from tallyclerk.report.model import Decision, DecisionGroup, KpiText, PartnerInput
from tallyclerk.report.money import claimable_now
from tallyclerk.report.roles import roles_of
from tallyclerk.report.states import AGAINST, by_severity, mark

GROUPS = ("act", "watch", "fine", "unknown")
TOLD = frozenset({"act", "watch"})
"""In this order; each is `overview.GROUP` in the labels."""
MOST_LINES, MOST_NAMES, MOST_LETTERS = 14, 40, 1200
"""So many partners are told one by one, so many of a group named, in so many letters: what a sheet has
room for."""


def overview(
    givens: Mapping[str, PartnerInput], kpis: Mapping[str, KpiText], *, small_below: int
) -> tuple[DecisionGroup, ...]:
    """Put each partner in each role into one group, the most serious first.

    Act now: a limit is proven broken. Keep an eye: a target is proven missed, a figure is proven
    worse than before, or one is flagged against peers. Fine: there is enough data and none of it.
    Unknown: too little data, or no target.

    Args:
        givens: The partners by id.
        kpis: The KPIs by name.
        small_below: Shipments below which nothing is said of a partner.
    """
    lines: dict[str, list[tuple[tuple[int, str, str], Decision]]] = {name: [] for name in GROUPS}
    for given in givens.values():
        for role in roles_of(given):
            totals = [r for r in given.totals if r.role == role]
            is_small = given.shipments.get(role, 0) < small_below
            group = group_of(totals, is_small=is_small)
            line = _line(given, role, totals, kpis, group)
            lines[group].append(((-_affected(totals)[0], line.name, role), line))
    room, groups = MOST_LINES, []
    for name in GROUPS:
        told = [line for _, line in sorted(lines[name], key=itemgetter(0))]
        groups.append(_group(name, told, room if name in TOLD else 0))
        room -= len(groups[-1].lines)
    return tuple(groups)


def group_of(totals: Sequence[Result], *, is_small: bool) -> str:
    """Give the group that decided states put a partner into."""
    states = {r.state for r in totals}
    if State.BREACH in states:
        return "act"
    is_worse = any(r.change == "worse" and r.target is not None for r in totals)
    if State.BELOW_TARGET in states or is_worse or any(r.is_flagged for r in totals):
        return "watch"
    if is_small or not states & {State.MEETS, State.NOT_PROVEN}:
        return "unknown"
    return "fine"


def _affected(totals: Sequence[Result]) -> tuple[int, str]:
    """Count the cases that are not as agreed, of the figure proven missed that has most of them.

    Returns:
        The cases, and the KPI that says what they are.
    """
    proven = [(verdict.misses(r) or 0, r.kpi) for r in totals if r.state in AGAINST]
    return max(proven, key=itemgetter(0), default=(0, ""))


def _told(cases: int, kpi: str) -> str:
    noun = verdict.noun(kpi, cases)
    return words.say("overview.affected_cases", n=text.count(cases), noun=noun)


def _line(
    given: PartnerInput,
    role: str,
    totals: Sequence[Result],
    kpis: Mapping[str, KpiText],
    group: str,
) -> Decision:
    reasons = sorted(_reasons(totals, group), key=by_severity)
    worst = reasons[0] if reasons else None
    cases, kpi = _affected(totals)
    return Decision(
        name=text.short(given.name, 60),
        role=words.named("role", role),
        n=text.count(given.shipments.get(role, 0)),
        finding=_finding(worst, kpis) if worst else _nothing_said(totals),
        more=words.say("overview.more", n=text.count(len(reasons) - 1)) if reasons[1:] else "",
        affected=_told(cases, kpi) if cases else text.DASH,
        money=claimable_now(given, role),
        direction=words.say(f"change.{worst.change}") if worst and worst.change else text.DASH,
        decision=words.say(f"overview.decision.{group}"),
        mark=mark(worst.state) if worst else None,
    )


def _reasons(totals: Sequence[Result], group: str) -> Iterator[Result]:
    """Give the results that put a partner into its group."""
    for result in totals:
        is_watched = bool(result.is_flagged) or result.change == "worse"
        if result.state in AGAINST or (group == "watch" and is_watched):
            yield result


def _nothing_said(totals: Sequence[Result]) -> str:
    """Say why nothing can be said of a partner, where it is not for want of cases."""
    has_target = any(r.target is not None for r in totals)
    return "" if has_target else words.say("overview.no_target")


def _finding(worst: Result, kpis: Mapping[str, KpiText]) -> str:
    told = {"label": verdict.label(worst, kpis), "value": verdict.value(worst)}
    if worst.state in AGAINST:
        goal = text.goal(worst.target, worst.better, worst.unit)
        return words.say("overview.against", **told, basis=verdict.basis(worst), goal=goal)
    if worst.change == "worse":
        return words.say("overview.worse", **told, was=verdict.previous(worst))
    return words.say("overview.flagged", **told, peers=verdict.peers(worst))


def _other(line: Decision) -> str:
    key = "overview.other" if line.mark or not line.finding else "overview.other_why"
    return words.say(key, role=line.role, n=line.n, why=line.finding)


def _group(name: str, lines: Sequence[Decision], room: int) -> DecisionGroup:
    told, rest = lines[:room], lines[room:]
    others = [(line.name, _other(line)) for line in rest]
    ends = accumulate(len(other) + len(why) for other, why in others)
    named = sum(end <= MOST_LETTERS for end in ends)
    others = others[: min(named, MOST_NAMES)]
    if unnamed := len(rest) - len(others):
        others.append(("", words.say("overview.more", n=text.count(unnamed))))
    return DecisionGroup(
        key=name,
        title=words.say(f"overview.{name}"),
        count=text.count(len(lines)),
        note=words.say(f"overview.note.{name}"),
        lines=tuple(told),
        others=tuple(others),
    )
