"""Two houses of partners under one merchant: the tallies are the true answers, as for one."""

import json

import pytest
from tests.acceptance.test_truth_fixtures import check, numbers
from tests.support.command import ask, ingest

from tallyclerk.simulate import simulate
from tallyclerk.simulate.partners import PARTNERS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("houses")
    simulate(made, 600, 2026, truth=True, houses=2)
    ingest(made / "config.toml")
    return made


@pytest.mark.parametrize("by", [(), ("--by", "rule")], ids=["totals", "by rule"])
def test_tallies_are_the_true_answers(folder, by):
    told = ask(folder / "config.toml", "tally", *by, "--format", "json").json
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert told["run"]["as_of"] == truth["as_of"]
    true = numbers(row for row in truth["results"] if (row.get("rule") is not None) == bool(by))
    assert len({partner for partner, *_ in true}) > len(PARTNERS)
    check(numbers(told["results"]), true)
