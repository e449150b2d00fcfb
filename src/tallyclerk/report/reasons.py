"""Why there is no value, or why a case does not count, and what was found in the data: in words.

A reason is a code (`reason.…` of the labels) or a sentence; sentences are known by their English
pattern (`because.…`, findings of the data `found.…`), and said again in the language spoken.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from tallyclerk.kpis.excuses import PREFIX
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.report import text, words

SENTENCES, FOUND = "because.", "found."
COUNTS = {"n", "m"}
"""Places of findings that are counts."""
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


def finding(said: str) -> str:
    """Give a finding of the data in the language spoken, as far as its catalogue knows the sentence.

    Where it was found stands before the sentence, and may be followed by cases that show it.
    """
    for key, pattern in _patterns(FOUND):
        if words.said(key) == words.english().entries[key]:
            continue
        place = pattern.search(said)
        if place and (place.start() == 0 or said[: place.start()].endswith(": ")):
            told = words.say(key, **{k: _place(k, v) for k, v in place.groupdict().items()})
            return said[: place.start()] + told + said[place.end() :]
    return said


def _place(name: str, value: str) -> str:
    if name == "role":
        return words.said(f"role.{value.removesuffix('s')}") or value
    return text.local(value) if name in COUNTS else value


def _retold(said: str) -> str | None:
    for key, pattern in _patterns(SENTENCES):
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


@lru_cache(maxsize=2)
def _patterns(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each sentence of a kind in the English labels with its places, those with most text first."""
    sentences = {k: p for k, p in words.english().entries.items() if k.startswith(kind)}
    ordered = sorted(sentences, key=lambda key: -len(re.sub(r"\{\w+\}", "", sentences[key])))
    return tuple(
        (key, _pattern(sentences[key], COUNTS if kind == FOUND else ())) for key in ordered
    )


def _pattern(sentence: str, counts: Collection[str]) -> re.Pattern[str]:
    def place(found: re.Match[str]) -> str:
        return f"(?P<{found[1]}>{r'[0-9][0-9,]*' if found[1] in counts else '.+'})"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", place, re.escape(sentence)))
