"""Cells → observations: a row of a long export is one, a row of a wide export one per filled milestone."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tallyclerk.config.references import CORRECTING
from tallyclerk.domain.milestones import MILESTONES
from tallyclerk.domain.roles import Role
from tallyclerk.domain.tables import EVENTS, UTC
from tallyclerk.ingest.cells import Cells
from tallyclerk.ingest.plan import Binding, Plan, WideColumn
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.tallies import Tally
from tallyclerk.ingest.times import TimeColumn
from tallyclerk.ingest.vocabulary import by_word
from tallyclerk.store.layout import KEY, stored_columns
from tallyclerk.store.parts import SUFFIX, WHOLE

VOID = (
    "yes",
    "true",
    "1",
    "y",
    "x",
    "void",
    "voided",
    "deleted",
    "cancelled",
    "canceled",
    "retracted",
)
VALID = ("no", "false", "0", "n", "valid", "active", "ok")
CLASSIFIERS = ("actual", "planned", "estimated")
CLASSIFIER_WORDS = {
    **dict.fromkeys(("act", "real", "actuals", "ist", "tatsächlich", "réel", "实际"), "actual"),
    **dict.fromkeys(("pln", "plan", "scheduled", "soll", "geplant", "prévu", "计划"), "planned"),
    **dict.fromkeys(("est", "eta", "expected", "forecast", "predicted", "projected"), "estimated"),
    **dict.fromkeys(("voraussichtlich", "erwartet", "estimé", "estimado", "预计"), "estimated"),
    **dict.fromkeys(("previsto", "programado", "planificado", "planejado"), "planned"),
}
"""Other words for classifiers."""
GRAMS_PER_KG = 1000

Times = Mapping[str, TimeColumn]


def event_rows(
    cells: Cells, plan: Plan, binding: Binding, tally: Tally, times: Times
) -> pl.DataFrame:
    """Observations of a batch.

    Returns:
        One row per observation: the stored columns of EVENTS, with the row's key as `key`. Rows
        that say nothing yet (no time, no milestone filled) are counted as silent.
    """
    common = _common(cells, plan)
    if plan.source.layout == "wide":
        parts = [_wide(cells, common, column, plan, tally, times) for column in binding.wide]
        rows = pl.concat(parts)
    else:
        rows = _long(cells, common, plan, tally, times)
    silent = rows.filter(pl.col("occurred_at").is_null())
    spoken = rows.filter(pl.col("occurred_at").is_not_null()) if len(silent) else rows
    if len(silent):
        # A row of a wide export that has one milestone filled speaks.
        rest = silent.select("source_row").unique().join(spoken, on="source_row", how="anti")
        tally.meet_silent(rest["source_row"])
    return spoken


def _common(cells: Cells, plan: Plan) -> dict[str, pl.Series]:
    """Columns that long and wide layouts share."""
    source = plan.source
    fixed = None if source.partner is None else plan.partners.get(source.partner) or source.partner
    partner = cells.partner(cells.text("partner_id")) if cells.has("partner_id") else None
    return {
        KEY: cells.key,
        "source_row": cells.rows,
        "partner_id": _filled(cells, fixed) if partner is None else partner,
        "role": cells.word("role", tuple(Role))
        if cells.has("role")
        else _filled(cells, source.role),
        "counterpart_id": cells.partner(cells.text("counterpart_id")),
        "country": _country(cells.text("country")),
        "location": cells.masked("location"),
        "destination": cells.masked("destination"),
        "reason": cells.masked("reason"),
        "classifier": _classifier(cells),
        "pieces": cells.number("pieces").round().cast(pl.Int64, strict=False),
        "weight_grams": _grams(cells),
        **_corrections(cells),
    }


def _corrections(cells: Cells) -> dict[str, pl.Series]:
    """What rows say of events that they replace or take back; nothing where the export does not."""
    told = {name: cells.id(name) for name in ("event_ref", "corrects_ref") if cells.has(name)}
    if cells.has("is_void"):
        word = cells.word("is_void", (*VOID, *VALID))
        told["is_void"] = word.is_in(VOID).set(word.is_null(), None)
    return told


def _long(
    cells: Cells, common: dict[str, pl.Series], plan: Plan, tally: Tally, times: Times
) -> pl.DataFrame:
    status = cells.text("status" if cells.has("status") else "milestone")
    meant = plan.statuses.read(status, cells.text("status_text"), cells.text("side"))
    known = meant["is_known"]
    if not known.all():
        tally.meet_unmapped(meant["status_raw"].set(known, None), cells.rows, meant["maybe"])
    reason, role = common["reason"], common["role"]
    told = {
        "reason": _either(reason, meant["reason"], reason.is_not_null()),
        "role": _either(
            role, meant["role"], role.is_not_null() | common["partner_id"].is_not_null()
        ),
        **{name: meant[name] for name in ("milestone", "status_raw", "status_rule", "is_physical")},
    }
    if cells.has("part_of"):
        told |= _parts(cells, plan, status)
    occurred = cells.time("occurred_at", times["occurred_at"])
    recorded = _recorded(cells, times)
    return _assembled(common | told, occurred, recorded, tally)


def _parts(cells: Cells, plan: Plan, status: pl.Series) -> dict[str, pl.Series]:
    """What rows say of the whole of which they tell a part: its pieces, and what it reaches."""
    whole = cells.number("part_of").round().cast(pl.Int64, strict=False)
    codes = status.str.strip_suffix(SUFFIX)
    meant = plan.statuses.read(codes, cells.text("status_text"), cells.text("side"))
    return {
        "part_of": whole,
        "whole_milestone": meant["milestone"].set(whole.is_null(), None),
    }


def _wide(
    cells: Cells,
    common: dict[str, pl.Series],
    column: WideColumn,
    plan: Plan,
    tally: Tally,
    times: Times,
) -> pl.DataFrame:
    spec = column.spec
    texts = cells.joined(column.at, column.clock)
    occurred = cells.parsed(texts, spec.column, times[spec.column])
    own = dict(common)
    for name, fixed, place in (
        ("partner_id", spec.partner, column.partner),
        ("counterpart_id", spec.counterpart, column.counterpart),
    ):
        if fixed is not None:
            own[name] = _filled(cells, plan.partners.get(fixed) or fixed)
        elif place is not None:
            own[name] = cells.partner(cells.at(place))
    if column.location is not None:
        own["location"] = by_word(cells.at(column.location), mask)
    if column.recorded is not None and spec.recorded_column:
        theirs = spec.recorded_column
        recorded = cells.recording(cells.at(column.recorded), theirs, times[theirs])
    else:
        recorded = _recorded(cells, times)
    is_physical = MILESTONES[column.milestone].is_physical
    own |= {
        "milestone": _filled(cells, column.milestone.value),
        "status_raw": _filled(cells, spec.column.strip()),
        "status_rule": _filled(cells, "config"),
        "is_physical": pl.Series([is_physical]).new_from_index(0, len(cells.rows)),
    }
    return _assembled(own, occurred, recorded, tally)


def _assembled(
    told: dict[str, pl.Series], occurred: pl.DataFrame, recorded: pl.Series, tally: Tally
) -> pl.DataFrame:
    tally.offsets.add(occurred, told["country"], told["source_row"])
    is_day = occurred["precision"] == "day"
    date = occurred["local"].dt.date()
    columns = {
        **told,
        "occurred_at": occurred["at"],
        "occurred_date": date.set(~is_day.fill_null(value=False), None),
        "recorded_at": recorded,
        "time_source": occurred["origin"],
        "time_precision": occurred["precision"],
    }
    stored = stored_columns("events")
    said = [name for name in (*CORRECTING, *WHOLE) if name in columns]
    return pl.DataFrame({name: columns[name] for name in (*stored, *said)}).cast(
        {name: EVENTS[name] for name in stored if name in EVENTS}
    )


def _recorded(cells: Cells, times: Times) -> pl.Series:
    if not cells.has("recorded_at"):
        return cells.empty(UTC)
    return cells.recorded(times["recorded_at"])


def _classifier(cells: Cells) -> pl.Series:
    if not cells.has("classifier"):
        return _filled(cells, CLASSIFIERS[0])
    told = cells.word("classifier", CLASSIFIERS, CLASSIFIER_WORDS)
    return told.fill_null(CLASSIFIERS[0])


def _grams(cells: Cells) -> pl.Series:
    grams = cells.number("weight_grams")
    if cells.has("weight_kg"):
        kilograms = cells.number("weight_kg") * GRAMS_PER_KG
        grams = grams.zip_with(grams.is_not_null(), kilograms)
    return grams.round().cast(pl.Int64, strict=False)


def _country(values: pl.Series) -> pl.Series:
    """Two-letter codes in upper case; other texts as they are, persons masked."""
    return by_word(values, lambda text: text.upper() if len(text) == len("DE") else mask(text))


def _either(values: pl.Series, others: pl.Series, is_own: pl.Series) -> pl.Series:
    """Values where they are to be taken, else the others; nearly always they are the same for all rows."""
    if is_own.all():
        return values
    return values.zip_with(is_own, others) if is_own.any() else others


def _filled(cells: Cells, value: str | None) -> pl.Series:
    """The same value in every row."""
    return pl.Series([value], dtype=pl.String).new_from_index(0, len(cells.rows))
