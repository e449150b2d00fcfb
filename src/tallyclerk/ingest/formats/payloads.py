"""Payloads of tracking vendors: JSON in which a parcel holds its events, whatever envelope it has.

A parcel is found by its keys, not by its place: `{"data": {"trackings": […]}}`, a webhook around
one, a bare list, a payload per line and payloads one after the other are all read. One event is a
row with what its parcel says; row numbers count the rows of a file from 1, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import byte_blocks, check_container
from tallyclerk.ingest.formats.documents import (
    IsParcel,
    Refused,
    decoded,
    members,
    of_value,
    one_after_the_other,
)
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import read_head
from tallyclerk.ingest.formats.reader import BAD_ROWS, ROW, Batch, Traits
from tallyclerk.ingest.formats.text import TextKind, detect_text, seen, text_blocks
from tallyclerk.ingest.formats.values import Parcel, text_of, value_at

MAX_JSON_BYTES = 1024 * 2**20
BATCH_ROWS = 50_000
_LATEST = 10**14  # milliseconds: far beyond any shipment, and within what a time can hold
PRIVATE = frozenset(
    {"customer", "customers", "customer_name", "customer_email", "customer_phone", "requester"}
    | {"email", "emails", "phone", "phones", "phone_number", "smses", "mobile", "name", "full_name"}
    | {"first_name", "last_name", "signed_by", "signer", "note", "notes", "subject", "description"}
    | {"description_text", "excerpt", "messages", "body_text", "body_html", "body", "comment"}
    | {"comments", "subscribed_emails", "subscribed_smses", "address1", "address2", "street"}
)
"""Keys whose values no mapping reaches."""
_MARK = "\ufeff".encode()

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """One table that a payload feeds.

    Attributes:
        header: Names of the columns: ours where the meaning is certain, the vendor's own besides.
        rows: The rows of one parcel, values in the order of the header; may note what is odd.
        epochs: Columns whose whole numbers are milliseconds since 1970.
    """

    header: tuple[str, ...]
    rows: Callable[[Parcel, Traits], Iterable[Row | Refused]]
    epochs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Payload:
    """How a vendor writes.

    Attributes:
        is_parcel: Whether an object is one: it holds what the rows are made of.
        tables: By name, what can be read from it.
        tells_offsets: Whether every event should carry the offset of its time.
    """

    is_parcel: IsParcel
    tables: Mapping[str, Table]
    tells_offsets: bool = True


@dataclass
class _Collected:
    """Rows read and not handed out yet."""

    next_row: int = 1
    numbers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, row: Row | Refused) -> None:
        if isinstance(row, Refused):
            self.bad.append((self.next_row, row.rule, row.raw))
        else:
            self.rows.append(row)
            self.numbers.append(self.next_row)
        self.next_row += 1

    def take(self, columns: Sequence[int], epochs: Container[int]) -> Batch:
        """Everything so far as a batch; whole numbers in the columns of epochs become times."""
        turned: Sequence[Sequence[Any]] = list(zip(*self.rows, strict=True))
        cells = {ROW: pl.Series(self.numbers, dtype=pl.Int64)}
        for column in columns:
            values = turned[column] if turned else ()
            cells[str(column)] = _times(values) if column in epochs else _texts(values)
        bad = pl.DataFrame(self.bad, schema=BAD_ROWS, orient="row")
        self.numbers, self.rows, self.bad = [], [], []
        return Batch(pl.DataFrame(cells), bad)


class PayloadReader:
    """A file of payloads."""

    def __init__(
        self, path: Path, payload: Payload, table: Table, kind: TextKind, more: Sequence[str] = ()
    ) -> None:
        """Read `path` as rows of `table`; `more` are dotted paths to values of the parcels."""
        self._path = path
        self._payload = payload
        self._table = table
        self._kind = kind
        self.traits = Traits(kind.encoding, tells_offsets=payload.tells_offsets)
        self._more = [name.split(".") for name in more]
        self.header = (*table.header, *more)

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the rows with the given columns."""
        self.traits.notes.clear()
        wanted = sorted(set(columns))
        collected = _Collected()
        epochs = {n for n, name in enumerate(self.header) if name in self._table.epochs}
        for parcel in self._parcels():
            if isinstance(parcel, Refused):
                collected.add(parcel)
            else:
                more = [value_at(parcel, path) for path in self._more]
                for row in self._table.rows(parcel, self.traits):
                    # Tuples of plain values cost the garbage collector nothing; lists would.
                    collected.add((*row, *more) if more and isinstance(row, tuple) else row)
            if len(collected.rows) + len(collected.bad) >= BATCH_ROWS:
                yield collected.take(wanted, epochs)
        yield collected.take(wanted, epochs)

    def _parcels(self) -> Iterator[Parcel | Refused]:
        """Every parcel of the file, and what is none.

        Raises:
            InputError: If a whole document has none.
        """
        is_parcel = self._payload.is_parcel
        if self._has_lines:
            for block in text_blocks(self._path, self._kind, self.traits):
                for line in filter(bytes.strip, block.split(b"\n")):
                    yield from of_value(decoded(line), is_parcel)
            return
        found = False
        for parcel in self._in_document():
            found = True
            yield parcel
        if not found:
            raise InputError("the file holds no parcel with events", how="check `format`")

    def _in_document(self) -> Iterator[Parcel | Refused]:
        try:
            yield from members(msgspec.Raw(self._content), self._payload.is_parcel)
        except (msgspec.DecodeError, RecursionError) as error:
            for value in one_after_the_other(self._content, error):
                yield from of_value(value, self._payload.is_parcel)

    @cached_property
    def _has_lines(self) -> bool:
        """Whether the first line is a payload and others follow it."""
        start = next(byte_blocks(self._path, 4 * 2**20), b"").removeprefix(_MARK)
        if self._kind.encoding != "utf-8":
            start = start.decode(self._kind.encoding, "replace").lstrip("\ufeff").encode()
        first, _, rest = start.lstrip().partition(b"\n")
        return bool(rest.strip()) and isinstance(decoded(first), dict | list)

    @cached_property
    def _content(self) -> bytes:
        """The whole file as UTF-8.

        Raises:
            InputError: If it is too large, or not in its encoding.
        """
        blocks: list[bytes] = []
        size = 0
        for block in byte_blocks(self._path):
            blocks.append(block)
            size += len(block)
            if size > MAX_JSON_BYTES:
                how = "split it, or export a payload per line"
                raise InputError("the JSON file is too large to hold", how=how)
        content = b"".join(blocks)
        if self._kind.encoding != "utf-8":
            content = content.decode(self._kind.encoding, "replace").encode("utf-8", "replace")
        content, _ = seen(content.removeprefix(_MARK))  # copies nothing where there are none
        return content.lstrip() if content[:1].isspace() else content


def vendor(
    is_parcel: IsParcel,
    tables: Mapping[str, Table],
    *signs: tuple[str, ...],
    tells_offsets: bool = True,
) -> Format:
    """The format of a vendor.

    Args:
        is_parcel: Whether an object of its payloads is a parcel: what rows are made of.
        tables: By name, what can be read from it.
        signs: Keys by which a file is told to be one of the vendor's: all of any of these.
        tells_offsets: Whether every event should carry the offset of its time.
    """
    payload = Payload(is_parcel, tables, tells_offsets)

    def opened(path: Path, source: Source) -> PayloadReader:
        check_container(path)
        kind, _ = detect_text(path, source.encoding)
        table = tables[source.table]
        return PayloadReader(path, payload, table, kind, _more(path, source, table))

    return Format(opened, lambda head: next(filter(None, (head.has_keys(*s) for s in signs)), None))


def _texts(values: Sequence[Any]) -> pl.Series:
    """A column as text; mostly it is that already."""
    try:
        return pl.Series(values, dtype=pl.String, strict=True)
    except TypeError:
        return pl.Series([text_of(value) for value in values], dtype=pl.String)


def _times(values: Sequence[Any]) -> pl.Series:
    """A column of milliseconds since 1970, where it has whole numbers, as times in UTC."""
    numbers = [v if type(v) is int and abs(v) < _LATEST else None for v in values]
    times = pl.Series(numbers, dtype=pl.Int64).cast(pl.Datetime("ms"))
    texts = _texts([v if n is None else None for v, n in zip(values, numbers, strict=True)])
    return times.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").zip_with(times.is_not_null(), texts)


def _more(path: Path, source: Source, table: Table) -> list[str]:
    """Columns that the source maps and the vendor's table lacks, where the file has such keys.

    What holds people or what they wrote is out of reach.
    """
    named = [
        name
        for theirs in source.columns.values()
        for name in ([theirs] if isinstance(theirs, str) else theirs)
    ]
    known = {name.casefold() for name in table.header}
    unknown = [name for name in dict.fromkeys(named) if name.casefold() not in known]
    keys = read_head(path).keys if unknown else frozenset()
    return [
        name
        for name in unknown
        if name.split(".", 1)[0] in keys and PRIVATE.isdisjoint(name.casefold().split("."))
    ]
