"""The fixtures' true answers, computed another way by the simulator: equal in every n, hit and value."""

import json
from pathlib import Path

import pytest
from tests.support.command import ask

from tallyclerk.kpis.registry import all_kpis

FIXTURES = Path(__file__).parents[2] / "fixtures"
NAMES = ("partner_id", "role", "kpi", "statistic", "rule")


@pytest.fixture(scope="module")
def truth():
    return json.loads((FIXTURES / "truth.json").read_text(encoding="utf-8"))


def numbers(results):
    return {
        tuple(row.get(name) for name in NAMES): (row["n"], row["hits"], row["value"])
        for row in results
    }


def check(ours, true):
    """Every true answer is ours, and what we say beyond it is that there was nothing."""
    assert {key: ours.get(key) for key in true} == true
    assert {key: n for key, (n, _, _) in ours.items() if key not in true and n} == {}


def test_totals(fixtures_read, truth):
    told = ask(fixtures_read, "tally", "--format", "json").json
    assert told["run"]["as_of"] == truth["as_of"]
    true = numbers(row for row in truth["results"] if row.get("rule") is None)
    check(numbers(told["results"]), true)


def worst_of(results):
    return {
        tuple(row.get(name) for name in NAMES): (row["in_doubt"], row["worst"])
        for row in results
        if "worst" in row and row.get("rule") is None
    }


def test_the_worst_cases(fixtures_read, truth):
    told = ask(fixtures_read, "tally", "--format", "json").json
    ours, true = worst_of(told["results"]), worst_of(truth["results"])
    assert {key: ours.get(key) for key in true} == true
    assert sum(1 for in_doubt, _ in true.values() if in_doubt) > 20


def test_parts_by_rule(fixtures_read, truth):
    told = ask(fixtures_read, "tally", "--by", "rule", "--format", "json").json
    true = numbers(row for row in truth["results"] if row.get("rule") is not None)
    assert true
    check(numbers(told["results"]), true)


def test_every_kpi_is_in_it_with_cases(truth):
    counted = {row["kpi"] for row in truth["results"] if row["n"]}
    assert counted == set(all_kpis())
