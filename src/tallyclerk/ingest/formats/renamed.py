"""Tables in text whose columns a vendor has named: read as CSV, under our names.

A column that holds people or what they wrote is out of reach, whatever the source's block maps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.delimited import open_delimited
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head, read_head
from tallyclerk.ingest.formats.reader import Batch, Reader, Traits
from tallyclerk.ingest.vocabulary import folded

DROPPED = "(dropped)"
Names = Mapping[str, tuple[str, ...]]


class RenamedReader:
    """A table in text under our names."""

    def __init__(self, inner: Reader, names: Names, private: frozenset[str]) -> None:
        """Of the vendor's names for one of ours the first that is there counts."""
        self._inner = inner
        known = [folded(name) for name in inner.header]
        header = [
            DROPPED if name in private else given
            for name, given in zip(known, inner.header, strict=True)
        ]
        for ours, theirs in names.items():
            place = next((known.index(name) for name in theirs if name in known), None)
            if place is not None:
                header[place] = ours
        self.header = header

    @property
    def traits(self) -> Traits:
        """What was found out about the file."""
        return self._inner.traits

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the file with the given columns."""
        return self._inner.batches(columns)


def with_tables(
    form: Format, names: Mapping[str, Names], private: Sequence[str] = (), *signs: tuple[str, ...]
) -> Format:
    """A vendor's format that is also exported as a table in text.

    Args:
        form: The format of its payloads.
        names: By table, the vendor's names for ours, in lower case, the preferred one first.
        private: The vendor's names for what is never read.
        signs: Columns by which a table is told to be one of the vendor's: all of any of these.
    """
    hidden = frozenset(private)

    def opened(path: Path, source: Source) -> Reader:
        if read_head(path).is_json:
            return form.open(path, source)
        return RenamedReader(open_delimited(path, source), names[source.table], hidden)

    def evidence(head: Head) -> str | None:
        found = (head.has_columns(*columns) for columns in signs)
        return form.evidence(head) or next(filter(None, found), None)

    return Format(opened, evidence)
