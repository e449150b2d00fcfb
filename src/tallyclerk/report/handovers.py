"""What each additional handover adds, in sentences that are never stronger than the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tallyclerk.domain.kpi import Kpi
from tallyclerk.judge.compared import SAME_LANES, ComparedRow, Comparison, Verdict
from tallyclerk.judge.handovers import decisive
from tallyclerk.report import text

QUANTILES = {"p50": ", P50", "p90": ", P90"}
SAID = {
    Verdict.BETTER: "better, more than chance",
    Verdict.WORSE: "worse, more than chance",
    Verdict.NOT_PROVEN: "not proven",
    Verdict.TOO_FEW: "too few events to say",
    Verdict.LANES: "the lanes differ, so nothing is proven of the handover",
}


def added_lines(found: Comparison, kpis: Mapping[str, Kpi]) -> Iterator[str]:
    """One sentence per number of handovers and statistic."""
    for pair in found.pairs:
        for row in decisive(pair):
            kpi = kpis[row.kpi]
            title = f"{kpi.label}{QUANTILES.get(row.statistic, '')}"
            where = ", on the same lanes" if row.basis == SAME_LANES else ", all lanes"
            yield (
                f"from {text.plural(int(pair.second), 'handover')} to {pair.first}{where}: {title} {_step(row)}: "
                f"{SAID[row.verdict]}"
            )


def _step(row: ComparedRow) -> str:
    """The difference with its interval and both values: "+12 h [+8, +15] (60 h, n 400, to 72 h, …)"."""
    unit = row.first.unit
    scale = 100.0 if unit == "rate" else 1.0
    diff, low, high = (None if each is None else f"{each * scale:+.1f}" for each in row.difference)
    sides = " to ".join(
        f"{text.quantity(side.value, unit, of=side.n)} (n {side.n:,})"
        for side in (row.second, row.first)
    )
    points = "points" if unit == "rate" else "h"
    return f"{diff} {points} [{low or '…'}, {high or '…'}], {sides}"
