"""Offsets that contradict the place where they are printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl

from tallyclerk.domain.places import zones_of_countries
from tallyclerk.ingest.offsets import OFFSETS
from tallyclerk.ingest.survey.signs import Sign, Witness
from tallyclerk.store import Ledger
from tallyclerk.store.frames import frame_of
from tallyclerk.store.layout import OFFSETS as FOLDER

MIN_ROWS, WRONG_FROM = 8, 0.05
SHOWN = 3
_SUMMER_AND_WINTER, _HOUR = 2, 60


def contradicting(ledger: Ledger) -> Iterator[Sign]:
    """Sources that print offsets which their places do not keep.

    Where all places bear one offset, that is the sign; else each wrong place is named.
    """
    printed = _printed(ledger)
    known = printed.filter(pl.col("country").is_in(sorted(zones_of_countries())))
    combinations = known.select("country", "offset_minutes", "month").unique()
    # An offset of nothing is how UTC is printed: it speaks of an instant, not of a place.
    wrong = combinations.filter(
        [
            minutes != 0 and not _is_kept(who, month, minutes)
            for who, minutes, month in combinations.iter_rows()
        ]
    )
    marked = known.join(
        wrong.with_columns(is_wrong=pl.lit(value=True)),
        on=["country", "offset_minutes", "month"],
        how="left",
    ).with_columns(pl.col("is_wrong").fill_null(value=False))
    for (source,), rows in marked.group_by("source"):
        sign = _sign(str(source), rows)
        if sign:
            yield sign


def _printed(ledger: Ledger) -> pl.DataFrame:
    schema = pl.Schema({"source": pl.String(), "file": pl.String(), **OFFSETS})
    parts = [pl.DataFrame(schema=schema)]
    for segment in ledger.manifest.active:
        for path in segment.files:
            if path.startswith(f"{FOLDER}/"):
                own = frame_of(ledger.root / path).select(
                    pl.lit(segment.source).alias("source"),
                    pl.lit(segment.file).alias("file"),
                    *OFFSETS,
                )
                parts.append(own)
    return pl.concat(parts)


def offsets_of(country: str, month: int) -> frozenset[int]:
    """Minutes by which the zones of a country are ahead of UTC in a month (yyyymm)."""
    return frozenset().union(*_offsets_in(country, month))


def _is_kept(country: str, month: int, minutes: int) -> bool:
    """Whether a zone of a country is so many minutes ahead of UTC; the first that is settles it."""
    return any(minutes in offsets for offsets in _offsets_in(country, month))


def _offsets_in(country: str, month: int) -> Iterator[frozenset[int]]:
    return (_offsets(zone, month) for zone in zones_of_countries().get(country, ()))


@cache
def _offsets(zone: str, month: int) -> frozenset[int]:
    first = dt.datetime(month // 100, month % 100, 1, 12, tzinfo=dt.UTC)
    days = (first + dt.timedelta(days=step) for step in (-1, 14, 31))
    found = (day.astimezone(ZoneInfo(zone)).utcoffset() for day in days)
    return frozenset(int(offset.total_seconds() // 60) for offset in found if offset is not None)


def _sign(source: str, rows: pl.DataFrame) -> Sign | None:
    wrong = rows.filter("is_wrong").sort(
        "rows", "country", "month", descending=[True, False, False]
    )
    cases, total = int(wrong["rows"].sum()), int(rows["rows"].sum())
    if cases < max(MIN_ROWS, total * WRONG_FROM):
        return None
    is_one = rows["country"].n_unique() > 1 and _is_one_zone(rows)
    shown = wrong.unique("country", keep="first", maintain_order=True).head(SHOWN)
    return Sign(
        kind="one_offset" if is_one else "offset_place",
        source=source,
        cases=cases,
        of=total,
        is_certain=False,
        words=tuple(_offset(minutes) for minutes in rows["offset_minutes"].unique().sort())[:SHOWN]
        if is_one
        else tuple(shown["country"]),
        witnesses=tuple(
            Witness(
                shipment_id=None,
                first=f"{row['file']}:{row['first_row']}: {_offset(row['offset_minutes'])} "
                f"at {row['country']}",
                then=" or ".join(
                    _offset(minutes) for minutes in sorted(offsets_of(row["country"], row["month"]))
                )
                + " is kept there",
            )
            for row in shown.iter_rows(named=True)
        ),
    )


def _is_one_zone(rows: pl.DataFrame) -> bool:
    """Whether all places bear one zone's offset: the same one, or two that its clock changes between."""
    offsets = sorted(rows["offset_minutes"].unique().to_list())
    return len(offsets) == 1 or (
        len(offsets) == _SUMMER_AND_WINTER and offsets[1] - offsets[0] <= _HOUR
    )


def _offset(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
