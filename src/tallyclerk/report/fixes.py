"""The three things to fix first: what, how much, who, and the test that proves them fixed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping

from tallyclerk.domain.periods import shifted
from tallyclerk.domain.results import Result
from tallyclerk.judge.estimates import MIN_CASES
from tallyclerk.report import text, verdict, words
from tallyclerk.report.model import Fix, KpiText, PartnerInput
from tallyclerk.report.states import AGAINST, by_severity, mark

MOST = 3


def fixes(given: PartnerInput, role: str, kpis: Mapping[str, KpiText]) -> tuple[Fix, ...]:
    """Give what to fix first: what is proven, the most serious first; without any, what is counted.

    Args:
        given: The partner.
        role: Role in which it is judged.
        kpis: The KPIs by name.
    """
    totals = [r for r in given.totals if r.role == role and r.target is not None]
    proven = sorted((r for r in totals if r.state in AGAINST), key=by_severity)
    counted = [r for r in totals if r.counted == "missed" and r.state not in AGAINST]
    chosen = proven or sorted(counted, key=lambda r: (-(_more(r) or 0.0), by_severity(r)))
    return tuple(_fix(given, result, kpis) for result in chosen[:MOST])


def action_id(partner: str, role: str, kpi: str, statistic: str, lane: str | None) -> str:
    """Eight characters that name an action, whatever period it is asked in."""
    key = "\n".join((partner, role, kpi, statistic, lane or ""))
    return hashlib.blake2b(key.encode(), digest_size=4).hexdigest()


def _more(result: Result) -> float | None:
    """Count the misses beyond those that the target allows."""
    bad = verdict.misses(result)
    if bad is None or result.target is None:
        return None
    allowed = 1 - result.target if result.better == "higher" else result.target
    return bad - result.n * allowed


def _lane(given: PartnerInput, total: Result) -> Result | None:
    """Give the lane on which the same figure is proven too, where it is the only one."""
    same = [
        r
        for r in given.lanes
        if (r.role, r.kpi, r.statistic) == (total.role, total.kpi, total.statistic)
        and r.state in AGAINST
        and r.target is not None
    ]
    return same[0] if len(same) == 1 else None


def _fix(given: PartnerInput, total: Result, kpis: Mapping[str, KpiText]) -> Fix:
    lane = _lane(given, total) if total.state in AGAINST else None
    tested = lane or total
    assert tested.target is not None  # noqa: S101 - chosen for having one
    due = _month_after(given.run.period)
    label = verdict.label(total, kpis)
    proof = {
        "label": label,
        "goal": text.goal(tested.target, tested.better, tested.unit),
        "month": text.span(due),
        "least": text.count(MIN_CASES),
    }
    return Fix(
        key=action_id(given.partner_id, total.role, total.kpi, total.statistic, tested.lane),
        partner_id=given.partner_id,
        role=total.role,
        kpi=total.kpi,
        statistic=total.statistic,
        lane=tested.lane,
        target=tested.target,
        least_n=MIN_CASES,
        due=due,
        is_proven=total.state in AGAINST,
        what=words.say("fix.on", label=label, lane=tested.lane) if tested.lane else label,
        size=_size(total),
        owner=text.short(given.name, 60),
        proof=words.say("fix.proof_lane", **proof, lane=tested.lane)
        if tested.lane
        else words.say("fix.proof_text", **proof),
        mark=mark(total.state),
    )


def _size(result: Result) -> str:
    bad, more = verdict.misses(result), _more(result)
    if bad is None or more is None:
        return words.say(
            "fix.size_time",
            value=text.quantity(result.value, result.unit),
            target=text.agreed(result.target or 0.0, result.unit),
            n=text.count(result.n),
        )
    told = {
        "bad": text.count(bad),
        "n": text.count(result.n),
        "noun": verdict.noun(result.kpi, result.n),
    }
    beyond = math.floor(round(more, 6))  # 0.97 is not exact
    if beyond < 1:
        return words.say("fix.size_rate", **told)
    return words.say("fix.size_more", **told, more=text.count(beyond))


def _month_after(period: str) -> str:
    """Give the month after a period: "2026-10"."""
    year, number = period.rsplit("..", maxsplit=1)[-1].split("-")[:2]
    after = shifted(int(year) * 100 + int(number), 1)
    return f"{after // 100:04d}-{after % 100:02d}"
