"""The observations that count, as plain objects, one list per shipment.

What is told twice counts once, and what was not yet known at `as_of` does not count.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tallyclerk.domain.milestones import MILESTONES, PHYSICAL, TERMINAL, Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.domain.tables import EVENT_IDENTITY
from tallyclerk.simulate.emitted import TruthSettings
from tallyclerk.simulate.truth.stamps import minute_of, stamped_minutes

Row = Mapping[str, Any]
"""One row of an input table, by column name; a column that is not there is null."""

_PHYSICAL, _TERMINAL = frozenset(PHYSICAL), frozenset(TERMINAL)
_PLACE = {str(milestone): place for place, milestone in enumerate(MILESTONES)}
_ID_COLUMN = {str(role): column for column, role in CHAIN_COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Event:
    """One observation of a shipment. `partner` is the one who reports it, where anybody is known."""

    milestone: str
    at: dt.datetime
    recorded_at: dt.datetime | None
    day: dt.date | None
    partner: str | None
    counterpart: str | None
    country: str | None
    destination: str | None
    reason: str | None
    pieces: int | None
    weight_grams: int | None

    @property
    def is_physical(self) -> bool:
        """Whether it proves that somebody had the goods in their hands."""
        return self.milestone in _PHYSICAL

    @property
    def is_terminal(self) -> bool:
        """Whether nothing physical may follow."""
        return self.milestone in _TERMINAL


@dataclass(slots=True)
class Shipment:
    """One shipment: its master data and everything known about it, events in order of time."""

    shipment_id: str
    row: Row
    events: list[Event] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)

    def all_of(self, *milestones: str) -> list[Event]:
        """Its events of these milestones, first one first."""
        return [event for event in self.events if event.milestone in milestones]

    def first(self, milestone: str) -> Event | None:
        """Its first event of this milestone."""
        return next((event for event in self.events if event.milestone == milestone), None)


@dataclass(slots=True)
class Records:
    """Everything that is known as of a moment.

    Attributes:
        as_of: The moment.
        settings: What the configuration says.
        shipments: Each shipment that the master data or an event names, sorted by id.
        sent: Partner to the milestones it ever reported, in any shipment.
        has_notices: Whether a message to a customer is known of any shipment.
        has_tickets: Whether a contact by a customer is known of any shipment.
        has_reviews: Whether a review by a customer is known of any shipment.
        has_damage: Whether damage of any shipment is reported or claimed.
        stamps: Partner, clock and minute of days that were stamped all at once.
    """

    as_of: dt.datetime
    settings: TruthSettings
    shipments: list[Shipment]
    sent: dict[str, set[str]]
    has_notices: bool
    has_tickets: bool
    has_reviews: bool
    has_damage: bool
    stamps: frozenset[tuple[str, str, dt.datetime]]

    def owes(self, partner: str, milestone: str) -> bool:
        """Whether the partner must report it: as agreed, else because it is seen to do so."""
        agreed = self.settings.must_report.get(partner)
        return milestone in (self.sent.get(partner, ()) if agreed is None else agreed)

    def is_out(self, partner: str, moment: dt.datetime | None) -> bool:
        """Whether the partner's feed was out on the (UTC) day of a moment."""
        return moment is not None and any(
            outage.partner == partner
            and outage.first <= moment.astimezone(dt.UTC).date() <= outage.last
            for outage in self.settings.outages
        )

    def is_stamped(self, event: Event) -> bool:
        """Whether a time of an event is that of a minute in which its reporter stamped a day."""
        return event.partner is not None and any(
            (event.partner, clock, minute_of(time)) in self.stamps
            for clock, time in (("recorded", event.recorded_at), ("occurred", event.at))
            if time is not None
        )

    def reports_takings(self, partner: str) -> bool:
        """Whether a taking of custody by this partner would show in the data."""
        sent = self.sent.get(partner, set())
        agreed = self.settings.must_report.get(partner, ())
        return bool(sent.intersection(PHYSICAL)) or Milestone.ACCEPTED in agreed


def read(
    settings: TruthSettings,
    *,
    events: Iterable[Row],
    shipments: Iterable[Row],
    claims: Iterable[Row] = (),
    tickets: Iterable[Row] = (),
    reviews: Iterable[Row] = (),
    notices: Iterable[Row] = (),
) -> Records | None:
    """What is known as of the settings' moment; None where there is neither event nor moment."""
    actual = [row for row in events if row.get("classifier") in (None, "actual")]
    ends = [t for row in actual for t in (row["occurred_at"], row.get("recorded_at")) if t]
    as_of = settings.as_of or max(ends, default=None)
    if as_of is None:
        return None
    # An outcome without a date is known as of the data's end, not before.
    outcomes_known = not ends or as_of >= max(ends)
    unknown: Row = {} if outcomes_known else {"outcome": None}
    by_id = {
        row["shipment_id"]: Shipment(row["shipment_id"], {**row, **unknown}) for row in shipments
    }
    for row in _told_once(actual):
        if (row.get("recorded_at") or row["occurred_at"]) <= as_of:
            shipment_id = row["shipment_id"]
            shipment = by_id.setdefault(shipment_id, Shipment(shipment_id, {}))
            shipment.events.append(_event(row, shipment.row))
    for row in _known(claims, by_id, "filed_at", as_of, undated=outcomes_known):
        by_id[row["shipment_id"]].claims.append(row)
    for row in _known(tickets, by_id, "opened_at", as_of, undated=outcomes_known):
        by_id[row["shipment_id"]].tickets.append(row)
    for row in _known(reviews, by_id, "given_at", as_of, undated=outcomes_known):
        by_id[row["shipment_id"]].reviews.append(row)
    for row in _known(notices, by_id, "sent_at", as_of, undated=outcomes_known):
        by_id[row["shipment_id"]].notices.append(row)
    return _gathered(as_of, settings, by_id)


def _known(
    rows: Iterable[Row],
    shipments: Container[str],
    column: str,
    as_of: dt.datetime,
    *,
    undated: bool = False,
) -> Iterator[Row]:
    """Rows about known shipments whose time has come; those without a time where `undated`."""
    for row in rows:
        has_come = row[column] <= as_of if row.get(column) else undated
        if has_come and row["shipment_id"] in shipments:
            yield row


def _told_once(rows: Iterable[Row]) -> Iterable[Row]:
    """Each observation once, with the earliest time at which anybody recorded it."""
    kept: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        identity = tuple(row.get(column) for column in EVENT_IDENTITY)
        before = kept.get(identity)
        if before is None:
            kept[identity] = row
            continue
        recorded, earlier = row.get("recorded_at"), before.get("recorded_at")
        if recorded and (earlier is None or recorded < earlier):
            kept[identity] = row
    return kept.values()


def _event(row: Row, shipment: Row) -> Event:
    """An observation; where it names no partner, the one whose role reports such a milestone."""
    milestone = str(row["milestone"])
    partner = row.get("partner_id")
    reporter = MILESTONES[Milestone(milestone)].reporter
    if partner is None and reporter is not None:
        partner = shipment.get(_ID_COLUMN[reporter])
    return Event(
        milestone=milestone,
        at=row["occurred_at"],
        recorded_at=row.get("recorded_at"),
        day=row.get("occurred_date"),
        partner=partner,
        counterpart=row.get("counterpart_id"),
        country=row.get("country"),
        destination=row.get("destination"),
        reason=row.get("reason"),
        pieces=row.get("pieces"),
        weight_grams=row.get("weight_grams"),
    )


def _in_time(event: Event) -> tuple[Any, ...]:
    """Order of events; at equal times by milestone, then by name, the unnamed last."""
    names = ((name is None, name or "") for name in (event.partner, event.counterpart))
    return (event.at, _PLACE[event.milestone], *names)


def _gathered(as_of: dt.datetime, settings: TruthSettings, by_id: dict[str, Shipment]) -> Records:
    """The shipments in order, and what only the whole data can say."""
    sent: dict[str, set[str]] = defaultdict(set)
    has_notices = has_tickets = has_reviews = has_damage = False
    for shipment in by_id.values():
        shipment.events.sort(key=_in_time)
        has_notices |= bool(shipment.notices)
        has_tickets |= bool(shipment.tickets)
        has_reviews |= bool(shipment.reviews)
        has_damage |= any(claim.get("kind") == "damage" for claim in shipment.claims)
        for event in shipment.events:
            has_notices |= event.milestone == Milestone.CUSTOMER_NOTIFIED
            has_damage |= event.milestone == Milestone.DAMAGED
            if event.partner is not None:
                sent[event.partner].add(event.milestone)
    shipments = [by_id[key] for key in sorted(by_id)]
    return Records(
        as_of,
        settings,
        shipments,
        dict(sent),
        has_notices,
        has_tickets,
        has_reviews,
        has_damage,
        _stamps(settings, shipments),
    )


def _stamps(
    settings: TruthSettings, shipments: Iterable[Shipment]
) -> frozenset[tuple[str, str, dt.datetime]]:
    """The minutes in which whole days were stamped: as given, else as the events show."""
    if settings.stamps is None:
        return frozenset(stamped_minutes(e for each in shipments for e in each.events))
    return frozenset((stamp.partner, stamp.clock, stamp.minute) for stamp in settings.stamps)
