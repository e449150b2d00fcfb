"""Cainiao and AliExpress: details of the tracking page and of the open platform.

The epoch is the instant. The text beside it is always printed in UTC+8, whatever zone stands next
to it, so that it only serves where there is no epoch. The last trace may be missing in the list.
Action codes of the courier are told by the courier that the payload names; the second number is
that of its last mile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tallyclerk.ingest.countries import two_letters
from tallyclerk.ingest.formats.payloads import Row, Table, vendor
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.values import Parcel, mapping, mappings

_EVENTS = (
    *("tracking_number", "last_mile_number", "occurred_at", "status", "status_text"),
    *("location", "partner_id", "counterpart_id", "time_text", "time_zone", "group"),
)
_SHIPMENTS = (
    *("tracking_number", "last_mile_number", "origin_country", "destination_country"),
    *("courier_id", "status", "days"),
)
_COURIER = ("GTMS_", "GSTA_", "GSTAHUB_", "STA_")
_TO_COURIER = "CC_HO_OUT_SUCCESS"
_SHANGHAI = "+08:00"
_TOO_LONG = 16
_LENGTH = len("2026-01-31 12:00:00")


def _is_parcel(value: Mapping[str, Any]) -> bool:
    return ("mailNo" in value or "mail_no" in value) and not _LISTS.isdisjoint(value)


_LISTS = {"detailList", "latestTrace", "section2", "detail_node_list", "details"}


def _events(parcel: Parcel, traits: Traits) -> Iterator[Row]:
    number = parcel.get("mailNo") or parcel.get("mail_no")
    last_mile = parcel.get("copyRealMailNo") or parcel.get("realMailNo")
    courier = _courier(parcel)
    nodes = _nodes(parcel)
    if not nodes:
        traits.note("parcels without a trace")
    for node in nodes:
        code = node.get("actionCode") or node.get("action_code")
        is_courier = isinstance(code, str) and code.startswith(_COURIER)
        yield (
            number,
            last_mile if last_mile != number else None,
            _time(node, traits),
            code,
            node.get("standerdDesc")
            or node.get("desc")
            or node.get("tracking_name")
            or node.get("event_desc"),
            node.get("address"),
            courier if is_courier else None,
            courier if code == _TO_COURIER else None,
            node.get("timeStr") or node.get("event_date"),
            node.get("timeZone"),
            mapping(node.get("group")).get("nodeDesc"),
        )


def _nodes(parcel: Parcel) -> list[Parcel]:
    """The traces, the last one included if the list lacks it."""
    listed = (
        mappings(parcel.get("detailList"))
        or mappings(mapping(parcel.get("section2")).get("detailList"))
        or mappings(mapping(parcel.get("detail_node_list")).get("detail_node"))
        or mappings(mapping(parcel.get("details")).get("details"))
        or mappings(parcel.get("details"))
    )
    last = mapping(parcel.get("latestTrace"))
    known = [(node.get("actionCode"), node.get("time")) for node in listed]
    is_new = last and (last.get("actionCode"), last.get("time")) not in known
    return [last, *listed] if is_new else listed


def _time(node: Parcel, traits: Traits) -> Any:
    """The instant of a trace: its epoch in milliseconds, else its text."""
    epoch = node.get("time") if node.get("time") is not None else node.get("time_stamp")
    text = node.get("timeStr")
    if isinstance(epoch, str):
        if epoch.isdecimal() and len(epoch) < _TOO_LONG:
            epoch = int(epoch)
        else:
            epoch, text = None, epoch
    if not isinstance(epoch, int):
        return f"{text}{_SHANGHAI}" if isinstance(text, str) else node.get("event_date")
    if isinstance(text, str) and len(text) == _LENGTH and not _agree(epoch, text):
        traits.note("times in text that contradict the epoch beside them; the epoch counts")
    return epoch


def _agree(epoch: int, text: str) -> bool:
    """Whether a text ends in the time of day that it is in UTC+8 at the epoch."""
    try:
        told = (int(text[11:13]) * 60 + int(text[14:16])) * 60 + int(text[17:])
    except ValueError:
        return True
    return (epoch // 1000 + 8 * 3600 - told) % 86400 == 0


def _courier(parcel: Parcel) -> str | None:
    told = mapping(parcel.get("destCpInfo"))
    name = told.get("cpName") or told.get("cpCode") or parcel.get("carrier_name")
    return name if isinstance(name, str) else None


def _shipments(parcel: Parcel, _: Traits) -> Iterator[Row]:
    yield (
        parcel.get("mailNo") or parcel.get("mail_no"),
        parcel.get("copyRealMailNo") or parcel.get("realMailNo"),
        two_letters(parcel.get("originCountry")),
        two_letters(parcel.get("destCountry")),
        _courier(parcel),
        parcel.get("status"),
        parcel.get("daysNumber"),
    )


FORMAT = vendor(
    _is_parcel,
    {
        "events": Table(_EVENTS, _events, epochs=("occurred_at",)),
        "shipments": Table(_SHIPMENTS, _shipments),
    },
    ("mailNo", "actionCode"),
    ("mail_no", "detail_node"),
)
