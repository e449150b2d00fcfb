"""Every KPI finds in its hand-made cases exactly the facts that are written there."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.support.buckets import bucket_of, facts_of
from tests.support.cases import FILES, comparable, doubted, read_case

from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.retold import WORST

MIN_SHIPMENTS = 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_facts_are_those_of_the_case_file(path: Path) -> None:
    case = read_case(path)
    bucket = bucket_of(case.tables)
    stated = facts_of(bucket, case.context(bucket), {case.kpi: all_kpis()[case.kpi]})
    assert comparable(case.kpi, stated.to_dicts()) == comparable(case.kpi, case.expected)
    if case.worst is not None:
        worst = stated.filter(pl.col("rule") == WORST).to_dicts()
        assert doubted(worst) == doubted({"n": 1, **fact} for fact in case.worst)


@pytest.mark.parametrize("name", all_kpis())
def test_every_kpi_has_cases(name: str) -> None:
    cases = [read_case(path) for path in FILES if path.stem.split("-")[0] == name]
    assert all(case.kpi == name for case in cases)
    assert sum(len(case.tables["shipments"]) for case in cases) >= MIN_SHIPMENTS
