"""What is done with one bucket of the ledger, wherever it is done."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tallyclerk.domain.periods import Period
from tallyclerk.journey.build import Begun, begin, complete
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Bucket
from tallyclerk.journey.observations import EVENT_COLUMNS
from tallyclerk.kpis.engine import add, as_facts, as_tallies, coded_facts, coded_tally
from tallyclerk.kpis.evidence import PLACED_COLUMNS, REFERENCE_COLUMNS, located
from tallyclerk.kpis.liabilities import liabilities
from tallyclerk.kpis.measure import Parameters
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.whole import Glimpse, glimpse
from tallyclerk.store.cache import FOLDER, Draft
from tallyclerk.store.ledger import Ledger


def read_bucket(ledger: Ledger, number: int, columns: Sequence[str] | None = None) -> Bucket:
    """One bucket of the ledger, with some columns of its events or all of them, unsorted."""
    return Bucket(
        events=ledger.unsorted_events(number, columns),
        shipments=ledger.read_table("shipments", number),
        claims=ledger.read_table("claims", number),
        tickets=ledger.read_table("tickets", number),
        notices=ledger.read_table("notices", number),
    )


@dataclass(frozen=True)
class Beginnings:
    """The begun journeys of every bucket, kept from the pass that looks to the pass that counts.

    They lie in memory, or in a folder beside the ledger where several processes need them. What is
    not there is made anew.

    Attributes:
        ledger: The store.
        bare: The context without what only the whole data tell.
        folder: Where they are kept; None: in memory.
    """

    ledger: Ledger
    bare: Context
    folder: Path | None = None
    _known: dict[int, Begun] = field(default_factory=dict)

    @staticmethod
    def place(ledger: Ledger, key: str) -> Path:
        """An empty folder for those of a key; what others have left is removed."""
        folder = ledger.root / FOLDER / "begun"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / key).mkdir(parents=True)
        return folder / key

    def keep(self, number: int) -> Begun:
        """Begin the journeys of a bucket and keep them."""
        begun = self._begin(number)
        if self.folder is None:
            self._known[number] = begun
        elif self.folder.is_dir():
            draft = self._path(number).with_suffix(".draft")
            draft.write_bytes(pickle.dumps(begun))
            draft.replace(self._path(number))
        return begun

    def take(self, number: int) -> Begun:
        """The begun journeys of a bucket, which are kept no longer."""
        if number in self._known:
            return self._known.pop(number)
        if self.folder is not None and self._path(number).is_file():
            begun: Begun = pickle.loads(self._path(number).read_bytes())  # noqa: S301 - our own
            self._path(number).unlink(missing_ok=True)
            return begun
        return self._begin(number)

    def _begin(self, number: int) -> Begun:
        return begin(read_bucket(self.ledger, number, EVENT_COLUMNS), self.bare)

    def _path(self, number: int) -> Path:
        return Path(f"{self.folder}/{number:05d}.pickle")


@dataclass(frozen=True)
class Looking:
    """Looks through a bucket for what only the whole data tell."""

    beginnings: Beginnings

    def __call__(self, number: int) -> Glimpse:
        """What one bucket contributes."""
        return glimpse(self.beginnings.keep(number), self.beginnings.bare)


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Counts a bucket into drafts.

    Attributes:
        beginnings: Of the journeys.
        context: With what the whole data tell.
        parameters: Of every KPI.
        counts: Where the tallies go; None: nowhere.
        proofs: Where the evidence of `period` goes; None: nowhere.
        owed: Where the liabilities of all months go; None: nowhere.
        period: The months whose evidence is wanted.
        own_kinds: By partner, the kind of reference that its own exports are keyed by.
    """

    beginnings: Beginnings
    context: Context
    parameters: Mapping[str, Parameters]
    counts: Draft | None
    proofs: Draft | None
    owed: Draft | None
    period: Period | None
    own_kinds: Mapping[str, str]

    def __call__(self, number: int) -> None:
        """Write the part of one bucket."""
        journeys = complete(self.beginnings.take(number), self.context)
        if self.owed:
            lost = liabilities(journeys, all_kpis(), self.parameters)
            self.owed.add(self._located(lost, number), number)
        if not (self.counts or self.proofs):
            return
        months = None if self.counts else self.period
        stated = coded_facts(journeys, all_kpis().values(), self.parameters, months)
        if self.counts:
            for name, part in zip(all_kpis(), coded_tally(stated), strict=True):
                self.counts.add(part, number, name)
        if self.proofs and self.period:
            within = pl.col("month").is_between(self.period.first, self.period.last)
            chosen = as_facts(pl.concat([part.filter(within) for part in stated]))
            self.proofs.add(self._located(chosen, number), number)

    def _located(self, stated: pl.DataFrame, number: int) -> pl.DataFrame:
        """Facts with what they can be checked by."""
        ledger = self.beginnings.ledger
        events = ledger.read_events(number, PLACED_COLUMNS)
        references = ledger.told("references", number, {*REFERENCE_COLUMNS})
        return located(stated, events, references, self.own_kinds)


@dataclass(frozen=True)
class Merging:
    """Adds up what the buckets have counted, one KPI at a time.

    Attributes:
        counts: The draft that holds their parts.
        names: The KPIs.
    """

    counts: Draft
    names: Sequence[str]

    def __call__(self, number: int) -> None:
        """Make one table of the parts of one KPI."""
        self.counts.merge(self.names[number], _merged)


def _merged(parts: pl.LazyFrame, count: int) -> pl.DataFrame:
    """TALLIES of all buckets; those of a single one are added up already."""
    return as_tallies(parts.collect()) if count == 1 else add(parts)
