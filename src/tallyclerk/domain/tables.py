"""Schemas of the tables that travel between the packages. One row of each is said at its schema.

Times are UTC with microseconds, counts are Int64 (a cluster engine refuses unsigned integers).
"""

from __future__ import annotations

from typing import Final

import polars as pl

UTC: Final = pl.Datetime("us", "UTC")
Schema = dict[str, pl.DataType | type[pl.DataType]]

EVENTS: Final[Schema] = {
    "event_id": pl.Int64,
    "shipment_id": pl.String,
    "milestone": pl.String,
    "occurred_at": UTC,
    "occurred_date": pl.Date,
    "recorded_at": UTC,
    "partner_id": pl.String,
    "role": pl.String,
    "counterpart_id": pl.String,
    "country": pl.String,
    "location": pl.String,
    "destination": pl.String,
    "reason": pl.String,
    "is_physical": pl.Boolean,
    "classifier": pl.String,
    "pieces": pl.Int64,
    "weight_grams": pl.Int64,
    "time_source": pl.String,
    "time_precision": pl.String,
    "status_raw": pl.String,
    "status_rule": pl.String,
    "inherited": pl.Boolean,
    "corrects_event_id": pl.Int64,
    "source": pl.String,
    "source_file": pl.String,
    "source_row": pl.Int64,
}
"""One observation: at `occurred_at` (UTC) a milestone was seen, by whom, told by which file and row.

`occurred_date` is the calendar day as stated, only where the export gave no time of day
(`time_precision` "day"); `destination` is the destination as this message states it; `status_rule`
is the rule that made the milestone of `status_raw` (`tallyclerk.ingest.vocabulary`).
"""

EVENT_IDENTITY: Final[tuple[str, ...]] = (
    "shipment_id",
    "milestone",
    "occurred_at",
    "partner_id",
    "counterpart_id",
    "location",
    "reason",
    "pieces",
    "weight_grams",
    "status_raw",
)
"""Columns whose hash is `event_id`: equal ids are the same observation told twice."""

SHIPMENTS: Final[Schema] = {
    "shipment_id": pl.String,
    "order_id": pl.String,
    "supplier_id": pl.String,
    "forwarder_id": pl.String,
    "courier_id": pl.String,
    "origin_country": pl.String,
    "destination_country": pl.String,
    "destination_timezone": pl.String,
    "postcode_zone": pl.String,
    "weight_band": pl.String,
    "service": pl.String,
    "batch_id": pl.String,
    "handover_due_at": UTC,
    "promised_at": UTC,
    "promised_date": pl.Date,
    "value_minor": pl.Int64,
    "currency": pl.String,
    "outcome": pl.String,
}
"""One shipment as the merchant knows it: its chain, its route, what was agreed, how it ended."""

REFERENCES: Final[Schema] = {
    "shipment_id": pl.String,
    "reference": pl.String,
    "kind": pl.String,
    "partner_id": pl.String,
    "valid_from": UTC,
}
"""One number a shipment also goes by; `kind` is one of REFERENCE_KINDS."""

REFERENCE_KINDS: Final = (
    "parcel",
    "tracking",
    "last_mile",
    "hawb",
    "mawb",
    "bag",
    "container",
    "order",
    "batch",
)

TICKETS: Final[Schema] = {
    "ticket_id": pl.String,
    "shipment_id": pl.String,
    "opened_at": UTC,
    "first_reply_at": UTC,
    "resolved_at": UTC,
    "topic": pl.String,
}
"""One customer contact about a shipment."""

REVIEWS: Final[Schema] = {
    "shipment_id": pl.String,
    "score": pl.Float64,
    "scale_max": pl.Float64,
    "given_at": UTC,
}
"""One review of a shipment, `score` out of `scale_max`."""

CLAIMS: Final[Schema] = {
    "claim_id": pl.String,
    "shipment_id": pl.String,
    "kind": pl.String,
    "filed_at": UTC,
    "status": pl.String,
    "amount_minor": pl.Int64,
    "currency": pl.String,
    "partner_id": pl.String,
}
"""One claim: kind loss, damage or other; status open, accepted, rejected or paid."""

NOTICES: Final[Schema] = {
    "shipment_id": pl.String,
    "sent_at": UTC,
    "topic": pl.String,
}
"""One message sent to the customer about a shipment."""

TABLES: Final[dict[str, Schema]] = {
    "events": EVENTS,
    "shipments": SHIPMENTS,
    "references": REFERENCES,
    "tickets": TICKETS,
    "reviews": REVIEWS,
    "claims": CLAIMS,
    "notices": NOTICES,
}
"""Every input table by its name in `[sources.x] table = …`."""

REJECTS: Final[Schema] = {
    "source": pl.String,
    "source_file": pl.String,
    "source_row": pl.Int64,
    "rule": pl.String,
    "column": pl.String,
    "raw": pl.String,
    "is_row": pl.Boolean,
}
"""One refused row (`is_row`) or one refused cell of a row that was kept, and the rule that did it."""

FACTS: Final[Schema] = {
    "kpi": pl.String,
    "shipment_id": pl.String,
    "partner_id": pl.String,
    "role": pl.String,
    "counterpart": pl.String,
    "rule": pl.String,
    "lane": pl.String,
    "service": pl.String,
    "chain": pl.String,
    "batch": pl.String,
    "cohort_at": UTC,
    "month": pl.Int32,
    "reason": pl.String,
    "n": pl.Int64,
    "hits": pl.Int64,
    "minutes": pl.Int64,
    "ending": pl.String,
    "from_event": pl.Int64,
    "to_event": pl.Int64,
}
"""One shipment under one KPI for one subject (and rule).

`reason` is null for what is in n, else says why it is not ("waiting" = not mature yet). `n` and
`hits` are integer counts (mostly 0 or 1). Durations carry whole `minutes` and an `ending`:
observed, censored (still open) or never (will not be reached). `month` is yyyymm of `cohort_at` in
the run's timezone. The event ids say where the number came from.
"""

LIABILITIES: Final[Schema] = {
    "covers": pl.String,
    "is_mature": pl.Boolean,
    "is_confirmed": pl.Boolean,
    "since_at": UTC,
    "value_minor": pl.Int64,
    "currency": pl.String,
    "weight_grams": pl.Int64,
    "pair": pl.String,
    "claim_id": pl.String,
    "claim_status": pl.String,
    "claim_minor": pl.Int64,
    "claim_currency": pl.String,
}
"""Columns that LIABILITIES add to FACTS: one shipment that a partner lost or damaged, in any month.

`covers` is loss or damage, `since_at` the day from which it can be claimed, `weight_grams` the least
that any message states, `pair` the partner to which the subject had tendered what got lost before
anybody took it; the claim is the one that counts of those filed.
"""

TALLIES: Final[Schema] = {
    "kpi": pl.String,
    "partner_id": pl.String,
    "role": pl.String,
    "month": pl.Int32,
    "lane": pl.String,
    "service": pl.String,
    "chain": pl.String,
    "counterpart": pl.String,
    "rule": pl.String,
    "batch": pl.String,
    "batch_group": pl.Int32,
    "minutes": pl.Int64,
    "ending": pl.String,
    "reason": pl.String,
    "rows": pl.Int64,
    "n": pl.Int64,
    "hits": pl.Int64,
}
"""A group of FACTS with equal keys, summed: `rows` facts, `n` eligible, `hits` of them.

Rates keep the batch; durations keep whole minutes and the batch's group (0-19) instead.
"""
