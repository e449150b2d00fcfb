"""Small worlds for the tests of the true answers, a line per event."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tallyclerk.simulate.emitted import TruthSettings
from tallyclerk.simulate.truth.journeys import Journey, journeys
from tallyclerk.simulate.truth.records import Records, Row, read

ROLES = {"sup": "supplier", "fwd": "forwarder", "air": "airline", "cou": "courier"}


def utc(text: str) -> dt.datetime:
    """ "03-02 10:00" of 2026 in UTC; a longer text may state the year and an offset."""
    full = text if text.startswith("20") else f"2026-{text}"
    moment = dt.datetime.fromisoformat(full)
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def events(text: str, **more: Any) -> list[Row]:
    """Rows of EVENTS: `shipment MILESTONE mm-ddThh:mm partner`, `-` for nobody; `@` recorded."""
    rows: list[Row] = []
    for line in text.strip().splitlines():
        shipment, milestone, at, partner, *rest = line.split()
        row: dict[str, Any] = {
            "shipment_id": shipment,
            "milestone": milestone,
            "occurred_at": utc(at),
            "partner_id": None if partner == "-" else partner,
            **more,
        }
        for word in rest:
            if word.startswith(">"):
                row["counterpart_id"] = word[1:]
            elif word.startswith("@"):
                row["recorded_at"] = utc(word[1:])
            else:
                name, _, value = word.partition("=")
                row[name] = int(value) if value.isdigit() and name != "destination" else value
        rows.append(row)
    return rows


def settings(
    as_of: str | None = "04-01T00:00",
    *,
    must_report: dict[str, tuple[str, ...]] | None = None,
    roles: dict[str, str] | None = None,
) -> TruthSettings:
    """Settings of a small world."""
    return TruthSettings(
        as_of=utc(as_of) if as_of else None,
        timezone="Europe/Berlin",
        lane=("origin_country", "destination_country"),
        roles=ROLES if roles is None else roles,
        must_report=must_report or {},
    )


def known(text: str, shipments: list[Row] | None = None, **more: Any) -> Records:
    """What is known of a small world."""
    tables = {name: more.pop(name, ()) for name in ("claims", "tickets", "reviews", "notices")}
    records = read(settings(**more), events=events(text), shipments=shipments or [], **tables)
    assert records is not None
    return records


def journey(text: str, row: dict[str, Any] | None = None, **more: Any) -> Journey:
    """The only shipment of a small world, called s."""
    records = known(text, [{"shipment_id": "s", **(row or {})}], **more)
    [only] = journeys(records)
    return only
