"""Ordered rules for free text: the first that fits decides (`texts.csv`).

Columns: `rule` (its id), `language`, `pattern` (a regular expression on the text in lower case with
single spaces), `milestone`, `reason`, `physical`, `role` as in the tables of codes, `over` (which
codes it corrects: yes = any, delivery = one that says delivered, last_mile = also one that says out
for delivery, no = none), `sure` (no: listed as
unsure, and INFO; side: unless it is known where it happened), `note`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.ingest.vocabulary.codes import SIDES, Meaning, meaning_of
from tallyclerk.ingest.vocabulary.tables import table

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

    The rules are tried in bulk: statuses with a place in them are as many as the places.
    """
    found: list[TextRule | None] = [None] * len(texts)
    spaces = texts.str.to_lowercase().str.replace_all(r"[\s_]+", " ").str.strip_chars()
    rest = pl.DataFrame({"text": spaces}).with_row_index("place").drop_nulls("text")
    for rule in text_rules():
        if rest.is_empty():
            break
        fits = rest["text"].str.contains(rule.pattern)
        for place in rest.filter(fits)["place"].to_list():
            found[place] = rule
        rest = rest.filter(~fits)
    return found
