"""The true answers against every hand-made case."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from tests.support.cases import FILES, comparable, read_case

from tallyclerk.simulate.truth import facts_of
from tallyclerk.simulate.truth.records import read

PLAIN = [path for path in FILES if not read_case(path).agreements]


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
def test_the_truth_finds_the_expected_facts(path: Path) -> None:
    case = read_case(path)
    known = read(case.settings, **case.tables)
    assert known is not None
    found = [asdict(fact) for fact in facts_of(known) if fact.kpi == case.kpi]
    assert comparable(case.kpi, found) == comparable(case.kpi, case.expected)


def test_every_shipment_says_why() -> None:
    for path in FILES:
        case = read_case(path)
        assert {fact["shipment_id"] for fact in case.expected} <= {
            row["shipment_id"] for row in case.tables["shipments"]
        }, path.name
