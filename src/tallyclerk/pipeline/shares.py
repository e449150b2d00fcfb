"""What of the ledger's buckets a pass looks at, and the journeys begun of it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from tallyclerk.journey.build import Begun, begin
from tallyclerk.journey.choose import of_shipments, together
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Bucket, Journeys
from tallyclerk.journey.observations import EVENT_COLUMNS
from tallyclerk.kpis.settled import joined, last_times
from tallyclerk.pipeline.archive import Archive
from tallyclerk.store.cache import FOLDER
from tallyclerk.store.ledger import Ledger


def read_bucket(ledger: Ledger, number: int, columns: Sequence[str] | None = None) -> Bucket:
    """One bucket of the ledger, with some columns of its events or all of them, unsorted."""
    return Bucket(
        events=ledger.unsorted_events(number, columns),
        shipments=ledger.read_table("shipments", number),
        claims=ledger.read_table("claims", number),
        tickets=ledger.read_table("tickets", number),
        reviews=ledger.read_table("reviews", number),
        notices=ledger.read_table("notices", number),
    )


_LAST = "last"
SHIPMENTS_OF_LOT = 35_000
"""About half a million events."""
MARK = "\0"
"""What the ids of shipments begin with where they are told of as they once were."""


@dataclass(frozen=True)
class Share:
    """What of each bucket a pass looks at.

    Attributes:
        ledger: The store.
        former: What an earlier run has left of it; None: all is looked at.
        since: None: shipments that are not settled, and settled ones that are told of again, as they
            are and (marked) as they were. Else shipments that are not settled, and those of which
            anything is told since then.
        touched: By bucket, the shipments of which other rows are told than `former` knows.
    """

    ledger: Ledger
    former: Archive | None = None
    since: dt.datetime | None = None
    touched: Sequence[pl.Series] = ()

    @cached_property
    def lots(self) -> tuple[tuple[int, ...], ...]:
        """Buckets by lots: those of a lot are looked at together, for of each there may be little."""
        buckets = range(self.ledger.bucket_count)
        if self.former is None:
            return tuple((bucket,) for bucket in buckets)
        lots: list[list[int]] = [[]]
        size = 0
        for bucket in buckets:
            own = len(self._chosen(bucket))
            if lots[-1] and size + own > SHIPMENTS_OF_LOT:
                lots.append([])
                size = 0
            lots[-1].append(bucket)
            size += own
        return tuple(map(tuple, lots))

    def read(self, number: int) -> Bucket:
        """This share of the buckets of a lot."""
        return together([self._of_bucket(bucket) for bucket in self.lots[number]])

    def known(self, number: int) -> pl.DataFrame:
        """What `former` knows of the shipments of a lot, see `Archive.known`."""
        assert self.former is not None  # noqa: S101 else nothing is known
        return pl.concat([self.former.known(bucket) for bucket in self.lots[number]])

    def kept(self, number: int, but: pl.Series) -> Journeys | None:
        """What `former` has kept of settled shipments of a lot, see `Archive.kept`."""
        former = self.former
        return joined([former.kept(b, but) for b in self.lots[number]]) if former else None

    def _chosen(self, bucket: int) -> pl.Series:
        """The shipments of a bucket that are looked at."""
        assert self.former is not None  # noqa: S101 else it is all of them
        known = self.former.known(bucket)
        is_open = pl.col("last_at").is_null()
        if self.since is not None:
            is_told_since = pl.col("last_at") >= self.since.astimezone(dt.UTC)
            return known.filter(is_open | is_told_since)["shipment_id"]
        opened = known.filter(is_open)["shipment_id"]
        return pl.concat([opened, self.touched[bucket]]).unique()

    def _of_bucket(self, number: int) -> Bucket:
        """This share of one bucket."""
        if self.former is None:
            return read_bucket(self.ledger, number, EVENT_COLUMNS)
        now = read_bucket(self.ledger.about(self._chosen(number)), number, EVENT_COLUMNS)
        if self.since is not None:
            return now
        is_touched = pl.col("shipment_id").is_in(self.touched[number].implode())
        again = self.former.known(number).filter(pl.col("last_at").is_not_null(), is_touched)
        if again.is_empty():
            return now
        as_it_was = self.former.ledger(self.ledger).about(again["shipment_id"])
        return together([now, _marked(read_bucket(as_it_was, number, EVENT_COLUMNS))])


def _marked(bucket: Bucket) -> Bucket:
    marked = {"shipment_id": pl.lit(MARK) + pl.col("shipment_id")}
    names = [field.name for field in fields(Bucket)]
    return Bucket(**{name: getattr(bucket, name).with_columns(**marked) for name in names})


def is_marked() -> pl.Expr:
    """Whether a row tells of a shipment as it was."""
    return pl.col("shipment_id").str.starts_with(MARK)


@dataclass(frozen=True, kw_only=True)
class Start:
    """Journeys that have begun.

    Attributes:
        begun: The journeys.
        last: See `tallyclerk.kpis.settled.last_times`.
    """

    begun: Begun
    last: pl.DataFrame

    def write(self, folder: Path) -> None:
        """Lay every table into a folder, as it lies in memory: it is soon read again."""
        draft = folder.with_name(f"{folder.name}.{os.getpid()}.draft")
        draft.mkdir()
        for name, table in {**vars(self.begun), _LAST: self.last}.items():
            table.write_ipc(draft / name)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)

    @staticmethod
    def read(folder: Path) -> Start:
        """What was laid into a folder."""
        tables = {path.name: pl.read_ipc(path) for path in folder.iterdir()}
        last = tables.pop(_LAST)
        return Start(begun=Begun(**tables), last=last)

    @property
    def ids(self) -> pl.Series:
        """The shipments, whether they are told of as they are or as they were."""
        return self.last["shipment_id"].str.strip_prefix(MARK).unique()

    def apart(self) -> tuple[Begun, Begun]:
        """The journeys of shipments as they are, and of shipments as they were."""
        shipments = self.begun.shipments
        now, then = (shipments.filter(which)["sid"] for which in (~is_marked(), is_marked()))
        if then.is_empty():
            return self.begun, of_shipments(self.begun, then)
        return of_shipments(self.begun, now), of_shipments(self.begun, then)


@dataclass(frozen=True)
class Beginnings:
    """The begun journeys of every lot of buckets, kept from the pass that looks to the pass that counts.

    They lie in memory, or in a folder beside the ledger where several processes need them. What is
    not there is made anew.

    Attributes:
        share: What of each bucket is looked at.
        bare: The context without what only the whole data tell.
        folder: Where they are kept; None: in memory.
    """

    share: Share
    bare: Context
    folder: Path | None = None
    _known: dict[int, Start] = field(default_factory=dict)

    @staticmethod
    def place(ledger: Ledger, key: str) -> Path:
        """An empty folder for those of a key; what others have left is removed."""
        folder = ledger.root / FOLDER / "begun"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / key).mkdir(parents=True)
        return folder / key

    def of(self, share: Share) -> Beginnings:
        """The beginnings of another share: nothing of it is kept yet."""
        return replace(self, share=share, folder=None, _known={})

    def keep(self, number: int) -> Start:
        """Begin the journeys of a lot and keep them."""
        start = self._begin(number)
        if self.folder is None:
            self._known[number] = start
        elif self.folder.is_dir():
            start.write(self._place_of(number))
        return start

    def take(self, number: int) -> Start:
        """The begun journeys of a lot, which are kept no longer."""
        if number in self._known:
            return self._known.pop(number)
        if self.folder is not None and self._place_of(number).is_dir():
            start = Start.read(self._place_of(number))
            shutil.rmtree(self._place_of(number), ignore_errors=True)
            return start
        return self._begin(number)

    def _begin(self, number: int) -> Start:
        bucket = self.share.read(number)
        return Start(begun=begin(bucket, self.bare), last=last_times(bucket))

    def _place_of(self, number: int) -> Path:
        return Path(f"{self.folder}/{number:05d}")
