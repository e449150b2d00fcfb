"""Calendars, commitments and excuses of the configuration."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

from tallyclerk.config import Settings, load
from tallyclerk.errors import ConfigError

PARTNERS = (
    '[partners.acme]\nrole = "forwarder"\ncalendar = "cn"\n[partners.bob]\nrole = "courier"\n'
)
CALENDAR = '[calendars.cn]\ntimezone = "Asia/Shanghai"\n'


def read(folder: Path, text: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {})


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return str(caught.value)


def test_a_calendar_has_days_hours_a_cut_off_and_holidays(tmp_path) -> None:
    more = 'weekdays = ["Mon", "tuesday"]\nopens = 09:00:00\ncloses = "18:00"\ncut_off = 16:30:00\n'
    found = read(tmp_path, PARTNERS + CALENDAR + more + "holidays = [2026-10-01, 2026-10-02]\n")
    calendar = found.calendars["cn"]
    assert calendar.weekdays == ("mon", "tue")
    assert (calendar.opens, calendar.closes) == (dt.time(9), dt.time(18))
    assert calendar.cut_off == dt.time(16, 30)
    assert calendar.holidays == (dt.date(2026, 10, 1), dt.date(2026, 10, 2))


def test_holidays_may_be_a_file(tmp_path) -> None:
    (tmp_path / "cn.csv").write_text("date,name\n2026-10-01,National Day\n\n# more\n2026-10-02\n")
    text = PARTNERS + CALENDAR + 'holidays = "cn.csv"\n'
    assert read(tmp_path, text).calendars["cn"].holidays == (
        dt.date(2026, 10, 1),
        dt.date(2026, 10, 2),
    )
    (tmp_path / "cn.csv").write_text("2026-10-01\n1 October\n2026-13-01\n")
    text = refused(tmp_path, text)
    assert "line 2: '1 October' does not begin with a date" in text
    assert "line 3: '2026-13-01'" in text
    assert "cannot be read" in refused(tmp_path, CALENDAR + 'holidays = "none.csv"\n')


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CALENDAR + "opens = 18:00:00\ncloses = 09:00:00\n", "not after it opens at 18:00"),
        (CALENDAR + "opens = 09:00:00\ncloses = 17:00:00\ncut_off = 17:01:00\n", "cut_off 17:01"),
        (CALENDAR + 'weekdays = ["Mo"]\n', "calendars.cn.weekdays[1]"),
        (CALENDAR + "weekdays = []\n", "calendars.cn.weekdays"),
        (CALENDAR + 'holidays = ["soon"]\n', "calendars.cn.holidays"),
        ('[partners.a]\ncalendar = "chna"\n[calendars.china]\n', "did you mean 'china'?"),
        (
            PARTNERS + CALENDAR + '[[commitments]]\npartner = "acm"\nwithin = 24\n',
            "commitments[1].partner: there is no [partners.acm]; did you mean 'acme'?",
        ),
        (
            PARTNERS + CALENDAR + '[[commitments]]\npartner = "acme"\nwithin = 24\nleg = "exprt"\n',
            "did you mean 'export'?",
        ),
        (
            PARTNERS + CALENDAR + '[[commitments]]\npartner = "bob"\nwithin = 24\n'
            'clock = "business_hours"\n',
            "commitments[1].clock: business_hours need a calendar",
        ),
        (
            PARTNERS + CALENDAR + '[[commitments]]\npartner = "acme"\nwithin = 1.5\n'
            'clock = "business_days"\n',
            "whole number of days",
        ),
        (
            PARTNERS + CALENDAR + '[[targets]]\nkpi = "handover_in_hours.p90"\ntarget = 9\n'
            'clock = "business_hours"\n',
            "need a calendar of every partner it binds: bob",
        ),
        (
            PARTNERS
            + CALENDAR
            + '[[targets]]\nkpi = "loss_rate"\ntarget = 0.1\nrole = "forwarder"\n'
            'clock = "business_hours"\n',
            "loss_rate is none",
        ),
        (
            '[[excuses]]\nreason = "strike"\nagreed_by = "mail"\nfrom = 2026-03-02\nto = 2026-03-01\n',
            "ends (2026-03-01) before it begins (2026-03-02)",
        ),
        (
            '[[excuses]]\nreason = "strike"\nagreed_by = "mail"\nfrom = 2026-03-02\nuntil = 2026-03-03\n',
            "excuses[1].until: unknown key",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path, text, says) -> None:
    assert says in refused(tmp_path, text)


def test_agreements_are_read(tmp_path) -> None:
    found = read(
        tmp_path,
        PARTNERS
        + CALENDAR
        + '[[commitments]]\npartner = "acme"\nleg = "linehaul"\nlane = "CN>DE"\n'
        'within = 2\nclock = "business_days"\nvalid_from = 2026-01-01\n'
        '[[excuses]]\nreason = "strike at HAM"\npartner = "acme"\nagreed_by = "minutes of 3 March"\n'
        "from = 2026-03-02\nto = 2026-03-02\n",
    )
    assert found.commitments[0].within == 2
    assert found.excuses[0].first == found.excuses[0].last == dt.date(2026, 3, 2)


def test_terms_are_read_exactly(tmp_path) -> None:
    text = """
[[terms]]
covers = "lateness"
partner = "bob"
freight = 410
tiers = [{ below = 0.97, basis_points = 200 }]
"""
    (terms,) = read(tmp_path, PARTNERS + CALENDAR + text).terms
    assert terms.tiers[0].exact == (Fraction(97, 100), 200)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('covers = "loss"\ncap = 5000', "loss needs claim_days"),
        ('covers = "loss"\nclaim_days = 60\ncredit = 100', "credit say nothing of loss"),
        ('covers = "lateness"\ncredit = 100\ncap = 100', "cap say nothing of lateness"),
        ('covers = "lateness"', "needs a credit per late shipment"),
        ('covers = "lateness"\ncredit = 100\nlane = "CN>DE"', "over all lanes"),
        ('covers = "lateness"\ntiers = [{ below = 0.9, basis_points = 1 }]', "need the freight"),
        ('covers = "theft"\nclaim_days = 60', "terms[1].covers"),
        ('covers = "loss"\nclaim_days = 60\npartner = "acne"', "did you mean 'acme'?"),
        ('covers = "loss"\nclaim_days = 60\ncap = 50.5', "terms[1].cap"),
    ],
)
def test_terms_that_say_nothing_definite_are_refused(tmp_path, lines: str, said: str) -> None:
    assert said in refused(tmp_path, f"{PARTNERS}{CALENDAR}[[terms]]\n{lines}\n")
