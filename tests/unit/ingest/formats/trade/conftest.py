"""Reading a file of a format by itself: its rows, and what was noted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl
import pytest

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats import READERS
from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.formats.text import WrongEncodingError


@dataclass
class Read:
    batches: list[pl.DataFrame]
    header: tuple[str, ...]
    bad: list[tuple[int, str, str]]
    notes: dict[str, int]

    @property
    def count(self):
        return sum(len(batch) for batch in self.batches)

    @cached_property
    def rows(self):
        """The rows as dictionaries of what they say."""
        names = {str(place): name for place, name in enumerate(self.header)} | {ROW: "row"}
        told = (row for batch in self.batches for row in batch.iter_rows(named=True))
        return [{names[key]: value for key, value in row.items() if value} for row in told]

    def column(self, name):
        return [row.get(name) for row in self.rows]


@pytest.fixture(scope="session")
def read_as(tmp_path_factory):
    """Read a content as a format, as the ingest does, but for what follows the reader."""
    folder = tmp_path_factory.mktemp("messages")

    def read(form, content, name="messages.txt", **source):
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        settings = Source.model_validate({"path": name, "format": form, **source})
        while True:
            try:
                return _read(READERS[form].open(path, settings))
            except WrongEncodingError as error:
                settings = settings.model_copy(update={"encoding": error.better})

    return read


def _read(reader):
    batches = list(reader.batches(range(len(reader.header))))
    bad = [row for batch in batches for row in batch.bad.rows()]
    cells = [batch.cells for batch in batches]
    return Read(cells, tuple(reader.header), bad, dict(reader.traits.notes))
