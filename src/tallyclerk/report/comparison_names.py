"""The display names of partners on a comparison: pages have them, terminals and data keep the ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from tallyclerk.judge.compared import ComparedRow, Comparison, Pair
from tallyclerk.report import text

LONGEST = 40


def with_names(comparison: Comparison, names: Mapping[str, str]) -> Comparison:
    """Give a comparison with display names in place of ids, wherever a page tells them.

    Args:
        comparison: What was found.
        names: Display name by partner id; two partners of one name keep their ids beside it.
    """
    shared = Counter(names.values())
    shown = {
        partner: f"{text.short(name, LONGEST)} ({partner})"
        if shared[name] > 1
        else text.short(name, LONGEST)
        for partner, name in names.items()
    }
    return replace(
        comparison,
        pairs=tuple(_pair(pair, shown) for pair in comparison.pairs),
        ranks=tuple(
            replace(rank, partner=shown.get(rank.partner, rank.partner))
            for rank in comparison.ranks
        ),
    )


def _pair(pair: Pair, shown: Mapping[str, str]) -> Pair:
    return replace(
        pair,
        first=shown.get(pair.first, pair.first),
        second=shown.get(pair.second, pair.second),
        rows=tuple(_row(row, shown) for row in pair.rows),
        not_compared=tuple(
            replace(out, partner=shown.get(out.partner, out.partner)) for out in pair.not_compared
        ),
    )


def _row(row: ComparedRow, shown: Mapping[str, str]) -> ComparedRow:
    why = row.why
    if why is None:
        return row
    places = why.places
    if why.kind == "counterpart":
        places = tuple(shown.get(place, place) for place in places)
    return replace(
        row, why=replace(why, partner=shown.get(why.partner, why.partner), places=places)
    )
