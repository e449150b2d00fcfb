"""Ordered rules for free text: the first that fits decides (`texts.csv`).

Columns: `rule` (its id), `language`, `pattern` (a regular expression on the text in lower case with
single spaces), `milestone`, `reason`, `physical`, `role` as in the tables of codes, `over` (yes: it
also corrects a code that says otherwise), `sure` (no: listed as unsure, and INFO), `note`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from tallyclerk.ingest.vocabulary.codes import Meaning, meaning_of
from tallyclerk.ingest.vocabulary.tables import YES_NO, table


@dataclass(frozen=True)
class TextRule:
    """One rule; its `is_over` and `is_sure` as the columns say."""

    name: str
    pattern: str
    meaning: Meaning
    is_over: bool
    is_sure: bool


@cache
def text_rules() -> tuple[TextRule, ...]:
    """All rules, in order."""
    return tuple(
        TextRule(
            name=row["rule"],
            pattern=row["pattern"],
            meaning=meaning_of(row),
            is_over=bool(YES_NO[row["over"]]),
            is_sure=YES_NO[row["sure"]] is not False,
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
