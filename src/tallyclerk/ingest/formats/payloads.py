"""Payloads of tracking vendors: JSON in which a parcel holds its events, whatever envelope it has.

A parcel is found by its keys, not by its place: `{"data": {"trackings": […]}}`, a webhook around
one, a bare list, a payload per line and payloads one after the other are all read. One event is a
row with what its parcel says; row numbers count the rows of a file from 1, in the order of the file.
"""

from __future__ import annotations

import json
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
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import read_head
from tallyclerk.ingest.formats.reader import BAD_ROWS, ROW, Batch, Traits
from tallyclerk.ingest.formats.text import TextKind, detect_text, text_blocks

MAX_JSON_BYTES = 1024 * 2**20
BATCH_ROWS = 50_000
MAX_DEPTH = 12
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

Parcel = Mapping[str, Any]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Refused:
    """Something of a payload that is no row: by which rule, and what may be shown of it."""

    rule: str
    raw: str


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

    is_parcel: Callable[[Mapping[str, Any]], bool]
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
                more = [_at(parcel, path) for path in self._more]
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
                    yield from _of_value(_decoded(line), is_parcel)
            return
        found = False
        for parcel in self._in_document():
            found = True
            yield parcel
        if not found:
            raise InputError("the file holds no parcel with events", how="check `format`")

    def _in_document(self) -> Iterator[Parcel | Refused]:
        try:
            yield from _members(msgspec.Raw(self._content), self._payload.is_parcel)
        except (msgspec.DecodeError, RecursionError) as error:
            for value in _one_after_the_other(self._content, error):
                yield from _of_value(value, self._payload.is_parcel)

    @cached_property
    def _has_lines(self) -> bool:
        """Whether the first line is a payload and others follow it."""
        start = next(byte_blocks(self._path, 4 * 2**20), b"").removeprefix(_MARK)
        if self._kind.encoding != "utf-8":
            start = start.decode(self._kind.encoding, "replace").lstrip("\ufeff").encode()
        first, _, rest = start.lstrip().partition(b"\n")
        return bool(rest.strip()) and isinstance(_decoded(first), dict | list)

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
        content = content.removeprefix(_MARK)  # copies nothing where there is no mark
        return content.lstrip() if content[:1].isspace() else content


def vendor(
    is_parcel: Callable[[Mapping[str, Any]], bool],
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


def _at(value: Any, path: Sequence[str]) -> Any:
    """The value at a path; a list of fields with ids and values is an object by these ids."""
    for part in path:
        if isinstance(value, list):
            fields = mappings(value)
            value = {str(one.get("id", one.get("name"))): one.get("value") for one in fields}
        value = value.get(part) if isinstance(value, dict) else None
    return value


def text_of(value: Any) -> str | None:
    """A value as text: numbers as written, nothing for lists and objects."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else None


def mapping(value: Any) -> Parcel:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[Parcel]:
    """The objects of a list; an object by itself is a list of one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def joined(first: Any, second: Any, separator: str = ", ") -> str | None:
    """Two texts joined; the one there is, or None."""
    is_first, is_second = isinstance(first, str) and first, isinstance(second, str) and second
    if is_first and is_second:
        return f"{first}{separator}{second}"
    return is_first or is_second or None


def _members(
    raw: msgspec.Raw, is_parcel: Callable[[Mapping[str, Any]], bool], depth: int = 0
) -> Iterator[Parcel | Refused]:
    """The parcels in a document, decoded one by one, so that one is held at a time.

    What stands in a list among parcels and is none is refused.
    """
    start = bytes(memoryview(raw)[:1])
    if start == b"{" and depth < MAX_DEPTH:
        parts = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        if is_parcel(parts):
            yield _decoded(raw)
            return
        for part in parts.values():
            yield from _members(part, is_parcel, depth + 1)
    elif start == b"[":
        others: list[Refused] = []
        found = False
        for item in msgspec.json.decode(raw, type=list[msgspec.Raw]):
            for parcel in _of_value(_decoded(item), is_parcel):
                if isinstance(parcel, Refused):
                    others.append(parcel)
                else:
                    found = True
                    yield parcel
            if found:
                yield from others
                others.clear()


def _of_value(
    value: Any, is_parcel: Callable[[Mapping[str, Any]], bool]
) -> Iterator[Parcel | Refused]:
    """The parcels in a value; where there is none, why not."""
    found = False
    for parcel in _inside(value, is_parcel):
        found = True
        yield parcel
    if not found:
        yield Refused("payload", f"no parcel in {_shown(value)}")


def _one_after_the_other(content: bytes, error: Exception) -> Iterator[Any]:
    """Objects written one after the other, whatever stands between them.

    Raises:
        InputError: If the first of them is no JSON.
    """
    text = content.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    place = _start(text, 0)
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            if place == _start(text, 0):
                how = "check `format`, or export it again"
                raise InputError(f"the file is not JSON ({error})", how=how) from error
            yield None
            return
        yield from value if isinstance(value, list) else [value]
        place = _start(text, place)


def _start(text: str, place: int) -> int:
    """Where the next value starts."""
    while place < len(text) and text[place] in " \t\r\n,\x1e":
        place += 1
    return place


def _decoded(raw: Any) -> Any:
    """The value of a piece of JSON; None where it is none."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        try:
            return json.loads(bytes(raw))
        except (ValueError, RecursionError):
            return None


def _inside(
    value: Any, is_parcel: Callable[[Mapping[str, Any]], bool], depth: int = 0
) -> Iterator[Parcel]:
    """Every parcel in a value, whatever is around it."""
    if isinstance(value, dict):
        if is_parcel(value):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list) and depth < MAX_DEPTH:
        for item in value:
            yield from _inside(item, is_parcel, depth + 1)


def _shown(value: Any) -> str:
    """What may be shown of a value: its keys."""
    if isinstance(value, dict):
        return f"an object with the keys {', '.join(list(value)[:8])}"
    return "a text that is not JSON" if value is None else "a value that is no object"
