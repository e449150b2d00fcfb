import pytest
from click import UsageError

from tallyclerk.cli.periods import AskedPeriod
from tallyclerk.domain.periods import Period

SEPTEMBER = Period(202609, 202609)
DATA = Period(202510, 202611)
NOTHING = {
    "month": None, "quarter": None, "year": None, "last": None, "from_month": None,
    "to_month": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "months"),
    [
        ({}, None),
        ({"month": 202610}, Period(202610, 202610)),
        ({"quarter": Period(202607, 202609)}, Period(202607, 202609)),
        ({"last": 3}, Period(202607, 202609)),
        ({"last": 12}, Period(202510, 202609)),
        ({"from_month": 202608}, Period(202608, 202611)),
        ({"to_month": 202608}, Period(202510, 202608)),
        ({"from_month": 202608, "to_month": 202610}, Period(202608, 202610)),
        ({"from_month": 202701}, Period(202701, 202701)),
        ({"to_month": 202501}, Period(202501, 202501)),
    ],
)
def test_a_period_is_whole_months(given, months):
    asked = AskedPeriod.take({**NOTHING, **given})
    assert asked.months(SEPTEMBER, lambda: DATA) == months


def test_the_options_of_the_period_are_taken_out_of_the_arguments():
    given = {**NOTHING, "form": "json"}
    AskedPeriod.take(given)
    assert given == {"form": "json"}


def test_two_kinds_of_period_are_refused():
    with pytest.raises(UsageError, match="--last and --from/--to"):
        AskedPeriod.take({**NOTHING, "last": 3, "to_month": 202610})


def test_without_data_an_open_end_is_the_last_complete_month():
    asked = AskedPeriod(first=202608)
    assert asked.months(SEPTEMBER, lambda: None) == Period(202608, 202609)
