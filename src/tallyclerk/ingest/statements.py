"""Cells → rows of the tables that are not events: shipments, references, tickets, reviews, …."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl

from tallyclerk.domain.money import MINOR_DIGITS, USUAL_DIGITS
from tallyclerk.domain.numbers import normalised
from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.domain.tables import REFERENCE_KINDS, TABLES, UTC
from tallyclerk.ingest.cells import Cells
from tallyclerk.ingest.ids import KIND_OF_COLUMN, SHIPMENT
from tallyclerk.ingest.plan import Binding, Plan
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.scores import scores
from tallyclerk.ingest.tallies import Tally
from tallyclerk.ingest.times import TimeColumn
from tallyclerk.ingest.vocabulary import by_word
from tallyclerk.ingest.vocabulary.claims import CLAIM_KINDS, CLAIM_STATUSES, claim_words
from tallyclerk.store.layout import KEY, stored_columns

Times = Mapping[str, TimeColumn]

_END_OF_DAY = dt.timedelta(days=1) - dt.timedelta(microseconds=1)
_DUE = ("handover_due_at", "promised_at")
_PARTNERS = ("partner_id", *CHAIN_COLUMNS)
_WORDS = {"kind": CLAIM_KINDS, "status": CLAIM_STATUSES}
"""Columns of claims that hold one of a few words: other words by ours."""
_COUNTRIES = ("origin_country", "destination_country")


def statement_rows(cells: Cells, plan: Plan, tally: Tally, times: Times) -> pl.DataFrame:
    """Rows of the source's table.

    Returns:
        One row per row of the export with a good key: the stored columns of the table.
    """
    table = plan.source.table
    schema = TABLES[table]
    columns = {KEY: cells.key, "source_row": cells.rows}
    together = scores(cells, plan.source.scale) if table == "reviews" else {}
    for name in stored_columns(table)[2:]:
        is_one_of_them = name in together
        columns[name] = (
            together[name] if is_one_of_them else _column(name, cells, plan, tally, times)
        )
    return pl.DataFrame(columns).with_columns(
        pl.col(name).cast(schema[name]) for name in columns if name in schema
    )


def reference_rows(cells: Cells, plan: Plan, binding: Binding, times: Times) -> pl.DataFrame:
    """Rows that name references: each cell of a reference column beside the row's key.

    Returns:
        One row per key and reference: key, row number, `reference`, `kind`, partner, valid_from.
    """
    is_own = plan.source.table == "references"
    partner = cells.partner(cells.text("partner_id")) if is_own else cells.empty()
    since = (
        cells.time("valid_from", times["valid_from"])["at"]
        if is_own and cells.has("valid_from")
        else cells.empty(UTC)
    )
    parts = []
    for ours, kind in KIND_OF_COLUMN.items():
        if ours in binding.columns and kind not in {binding.kind, SHIPMENT}:
            kinds = pl.Series([kind]).new_from_index(0, len(cells.rows))
            parts.append((normalised(cells.id(ours)), kinds))
    if is_own and cells.has("reference"):
        parts.append((normalised(cells.id("reference")), cells.word("kind", REFERENCE_KINDS)))
    frames = [
        pl.DataFrame(
            {
                KEY: cells.key,
                "source_row": cells.rows,
                "reference": reference,
                "kind": kind,
                "partner_id": partner,
                "valid_from": since,
            }
        )
        for reference, kind in parts
    ]
    frame = pl.concat(frames) if frames else pl.DataFrame(schema=_REFERENCE_ROWS)
    return frame.drop_nulls(["reference", "kind"])


_REFERENCE_ROWS = {
    KEY: pl.String,
    "source_row": pl.Int64,
    **{k: v for k, v in TABLES["references"].items() if k != "shipment_id"},
}


def links(references: pl.DataFrame, key_kind: str) -> pl.DataFrame:
    """References told beside another reference: one row of LINK each, unique."""
    return (
        references.select(
            pl.lit(key_kind).alias("kind"),
            pl.col(KEY).alias("reference"),
            pl.col("kind").alias("other_kind"),
            pl.col("reference").alias("other"),
        )
        .unique()
        .sort(pl.all())
    )


def _column(name: str, cells: Cells, plan: Plan, tally: Tally, times: Times) -> pl.Series:  # noqa: PLR0911
    """One column of the table, by what kind of column it is."""
    if name in _MONEY:
        return _money(name, cells, plan)
    if name == "currency":
        return _currency(cells, plan)
    if name == "first_reply_at" and not cells.has(name):
        return _first_reply(cells, times)
    if not cells.has(name):
        return cells.empty()
    if name in _PARTNERS:
        return cells.partner(cells.text(name))
    if name == "outcome":
        return _outcome(cells, plan, tally)
    dtype = TABLES[plan.source.table][name]
    if dtype in {UTC, pl.Date}:
        return _time(name, cells, times[name])
    if dtype == pl.Float64:
        return cells.number(name)
    if name in _WORDS:
        return cells.word(name, tuple(_WORDS[name]), claim_words(_WORDS[name]))
    return _texts(name)(cells)


def _texts(name: str) -> Callable[[Cells], pl.Series]:
    if name.endswith("_id"):
        return lambda cells: cells.id(name)
    if name in _COUNTRIES:
        return lambda cells: by_word(cells.text(name), _country)
    return lambda cells: by_word(cells.text(name), mask)


def _country(text: str) -> str:
    return text.upper() if len(text) == len("DE") else mask(text)


def _time(name: str, cells: Cells, column: TimeColumn) -> pl.Series:
    """A time or a date; a due time told as a day is the end of that day."""
    parsed = cells.time(name, column)
    if column.is_date:
        return parsed["local"].dt.date()
    at = parsed["at"]
    if name in _DUE:
        is_day = (parsed["precision"] == "day").fill_null(value=False)
        return at.zip_with(~is_day, at + _END_OF_DAY)
    return at


def _first_reply(cells: Cells, times: Times) -> pl.Series:
    """The first reply as minutes after the ticket was opened."""
    if not cells.has("first_reply_minutes"):
        return cells.empty(UTC)
    opened = cells.time("opened_at", times["opened_at"])["at"]
    minutes = cells.number("first_reply_minutes").round().cast(pl.Int64, strict=False)
    later = pl.col("opened") + pl.duration(minutes=pl.col("minutes"), time_unit="us")
    return pl.DataFrame({"opened": opened, "minutes": minutes}).select(later).to_series()


def _outcome(cells: Cells, plan: Plan, tally: Tally) -> pl.Series:
    raw = cells.masked("outcome")
    found = by_word(raw, plan.outcomes.get)
    unknown = found.is_null() & raw.is_not_null()
    if unknown.any():
        tally.meet_unmapped(raw.set(~unknown, None), cells.rows)
    return found


_MONEY = {"value_minor": "value", "amount_minor": "amount"}


def _money(name: str, cells: Cells, plan: Plan) -> pl.Series:
    """Amounts in minor units of their currency (cents; none for JPY, mils for KWD)."""
    if cells.has(name):
        return cells.amount(name).round().cast(pl.Int64, strict=False)
    major = _MONEY[name]
    if not cells.has(major):
        return cells.empty(pl.Int64)
    digits = _currency(cells, plan).replace_strict(
        MINOR_DIGITS, default=USUAL_DIGITS, return_dtype=pl.Int64
    )
    factor = pl.Series([10.0]).new_from_index(0, len(digits)) ** digits
    return (cells.amount(major) * factor).round().cast(pl.Int64, strict=False)


def _currency(cells: Cells, plan: Plan) -> pl.Series:
    """The row's currency, else the run's, where the row has money at all."""
    money = [c for c in (*_MONEY, *_MONEY.values()) if cells.has(c)]
    given = cells.masked("currency").str.to_uppercase()
    if not money:
        return given
    has_money = cells.text(money[0]).is_not_null()
    return given.zip_with(given.is_not_null() | ~has_money, _run_currency(cells, plan))


def _run_currency(cells: Cells, plan: Plan) -> pl.Series:
    return pl.Series([plan.currency]).new_from_index(0, len(cells.rows))
