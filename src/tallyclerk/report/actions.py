"""actions.csv: what was asked of partners, and what the test of each says a month later.

An action keeps its id as long as it is about the same figure of the same partner, so that a report
can be held against the one before by anybody who has both files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from tallyclerk.domain.results import Result
from tallyclerk.report import verdict
from tallyclerk.report.fixes import fixes
from tallyclerk.report.model import Fix, KpiText, PartnerInput, PastAction
from tallyclerk.report.roles import roles_of

NAME = "actions.csv"
OPEN, FIXED, NOT_FIXED, TOO_EARLY = "open", "fixed", "not_fixed", "too_early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A line of actions.csv: what to do, and how it will be known to be done.

    Attributes:
        id: The same in every report that asks for the same.
        since: Period of the report that asked first.
        target: Value to reach, in the unit of the KPI; `least_n`: cases the test needs.
        due: Month in which it is tested next.
        status: open (asked now), fixed, not_fixed or too_early (asked before, and tested now).
        found: What the test found.
    """

    id: str
    partner_id: str
    role: str
    kpi: str
    statistic: str
    lane: str
    target: float
    better: str
    least_n: int
    since: str
    due: str
    what: str
    size: str
    owner: str
    proof: str
    status: str = OPEN
    found: str = ""


COLUMNS = tuple(field.name for field in fields(Action))


def asked_before(folder: Path, *, is_itself: bool = False) -> tuple[Action, ...]:
    """The actions that an earlier report still waited for; none where there is no such report.

    Args:
        folder: Of the earlier report's data.
        is_itself: Whether it is the report that is made again: then those that it tested.
    """
    try:
        text = (folder / NAME).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    found = []
    for row in csv.DictReader(io.StringIO(text)):
        try:
            action = Action(
                **{
                    **{name: (row[name] or "").removeprefix("'") for name in COLUMNS},
                    "target": float(row["target"]),
                    "least_n": int(row["least_n"]),
                }  # type: ignore[arg-type]
            )
        except (KeyError, TypeError, ValueError):
            continue  # written by hand, or by another version
        if action.status != (OPEN if is_itself else FIXED):
            found.append(action)
    return tuple(found)


def tested(given: PartnerInput, before: Iterable[Action]) -> tuple[Action, ...]:
    """What was asked of one partner before, each decided by its own test.

    Args:
        given: The partner, as it is judged now.
        before: Actions of an earlier report.
    """
    results = {_key(r): r for r in (*given.totals, *given.lanes)}
    return tuple(
        _tested(action, results.get((action.role, action.kpi, action.statistic, action.lane)))
        for action in before
        if action.partner_id == given.partner_id
    )


def _key(result: Result) -> tuple[str, str, str, str]:
    return result.role, result.kpi, result.statistic, result.lane or ""


def _tested(action: Action, result: Result | None) -> Action:
    if result is None or result.value is None:
        why = (result.reason if result else None) or ""
        return replace(action, status=TOO_EARLY, found=why)
    found = f"{verdict.value(result)}, {verdict.basis(result)}"
    if result.n < action.least_n:
        return replace(action, status=TOO_EARLY, found=found)
    if action.better == "higher":
        is_fixed = result.value >= action.target
    else:
        is_fixed = result.value <= action.target
    return replace(action, status=FIXED if is_fixed else NOT_FIXED, found=found)


def with_actions(
    givens: Mapping[str, PartnerInput], kpis: Mapping[str, KpiText], before: Sequence[Action]
) -> tuple[dict[str, PartnerInput], list[Action]]:
    """The partners with what was asked of them before, and every action as actions.csv lists it."""
    past = {partner: tested(given, before) for partner, given in givens.items()}
    told = {
        partner: replace(given, past_actions=tuple(as_past(action) for action in past[partner]))
        for partner, given in givens.items()
    }
    now = [action for given in givens.values() for action in asked_now(given, kpis)]
    return told, all_actions(now, [action for each in past.values() for action in each])


def as_past(action: Action) -> PastAction:
    """A tested action as a page shows it."""
    return PastAction(
        key=action.id,
        role=action.role,
        what=action.what,
        proof=action.proof,
        status=action.status,
        found=action.found,
    )


def asked_now(given: PartnerInput, kpis: Mapping[str, KpiText]) -> tuple[Action, ...]:
    """What a report asks of a partner: the things to fix first, in each of its roles."""
    better = {(r.role, r.kpi): r.better for r in given.totals}
    return tuple(
        _of_fix(fix, better[fix.role, fix.kpi], given.run.period)
        for role in roles_of(given)
        for fix in fixes(given, role, kpis)
    )


def _of_fix(fix: Fix, better: str, period: str) -> Action:
    return Action(
        id=fix.key,
        partner_id=fix.partner_id,
        role=fix.role,
        kpi=fix.kpi,
        statistic=fix.statistic,
        lane=fix.lane or "",
        target=fix.target,
        better=better,
        least_n=fix.least_n,
        since=period,
        due=fix.due,
        what=fix.what,
        size=fix.size,
        owner=fix.owner,
        proof=fix.proof,
    )


def all_actions(now: Sequence[Action], past: Sequence[Action]) -> list[Action]:
    """Every action once: what is asked again keeps the period it was first asked in.

    Returns:
        By partner, role and id.
    """
    was = {action.id: action for action in past}
    asked = [
        replace(action, since=was[action.id].since, status=was[action.id].status)
        if action.id in was
        else action
        for action in now
    ]
    found = {action.id: action.found for action in past}
    asked = [replace(action, found=found.get(action.id, "")) for action in asked]
    again = {action.id for action in now}
    rest = [action for action in past if action.id not in again]
    return sorted([*asked, *rest], key=lambda a: (a.partner_id, a.role, a.id))


def action_rows(actions: Iterable[Action]) -> Iterable[Sequence[object]]:
    """The cells of actions.csv."""
    return (tuple(asdict(action).values()) for action in actions)
