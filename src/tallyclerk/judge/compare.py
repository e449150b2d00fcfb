"""Partner against partner: differences, each with its interval and what it proves.

Intervals are those of batches; that of a difference is recovered from the two sides' (MOVER). Each
statistic has a raw row, whatever lanes each of them serves, and a row on the lanes that both use,
weighted to one mix (`same_lanes`). A raw difference that the same lanes do not confirm decides
nothing: then the lanes differ, not the partners.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.domain.tables import TALLIES
from tallyclerk.errors import UsageError
from tallyclerk.judge.cells import Cells
from tallyclerk.judge.common_lanes import common_lanes
from tallyclerk.judge.compared import (
    DECIDED,
    SAME_LANES,
    ComparedRow,
    Comparison,
    Pair,
    Verdict,
)
from tallyclerk.judge.excess import Excess, Question, excess
from tallyclerk.judge.lane_mix import has_known_lanes
from tallyclerk.judge.memory import CODED, UNSEEN, in_memory
from tallyclerk.judge.pairs import Key, pair_of
from tallyclerk.judge.ranks import rank_rows
from tallyclerk.judge.results import Judge
from tallyclerk.judge.same_lanes import Standardised, standardised
from tallyclerk.kpis.retold import CLOCKS, EXCUSED

THE_REST = " + "
AT_ONCE = 3
"""Durations whose cells are added up together: more take more memory, fewer more queries."""


def compare(tallies: pl.LazyFrame, judge: Judge, partners: Sequence[str]) -> Comparison:
    """Compare partners in the roles they share: two with each other, more each with the rest.

    Args:
        tallies: TALLIES of the period; of any partners.
        judge: The judge of that period.
        partners: Two or more.

    Raises:
        UsageError: Some have no role in common, so that nothing can be compared.
    """
    subjects = [subject for subject in judge.subjects if subject[0] in partners]
    judge = replace(judge, subjects=subjects, is_doubting=False)
    held = _held(tallies.filter(pl.col("partner_id").is_in(list(partners))))
    if len(partners) == 2:  # noqa: PLR2004
        return Comparison(pairs=(_against(held, judge, partners[0], partners[1:]),))
    sets = [(one, [p for p in partners if p != one]) for one in partners]
    return Comparison(
        pairs=tuple(_against(held, judge, one, rest) for one, rest in sets),
        ranks=tuple(rank_rows(Cells.of(held, judge.kpis), judge.kpis, partners)),
    )


def _held(tallies: pl.LazyFrame) -> pl.LazyFrame:
    """TALLIES in memory: cases as they count, on agreed clocks, and as before they were excused."""
    told_again = pl.col("rule").is_in([*CLOCKS, EXCUSED])
    return in_memory(tallies.filter(pl.col("rule").is_null() | told_again), ("month", *UNSEEN))


def _against(held: pl.LazyFrame, judge: Judge, first: str, others: Sequence[str]) -> Pair:
    """One partner against another, or against several taken together."""
    second = THE_REST.join(others)
    named = {first: first} | dict.fromkeys(others, second)
    subjects = sorted({(named[partner], role) for partner, role in judge.subjects})
    _require_common_role(subjects, first, second)
    shared = {role for p, role in subjects if p == first} & {r for p, r in subjects if p == second}
    judge = replace(judge, subjects=[s for s in subjects if s[1] in shared])
    rows = _sides(held, named, shared, {role for _, role in subjects})
    by_kpi = _by_kpi(rows)
    sides = (first, second) if has_known_lanes(rows) else ()
    # Most of the work is done in queries, which leave the other threads alone.
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda kpis: _told(by_kpi, judge.about(kpis), sides), _parts(judge)))
    results = [result for part, _ in told for result in part]
    adjusted = dict(sorted(found for _, part in told for found in part.items()))
    pair = pair_of(results, adjusted if sides else None, judge, first, second)
    found = tuple(replace(row, why=_why(row, by_kpi[row.kpi], judge)) for row in pair.rows)
    lanes = tuple(common_lanes(rows, judge.kpis, first, second))
    return replace(pair, rows=found, lanes=lanes, others=tuple(others))


def _by_kpi(rows: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    """The rows of each KPI, which stand together, so that none is copied."""
    held = rows.collect()
    found: dict[str, list[pl.DataFrame]] = {}
    start = 0
    for length, kpi in held["kpi"].rle().struct.unnest().iter_rows():
        found.setdefault(kpi, []).append(held.slice(start, length))
        start += length
    return {kpi: pl.concat(parts).lazy() for kpi, parts in found.items()}


def _parts(judge: Judge) -> list[list[str]]:
    """The KPIs in parts that are worked on at the same time: rates, and a few durations each."""
    rates = [kpi.name for kpi in judge.kpis.values() if kpi.is_rate]
    times = [kpi.name for kpi in judge.kpis.values() if not kpi.is_rate]
    return [*(times[at : at + AT_ONCE] for at in range(0, len(times), AT_ONCE)), rates]


def _told(
    by_kpi: Mapping[str, pl.LazyFrame], judge: Judge, sides: tuple[str, ...]
) -> tuple[list[Result], dict[Key, Standardised]]:
    """The totals of both sides under some KPIs, and what they are on the same lanes."""
    nothing = pl.LazyFrame(schema=TALLIES)
    rows = [by_kpi[name] for name in judge.kpis if name in by_kpi]
    cells = Cells.of(pl.concat(rows), judge.kpis) if rows else None
    counts = cells.counts() if cells else {}
    results = [
        result
        for name, kpi in judge.kpis.items()
        for result in judge.of_counts(counts.get(name, []), kpi, by_kpi.get(name, nothing))
    ]
    return results, standardised(cells, sides) if cells and sides else {}


def _sides(
    held: pl.LazyFrame, named: Mapping[str, str], shared: set[str], roles: set[str]
) -> pl.LazyFrame:
    """The rows in the shared roles, partners under the names of their sides."""
    if shared == roles and all(name == side for name, side in named.items()):
        return held
    side = pl.col("partner_id").cast(pl.String).replace_strict(named).cast(CODED)
    chosen = held.filter(pl.col("role").is_in(sorted(shared))).with_columns(side)
    return chosen.collect().lazy()


def _require_common_role(subjects: Sequence[tuple[str, str]], first: str, second: str) -> None:
    roles = [sorted({role for p, role in subjects if p == partner}) for partner in (first, second)]
    if set(roles[0]) & set(roles[1]):
        return
    said = [" and ".join(found) or "nothing in this period" for found in roles]
    raise UsageError(
        f"{first} is {said[0]}, {second} is {said[1]}: they share no role to compare them in",
        how="choose partners of the same role; `tallyclerk tally` lists them",
    )


def _why(row: ComparedRow, rows: pl.LazyFrame, judge: Judge) -> Excess | None:
    """Where the excess of the worse one sits, of a row on the same lanes that decides."""
    if row.basis != SAME_LANES or row.verdict not in DECIDED:
        return None
    worse, other = row.first, row.second
    if row.verdict is Verdict.BETTER:
        worse, other = other, worse
    asked = Question(
        kpi=judge.kpis[row.kpi],
        role=row.role,
        worse=worse.partner_id,
        other=other.partner_id,
        lanes=row.lanes,
        beyond_hours=other.value if row.first.unit == "hours" else None,
    )
    return excess(rows, asked)
