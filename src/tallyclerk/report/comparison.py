"""Builds the model of a comparison: the same cells for the terminal, Markdown, HTML and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from tallyclerk.domain.judgement import RunInfo
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.results import Result
from tallyclerk.judge.compared import DECIDED, RAW, ComparedRow, Comparison, Pair, Verdict
from tallyclerk.report import text, words
from tallyclerk.report.charts.small import interval_pair
from tallyclerk.report.comparison_notes import lanes, notes, other_side, title
from tallyclerk.report.head import Brand, Head, head
from tallyclerk.report.states import page_order

CSS = {Verdict.BETTER: "meets", Verdict.WORSE: "below"}
LONGEST_BESIDE = 24
"""Letters of a name beside what is proven of it."""
RANKED = 3
"""Partners from which on there are ranks: two are told by their difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One statistic of both sides, every cell as it is printed.

    Attributes:
        cells: KPI, first side, its n, second side, its n, difference, verdict.
        is_raw: Whether it is about all cases, or about those on the same lanes.
        css: Class of the verdict, which gives the colour.
        bar: Both intervals on one scale, as SVG.
    """

    cells: tuple[str, ...]
    is_raw: bool
    css: str
    bar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLines:
    """The lines of a pair in one role; `lanes` says how much lies on common lanes."""

    role: str
    lanes: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLines:
    """Two sides, compared: `headings` are those of the cells, `notes` stand below."""

    first: str
    second: str
    headings: tuple[str, ...]
    roles: tuple[RoleLines, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """The ranks that noise allows: one row per role and statistic, a cell per partner."""

    partners: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPage:
    """Partners side by side; `ranks` only of more than two."""

    head: Head
    title: str
    pairs: tuple[PairLines, ...]
    ranks: Ranks | None


def comparison_page(
    comparison: Comparison, kpis: Mapping[str, Kpi], info: RunInfo, brand: Brand | None = None
) -> ComparisonPage:
    """Build the model.

    Args:
        comparison: What was found.
        kpis: Definitions by name.
        info: The run.
        brand: Whose page it is; a terminal shows none.
    """
    pairs = comparison.pairs
    names = [pair.first for pair in pairs] if len(pairs) > 1 else [pairs[0].first, pairs[0].second]
    return ComparisonPage(
        head=replace(head(info), brand=brand or Brand()),
        title=" vs ".join(names),
        pairs=tuple(_pair(pair, kpis) for pair in pairs),
        ranks=_ranks(comparison, kpis),
    )


def _pair(pair: Pair, kpis: Mapping[str, Kpi]) -> PairLines:
    ordered = sorted(pair.rows, key=lambda row: (row.role, page_order(row.first)))
    second = other_side(pair)
    return PairLines(
        first=pair.first,
        second=second,
        headings=(
            words.say("comparison.kpi"),
            *(pair.first, "n", second, "n"),
            words.say("comparison.difference"),
            words.say("comparison.verdict"),
        ),
        roles=tuple(
            RoleLines(
                role=role,
                lanes=tuple(lanes(pair, role)),
                lines=tuple(_line(pair, row, kpis) for row in rows),
            )
            for role, rows in groupby(ordered, key=lambda row: row.role)
        ),
        notes=tuple(notes(pair, ordered, kpis)),
    )


def _line(pair: Pair, row: ComparedRow, kpis: Mapping[str, Kpi]) -> Line:
    verdict = words.named("comparison.verdict_of", row.verdict.name.lower())
    if row.verdict in DECIDED:
        verdict = f"{text.short(pair.first, LONGEST_BESIDE)} {verdict}"
    is_raw, both = row.basis == RAW, (row.first, row.second)
    name = f"{title(kpis[row.kpi], row.statistic)} {text.sign(row.first.unit)}"
    sides = [cell for result in both for cell in (_estimate(result), _cases(result))]
    return Line(
        cells=(name if is_raw else words.say("comparison.same"), *sides, _difference(row), verdict),
        is_raw=is_raw,
        css=CSS.get(row.verdict, "open"),
        bar=interval_pair(
            [(result.value, result.low, result.high) for result in both],
            most=1.0 if row.first.unit == "rate" else None,
        ),
    )


def _estimate(result: Result) -> str:
    assert result.value is not None  # noqa: S101 - a compared row has values
    scale = _scale(result.unit)
    limits = ["…" if at is None else _rough(at * scale) for at in (result.low, result.high)]
    return f"{text.amount(result.value, result.unit)} [{'–'.join(limits)}]"


def _cases(result: Result) -> str:
    """Give n, with a star while some of the cohort are not mature yet."""
    return f"{text.count(result.n)}{'*' if result.provisional else ''}"


def _difference(row: ComparedRow) -> str:
    scale = _scale(row.first.unit)
    diff, low, high = (None if at is None else _signed(at * scale) for at in row.difference)
    if row.verdict is Verdict.TOO_FEW:
        return diff or text.DASH
    return f"{diff or text.DASH} [{low or text.DASH}, {high or text.DASH}]"


def _scale(unit: str) -> int:
    return 100 if unit == "rate" else 1


def _signed(value: float) -> str:
    return text.signed(value, _rough(abs(value)))


def _rough(value: float) -> str:
    """Give a limit with two digits."""
    digits = 2 if 0 < value < 0.095 else 1 if 0 < value < 9.95 else 0  # noqa: PLR2004
    return text.local(f"{value:.{digits}f}")


def _ranks(comparison: Comparison, kpis: Mapping[str, Kpi]) -> Ranks | None:
    if len(comparison.pairs) < RANKED:
        return None
    named = tuple(pair.first for pair in comparison.pairs)
    rows = []
    for key, ranked in groupby(comparison.ranks, key=lambda r: (r.role, r.kpi, r.statistic)):
        sets = {rank.partner: (rank.best, rank.worst) for rank in ranked}
        cells = ("–".join(map(str, dict.fromkeys(sets[name]))) for name in named)
        role = words.named("role", key[0])
        rows.append((f"{title(kpis[key[1]], key[2])}, {role}", *cells))
    note = words.say(f"comparison.{'ranks' if rows else 'no_ranks'}")
    return Ranks(partners=named, rows=tuple(rows), note=note)
