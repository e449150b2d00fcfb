"""Clocks that disagree: what one says happened first comes later by the clock of another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.ingest.survey.chains import MEMBER
from tallyclerk.ingest.survey.coded import ROLES, first_of, in_words, number_of
from tallyclerk.ingest.survey.signs import Sign, Witness

SHOWN = 3
MIN_CASES = 8
EARLY_FROM = 0.2
"""Share of impossible gaps from which two clocks disagree; below it they are single mistakes."""
TOLERANCE_MINUTES = 30
BIN_MINUTES = 30
MOST_BINS = 96
MOST_HOURS = 14.5
"""Clocks differ by no more than zones do; what is wrong by days is no matter of clocks."""
CERTAIN_FROM = 0.6
"""Share of its comparisons in which a clock must be wrong, the other one in at most half as many."""

STEPS: tuple[tuple[Milestone, bool | None], ...] = (
    (Milestone.READY_FOR_COLLECTION, None),
    (Milestone.RELEASED, True),
    (Milestone.ACCEPTED, False),
    (Milestone.DEPARTED_ORIGIN, None),
    (Milestone.ARRIVED_DESTINATION, None),
    (Milestone.IMPORT_CUSTOMS_CLEARED, None),
    (Milestone.RELEASED, False),
    (Milestone.ACCEPTED, True),
    (Milestone.OUT_FOR_DELIVERY, None),
    (Milestone.DELIVERED, None),
)
"""The path by milestone; RELEASED by a supplier or another, ACCEPTED by a courier or another."""

_SIDES = ("source", "partner", "later_source", "later_partner")
_PAIR = [*_SIDES, "step", "later_step"]


@dataclass(frozen=True, kw_only=True)
class OrderGlimpse:
    """What one bucket says of the order of steps told by different sources or partners.

    Attributes:
        gaps: One row per pair of sources, partners and steps, and `bin` (half hours from the
            earlier step to the later one): cases.
        early: The first impossible ones of each pair: shipment_id, at, later_at.
    """

    gaps: pl.DataFrame
    early: pl.DataFrame


def on_path(reported: pl.DataFrame, chain: pl.DataFrame) -> pl.DataFrame:
    """The observations that are steps of the path, with their `place` in `STEPS`.

    Args:
        reported: From `tallyclerk.ingest.survey.chains.with_reporter`.
        chain: From `tallyclerk.ingest.survey.chains.members`.
    """
    steps = sorted({str(name) for name, _ in STEPS})
    told = reported.drop_nulls("partner").filter(pl.col("milestone").is_in(steps))
    fork = pl.col("milestone").is_in([str(name) for name, is_end in STEPS if is_end is not None])
    ends = told.filter(fork)
    number = number_of(told, MEMBER).alias("member")
    whose = ends.select(number).join(
        chain.select(number, whose="role"), on="member", how="left", maintain_order="left"
    )
    rows = pl.concat(
        [
            told.filter(~fork).with_columns(whose=pl.lit(None, dtype=ROLES)),
            ends.with_columns(whose["whose"]),
        ]
    )
    return rows.with_columns(place=_place_on_path()).drop_nulls("place")


def glimpse_order(path: pl.DataFrame) -> OrderGlimpse:
    """Measures the gaps between steps that follow each other and are told by others.

    Args:
        path: From `on_path`, with source, time_precision and inherited.
    """
    told = ["shipment_id", "place", "source", "partner"]
    timed = path.filter((pl.col("time_precision") != "day") & ~pl.col("inherited"))
    each = timed.select(*told, "occurred_at").sort(*told, "occurred_at")
    steps = first_of(each, told).sort("shipment_id", "place", "occurred_at", "source", "partner")
    is_same = pl.col("shipment_id") == pl.col("shipment_id").shift(-1)
    following = {
        name: pl.when(is_same).then(pl.col(old).shift(-1))
        for name, old in (
            *(("later_source", "source"), ("later_partner", "partner")),
            *(("later_place", "place"), ("later_at", "occurred_at")),
        )
    }
    names = {place: str(name) for place, (name, _) in enumerate(STEPS)}
    is_other = (pl.col("source") != pl.col("later_source")) | (
        pl.col("partner") != pl.col("later_partner")
    )
    pairs = (
        steps.with_columns(**following)
        .filter(is_other & (pl.col("later_place") > pl.col("place")))
        .with_columns(
            step=pl.col("place").replace_strict(names, return_dtype=pl.String),
            later_step=pl.col("later_place").replace_strict(names, return_dtype=pl.String),
            minutes=(pl.col("later_at") - pl.col("occurred_at")).dt.total_minutes(),
        )
    )
    bins = (pl.col("minutes") / BIN_MINUTES).floor().clip(-MOST_BINS, MOST_BINS).cast(pl.Int64)
    early = pairs.filter(pl.col("minutes") < -TOLERANCE_MINUTES)
    return OrderGlimpse(
        gaps=in_words(pairs.group_by(*_PAIR, bin=bins).agg(cases=pl.len().cast(pl.Int64))),
        early=in_words(_first(early.select(*_PAIR, "shipment_id", "later_at", at="occurred_at"))),
    )


def _place_on_path() -> pl.Expr:
    """The place of an observation in `STEPS`, null off them; `whose` is its partner's role."""
    place: pl.Expr = pl.lit(None, dtype=pl.Int8)
    for number, (milestone, is_end) in enumerate(STEPS):
        fits = pl.col("milestone") == str(milestone)
        if is_end is not None:
            end = Role.SUPPLIER if milestone is Milestone.RELEASED else Role.COURIER
            fits &= (pl.col("whose") == str(end)) == is_end
        place = pl.when(fits).then(pl.lit(number, dtype=pl.Int8)).otherwise(place)
    return place


def _first(early: pl.DataFrame) -> pl.DataFrame:
    return early.sort("shipment_id").group_by(_PAIR, maintain_order=True).head(SHOWN)


def disagreeing(parts: Sequence[OrderGlimpse]) -> list[Sign]:
    """Clocks that disagree by whole hours, one sign per source and partner held to be wrong.

    A clock is held to be wrong where it disagrees with nearly all others that it is compared with
    and the other one does not; else the sign names both.
    """
    gaps = pl.concat([part.gaps for part in parts])
    if gaps.is_empty():
        return []
    summed = gaps.group_by(*_PAIR, "bin").agg(pl.col("cases").sum()).sort(*_PAIR, "bin")
    pairs = summed.group_by(_PAIR, maintain_order=True).agg(
        cases=pl.col("cases").sum(),
        early=pl.col("cases").filter(_is_early()).sum(),
        far=pl.col("cases").filter(pl.col("bin") * BIN_MINUTES < -MOST_HOURS * 60).sum(),
        low=_low(),
    )
    is_wrong = (
        (pl.col("cases") >= MIN_CASES)
        & (pl.col("early") >= pl.col("cases") * EARLY_FROM)
        & (pl.col("far") * 20 <= pl.col("early"))
    )
    pairs = pairs.with_columns(is_wrong=is_wrong)
    early = _first(pl.concat([part.early for part in parts]))
    found = [_sign(row, early, pairs) for row in pairs.filter("is_wrong").iter_rows(named=True)]
    return _together(found)


def _is_early() -> pl.Expr:
    return pl.col("bin") * BIN_MINUTES < -TOLERANCE_MINUTES


def _low() -> pl.Expr:
    """The gap (half hours) that all but a twentieth of the cases reach."""
    reached = pl.col("cases").cum_sum() * 20 > pl.col("cases").sum()
    return pl.col("bin").filter(reached).first()


def _sign(row: dict[str, object], early: pl.DataFrame, pairs: pl.DataFrame) -> Sign:
    ahead = _share_wrong(pairs, "source", "partner", row)
    behind = _share_wrong(pairs, "later_source", "later_partner", row)
    is_ahead = ahead >= CERTAIN_FROM and ahead >= 2 * behind
    is_behind = behind >= CERTAIN_FROM and behind >= 2 * ahead
    hours = math.ceil(-int(row["low"]) * BIN_MINUTES / 60)  # type: ignore[call-overload]
    shown = early.filter([pl.col(name) == row[name] for name in _PAIR])
    return Sign(
        kind="order",
        source=str(row["later_source" if is_behind else "source"]),
        partner=str(row["later_partner" if is_behind else "partner"]),
        other_source=str(row["source" if is_behind else "later_source"]),
        other=str(row["partner" if is_behind else "later_partner"]),
        cases=int(row["early"]),  # type: ignore[call-overload]
        of=int(row["cases"]),  # type: ignore[call-overload]
        shift_hours=hours if is_behind else -hours,
        is_certain=is_ahead or is_behind,
        words=(str(row["later_step"]), str(row["step"])),
        witnesses=tuple(
            Witness(
                shipment_id=case["shipment_id"],
                first=f"{row['step']} {case['at']:%Y-%m-%d %H:%M} UTC ({row['partner']})",
                then=f"{row['later_step']} {case['later_at']:%Y-%m-%d %H:%M} UTC "
                f"({row['later_partner']})",
            )
            for case in shown.sort("shipment_id").head(SHOWN).iter_rows(named=True)
        ),
    )


def _share_wrong(pairs: pl.DataFrame, source: str, partner: str, row: dict[str, object]) -> float:
    """Share of a clock's comparisons on one side that are wrong; of a single pair nothing is sure."""
    own = pairs.filter(
        pl.col(source) == row[source],
        pl.col(partner) == row[partner],
        pl.col("cases") >= MIN_CASES,
    )
    others = [name for name in _SIDES if name not in {source, partner}]
    wrong = own.filter("is_wrong")
    if own.select(others).unique().height < 2:  # noqa: PLR2004 a clock is compared with two others
        return CERTAIN_FROM / 2
    return float(wrong["cases"].sum()) / float(own["cases"].sum())


def _together(signs: list[Sign]) -> list[Sign]:
    """One sign per clock and direction: counts added up, the largest shift, witnesses of each."""
    found: dict[tuple[object, ...], Sign] = {}
    for sign in signs:
        other = None if sign.is_certain else (sign.other_source, sign.other)
        key = (sign.source, sign.partner, sign.shift_hours > 0, sign.is_certain, other)
        known = found.get(key)
        if known is None:
            found[key] = sign
            continue
        names = dict.fromkeys((*str(known.other).split(", "), str(sign.other)))
        found[key] = replace(
            known,
            other=", ".join(names),
            cases=known.cases + sign.cases,
            of=known.of + sign.of,
            shift_hours=max(known.shift_hours, sign.shift_hours, key=abs),
            witnesses=(*known.witnesses, *sign.witnesses)[:SHOWN],
        )
    return list(found.values())
