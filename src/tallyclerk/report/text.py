"""Numbers, dates and untrusted text as people read them, without a locale.

Rounding never tells a lie: a share above nothing is never printed as 0, one below all never as 100.
Words and the signs in numbers are those of the language spoken (`tallyclerk.report.words`).
"""

from __future__ import annotations

import datetime as dt
import unicodedata

from tallyclerk.domain.money import MINOR_DIGITS, USUAL_DIGITS
from tallyclerk.report import words

DASH = "—"
NBSP = "\N{NO-BREAK SPACE}"
LONGEST_NAME = 120
_BIDI_CONTROLS = frozenset(
    chr(c) for c in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn"})
_TENTH, _TEN, _THOUSANDTH = 0.05, 9.95, 0.00995
_MOST_PERCENT = 99


def clean(text: str) -> str:
    """Give text that cannot disturb a page: no control, bidi-override or broken characters."""
    if text.isascii() and text.isprintable():
        return text
    kept = (
        " " if char in "\t\r\n" else char
        for char in text
        if char not in _BIDI_CONTROLS
        and (char in "\t\r\n" or unicodedata.category(char) not in _UNPRINTABLE)
    )
    return "".join(kept)


def short(text: str, longest: int = LONGEST_NAME) -> str:
    """Give clean text of at most so many characters, an ellipsis where it was cut."""
    text = clean(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def count(number: int) -> str:
    """Give a count with groups of thousands: 1,200."""
    return local(f"{number:,}")


def about(number: int) -> int:
    """A number that is estimated, rounded up to two digits: 3,357 cases are about 3,400."""
    unit: int = 10 ** max(0, len(str(number)) - 2)
    return -(-number // unit) * unit


def local(number: str) -> str:
    """Put the signs of the language spoken into a number."""
    group, decimal = words.signs()
    return number.translate({ord(","): group, ord("."): decimal})


def share(value: float) -> str:
    """Give a share without its unit: "84.1", "0.33" below one per cent, "> 99.9"."""
    percent = value * 100
    if value < _THOUSANDTH:
        text = f"{percent:.2f}"
        return local(f"<{NBSP}0.01") if value > 0 and float(text) == 0 else _plain(text)
    text = f"{percent:.1f}"
    return local(f">{NBSP}99.9") if value < 1 and text == "100.0" else _plain(text)


def _plain(text: str) -> str:
    """0.00 and 100.0 are exact here: print them as 0 and 100."""
    return local({"0.00": "0", "0.0": "0", "100.0": "100"}.get(text, text))


def hours(value: float) -> str:
    """Give hours without their unit: one decimal below ten, none above."""
    if 0 < value < _TENTH:
        return local(f"<{NBSP}0.1")
    return local(f"{value:.1f}" if value < _TEN else f"{value:,.0f}")


def percent(part: float) -> str:
    """Give a share as whole per cents with their sign, finer only next to none and all: "81 %"."""
    whole = f"{part * 100:.0f}"
    return f"{whole if whole not in {'0', '100'} else share(part)}{NBSP}%"


def about_percent(part: float) -> str:
    """Give a share in the fewest letters, "12 %": below one and above 99 per cent as "<1 %", ">99 %"."""
    whole = round(part * 100)
    sign = "<" if part and whole < 1 else ">" if part < 1 and whole > _MOST_PERCENT else ""
    return f"{sign}{min(max(whole, 1), _MOST_PERCENT) if sign else whole}{NBSP}%"


def signed(value: float, size: str) -> str:
    """Give a number whose size is written already with its sign: "+8.6", "−2"."""
    return f"{'−' if value < 0 else '+'}{size}"


def amount(value: float, unit: str) -> str:
    """Give a value in its unit, without the unit's sign."""
    return share(value) if unit == "rate" else hours(value)


def sign(unit: str) -> str:
    """Give the sign of a unit."""
    return "%" if unit == "rate" else "h"


def quantity(value: float | None, unit: str, *, of: int | None = None) -> str:
    """Give a value with its unit, a dash where there is none.

    Args:
        value: The value.
        unit: Its unit.
        of: Cases it is estimated from: none or all of them are told as counts, for that is what
            is known, "0 of 240".
    """
    if value is None:
        return DASH
    if of and unit == "rate" and value in {0.0, 1.0}:
        return words.say("basis.of", hits=count(of if value else 0), n=count(of))
    return f"{amount(value, unit)}{NBSP}{sign(unit)}"


def goal(value: float | None, better: str, unit: str) -> str:
    """Give a target: "≥ 92 %", "≤ 24 h"."""
    if value is None:
        return DASH
    return f"{'≥' if better == 'higher' else '≤'}{NBSP}{agreed(value, unit)}"


def money(minor: int, currency: str) -> str:
    """Give an amount in minor units: "EUR 1,204.50"; exact, whatever its size."""
    digits = MINOR_DIGITS.get(currency, USUAL_DIGITS)
    whole, part = divmod(abs(minor), 10**digits)
    number = f"{whole:,}.{part:0{digits}d}" if digits else f"{whole:,}"
    return f"{currency}{NBSP}{'−' if minor < 0 else ''}{local(number)}"


def tenths(value: float) -> str:
    """Give a number with one decimal: "1,212.3"."""
    return local(f"{value:,.1f}")


def factor(value: float) -> str:
    """Give a ratio with two decimals: "2.14"."""
    return local(f"{value:.2f}")


def kilograms(grams: int) -> str:
    """Give a weight with its unit: "4.07 kg"."""
    return f"{local(f'{grams / 1000:,.2f}')}{NBSP}kg"


def agreed(value: float, unit: str) -> str:
    """Give an agreed value as it was agreed, without needless digits: "0.5 %", "24 h"."""
    number = amount(value, unit)
    _, decimal = words.signs()
    if decimal in number:
        number = number.rstrip("0").rstrip(decimal)
    return f"{number}{NBSP}{sign(unit)}"


def interval(low: float | None, high: float | None, unit: str) -> str:
    """Give an interval: "81.1–87.0", "over 36" without an upper limit; limits round outwards."""
    if low is None and high is None:
        return DASH
    if high is None and low is not None:
        return words.say("number.over", value=amount(low, unit))
    if low is None and high is not None:
        return words.say("number.below", value=amount(high, unit))
    ends = amount(low or 0.0, unit), amount(high or 0.0, unit)
    first = "0" if ends[0].startswith("<") else ends[0]
    return f"{first}–{'100' if ends[1].startswith('>') else ends[1]}"


def moment(at: dt.datetime | None) -> str:
    """Give a time in UTC to the minute."""
    return DASH if at is None else f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def minute(at: dt.datetime | None) -> str:
    """Give a time in UTC to the minute, where a heading says that it is UTC; "" where there is none."""
    return "" if at is None else f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}"


def day(at: dt.datetime | dt.date | None) -> str:
    """Give a date."""
    return DASH if at is None else f"{at:%Y-%m-%d}"


def month(period: str) -> str:
    """Give "2026-10" as "Oct 2026"."""
    year, number = period.split("-")[:2]
    return f"{words.say(f'month.{int(number)}')}{NBSP}{year}"


def span(period: str | None) -> str:
    """Give a period of months in words: "Oct 2026", "Aug 2026 – Oct 2026"."""
    if not period:
        return words.say("month.none")
    first, _, last = period.partition("..")
    try:
        return f"{month(first)} – {month(last)}" if last else month(first)
    except (ValueError, KeyError):
        return clean(period)


def cases(number: float) -> str:
    """Give a number of cases that need not be whole: one decimal below ten, none where it is."""
    is_whole = abs(number) >= _TEN or abs(number - round(number)) < _TENTH
    return local(f"{number:,.0f}" if is_whole else f"{number:.1f}")


def plural(number: int, one: str, many: str | None = None) -> str:
    """Give a count with its noun, in the language spoken where its catalogue has the noun."""
    noun = one if number == 1 else many or f"{one}s"
    found = words.said(f"noun.{one}.{'one' if number == 1 else 'many'}")
    return f"{count(number)} {found or noun}"
