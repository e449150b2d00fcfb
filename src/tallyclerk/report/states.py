"""States as a reader sees them: a word with a shape, readable in grey, and a colour on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tallyclerk.domain.results import Result, State
from tallyclerk.report import words


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown: full word, short word, shape, class in the style sheet, rank.

    `MARKS` has the English words; `mark` gives those of the language spoken.
    """

    word: str
    brief: str
    shape: str
    css: str
    rank: int


MARKS: dict[State, Mark] = {
    State.BREACH: Mark("breach", "breach", "■", "breach", 0),
    State.BELOW_TARGET: Mark("misses target", "misses", "▲", "below", 1),
    State.NOT_PROVEN: Mark("not proven", "not proven", "◇", "open", 2),
    State.MEETS: Mark("meets target", "meets", "●", "meets", 3),
    State.NO_TARGET: Mark("no target", "no target", "–", "open", 4),
    State.INSUFFICIENT: Mark("too few to say", "too few", "○", "open", 5),
    State.NOT_ASSESSABLE: Mark("not assessable", "no data", "□", "open", 6),
}
"""Every state, the most serious first."""

STATUSES = {
    "fixed": ("●", "meets"),
    "not_fixed": ("▲", "below"),
    "too_early": ("◇", "open"),
}
"""Shape and class of what became of an action."""


def mark(state: State) -> Mark:
    """Give the mark of a state in the language spoken."""
    return replace(
        MARKS[state],
        word=words.say(f"state.{state.value}.word"),
        brief=words.say(f"state.{state.value}.brief"),
    )


def status_mark(status: str) -> Mark:
    """Give the mark of what became of an action."""
    shape, css = STATUSES[status]
    word = words.say(f"status.{status}")
    return Mark(word, word, shape, css, 0)


DECIDED = frozenset({State.BREACH, State.BELOW_TARGET, State.MEETS})
AGAINST = frozenset({State.BREACH, State.BELOW_TARGET})

KPI_ORDER: tuple[str, ...] = (
    "dispatch_on_time_rate",
    "dispatch_hours",
    "handover_ack_rate",
    "handover_in_hours",
    "handover_out_hours",
    "handover_incident_rate",
    "on_time_rate",
    "on_time_controllable_rate",
    "transit_on_time_rate",
    "perfect_shipment_rate",
    "transit_hours",
    "lead_hours",
    "loss_rate",
    "damage_rate",
    "first_attempt_success_rate",
    "return_rate",
    "clearance_hours",
    "customs_hold_rate",
    "scan_gap_hours",
    "blackout_rate",
    "preimport_blackout_hours",
    "first_scan_hours",
    "milestone_completeness_rate",
    "late_record_rate",
    "miscommunication_rate",
    "message_hygiene_rate",
    "proactive_notice_rate",
    "contact_rate",
    "resolution_hours",
    "low_review_rate",
)
"""The order in which a page tells the story of a shipment; KPIs it does not name come last."""

_PLACE = {name: place for place, name in enumerate(KPI_ORDER)}


def kpi_place(kpi: str) -> tuple[int, str]:
    """Give the sort key of a KPI on a page."""
    return _PLACE.get(kpi, len(KPI_ORDER)), kpi


def page_order(result: Result) -> tuple[tuple[int, str], str]:
    """Give the sort key of a result in a table of KPIs."""
    return kpi_place(result.kpi), result.statistic


def by_severity(result: Result) -> tuple[int, tuple[int, str], str]:
    """Give the sort key that puts what is proven against a partner first."""
    return MARKS[result.state].rank, kpi_place(result.kpi), result.statistic


def focus(totals: Sequence[Result], cuts: Sequence[Result]) -> tuple[str, str]:
    """Choose what a finer cut shows: the most serious rate that the cut can say something about.

    Args:
        totals: Results of one partner in one role.
        cuts: Its results by lane (or another cut).

    Returns:
        KPI and statistic, empty where no cut has a value.
    """
    told = {(r.kpi, r.statistic) for r in cuts if r.state in DECIDED or r.state is State.NOT_PROVEN}
    there = {(r.kpi, r.statistic) for r in cuts if r.value is not None}
    ordered = sorted(totals, key=by_severity)
    rates = [(r.kpi, r.statistic) for r in ordered if r.unit == "rate"]
    anything = [(r.kpi, r.statistic) for r in ordered]
    wishes = [[k for k in rates if k in told], [("on_time_rate", "rate")], rates, anything]
    return next((k for wish in wishes for k in wish if k in there), ("", ""))
