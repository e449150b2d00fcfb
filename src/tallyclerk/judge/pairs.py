"""Two partners side by side: what a raw difference proves, and whether the same lanes confirm it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tallyclerk.domain.results import Result
from tallyclerk.judge.compared import (
    DECIDED,
    SAME_LANES,
    ComparedRow,
    NotCompared,
    Pair,
    Verdict,
)
from tallyclerk.judge.lanes import MIN_COVERAGE
from tallyclerk.judge.results import Judge
from tallyclerk.judge.same_lanes import Standardised
from tallyclerk.judge.verdicts import difference_of, needed_for, verdict_of

Key = tuple[str, str, str]
"""Role, KPI and statistic."""


def pair_of(
    results: Sequence[Result],
    same: Mapping[Key, Standardised] | None,
    judge: Judge,
    first: str,
    second: str,
) -> Pair:
    """Two partners side by side, raw and on the same lanes.

    Args:
        results: Totals of both.
        same: Both on their common lanes, by role, KPI and statistic; None where no lane is known,
            so that raw differences are all there is.
        judge: With the definitions.
        first: The partner of whom verdicts speak.
        second: The other one.
    """
    sides: dict[str, dict[Key, Result]] = {first: {}, second: {}}
    for result in results:
        sides[result.partner_id][result.role, result.kpi, result.statistic] = result
    rows: list[ComparedRow] = []
    left_out = []
    for key in sorted(sides[first].keys() & sides[second].keys()):
        both = (sides[first][key], sides[second][key])
        silent = [result for result in both if result.value is None]
        if silent:
            left_out += [_without(key, result) for result in silent]
            continue
        raw = _row(*both, judge)
        if same is None:
            rows.append(raw)
            continue
        adjusted = _adjusted(both, same.get(key), judge)
        rows += [_confirmed(raw, adjusted), *([adjusted] if adjusted else [])]
    return Pair(
        first=first,
        second=second,
        rows=tuple(rows),
        not_compared=tuple(left_out),
        has_lanes=same is not None,
    )


def _without(key: Key, silent: Result) -> NotCompared:
    role, kpi, statistic = key
    return NotCompared(
        role=role,
        kpi=kpi,
        statistic=statistic,
        partner=silent.partner_id,
        reason=silent.reason or "no value",
    )


def _row(first: Result, second: Result, judge: Judge) -> ComparedRow:
    difference = difference_of(first, second)
    verdict = verdict_of(first, second, difference, is_rare=judge.kpis[first.kpi].rare)
    return ComparedRow(
        role=first.role,
        kpi=first.kpi,
        statistic=first.statistic,
        first=first,
        second=second,
        difference=difference,
        verdict=verdict,
        needed=needed_for(first, second, verdict),
    )


def _adjusted(
    both: tuple[Result, Result], same: Standardised | None, judge: Judge
) -> ComparedRow | None:
    """The row on the same lanes, None where there are none or a side has no value on them."""
    if same is None or any(side.estimate.value is None for side in same.sides.values()):
        return None
    sides = [same.sides[result.partner_id] for result in both]
    found = [
        replace(
            result,
            n=side.n,
            hits=side.hits,
            value=side.estimate.value,
            low=side.estimate.low,
            high=side.estimate.high,
            batches=side.estimate.batches,
            effective_n=side.estimate.effective_n,
        )
        for result, side in zip(both, sides, strict=True)
    ]
    return replace(
        _row(found[0], found[1], judge),
        basis=SAME_LANES,
        lanes=same.lanes,
        first_share=sides[0].share,
        second_share=sides[1].share,
    )


def _confirmed(raw: ComparedRow, adjusted: ComparedRow | None) -> ComparedRow:
    """The raw row; where it decides but the same lanes do not say so too, it decides nothing."""
    if raw.verdict not in DECIDED:
        return raw
    if adjusted is None:
        return replace(raw, verdict=Verdict.LANES, reason="no common lane with enough batches")
    shares = (adjusted.first_share or 0.0, adjusted.second_share or 0.0)
    if min(shares) < MIN_COVERAGE:
        least = f"{MIN_COVERAGE * 100:.0f} %"
        said = f"less than {least} of a side's cases are on common lanes"
        return replace(raw, verdict=Verdict.LANES, reason=said)
    if adjusted.verdict is raw.verdict:
        return raw
    return replace(raw, verdict=Verdict.LANES, reason=f"on the same lanes {adjusted.verdict}")
