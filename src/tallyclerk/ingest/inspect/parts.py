"""Rows that tell of parts, and rows that tell of wholes: what keys them, and what they say of each.

A package is known by the number of its order and 2 of 3, a house bill by the master's and 004. What
an order is worth is told again in the row of each of its parcels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.fields import Choice, choices
from tallyclerk.ingest.inspect.names import fit
from tallyclerk.ingest.inspect.profile import Profile
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.inspect.wide import milestone_columns
from tallyclerk.ingest.texts import NULLS

SHIPMENT_KEY = "shipment_id"
_NUMBER = r"^0*(\d{1,3})(?:\s*(?:/|of|von|de|di|sur)\s*\d{1,3})?$"
_LEAST_NAME = 0.6
_OWN_NUMBERS = frozenset(("tracking_number", "last_mile_number", "parcel_id"))
"""Numbers that each parcel has for itself, unless several parcels have them."""
_FEW = 2
_MOST = 0.8
_FEWEST = 0.2
"""Share of rows without a number from which on it is no slip that they have none."""
_OF_SHIPMENTS = (
    *("origin_country", "destination_country", "destination_timezone", "postcode_zone"),
    *("weight_band", "service", "supplier_id", "forwarder_id", "courier_id"),
)
"""What a shipment has one of."""
_STEPS = (1, 10)
"""Parts are counted 1, 2, 3; lines of orders by some 10, 20, 30."""


def composed(
    columns: Mapping[int, Column], profile: Profile
) -> tuple[dict[str, Choice], frozenset[int]]:
    """The id that a number of the whole and the number of the part make together.

    Lines of an order are parts only where something happens to each: what is ordered is not what is sent.

    Returns:
        The id where the rows prove it; and the columns that count parts, which are no ids by themselves.
    """
    found = choices("events", columns)
    ids = [found[ours] for ours in KIND_OF_COLUMN if ours in found]
    counting = [place for place, column in columns.items() if _counts(column)]
    chosen = [c.columns[0] for c in ids if c.columns[0] in counting]
    is_long = "status" in found and "occurred_at" in found
    happens = is_long or any(milestone_columns(columns))
    words = ("part", "line") if happens else ("part",)
    named = [p for p in counting if p not in chosen and _is_called(columns[p], words)]
    wholes = [choice for choice in ids if choice.columns[0] not in counting]
    wholes.sort(key=lambda choice: choice.ours in _OWN_NUMBERS)
    others = [p for p in chosen if happens or not _is_called(columns[p], ("line",))]
    for part in (*others, *named):
        for whole in wholes:
            is_own = whole.ours in _OWN_NUMBERS and part not in chosen
            place = whole.columns[0]
            if not is_own and _are_parts(profile, place, part, is_long=is_long):
                names = columns[place].name, columns[part].name
                why = f"{names[0]!r} comes in parts, which {names[1]!r} counts"
                key = Choice(SHIPMENT_KEY, (place, part), 1.0, why, 0.5)
                return {SHIPMENT_KEY: key}, frozenset({part, *chosen})
    return {}, frozenset(chosen if wholes else ())


def _counts(column: Column) -> bool:
    """Whether a column holds nothing but small numbers: 1, 002, 2 of 3."""
    return bool(column.words) and all(re.match(_NUMBER, word) for word in column.words or ())


def _is_called(column: Column, words: Sequence[str]) -> bool:
    found = (fit(column.name, word) for word in words)
    return any(match is not None and match.score >= _LEAST_NAME for match in found)


def _are_parts(profile: Profile, whole: int, part: int, *, is_long: bool) -> bool:
    """Whether the numbers of a column count from one in each of several wholes.

    Where rows are events, each part has several of them, or they are what is counted; else each has one.
    """
    head = profile.head
    if head is None or not {str(whole), str(part)} <= set(head.columns):
        return False
    rows = head.select(whole=str(whole), part=str(part)).filter(~pl.col("whole").is_in(NULLS))
    number = rows["part"].str.extract(_NUMBER, 1).cast(pl.Int64, strict=False)
    if number.null_count():
        return False
    rows = rows.with_columns(number.alias("number"))
    if bool(rows.is_unique().all()) == is_long:
        return False
    counted = rows.group_by("whole").agg(
        pl.col("number").n_unique().alias("n"), pl.col("number").max().alias("last")
    )
    several = counted.filter(pl.col("n") > 1)
    if len(several) < _FEW or counted["n"].max() == 1:
        return False
    fits = pl.any_horizontal(pl.col("last") == pl.col("n") * step for step in _STEPS)
    return float(several.select(fits.mean()).item()) >= _MOST


def empty_below(profile: Profile, key: Choice) -> int:
    """How many of the first rows have no number, where each one stands once, above others without."""
    head, name = profile.head, str(key.columns[0])
    if head is None or name not in head.columns or len(key.columns) > 1:
        return 0
    numbers = head[name].fill_null("")
    is_empty = numbers == ""
    told = numbers.filter(~is_empty)
    is_once = len(told) > _FEW and told.n_unique() == len(told) and not is_empty[0]
    empty = int(is_empty.sum())
    return empty if is_once and empty >= _FEWEST * len(head) else 0


def leave_out_others(profile: Profile, proposal: Proposal) -> None:
    """Leave out of a table of shipments what its rows say of something else: orders, or stops."""
    names = [column.name for column in profile.columns]
    order, value = proposal.choices.get("order_id"), proposal.choices.get("value")
    key = proposal.choices.get(proposal.key or "")
    if order and value and key != order and _of_the_order(profile, order, value):
        proposal.choices.pop("value")
        proposal.choices.pop("currency", None)
        proposal.left_out.append(
            f"{names[value.columns[0]]!r} is not read: all rows of one {names[order.columns[0]]!r} say "
            "the same, so that it is told of them together; ask for that of each parcel"
        )
    for ours in _OF_SHIPMENTS:
        choice = proposal.choices.get(ours)
        if key and choice and len(key.columns) == 1 and _contradicts(profile, key, choice):
            proposal.choices.pop(ours)
            proposal.left_out.append(
                f"{names[choice.columns[0]]!r} is not read: rows of one {names[key.columns[0]]!r} say "
                "different things, so that it is told of something else than the shipment"
            )


def _of_the_order(profile: Profile, order: Choice, value: Choice) -> bool:
    """Whether all rows of an order say the same, and other orders something else."""
    again = _told_again(profile, order, value)
    return len(again) > _FEW and again["n"].max() == 1 and again["any"].n_unique() > 1


def _contradicts(profile: Profile, key: Choice, choice: Choice) -> bool:
    """Whether most shipments that come in several rows are told several values."""
    again = _told_again(profile, key, choice)
    return len(again) > _FEW and again.filter(pl.col("n") > 1).height > _MOST * len(again)


def _told_again(profile: Profile, key: Choice, choice: Choice) -> pl.DataFrame:
    """What the first rows of each key say that comes in several: how many values, one of them."""
    head, names = profile.head, [str(key.columns[0]), str(choice.columns[0])]
    if head is None or not set(names) <= set(head.columns):
        return pl.DataFrame(schema={"n": pl.Int64, "any": pl.String})
    rows = head.select(key=names[0], value=names[1])
    rows = rows.filter(~pl.col("key").is_in(NULLS), ~pl.col("value").is_in(NULLS))
    value = pl.col("value")
    told = rows.group_by("key").agg(
        pl.len().alias("rows"), value.n_unique().alias("n"), value.min().alias("any")
    )
    return told.filter(pl.col("rows") > 1)
