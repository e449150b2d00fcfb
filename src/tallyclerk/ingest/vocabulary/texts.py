"""Ordered rules for free text: the first that fits decides (`texts.csv`).

Columns: `rule` (its id), `language`, `pattern` (a regular expression on the text in lower case with
single spaces), `milestone`, `reason`, `physical`, `role` as in the tables of codes, `over` (which
codes it corrects: yes = any, delivery = one that says delivered, last_mile = also one that says out
for delivery, no = none), `sure` (no: listed as
unsure, and INFO; side: unless it is known where it happened), `note`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.vocabulary.codes import SIDES, Meaning, meaning_of
from tallyclerk.ingest.vocabulary.tables import table

FEW = 32
_CORRECTED = {
    "delivery": (Milestone.DELIVERED,),
    "last_mile": (Milestone.DELIVERED, Milestone.OUT_FOR_DELIVERY),
}


@dataclass(frozen=True)
class TextRule:
    """One rule, as the columns say."""

    name: str
    pattern: str
    meaning: Meaning
    over: str
    sure: str

    def is_sure(self, side: str) -> bool:
        """Whether it is sure of an event on a side."""
        return self.sure == "yes" or (self.sure == "side" and side in SIDES)

    def corrects(self, milestone: str) -> bool:
        """Whether it goes before a code that says this milestone."""
        return self.over == "yes" or milestone in _CORRECTED.get(self.over, ())


@cache
def text_rules() -> tuple[TextRule, ...]:
    """All rules, in order."""
    return tuple(
        TextRule(
            name=row["rule"],
            pattern=row["pattern"],
            meaning=meaning_of(row),
            over=row["over"],
            sure=row["sure"],
        )
        for row in table("texts")
    )


def first_rules(texts: pl.Series) -> list[TextRule | None]:
    """The first rule that fits each text (null: none).

    Many texts are tried in bulk: statuses with a place in them are as many as the places. A few are
    quicker one by one; a test holds the two ways against each other.
    """
    folded = texts.str.to_lowercase().str.replace_all(r"[\s_]+", " ").str.strip_chars()
    if len(folded) <= FEW:
        return [_first(text) if text is not None else None for text in folded.to_list()]
    return _in_bulk(folded)


def _first(text: str) -> TextRule | None:
    return next((rule for rule in text_rules() if re.search(rule.pattern, text)), None)


def _in_bulk(texts: pl.Series) -> list[TextRule | None]:
    found: list[TextRule | None] = [None] * len(texts)
    places = texts.is_not_null().arg_true()
    rest = texts.gather(places)
    for rule in text_rules():
        fits = rest.str.contains(rule.pattern)
        if fits.any():
            for place in places.filter(fits).to_list():
                found[place] = rule
            places, rest = places.filter(~fits), rest.filter(~fits)
            if rest.is_empty():
                break
    return found
