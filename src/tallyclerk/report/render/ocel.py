"""An object-centric event log (OCEL 2.0, JSON): shipments, partners and batches, and what befell them.

Written in two passes, objects first: every relationship leads to an object that is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS

Write = Callable[[bytes], object]
TIMELESS = "1970-01-01T00:00:00Z"
"""When an attribute that never changes was set, as the format wants to be told."""
SHIPMENT_ATTRIBUTES = (
    *("order_id", "lane", "service", "origin_country", "destination_country"),
    *("promised_at", "handover_due_at", "outcome"),
)
EVENT_ATTRIBUTES = (
    *("country", "location", "reason", "status_raw", "pieces", "weight_grams", "recorded_at"),
    *("time_source", "source", "source_file", "source_row"),
)
_TIME = "%Y-%m-%dT%H:%M:%S%.fZ"
_NUMBERS = {"pieces": "integer", "weight_grams": "integer", "source_row": "integer"}


def write_ocel(
    shipments: Callable[[], Iterable[tuple[pl.DataFrame, pl.DataFrame]]],
    events: Callable[[], Iterable[pl.DataFrame]],
    write: Write,
) -> int:
    """Write the log.

    Args:
        shipments: Gives, part by part, what is known of shipments (one row each: shipment_id,
            `batch_id`, the chain columns and `SHIPMENT_ATTRIBUTES`), and the partners that their
            events name.
        events: Gives the events of the same parts: event_id, shipment_id, milestone, occurred_at,
            partner_id, counterpart_id and `EVENT_ATTRIBUTES`.
        write: Takes bytes.

    Returns:
        Events written.
    """
    write(b'{"eventTypes":' + _types([str(name) for name in Milestone], EVENT_ATTRIBUTES))
    kinds = [("Shipment", SHIPMENT_ATTRIBUTES), ("Partner", ()), ("Batch", ())]
    told = [json.loads(_types([name], attributes))[0] for name, attributes in kinds]
    write(b',"objectTypes":' + _json(told))
    write(b',"objects":[')
    partners: set[str] = set()
    batches: set[str] = set()
    is_first = True
    for known, named in shipments():
        for column in CHAIN_COLUMNS:
            partners.update(known[column].drop_nulls().to_list())
        partners.update(named.to_series().drop_nulls().to_list())
        batches.update(known["batch_id"].drop_nulls().to_list())
        is_first = _lines(known.select(_shipment()).to_series(), write, is_first=is_first)
    others = [{"id": f"partner:{name}", "type": "Partner"} for name in sorted(partners)]
    others += [{"id": f"batch:{name}", "type": "Batch"} for name in sorted(batches)]
    _lines(
        pl.Series([_json(each).decode() for each in others], dtype=pl.String),
        write,
        is_first=is_first,
    )
    write(b'],"events":[')
    is_first, count = True, 0
    for part in events():
        is_first = _lines(part.select(_event()).to_series(), write, is_first=is_first)
        count += len(part)
    write(b"]}\n")
    return count


def _types(names: Sequence[str], attributes: Sequence[str]) -> bytes:
    declared = [{"name": name, "type": _type(name)} for name in attributes]
    return _json([{"name": name, "attributes": declared} for name in names])


def _type(name: str) -> str:
    return "time" if name.endswith("_at") else _NUMBERS.get(name, "string")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _lines(rows: pl.Series, write: Write, *, is_first: bool) -> bool:
    """Write JSON texts with commas between; whether nothing has been written yet."""
    if rows.is_empty():
        return is_first
    write(("" if is_first else ",").encode() + rows.str.join(",\n").item().encode())
    return False


def _text(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime(_TIME) if name.endswith("_at") else pl.col(name).cast(pl.String)


def _shipment() -> pl.Expr:
    attributes = [
        pl.when(pl.col(name).is_not_null()).then(
            pl.struct(name=pl.lit(name), value=_text(name), time=pl.lit(TIMELESS))
        )
        for name in SHIPMENT_ATTRIBUTES
    ]
    related = [
        *(_related(name, "partner", str(role)) for name, role in CHAIN_COLUMNS.items()),
        _related("batch_id", "batch", "travels in"),
    ]
    return pl.struct(
        id="shipment:" + pl.col("shipment_id"),
        type=pl.lit("Shipment"),
        attributes=pl.concat_list(attributes).list.drop_nulls(),
        relationships=pl.concat_list(related).list.drop_nulls(),
    ).struct.json_encode()


def _event() -> pl.Expr:
    attributes = [
        pl.when(pl.col(name).is_not_null()).then(pl.struct(name=pl.lit(name), value=_text(name)))
        for name in EVENT_ATTRIBUTES
    ]
    related = [
        _related("shipment_id", "shipment", "about"),
        _related("partner_id", "partner", "told by"),
        _related("counterpart_id", "partner", "counterpart"),
    ]
    return pl.struct(
        id="event:" + pl.col("event_id").cast(pl.String),
        type=pl.col("milestone"),
        time=_text("occurred_at"),
        attributes=pl.concat_list(attributes).list.drop_nulls(),
        relationships=pl.concat_list(related).list.drop_nulls(),
    ).struct.json_encode()


def _related(column: str, kind: str, qualifier: str) -> pl.Expr:
    target = f"{kind}:" + pl.col(column)
    return pl.when(pl.col(column).is_not_null()).then(
        pl.struct(objectId=target, qualifier=pl.lit(qualifier))
    )
