"""FACTS to one row per partner, role, KPI, statistic and rule, over the whole span of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tallyclerk.simulate.truth.durations import Measured, percentile
from tallyclerk.simulate.truth.facts import Fact
from tallyclerk.simulate.truth.miscommunication import RULES
from tallyclerk.simulate.truth.worst import KPIS, ONCE

QUANTILES = {"p50": Fraction(1, 2), "p90": Fraction(9, 10)}
Key = tuple[str, str, str, str | None]


@dataclass(slots=True)
class Sum:
    """What the facts of one key come to: how many count, how many hit, and the durations."""

    n: int = 0
    hits: int = 0
    durations: list[Measured] = field(default_factory=list)

    def add(self, fact: Fact) -> None:
        """Counts one fact."""
        self.n += fact.n
        self.hits += fact.hits or 0
        if fact.ending is not None:
            self.durations.append(Measured(fact.minutes, fact.ending))


def summarise(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """The rows, sorted; a partner without any fact of a KPI has none of it."""
    sums: dict[Key, Sum] = {}
    for fact in facts:
        key = (fact.partner_id, fact.role, fact.kpi, fact.rule)
        if key not in sums:
            sums[key] = Sum()
        sums[key].add(fact)
    for (partner, role, kpi, rule), total in list(sums.items()):
        for each in RULES.get(kpi, ()) if rule is None else ():
            # An incident rule can be broken by every shipment that counts under the KPI.
            sums.setdefault((partner, role, kpi, each), Sum()).n = total.n
    rows = [row for key, total in sums.items() for row in _rows(key, total)]
    columns = ("partner_id", "role", "kpi", "statistic")
    return sorted(rows, key=lambda r: (*(r[c] for c in columns), r["rule"] or ""))


def _rows(key: Key, total: Sum) -> Iterator[dict[str, Any]]:
    """A row for a rate, one per percentile for a duration."""
    if not key[2].endswith("_hours"):
        yield _row(key, "rate", total.n, total.hits, total.hits / total.n if total.n else None)
        return
    for statistic, quantile in QUANTILES.items():
        minutes = percentile(total.durations, quantile)
        yield _row(key, statistic, total.n, None, None if minutes is None else minutes / 60)


def _row(key: Key, statistic: str, n: int, hits: int | None, value: float | None) -> dict[str, Any]:
    partner, role, kpi, rule = key
    return {
        "partner_id": partner,
        "role": role,
        "kpi": kpi,
        "statistic": statistic,
        "rule": rule,
        "n": n,
        "hits": hits,
        "value": value,
    }


def with_worst(
    rows: list[dict[str, Any]], facts: Iterable[Fact], hidden: list[Fact]
) -> list[dict[str, Any]]:
    """Rows with the worst case beside the value, for the KPIs that it is computed for.

    Args:
        rows: From `summarise`.
        facts: The facts they were made of.
        hidden: The cases in doubt, as they are in the worst case.
    """
    doubted = {(fact.kpi, fact.shipment_id, fact.partner_id) for fact in hidden if fact.kpi in ONCE}
    kept = [
        fact
        for fact in facts
        if fact.kpi in KPIS
        and fact.rule is None
        and (fact.kpi, fact.shipment_id, fact.partner_id) not in doubted
    ]
    cases = Counter((fact.partner_id, fact.role, fact.kpi) for fact in hidden)
    columns = ("partner_id", "role", "kpi", "statistic")
    worst = {
        tuple(row[c] for c in columns): row["value"]
        for row in summarise([*kept, *(replace(fact, rule=None) for fact in hidden)])
    }
    known = {(row["partner_id"], row["role"], row["kpi"]) for row in rows}
    unknown = summarise(
        replace(fact, rule=None, n=0, hits=0, minutes=None, ending=None)
        for fact in hidden
        if (fact.partner_id, fact.role, fact.kpi) not in known
    )
    for row in (*rows, *unknown):
        if row["kpi"] in KPIS and row["rule"] is None:
            in_doubt = cases[row["partner_id"], row["role"], row["kpi"]]
            row["in_doubt"] = in_doubt
            row["worst"] = worst[tuple(row[c] for c in columns)] if in_doubt else None
    return sorted([*rows, *unknown], key=lambda r: (*(r[c] for c in columns), r["rule"] or ""))
