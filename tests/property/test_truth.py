"""The fast way and the plain way agree on every fact of any world."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
import pytest
from tests.support.buckets import bucket_of, context_of, facts_of
from tests.support.cases import comparable
from tests.support.worlds import settings, world

from tallyclerk.kpis.registry import all_kpis
from tallyclerk.simulate.emitted import TruthSettings
from tallyclerk.simulate.truth import facts_of as plain_facts_of
from tallyclerk.simulate.truth import records, worst
from tallyclerk.simulate.truth.journeys import journeys


def differences(tables: dict[str, Any], chosen: TruthSettings) -> dict[str, Any]:
    """Facts that only one of both ways finds, by KPI."""
    known = records.read(chosen, **tables)
    plain: list[dict[str, Any]] = []
    if known is not None:
        plain = [{f: getattr(x, f) for f in x.__slots__} for x in plain_facts_of(known)]
    bucket = bucket_of(tables)
    stated = facts_of(bucket, context_of([bucket], chosen)).to_dicts()
    # A rule's rows share the n of the total: the fast way leaves it there.
    shared = {name for name, kpi in all_kpis().items() if kpi.rules}
    fast = [{**f, "n": 1} if f["kpi"] in shared and f["rule"] else f for f in stated]
    found: dict[str, Any] = {}
    for name in all_kpis():
        ours, theirs = (
            comparable(name, [fact for fact in facts if fact["kpi"] == name])
            for facts in (fast, plain)
        )
        for kind, a, b in zip(("n", "hits"), ours, theirs, strict=True):
            extra = Counter(map(repr, a)) - Counter(map(repr, b))
            missing = Counter(map(repr, b)) - Counter(map(repr, a))
            if extra or missing:
                found[f"{name} {kind}"] = (sorted(extra), sorted(missing))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_fact_is_the_plain_one(seed: int) -> None:
    assert differences(world(seed), settings(seed)) == {}


def worst_of_both(
    tables: dict[str, Any], chosen: TruthSettings
) -> tuple[Counter[Any], Counter[Any]]:
    """The cases in doubt that each of both ways finds, as they are in the worst case."""
    known = records.read(chosen, **tables)
    assert known is not None
    plain = [fact for journey in journeys(known) for fact in worst.worst_cases(journey)]
    bucket = bucket_of(tables)
    kpis = {name: all_kpis()[name] for name in worst.KPIS}
    stated = facts_of(bucket, context_of([bucket], chosen), kpis)
    fast = stated.filter(pl.col("rule") == worst.WORST).to_dicts()
    columns = ("kpi", "shipment_id", "partner_id", "n", "hits", "minutes", "ending")
    return (
        Counter(tuple(fact[c] or 0 for c in columns) for fact in fast),
        Counter(tuple(getattr(fact, c) or 0 for c in columns) for fact in plain),
    )


@pytest.mark.parametrize("seed", [0, 5, 6, 17])
def test_every_worst_case_is_the_plain_one(seed: int) -> None:
    fast, plain = worst_of_both(world(seed), settings(seed))
    assert fast == plain
    assert len(plain) > 100
    kpis = {kpi for kpi, *_ in plain}
    assert kpis == set(worst.KPIS) or seed not in {5, 6}
