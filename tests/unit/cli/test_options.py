import datetime as dt

import click
import pytest

from tallyclerk.cli.options import AsOf, instant
from tallyclerk.domain.periods import Period, last_complete_month


@pytest.mark.parametrize(
    ("text", "zone", "end"),
    [
        ("2026-10-31", "UTC", "2026-10-31T23:59:59.999999+00:00"),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T22:59:59.999999+00:00"),
        ("2026-03-28", "Europe/Berlin", "2026-03-28T22:59:59.999999+00:00"),
        ("2026-10-31T18:00+01:00", "UTC", "2026-10-31T17:00:00+00:00"),
        ("2026-10-31T18:00Z", "Asia/Shanghai", "2026-10-31T18:00:00+00:00"),
    ],
)
def test_an_as_of_is_one_instant(text, zone, end):
    assert instant(AsOf().convert(text, None, None), zone) == dt.datetime.fromisoformat(end)


@pytest.mark.parametrize("text", ["2026-10-31T18:00", "20261031x", "31.10.2026", "now"])
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(click.BadParameter):
        AsOf().convert(text, None, None)


def test_a_month_is_complete_at_the_end_of_its_last_day():
    at = instant(dt.date(2026, 10, 31), "Europe/Berlin")
    assert last_complete_month(at, "Europe/Berlin") == Period(202610, 202610)
    before = instant(dt.date(2026, 10, 30), "Europe/Berlin")
    assert last_complete_month(before, "Europe/Berlin") == Period(202609, 202609)
