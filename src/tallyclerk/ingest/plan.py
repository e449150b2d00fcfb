"""A source made ready to read: which columns of a file are which of ours."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tallyclerk.config.formats import FORMATS
from tallyclerk.config.models import MilestoneColumn, Settings, Source
from tallyclerk.config.problems import did_you_mean, nearest
from tallyclerk.config.references import known_columns
from tallyclerk.domain.milestones import Milestone
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.header import same_names
from tallyclerk.ingest.ids import KIND_OF_COLUMN, SHIPMENT
from tallyclerk.ingest.times import Clock
from tallyclerk.ingest.todo import rows_digest
from tallyclerk.ingest.vocabulary import OUTCOMES, PartnerBook, StatusReader, WordTable, folded
from tallyclerk.store.references import FINENESS

_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "events": (("status", "milestone"), ("occurred_at",)),
    "tickets": (("ticket_id",), ("opened_at",)),
    "reviews": (("score",), ("given_at",)),
    "claims": (("claim_id",), ("kind",), ("filed_at",)),
    "notices": (("sent_at",),),
}
"""Columns a table cannot do without; of each group one is enough."""

_RANKS = {kind: rank for rank, kind in enumerate((SHIPMENT, *FINENESS))}
_SHOWN = 600


@dataclass(frozen=True)
class WideColumn:
    """Where a wide layout has one milestone: positions of its columns."""

    milestone: Milestone
    spec: MilestoneColumn
    at: int
    clock: int | None = None
    partner: int | None = None
    counterpart: int | None = None
    recorded: int | None = None
    location: int | None = None


@dataclass(frozen=True)
class Binding:
    """The columns of one file.

    Attributes:
        header: Names in the file.
        columns: Positions by our column; several are joined.
        keys: Our columns that key the rows: one, or several, the finest first, of which each row is
            keyed by the first that it has.
        wide: Milestone columns of a wide layout.
    """

    header: tuple[str, ...]
    columns: dict[str, tuple[int, ...]]
    keys: tuple[str, ...]
    wide: tuple[WideColumn, ...] = ()

    @property
    def kind(self) -> str | None:
        """What all keys are: "shipment" or a kind of reference; None where each says its own."""
        return KIND_OF_COLUMN[self.keys[0]] if len(self.keys) == 1 else None

    @property
    def positions(self) -> list[int]:
        """Every position that is read, sorted."""
        wide = (
            place
            for w in self.wide
            for place in (w.at, w.clock, w.partner, w.counterpart, w.recorded, w.location)
            if place is not None
        )
        return sorted({*wide, *(place for many in self.columns.values() for place in many)})

    def place_of_time(self, name: str) -> int | None:
        """Where the (single or leading) column of a time stands, by our name or theirs."""
        if name in self.columns:
            return self.columns[name][0]
        for column in self.wide:
            if column.spec.column == name:
                return column.at
            if column.spec.recorded_column == name:
                return column.recorded
        return None

    def theirs(self, ours: str) -> str:
        """Name of a column in the file, for messages and rejects."""
        return " + ".join(self.header[place] for place in self.columns[ours])


@dataclass(frozen=True)
class Plan:
    """A source with everything its rows depend on."""

    name: str
    source: Source
    partners: PartnerBook
    statuses: StatusReader
    outcomes: WordTable
    currency: str
    digest: str = field(repr=False)

    @staticmethod
    def of(name: str, settings: Settings) -> Plan:
        """Make the plan of a source block."""
        source = settings.sources[name]
        book = PartnerBook(settings.partners)
        table = source.statuses if isinstance(source.statuses, dict) else {}
        return Plan(
            name=name,
            source=source,
            partners=book,
            statuses=StatusReader(table, source.words),
            outcomes=WordTable(source.outcomes, OUTCOMES),
            currency=settings.run.currency,
            digest=rows_digest(name, settings, book.names()),
        )

    @cached_property
    def clock(self) -> Clock:
        """What the source says is wrong with its clock."""
        source = self.source
        return Clock(
            zones=source.timezones,
            ignores_offset=source.ignore_offset,
            shift=dt.timedelta(hours=source.shift_hours),
            year=source.year,
        )

    def bind(self, header: Sequence[str]) -> Binding:
        """Find the columns of a file.

        Raises:
            InputError: If a column is missing or its name is there twice.
        """
        find = _Header(header)
        mapped = self.source.columns
        columns = {
            ours: find.all(theirs)
            for ours, theirs in mapped.items()
            if theirs and not self._is_missing(ours, theirs, find)
        }
        for ours in known_columns(self.source.table):
            if ours not in mapped and find.has(ours):
                columns[ours] = find.all(ours)
        keys = tuple(column for column in KIND_OF_COLUMN if column in columns)
        if not keys:
            names = ", ".join(KIND_OF_COLUMN)
            raise InputError(
                "no column says which shipment a row is about", how=f"map one of {names}"
            )
        wide = tuple(self._wide(find)) if self.source.milestones else ()
        self._check_needed(columns, header)
        if FORMATS[self.source.format].has_row_keys:
            keys = tuple(sorted(keys, key=lambda ours: _RANKS[KIND_OF_COLUMN[ours]]))
        else:
            keys = keys[:1]
        return Binding(tuple(header), columns, keys, wide)

    def _is_missing(self, ours: str, theirs: str | list[str], find: _Header) -> bool:
        """Whether a file lacks a column that not every file has."""
        names = [theirs] if isinstance(theirs, str) else theirs
        return ours in self.source.optional and not any(map(find.knows, names))

    def _check_needed(self, columns: dict[str, tuple[int, ...]], header: Sequence[str]) -> None:
        if self.source.layout == "wide":
            return
        for group in _NEEDED.get(self.source.table, ()):
            if not any(column in columns for column in group):
                found = _shown(header)
                how = f"map it in [sources.{self.name}.columns]; the file has: {found}"
                raise InputError(f"no column is mapped to {' or '.join(group)}", how=how)

    def _wide(self, find: _Header) -> Iterator[WideColumn]:
        for milestone, given in self.source.milestones.items():
            spec = MilestoneColumn(column=given) if isinstance(given, str) else given
            if self._is_missing(milestone, spec.column, find):
                continue
            yield WideColumn(
                milestone,
                spec,
                at=find.one(spec.column),
                clock=find.maybe(spec.time_column),
                partner=find.maybe(spec.partner_column),
                counterpart=find.maybe(spec.counterpart_column),
                recorded=find.maybe(spec.recorded_column),
                location=find.maybe(spec.location_column),
            )


def _shown(header: Sequence[str]) -> str:
    """The names of a header, as far as a message has room."""
    text = ", ".join(header)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class _Header:
    """Finds columns by name, compared without case and outer spaces."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = header
        self._places = {folded(name): place for place, name in reversed(list(enumerate(header)))}
        counts = Counter(folded(name) for name in header)
        self._twice = {name for name, count in counts.items() if count > 1}
        self._turns = same_names(header)

    def has(self, name: str) -> bool:
        key = folded(name)
        return key in self._places and key not in self._twice

    def knows(self, name: str) -> bool:
        """Whether one column, or several, have a name."""
        return folded(name) in self._places or folded(name) in self._turns

    def one(self, name: str) -> int:
        key = folded(name)
        if key in self._twice:
            how = "rename one of them in the export"
            raise InputError(f"column {name!r} is there more than once", how=how)
        if key in self._turns:
            how = f"map the one that is meant: {' or '.join(map(repr, self._turns[key]))}"
            raise InputError(f"column {name!r} is there more than once", how=how)
        if key not in self._places:
            near = nearest(name, self._header)
            hint = did_you_mean(name, self._header) if near else ""
            found = _shown(self._header)
            raise InputError(f"there is no column {name!r}{hint}", how=f"the file has: {found}")
        return self._places[key]

    def maybe(self, name: str | None) -> int | None:
        return None if name is None else self.one(name)

    def all(self, names: str | list[str]) -> tuple[int, ...]:
        return tuple(self.one(name) for name in ([names] if isinstance(names, str) else names))
