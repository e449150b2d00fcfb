"""Every worked example of the shared file, where that file is at hand, against our functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.stats.example_cases_decisions import DECISIONS
from tests.unit.stats.example_cases_estimates import ESTIMATES

FILE = Path(__file__).resolve().parents[4] / "shared" / "examples" / "statistics.json"

NOT_IMPLEMENTED = {
    "3.6-chain-ladder": "completion factors come from a configured curve",
    "4.4-miettinen-nurminen": "Newcombe is the method for two rates",
    "4.5-mann-whitney-HL": "percentiles are compared by MOVER",
}
ELSEWHERE = {
    "3.3-on-time-by-due-date": "tests/unit/journey/test_shared_journeys.py",
    "3.4-delivery-month-bias": "tests/unit/journey/test_shared_journeys.py",
    "7.1-lateness-decomposition": "tests/unit/journey/test_shared_journeys.py",
    "7.2-handover-split": "tests/unit/journey/test_shared_journeys.py",
    "7.3-custody-intervals": "tests/unit/journey/test_shared_journeys.py",
    "8.1-incident-log": "tests/unit/journey/test_shared_journeys.py",
    "8.2-record-latency": "tests/unit/journey/test_shared_journeys.py",
    "8.3-blackout": "tests/unit/journey/test_shared_journeys.py",
    "8.4-proactive-notice": "tests/unit/journey/test_shared_journeys.py",
}


CASES = ESTIMATES | DECISIONS
# Values of a textbook's other method, printed beside ours for contrast only.
CONTRAST = {"naive_p50_delivered_only", "naive_p90_delivered_only"}


def assert_close(ours: Any, expected: Any, tolerance: float, where: str) -> None:
    """Compare nested results, numbers at a tolerance that is relative above 1."""
    if isinstance(expected, dict):
        assert ours.keys() == expected.keys() - CONTRAST, where
        for key, value in ours.items():
            assert_close(value, expected[key], tolerance, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(ours) == len(expected), where
        for place, (left, right) in enumerate(zip(ours, expected, strict=True)):
            assert_close(left, right, tolerance, f"{where}[{place}]")
    elif isinstance(expected, bool | str | None):
        assert ours == expected, where
    else:
        # Expected values are printed to ten decimals.
        slack = max(tolerance, 6e-11)
        assert ours == pytest.approx(expected, rel=slack, abs=slack), where


def load() -> list[Any]:
    if not FILE.exists():
        return []
    return json.loads(FILE.read_text(encoding="utf-8"))["examples"]


EXAMPLES = load()


@pytest.mark.skipif(not EXAMPLES, reason="the shared examples are not at hand")
def test_every_example_is_covered_or_accounted_for() -> None:
    ids = [example["id"] for example in EXAMPLES]
    assert len(ids) == len(set(ids)) == 84
    elsewhere = NOT_IMPLEMENTED.keys() | ELSEWHERE.keys()
    assert elsewhere <= set(ids)
    for name in set(ids) - elsewhere:
        assert name.split("-")[0] in CASES


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(example, id=example["id"])
        for example in EXAMPLES
        if example["id"] not in NOT_IMPLEMENTED.keys() | ELSEWHERE.keys()
    ]
    or [pytest.param(None, marks=pytest.mark.skip("the shared examples are not at hand"))],
)
def test_example(example: Any) -> None:
    ours = CASES[example["id"].split("-")[0]](example["inputs"])
    assert_close(ours, example["expected"], example["tolerance"], example["id"])
