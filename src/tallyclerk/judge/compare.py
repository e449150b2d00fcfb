"""Partner against partner: raw differences, each with its interval and what it proves.

The interval of a difference is recovered from those of its two results (Newcombe's square-and-add
for rates, MOVER for percentiles), so that it stands on batches as they do. Raw means: whatever
lanes each of them serves. A row says what it is based on (`basis`), so that rows adjusted for lanes
can stand beside the raw ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.results import Result
from tallyclerk.errors import UsageError
from tallyclerk.judge.estimates import MIN_BATCHES, MIN_CASES
from tallyclerk.stats.differences import Difference, mover
from tallyclerk.stats.planning import n_to_prove_difference

MIN_RARE_HITS = 5
"""Hits of both together below which a difference of rare events says nothing."""
Key = tuple[str, str, str]


class Verdict(StrEnum):
    """What a difference proves of the first partner."""

    BETTER = "better"
    WORSE = "worse"
    NOT_PROVEN = "not proven"
    TOO_FEW = "too few events"


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    """One statistic of two partners in the same role.

    Attributes:
        role: Their role.
        kpi: Name of the KPI; `statistic`: its statistic.
        basis: On which shipments: "raw" = all of each.
        first: Result of the first partner.
        second: Result of the other one.
        difference: First minus second, in the unit of the results.
        verdict: What it proves of the first.
        needed: Shipments each that would prove a difference of this size; None where it is proven,
            or cannot be said.
    """

    role: str
    kpi: str
    statistic: str
    basis: str = "raw"
    first: Result
    second: Result
    difference: Difference
    verdict: Verdict
    needed: int | None = None


@dataclass(frozen=True, kw_only=True)
class NotCompared:
    """A statistic that cannot be compared, and why."""

    role: str
    kpi: str
    statistic: str
    partner: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The first partner against one other."""

    first: str
    second: str
    rows: tuple[ComparedRow, ...]
    not_compared: tuple[NotCompared, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Some partners, each against the first."""

    pairs: tuple[Pair, ...]


def compare(
    results: Sequence[Result], partners: Sequence[str], kpis: Mapping[str, Kpi]
) -> Comparison:
    """Compare partners in the roles they share.

    Args:
        results: Totals of at least these partners.
        partners: The first one and those it is compared with.
        kpis: The definitions by name.

    Raises:
        UsageError: Two of them have no role in common, so that nothing can be compared.
    """
    by_partner: dict[str, dict[Key, Result]] = defaultdict(dict)
    for result in results:
        by_partner[result.partner_id][result.role, result.kpi, result.statistic] = result
    first = partners[0]
    return Comparison(pairs=tuple(_pair(first, other, by_partner, kpis) for other in partners[1:]))


def _pair(
    first: str, second: str, by_partner: Mapping[str, Mapping[Key, Result]], kpis: Mapping[str, Kpi]
) -> Pair:
    ours, theirs = by_partner.get(first, {}), by_partner.get(second, {})
    _require_common_role(first, ours, second, theirs)
    rows, left_out = [], []
    for key in sorted(ours.keys() & theirs.keys()):
        silent = next((r for r in (ours[key], theirs[key]) if r.value is None), None)
        if silent is None:
            rows.append(_row(ours[key], theirs[key], kpis[key[1]]))
        else:
            left_out.append(_without(key, silent))
    return Pair(first=first, second=second, rows=tuple(rows), not_compared=tuple(left_out))


def _require_common_role(
    first: str, ours: Mapping[Key, Result], second: str, theirs: Mapping[Key, Result]
) -> None:
    roles = [sorted({role for role, *_ in keys}) for keys in (ours, theirs)]
    if set(roles[0]) & set(roles[1]):
        return
    said = [" and ".join(found) or "nothing in this period" for found in roles]
    raise UsageError(
        f"{first} is {said[0]}, {second} is {said[1]}: they share no role to compare them in",
        how="choose partners of the same role; `tallyclerk tally` lists them",
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


def _row(first: Result, second: Result, kpi: Kpi) -> ComparedRow:
    difference = difference_of(first, second)
    verdict = _verdict(first, second, difference, kpi)
    return ComparedRow(
        role=first.role,
        kpi=first.kpi,
        statistic=first.statistic,
        first=first,
        second=second,
        difference=difference,
        verdict=verdict,
        needed=_needed(first, second, verdict),
    )


def difference_of(first: Result, second: Result) -> Difference:
    """First minus second with its 95 % interval; both must have a value."""
    if first.value is None or second.value is None:
        raise ValueError("a difference needs two values")
    diff, low, high = mover(
        first.value, first.low, first.high, second.value, second.low, second.high
    )
    if first.unit != "rate":
        return Difference(diff, low, high)
    return Difference(
        diff,
        None if low is None else max(-1.0, low),
        None if high is None else min(1.0, high),
    )


def _verdict(first: Result, second: Result, difference: Difference, kpi: Kpi) -> Verdict:
    if any(_is_thin(result) for result in (first, second)):
        return Verdict.TOO_FEW
    if kpi.rare and (first.hits or 0) + (second.hits or 0) < MIN_RARE_HITS:
        return Verdict.TOO_FEW
    is_higher = difference.low is not None and difference.low > 0
    is_lower = difference.high is not None and difference.high < 0
    if not (is_higher or is_lower):
        return Verdict.NOT_PROVEN
    return Verdict.BETTER if is_higher == (kpi.better == "higher") else Verdict.WORSE


def _is_thin(result: Result) -> bool:
    """Whether too few independent cases, or batches of them, stand behind a result."""
    independent = result.n if result.effective_n is None else min(result.n, result.effective_n)
    return independent < MIN_CASES or result.batches < MIN_BATCHES


def _needed(first: Result, second: Result, verdict: Verdict) -> int | None:
    """Shipments each for the difference seen, where it is a rate's and not proven yet."""
    if verdict in {Verdict.BETTER, Verdict.WORSE} or first.value is None or second.value is None:
        return None
    if first.unit != "rate" or first.value == second.value:
        return None
    return n_to_prove_difference(first.value, second.value)


def comparison_rows(comparison: Comparison) -> Iterator[dict[str, object]]:
    """One flat row per line of a comparison, those not compared included."""
    for pair in comparison.pairs:
        for row in pair.rows:
            yield {
                **_about(pair, row.role, row.kpi, row.statistic),
                "unit": row.first.unit,
                "basis": row.basis,
                **_side("first", row.first),
                **_side("second", row.second),
                **row.difference._asdict(),
                "verdict": str(row.verdict),
                "needed": row.needed,
                "reason": None,
            }
        for out in pair.not_compared:
            reason = f"{out.partner}: {out.reason}"
            blank = dict.fromkeys(_BLANK)
            yield {
                **_about(pair, out.role, out.kpi, out.statistic),
                **blank,
                "verdict": "not compared",
                "needed": None,
                "reason": reason,
            }


_SIDE = ("n", "hits", "value", "low", "high")
_BLANK = (
    "unit",
    "basis",
    *(f"{side}_{name}" for side in ("first", "second") for name in _SIDE),
    *Difference._fields,
)


def _about(pair: Pair, role: str, kpi: str, statistic: str) -> dict[str, object]:
    return {
        "first": pair.first,
        "second": pair.second,
        "role": role,
        "kpi": kpi,
        "statistic": statistic,
    }


def _side(side: str, result: Result) -> dict[str, object]:
    return {f"{side}_{name}": getattr(result, name) for name in _SIDE}
