"""Why there is no value, or why a case does not count: reasons of the judgement in words.

A reason is a code (`reason.…` of the labels) or a sentence; sentences are known by their English
pattern (`because.…`), and said again in the language spoken.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.report import words

SENTENCES = "because."
COUNTED = re.compile(r"(.+) (\d[\d,]*)")
"""A reason and how many cases it is of."""


def reason(word: str) -> str:
    """Give a reason in the language spoken."""
    if word.startswith(PREFIX):
        return f"{words.say('reason.excused')}: {word.removeprefix(PREFIX)}"
    told = words.said(f"reason.{word}")
    return told or _retold(word) or kpi_title(word)


def kpi_title(word: str) -> str:
    """Give the name of a KPI statistic ("handover_in_hours.p90") for people; else the word itself."""
    name, _, statistic = word.partition(".")
    kpi = all_kpis().get(name)
    if kpi is None:
        return word.replace("_", " ")
    label = words.said(f"kpi.{name}.label") or kpi.label
    return label if statistic in {"", "rate"} else f"{label} {statistic.upper()}"


def _retold(said: str) -> str | None:
    for key, pattern in _patterns():
        found = pattern.fullmatch(said)
        if found:
            return words.say(
                key, **{place: _part(value) for place, value in found.groupdict().items()}
            )
    return None


def _part(value: str) -> str:
    """What stands in a place of a sentence: a number, or a list of reasons, counted or not."""
    return ", ".join(_counted(each) for each in value.split(", "))


def _counted(each: str) -> str:
    found = COUNTED.fullmatch(each)
    if found:
        return f"{reason(found[1])}: {found[2]}"
    return each if each.isdecimal() or each.isupper() else reason(each)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each sentence of the English labels with its places, those with most text first."""
    sentences = {k: p for k, p in words.english().entries.items() if k.startswith(SENTENCES)}
    ordered = sorted(sentences, key=lambda key: -len(re.sub(r"\{\w+\}", "", sentences[key])))
    return tuple(
        (key, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(sentences[key]))))
        for key in ordered
    )
