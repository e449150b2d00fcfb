"""The names that filters may use, and the nearest of them to one that is not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.config.problems import nearest
from tallyclerk.errors import UsageError

MOST_LISTED = 12
FILTERS = {"partner": "partner_id", "role": "role", "lane": "lane", "service": "service"}
"""Filters and the column of TALLIES each one is about."""


@dataclass(frozen=True)
class Known:
    """Names in the data and the settings.

    Attributes:
        names: Every name by kind: partner, role, lane, service, kpi.
        partner_of: Partner by alias or display name, folded.
    """

    names: Mapping[str, Collection[str]]
    partner_of: Mapping[str, str]

    def all_of(self, kind: str, words: Collection[str]) -> tuple[str, ...]:
        """The names that some words mean, in the order given."""
        return tuple(dict.fromkeys(self.one(kind, word) for word in words))

    def one(self, kind: str, word: str) -> str:
        """The name that a word means: itself, or the only one that differs in case, or an alias.

        Raises:
            UsageError: There is none; says the nearest one, or all.
        """
        names = self.names[kind]
        if word in names:
            return word
        folded = word.strip().casefold()
        same = [name for name in names if name.casefold() == folded]
        if kind == "partner" and not same and folded in self.partner_of:
            return self.partner_of[folded]
        if len(same) == 1:
            return same[0]
        raise UsageError(f"no {_noun(kind)} {word!r} in the data", how=self._hint(kind, word))

    def _hint(self, kind: str, word: str) -> str:
        names = sorted(self.names[kind])
        near = nearest(word, names)
        if near:
            return f"did you mean {near}?"
        if not names:
            return f"the data know no {_noun(kind)}"
        shown = ", ".join(names[:MOST_LISTED])
        more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
        return f"there are: {shown}{more}"


def _noun(kind: str) -> str:
    return "KPI" if kind == "kpi" else kind


def outline_of(tallies: pl.LazyFrame) -> dict[str, Any]:
    """What commands ask of TALLIES before they look at any case, as JSON has it.

    Returns:
        The values that each filter finds, sorted; `months`: the first and the last that any fact
        falls into, null without any; `subjects`: every partner and role, sorted.
    """
    seen = tallies.select(*FILTERS.values(), "month").unique().collect(engine="streaming")
    values = {
        kind: seen[column].unique().drop_nulls().sort().to_list()
        for kind, column in FILTERS.items()
    }
    first, last = seen.select(first=pl.col("month").min(), last=pl.col("month").max()).row(0)
    subjects = seen.select("partner_id", "role").unique().sort("partner_id", "role")
    return {
        **values,
        "months": None if first is None else [first, last],
        "subjects": subjects.rows(),
    }


def known_names(
    values: Mapping[str, Collection[str]], settings: Settings, kpis: Collection[str]
) -> Known:
    """Everything that a filter may name."""
    names = {kind: frozenset(values[kind]) for kind in FILTERS}
    names["partner"] |= frozenset(settings.partners)
    partner_of = {
        word.strip().casefold(): partner
        for partner, block in settings.partners.items()
        for word in (*block.aliases, block.name or partner)
    }
    return Known(names={**names, "kpi": frozenset(kpis)}, partner_of=partner_of)
