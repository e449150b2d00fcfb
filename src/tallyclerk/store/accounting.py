"""Which rows say only what is told elsewhere: a function of the ledger, not of how it came to be.

A row may make several statements (a wide row, or one that applies to a whole order): it is a
duplicate only if all of them are told elsewhere. Only a row keyed by a reference can speak of
several shipments: where some of them drop it, others that are looked at apart are asked about it,
as far as rows of its file tell of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from tallyclerk.store.dedupe import (
    FOR_DEDUPE,
    PLACE,
    others_than,
    unique_statements,
    without_superseded,
)
from tallyclerk.store.layout import content_columns
from tallyclerk.store.looking import Looking, R, Share
from tallyclerk.store.reading import Reading

Rows = pl.DataFrame
NUMBER = "number"
_SHARE = "share"


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """Rows of one table of which one bucket keeps no statement.

    Attributes:
        counts: How many they are by source, where they speak of one shipment only.
        left: The others: source, source_file and source_row.
    """

    counts: Mapping[str, int]
    left: Rows


def repeated_events(ledger: Reading, told: Rows, kept: Rows) -> Repeated:
    """The rows of events that one bucket keeps nothing of.

    Args:
        ledger: The ledger.
        told: Every event told in the bucket, numbered (`NUMBER`), with the columns of `FOR_DEDUPE`.
        kept: Those that count.
    """
    is_lost = others_than(kept[NUMBER], len(told))
    return _repeated(ledger, "events", told.filter(is_lost), kept)


def repeated_statements(ledger: Reading, table: str, told: Rows) -> Repeated:
    """The rows of another table that one bucket keeps nothing of, of all that is told in it."""
    own = _own(ledger, table, told)
    kept = statements_kept(ledger, table, own)
    lost = own.clear() if len(kept) == len(own) else own.join(kept, on=PLACE, how="anti")
    return _repeated(ledger, table, lost, kept)


def statements_kept(ledger: Reading, table: str, told: Rows) -> Rows:
    """Of statements told in a bucket, of any table but events, those that count, each once."""
    current = without_superseded(told, ledger.snapshot_sources)
    return unique_statements(current, content_columns(table))


def count_duplicates(
    looking: Looking, shares: Sequence[Share[R]], parts: Iterable[Mapping[str, Repeated]]
) -> dict[str, int]:
    """Rows by source none of whose statements is kept.

    Args:
        looking: Looks at shares.
        shares: Those of the ledger.
        parts: What each of them repeats, by table.
    """
    total: Counter[str] = Counter()
    left: dict[str, list[Rows]] = {}
    for (number, share), tables in zip(enumerate(shares), parts, strict=True):
        for table, found in tables.items():
            total.update(found.counts)
            if len(found.left):
                own = _as_now(found.left, _places(share.ledger, table))
                left.setdefault(table, []).append(own.with_columns(pl.lit(number).alias(_SHARE)))
    for table, frames in sorted(left.items()):
        asked = pl.concat(frames)
        dropped = asked.select(PLACE).unique()
        held = pl.concat([dropped.clear(), *_held(looking, shares, table, asked)])
        rows = dropped.join(held, on=PLACE, how="anti")
        total.update(dict(rows.cast({"source": pl.String}).group_by("source").len().iter_rows()))
    return dict(total)


def _held(looking: Looking, shares: Sequence[Share[R]], table: str, asked: Rows) -> Iterator[Rows]:
    """Places of rows that some shares have dropped and another one keeps a statement of."""
    numbers = {_key(share): number for number, share in enumerate(shares)}
    holding = _Holding(table, asked, numbers)
    chosen, questions = [], []
    for share in shares:
        rows = holding.elsewhere(share)
        if len(rows):
            chosen.append(share)
            told = rows.write_csv() if share.name else ""
            questions.append(f"{table}-{sha256(told.encode()).hexdigest()[:32]}")
    found_in = looking.each(holding, chosen, questions)
    for share, found in zip(chosen, found_in, strict=True):
        yield _as_now(found, _places(share.ledger, table))


def _key(share: Share[R]) -> tuple[str, int | None]:
    """What tells one share of a ledger from the others."""
    return share.name, share.bucket


@dataclass(frozen=True)
class _Holding:
    """Finds those of some rows of a table of which a share keeps a statement that another dropped.

    Attributes:
        table: The table.
        asked: Places of the rows, and the number of the share that dropped each.
        numbers: Of all shares.
    """

    table: str
    asked: Rows
    numbers: Mapping[tuple[str, int | None], int]

    def elsewhere(self, share: Share[R]) -> Rows:
        """Places of rows that others have dropped, of files that tell of a share; each once, sorted."""
        is_others = pl.col(_SHARE) != self.numbers[_key(share)]
        if share.segments is not None:
            active = share.ledger.manifest.active
            files = [segment.file for segment in active if segment.id in share.segments]
            is_others &= pl.col("source_file").cast(pl.String).is_in(files)
        return self.asked.filter(is_others).select(PLACE).unique().sort(PLACE)

    def __call__(self, share: Share[R]) -> Rows:
        """The places of those that it keeps."""
        asked, is_event = self.elsewhere(share), self.table == "events"
        ledger, bucket = share.opened()
        told = ledger.told(self.table, bucket, set(FOR_DEDUPE) if is_event else None)
        ids = _meant(told, asked)["shipment_id"].unique()
        near = told.filter(pl.col("shipment_id").is_in(ids.implode()))
        if is_event:
            kept = ledger.kept_of(near, bucket)
        else:
            kept = statements_kept(ledger, self.table, _own(ledger, self.table, near))
        return _meant(kept, asked).select(PLACE).unique()


def _meant(rows: Rows, asked: Rows) -> Rows:
    """Rows that are asked about, with places as they are asked."""
    codes = (_coded(rows[name], asked.schema[name]) for name in ("source", "source_file"))
    return rows.with_columns(codes).join(asked, on=PLACE, how="semi")


def _coded(words: pl.Series, kind: pl.DataType) -> pl.Series:
    """Words as codes, null where there is none; nearly all are the same as the one before."""
    each = words.rle().struct.field("value").cast(kind, strict=False)
    return each.gather(words.rle_id()).alias(words.name)


def _repeated(ledger: Reading, table: str, lost: Rows, kept: Rows) -> Repeated:
    rows = lost.select(PLACE).unique()
    alike = kept.filter(pl.col("source_row").is_in(rows["source_row"].unique().implode()))
    rows = rows.join(alike, on=PLACE, how="anti")
    is_left = pl.col("source").is_in(_keyed(ledger, table))
    counted = rows.filter(~is_left).group_by("source").len()
    left = rows.filter(is_left).cast(_places(ledger, table))
    return Repeated(counts=dict(counted.iter_rows()), left=left)


def _own(ledger: Reading, table: str, told: Rows) -> Rows:
    """What is told by sources of the table; references stand in other exports, too."""
    sources = sorted({s.source for s in ledger.manifest.active if s.table == table})
    return told.filter(pl.col("source").is_in(sources))


def _keyed(ledger: Reading, table: str) -> list[str]:
    """Sources of a table that have rows keyed by references."""
    active = ledger.manifest.active
    return sorted({s.source for s in active if s.table == table and s.is_keyed})


def _places(ledger: Reading, table: str) -> pl.Schema:
    """Kinds of columns for places of rows of a table: a number for what is the same in thousands."""
    active = [segment for segment in ledger.manifest.active if segment.table == table]
    sources = sorted({segment.source for segment in active})
    files = sorted({segment.file for segment in active})
    return pl.Schema({"source": pl.Enum(sources), "source_file": pl.Enum(files)})


def _as_now(rows: Rows, kinds: pl.Schema) -> Rows:
    """Places of rows, which may have been found when the ledger had other files, as `_places` has them."""
    return rows.cast(dict.fromkeys(kinds, pl.String)).cast(kinds)
