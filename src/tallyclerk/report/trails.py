"""What is known of the shipments that missed most, from first to last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.kpis.retold import is_evidence
from tallyclerk.report import tables, text
from tallyclerk.report.cases import Cases
from tallyclerk.report.model import KpiText, Trail
from tallyclerk.report.states import by_severity

MOST = 10
SIDES = ("from", "to")


def trails(
    cases: Cases, totals: Sequence[Result], kpis: Mapping[str, KpiText]
) -> tuple[Trail, ...]:
    """Give the trails of the shipments that miss most targets, the longest delay first among equals.

    Args:
        cases: Of the FACTS of one partner with PROOF (see `tallyclerk.kpis.evidence`).
        totals: Its totals.
        kpis: The KPIs by name.
    """
    found = _misses(cases, totals)
    worst = sorted(found, key=lambda s: (-len(found[s][0]), -found[s][1], s))[:MOST]
    steps = _steps(cases.facts.filter(pl.col("shipment_id").is_in(worst)))
    return tuple(
        Trail(
            shipment=text.short(shipment, 40),
            reference=text.short(found[shipment][2], 40),
            missed=", ".join(kpis[k].label if k in kpis else k for k in found[shipment][0]),
            steps=tuple(steps.get(shipment, ())),
        )
        for shipment in worst
    )


def _misses(cases: Cases, totals: Sequence[Result]) -> dict[str, tuple[list[str], int, str]]:
    """By shipment: the KPIs it misses the target of, its longest time, the partner's own number."""
    found: dict[str, tuple[list[str], int, str]] = {}
    for result in sorted(totals, key=by_severity):
        if result.target is None:
            continue
        columns = ["shipment_id", "minutes", "own_reference"]
        for shipment, minutes, own in cases.missed(result).select(columns).iter_rows():
            kpis, longest, _ = found.get(shipment, ([], 0, ""))
            if result.kpi not in kpis:
                kpis.append(result.kpi)
            found[shipment] = (kpis, max(longest, minutes or 0), own or "")
    return found


def _steps(facts: pl.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """Each observation once, in the order of time: time, milestone, file and row."""
    whole = facts.filter(~is_evidence())
    sides = [
        whole.select(
            "shipment_id",
            event=pl.col(f"{side}_event"),
            at=pl.col(f"{side}_at"),
            milestone=pl.col(f"{side}_milestone"),
            file=pl.col(f"{side}_file"),
            row=pl.col(f"{side}_row"),
        )
        for side in SIDES
    ]
    seen = (
        pl.concat(sides)
        .filter(pl.col("at").is_not_null())
        .unique("event", maintain_order=True)
        .sort("shipment_id", "at", "event")
    )
    found: dict[str, list[tuple[str, str, str]]] = {}
    for shipment, _, at, milestone, file, row in seen.iter_rows():
        named = tables.milestone(str(milestone or ""))
        place = _place(str(file or ""), row)
        found.setdefault(shipment, []).append((f"{at:%Y-%m-%d %H:%M}", named, place))
    return found


def _place(file: str, row: object) -> str:
    """Name a row of a file: "2026-09.csv:28"."""
    name = text.short(re.split(r"[/\\]", file)[-1], 28)
    return name if row is None else f"{name}:{row}"
