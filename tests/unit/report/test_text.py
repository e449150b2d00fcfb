import pytest

from tallyclerk.report import text
from tallyclerk.report.names import period_name, safe_name


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.0, "0"),
        (1.0, "100"),
        (0.84123, "84.1"),
        (0.99991, "> 99.9"),
        (0.00001, "< 0.01"),
        (0.0033, "0.33"),
        (0.01, "1.0"),
    ],
)
def test_shares_never_round_to_nothing_or_all(value, printed):
    assert text.share(value).replace(text.NBSP, " ") == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0.0, "0.0"), (0.01, "< 0.1"), (9.96, "10"), (9.44, "9.4"), (1234.5, "1,234")],
)
def test_hours(value, printed):
    assert text.hours(value).replace(text.NBSP, " ") == printed


@pytest.mark.parametrize(
    ("part", "printed"),
    [(0.0, "0 %"), (0.0004, "<1 %"), (0.0123, "1 %"), (0.996, ">99 %"), (1.0, "100 %")],
)
def test_shares_in_few_letters_are_never_rounded_to_nothing_or_all(part, printed):
    assert text.about_percent(part).replace(text.NBSP, " ") == printed
    assert text.percent(0.0004).replace(text.NBSP, " ") == "0.04 %"


def test_missing_values_are_a_dash():
    assert text.quantity(None, "rate") == "—"
    assert text.interval(None, None, "rate") == "—"
    assert text.interval(36.0, None, "hours") == "over 36"


def test_clean_text_has_no_control_or_direction_characters():
    assert text.clean("a\u202eb\x00c\td\ud800") == "abc d"
    assert text.clean("شركة النور") == "شركة النور"
    assert len(text.short("x" * 5000)) == text.LONGEST_NAME


def test_periods():
    assert text.span("2026-10") == f"Oct{text.NBSP}2026"
    assert "–" in text.span("2026-08..2026-10")
    assert text.span("nonsense") == "nonsense"
    assert period_name("2026-08..2026-10") == "2026-08_2026-10"


@pytest.mark.parametrize("plain", ["acme", "acme-hk", "a_1"])
def test_a_plain_id_is_its_own_name(plain):
    assert safe_name(plain) == plain


def test_two_ids_never_share_a_name():
    ids = [
        "acme",
        "ACME",
        "Acme ",
        "a/b",
        "a-b",
        "../..",
        "con",
        "",
        "深圳",
        "深圳2",
        "x" * 5000,
        "index",
    ]
    ids += [safe_name("ACME"), "é", "e"]
    names = [safe_name(each) for each in ids]
    assert len({name.lower() for name in names}) == len(ids)
    assert all(name.isascii() and "/" not in name and ".." not in name for name in names)
    assert all(len(name) < 60 for name in names)
