"""FACTS to one row per partner, role, KPI, statistic and rule, over the whole span of the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tallyclerk.simulate.truth.durations import Measured, percentile
from tallyclerk.simulate.truth.facts import Fact
from tallyclerk.simulate.truth.miscommunication import RULES

QUANTILES = {"p50": Fraction(1, 2), "p90": Fraction(9, 10)}
Key = tuple[str, str, str, str | None]


def summarise(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """The rows, sorted; a partner without any fact of a KPI has none of it."""
    groups: dict[Key, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.partner_id, fact.role, fact.kpi, fact.rule].append(fact)
    for partner, role, kpi, _ in list(groups):
        for rule in RULES.get(kpi, ()):
            groups.setdefault((partner, role, kpi, rule), [])
    rows = [row for key, group in groups.items() for row in _rows(key, group)]
    columns = ("partner_id", "role", "kpi", "statistic")
    return sorted(rows, key=lambda r: (*(r[c] for c in columns), r["rule"] or ""))


def _rows(key: Key, facts: list[Fact]) -> list[dict[str, Any]]:
    partner, role, kpi, rule = key
    n = sum(fact.n for fact in facts)
    head = {"partner_id": partner, "role": role, "kpi": kpi}
    if not kpi.endswith("_hours"):
        hits = sum(fact.hits or 0 for fact in facts)
        value = hits / n if n else None
        tail = {"rule": rule, "n": n, "hits": hits, "value": value}
        return [{**head, "statistic": "rate", **tail}]
    lengths = [Measured(fact.minutes, fact.ending) for fact in facts]
    rows = []
    for statistic, quantile in QUANTILES.items():
        minutes = percentile(lengths, quantile)
        value = None if minutes is None else minutes / 60
        tail = {"rule": rule, "n": n, "hits": None, "value": value}
        rows.append({**head, "statistic": statistic, **tail})
    return rows
