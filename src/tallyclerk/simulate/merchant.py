"""How the merchant's own systems write their tables; the sources beside the partners' exports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tallyclerk.simulate.dialects import Dialect
from tallyclerk.simulate.files import Files


@dataclass(frozen=True)
class Book:
    """One table of the merchant's: its file, its columns, and how it is written.

    Attributes:
        name: Of the source.
        table: Which of our tables it fills.
        path: Below the exports folder.
        columns: Their header, our field.
        stamp: strftime pattern of its times, "" for ISO with "Z".
        zone: Zone of its local times.
        format: csv, json or jsonl.
        outcomes: Our outcome, their word.
        note: One sentence for the configuration.
    """

    name: str
    table: str
    path: str
    columns: tuple[tuple[str, str], ...]
    note: str
    stamp: str = ""
    zone: str = "UTC"
    format: str = "csv"
    delimiter: str = ","
    decimal: str = "."
    is_packed: bool = False
    has_bom: bool = False
    records: str | None = None
    outcomes: dict[str, str] = field(default_factory=dict)

    @property
    def dialect(self) -> Dialect:
        """What the file writer needs to know."""
        form = "jsonl" if self.format in ("json", "jsonl") else self.format
        return Dialect(
            self.name,
            "",
            (),
            {},
            self.zone,
            self.stamp,
            "",
            format=form,
            delimiter=self.delimiter,
            is_packed=self.is_packed,
            has_bom=self.has_bom,
        )


BOOKS: Final = (
    Book(
        "orders",
        "shipments",
        "merchant/orders.csv",
        (
            ("parcel", "shipment_id"),
            ("order", "order_id"),
            ("supplier", "supplier_id"),
            ("forwarder", "forwarder_id"),
            ("courier", "courier_id"),
            ("from", "origin_country"),
            ("to", "destination_country"),
            ("to_timezone", "destination_timezone"),
            ("zone", "postcode_zone"),
            ("band", "weight_band"),
            ("service", "service"),
            ("consol", "batch_id"),
            ("mawb", "mawb"),
            ("ship_by", "handover_due_at"),
            ("promised_at", "promised_at"),
            ("promised_on", "promised_date"),
            ("value", "value"),
            ("currency", "currency"),
        ),
        "The shop's orders: chain, route, promise. UTC, with a byte order mark.",
        has_bom=True,
    ),
    Book(
        "erp",
        "shipments",
        "merchant/erp-final-status.csv",
        (("Belegnummer", "shipment_id"), ("Endstatus", "outcome")),
        "Final statuses without dates, merged into the orders by key.",
        delimiter=";",
        outcomes={
            "delivered": "zugestellt",
            "cancelled": "storniert",
            "lost": "verloren",
            "returned": "retour",
        },
    ),
    Book(
        "labels",
        "references",
        "merchant/labels.csv.gz",
        (("parcel", "shipment_id"), ("label", "reference"), ("kind", "kind")),
        "The label printer knows which tracking number is on which parcel.",
        is_packed=True,
    ),
    Book(
        "claims",
        "claims",
        "merchant/claims.csv",
        (
            ("Vorgang", "claim_id"),
            ("Paket", "shipment_id"),
            ("Art", "kind"),
            ("Eingang", "filed_at"),
            ("Stand", "status"),
            ("Betrag", "amount"),
            ("Währung", "currency"),
            ("Verursacher", "partner_id"),
        ),
        "The claims desk: decimal commas, German times.",
        stamp="%d.%m.%Y %H:%M",
        zone="Europe/Berlin",
        delimiter=";",
        decimal=",",
    ),
    Book(
        "tickets",
        "tickets",
        "merchant/tickets.json",
        (
            ("id", "ticket_id"),
            ("parcel", "shipment_id"),
            ("opened", "opened_at"),
            ("first_reply", "first_reply_at"),
            ("solved", "resolved_at"),
            ("subject", "topic"),
        ),
        "The help desk's API answer: one JSON document.",
        format="json",
        records="data.items",
    ),
    Book(
        "reviews",
        "reviews",
        "merchant/reviews.jsonl",
        (
            ("parcel", "shipment_id"),
            ("stars", "score"),
            ("out_of", "scale_max"),
            ("given", "given_at"),
        ),
        "Reviews, one to five stars.",
        format="jsonl",
    ),
    Book(
        "notices",
        "notices",
        "merchant/notices.csv.gz",
        (("parcel", "shipment_id"), ("sent", "sent_at"), ("topic", "topic")),
        "Messages to customers about delays.",
        is_packed=True,
    ),
)


def _printed(column: str, book: Book, kind: pl.DataType) -> pl.Expr:
    """One column as the book prints it."""
    if isinstance(kind, pl.Datetime):
        if not book.stamp:
            return pl.col(column).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        return pl.col(column).dt.convert_time_zone(book.zone).dt.strftime(book.stamp)
    return pl.col(column)


def _money(column: str, mark: str) -> pl.Expr:
    minor = pl.col(f"{column}_minor")
    return pl.format(f"{{}}{mark}{{}}", minor // 100, (minor % 100).cast(pl.String).str.zfill(2))


def _page(frame: pl.DataFrame, book: Book) -> pl.DataFrame:
    return frame.select(
        (
            _money(ours, book.decimal)
            if ours in ("value", "amount")
            else _printed(ours, book, frame.schema[ours])
        ).alias(theirs)
        for theirs, ours in book.columns
    )


def write(
    made: dict[str, pl.DataFrame], mawbs: pl.DataFrame, labels: pl.DataFrame, files: Files
) -> None:
    """Appends one chunk of the merchant's tables to their files."""
    ended = made["shipments"].filter(pl.col("outcome").is_not_null())
    outcomes = next(book.outcomes for book in BOOKS if book.outcomes)
    content = {
        "orders": made["shipments"].with_columns(mawbs["mawb"]),
        "erp": ended.with_columns(pl.col("outcome").replace_strict(outcomes)),
        "labels": labels,
        "claims": made["claims"],
        "tickets": made["tickets"],
        "reviews": made["reviews"],
        "notices": made["notices"],
    }
    for book in BOOKS:
        files.add(book.path, _page(content[book.name], book), book.dialect, wrap=book.records)
