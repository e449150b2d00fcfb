"""Tickets of Zendesk, Freshdesk and Gorgias, as their interfaces answer and as they export tables.

Of a ticket only its times, its kind and its labels are read: names, addresses, subjects and texts of
customers stay in the export. None of the three knows shipments: the source's block maps the field
that holds the order or the tracking number (`columns.order_id = "Order number"`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.renamed import with_tables
from tallyclerk.ingest.formats.values import Parcel, mapping, mappings

_PRIVATE = (
    *("requester", "requester email", "requester domain", "requester external id", "submitter"),
    *("subject", "organization", "description", "full name", "email", "contact id", "customer"),
    *("customer name", "customer email", "customer e-mail", "name", "phone", "work phone"),
    *("mobile phone", "twitter id", "company name", "messages", "body", "excerpt", "assignee"),
    *("agent", "survey results", "assignee name", "assignee email", "satisfaction comment"),
)
_ZENDESK = (
    *("ticket_id", "opened_at", "first_reply_minutes", "resolved_at", "topic", "external_id"),
    *("tags", "status", "priority"),
)
_FRESHDESK = ("ticket_id", "opened_at", "first_reply_at", "resolved_at", "topic", "tags", "status")
_GORGIAS = (
    *("ticket_id", "opened_at", "first_reply_at", "resolved_at", "topic", "external_id"),
    *("channel", "status"),
)


def _zendesk(ticket: Parcel, _: Traits) -> Iterator[Row]:
    metrics = mapping(ticket.get("metric_set"))
    yield (
        ticket.get("id"),
        ticket.get("created_at"),
        mapping(metrics.get("reply_time_in_minutes")).get("calendar"),
        metrics.get("solved_at"),
        ticket.get("type"),
        ticket.get("external_id"),
        _labels(ticket.get("tags")),
        ticket.get("status"),
        ticket.get("priority"),
    )


def _freshdesk(ticket: Parcel, _: Traits) -> Iterator[Row]:
    stats = mapping(ticket.get("stats"))
    yield (
        ticket.get("id"),
        ticket.get("created_at"),
        stats.get("first_responded_at"),
        stats.get("resolved_at") or stats.get("closed_at"),
        ticket.get("type"),
        _labels(ticket.get("tags")),
        ticket.get("status"),
    )


def _gorgias(ticket: Parcel, _: Traits) -> Iterator[Row]:
    sent = [
        at
        for message in mappings(ticket.get("messages"))
        if message.get("from_agent") is True
        and isinstance(at := message.get("sent_datetime") or message.get("created_datetime"), str)
    ]
    yield (
        ticket.get("id"),
        ticket.get("created_datetime"),
        min(sent, default=None),
        ticket.get("closed_datetime"),
        _labels(ticket.get("tags")),
        ticket.get("external_id"),
        ticket.get("channel"),
        ticket.get("status"),
    )


def _labels(tags: Any) -> str | None:
    """The labels of a ticket: texts, or objects with a name."""
    listed = tags if isinstance(tags, list) else ()
    names = [mapping(tag).get("name") if isinstance(tag, dict) else tag for tag in listed]
    return ", ".join(name for name in names if isinstance(name, str)) or None


def _has(*keys: str) -> Any:
    wanted = set(keys)

    def is_ticket(value: Mapping[str, Any]) -> bool:
        return wanted <= value.keys()

    return is_ticket


ZENDESK = with_tables(
    vendor(
        _has("id", "created_at", "requester_id", "subject"),
        {"tickets": Table(_ZENDESK, _zendesk)},
        ("requester_id", "submitter_id", "created_at"),
    ),
    {
        "tickets": {
            "ticket_id": ("id", "ticket id"),
            "opened_at": ("created at", "ticket created - timestamp"),
            "first_reply_minutes": ("first reply time in minutes", "first reply time (min)"),
            "resolved_at": ("solved at", "ticket solved - timestamp"),
            "topic": ("ticket type", "type"),
        }
    },
    _PRIVATE,
    ("requester id", "solved at", "created at"),
)
FRESHDESK = with_tables(
    vendor(
        _has("id", "created_at", "responder_id"),
        {"tickets": Table(_FRESHDESK, _freshdesk)},
        ("responder_id", "fr_due_by", "created_at"),
    ),
    {
        "tickets": {
            "ticket_id": ("ticket id",),
            "opened_at": ("created time",),
            "first_reply_at": ("initial response time",),
            "resolved_at": ("resolved time", "closed time"),
            "topic": ("type",),
        }
    },
    _PRIVATE,
    ("ticket id", "created time", "resolved time"),
)
GORGIAS = with_tables(
    vendor(
        _has("id", "created_datetime", "channel"),
        {"tickets": Table(_GORGIAS, _gorgias)},
        ("created_datetime", "closed_datetime", "channel"),
    ),
    {
        "tickets": {
            "ticket_id": ("id", "ticket id"),
            "opened_at": ("created_datetime", "created datetime", "creation date", "created"),
            "first_reply_at": ("first_response_datetime", "first agent message datetime"),
            "resolved_at": ("closed_datetime", "closed datetime", "closing date", "closed"),
            "topic": ("tags",),
        }
    },
    _PRIVATE,
    ("created_datetime", "closed_datetime"),
    ("ticket id", "creation date", "closing date"),
)
