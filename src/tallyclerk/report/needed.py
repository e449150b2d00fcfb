"""What it would take to say more of a partner with few shipments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyclerk.domain.results import Result, State
from tallyclerk.judge.plan import clean_trial
from tallyclerk.report import text, verdict, words
from tallyclerk.report.model import KpiText

MOST = 6
OPEN = frozenset({State.INSUFFICIENT, State.NOT_PROVEN, State.NOT_ASSESSABLE})


def needed(totals: Sequence[Result], kpis: Mapping[str, KpiText]) -> tuple[str, ...]:
    """Say how many clean cases each open target of a rate needs, in the order of the page."""
    told = []
    for result in totals:
        if result.target is None or result.hits is None or result.state not in OPEN:
            continue
        allowed = 1 - result.target if result.better == "higher" else result.target
        clean = clean_trial(allowed)
        if clean:
            told.append(
                words.say(
                    "needed_said.clean",
                    label=verdict.label(result, kpis),
                    goal=text.goal(result.target, result.better, result.unit),
                    n=text.count(clean),
                    have=text.count(result.n),
                )
            )
    return tuple(told[:MOST])
