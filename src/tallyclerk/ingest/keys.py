"""The keys of one batch: what each row is about, and why a row is about nothing."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.numbers import normalised
from tallyclerk.ingest.ids import (
    KIND_OF_COLUMN,
    SHIPMENT,
    are_usual,
    damaged,
    in_any,
    personal,
    several,
    totals,
    with_kind,
)
from tallyclerk.ingest.texts import Texts, first_told

Flaws = tuple[tuple[str, pl.Series], ...]
"""Rules, of which the first that a row breaks counts, and whether each row breaks them."""


def keys_of(texts: Texts) -> tuple[pl.Series, Flaws]:
    """The key of each row, and what is wrong with it.

    Returns:
        One key per row, of a refused row what it has in its place; and the flaws, none where every
        key is a usual one.
    """
    names = _names(texts)
    kind = texts.binding.kind
    if kind:
        parts = texts.parts(texts.binding.keys[0])
        if kind == SHIPMENT and len(parts) == 1:
            (keys,) = parts
            if are_usual(keys) and not keys.is_in(names).any():
                return keys, ()
        written = texts.joined_id(parts)
        keys = written if kind == SHIPMENT else normalised(written)
        is_damaged, is_several = in_any(damaged, parts), in_any(several, parts)
    else:
        keys, is_damaged, is_several = _first_of_kinds(texts)
    is_name = keys.is_in(names).fill_null(value=False)
    is_empty, footers = keys.is_null(), totals(keys)
    if is_empty.any():
        begins = first_told(texts.frame)
        footers |= is_empty & totals(begins)
        keys = keys.zip_with(~(is_empty & footers), begins)
    return keys, (
        ("key_missing", is_empty & ~footers),
        ("header_repeated", is_name),
        ("total", footers),
        ("damaged_id", is_damaged),
        ("several_ids", is_several),
        ("personal_id", personal(keys)),
    )


def _names(texts: Texts) -> list[str]:
    """What stands in the place of the key where a file repeats its header."""
    binding = texts.binding
    name = "/".join(binding.header[place] for place in binding.columns[binding.keys[0]])
    return [name, normalised(pl.Series([name]))[0]]  # keys that are no shipment's id are normalised


def _first_of_kinds(texts: Texts) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The first id that each row has, with its kind; whether it is damaged, and several."""
    found = texts.empty()
    is_damaged, is_several = found.is_not_null(), found.is_not_null()
    for ours in texts.binding.keys:
        parts = texts.parts(ours)
        keys = with_kind(KIND_OF_COLUMN[ours], texts.joined_id(parts))
        is_new = found.is_null() & keys.is_not_null()
        is_damaged |= is_new & in_any(damaged, parts)
        is_several |= is_new & in_any(several, parts)
        found = found.zip_with(found.is_not_null(), keys)
    return found, is_damaged, is_several
