"""KPIs of customer contacts: who was told of delays, who asked, and how long answers took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from tallyclerk.simulate.truth.durations import Ending, Measured, measure
from tallyclerk.simulate.truth.facts import DAY, Facts, counted, lasted, left_out
from tallyclerk.simulate.truth.incidents import is_delayed, is_told
from tallyclerk.simulate.truth.journeys import Journey
from tallyclerk.simulate.truth.lateness import supplied_at
from tallyclerk.simulate.truth.records import Row
from tallyclerk.simulate.truth.visibility import custodians

UNDATED = "undated_contact"


def contact_rate(journey: Journey) -> Facts:
    """Each custodian: asked about while it had the goods, or after it as the last one."""
    kpi = "contact_rate"
    opened = [_opened_at(ticket) for ticket in _tickets(journey)]
    asked = {_subject_at(journey, at) for at in opened if at is not None}
    for partner in custodians(journey):
        taking = journey.taking_by(partner)
        since = taking.at if taking else supplied_at(journey, partner)
        if not journey.records.has_tickets:
            yield left_out(journey, kpi, partner, "not_reported")
        elif None in opened and partner not in asked:
            yield left_out(journey, kpi, partner, UNDATED)
        elif journey.records.as_of < since + 30 * DAY:
            yield left_out(journey, kpi, partner, "waiting")
        else:
            yield counted(journey, kpi, partner, hit=partner in asked)


def resolution_hours(journey: Journey) -> Facts:
    """The custodian at the opening of each ticket: opening to resolution."""
    kpi, as_of = "resolution_hours", journey.records.as_of
    for ticket in _tickets(journey):
        opened = _opened_at(ticket)
        if opened is None:
            for partner in custodians(journey):
                yield lasted(journey, kpi, partner, Measured(reason=UNDATED))
            continue
        subject = _subject_at(journey, opened)
        ends = [row["resolved_at"] for row in ticket if row.get("resolved_at")]
        resolved = max((end for end in ends if end <= as_of), default=None)
        if subject is not None:
            measured = measure(opened, resolved, Ending("open"), as_of)
            yield lasted(journey, kpi, subject, measured)


def proactive_notice_rate(journey: Journey) -> Facts:
    """Every partner of the chain of a delayed shipment: the customer was told in time."""
    kpi, promise = "proactive_notice_rate", journey.promise
    if promise is None or not is_delayed(journey):
        return
    hit = is_told(journey, promise)
    shipment = journey.shipment
    times = [row.get("opened_at") for row in shipment.tickets]
    if not hit:
        times = [row.get("sent_at") for row in shipment.notices]
    for partner in journey.chain:
        if not journey.records.has_notices:
            yield left_out(journey, kpi, partner, "not_reported")
        elif None in times:
            yield left_out(journey, kpi, partner, UNDATED)
        else:
            yield counted(journey, kpi, partner, hit=hit)


def _tickets(journey: Journey) -> Iterator[list[Row]]:
    """What is told of each ticket; what names no ticket is one by itself."""
    by_name: dict[str, list[Row]] = {}
    for row in journey.shipment.tickets:
        name = row.get("ticket_id")
        if name is None:
            yield [row]
        else:
            by_name.setdefault(name, []).append(row)
    yield from by_name.values()


def _opened_at(ticket: list[Row]) -> dt.datetime | None:
    return min((row["opened_at"] for row in ticket if row.get("opened_at")), default=None)


def _subject_at(journey: Journey, moment: dt.datetime) -> str | None:
    """The last to have taken custody by then, else the supplier."""
    taking = journey.custodian_at(moment)
    return taking.partner if taking else journey.supplier
