"""What ingest counts and refuses while it reads files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tallyclerk.domain.tables import REJECTS
from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.offsets import Offsets
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.times.refused import IN_WORDS
from tallyclerk.ingest.together import SPAN, apart, counted, file_of
from tallyclerk.ingest.vocabulary import by_word

RULES: dict[str, str] = {
    "fields": "the row has too many or too few fields: check for delimiters and quotes in its texts; where it is of another kind, declare where",
    "quote": "a quote is opened and not closed: write it twice inside a quoted field",
    "payload": "the object holds no parcel with events: export the trackings themselves",
    "message": "a part of a message is not where its standard has it: ask its sender, or correct it",
    "not_tracked": "the vendor does not track this number: register it there, or correct it",
    "json": "the line is not a JSON object: export it again",
    "list": "the cell is no list of events that can be read: correct it, or export a row for each event",
    "key_missing": "the row does not say which shipment it is about: fill in the column, or map another key; where the row above has it, declare fill_down",
    "several_ids": 'several numbers in one cell: export a row for each, or name the column by records = "…"',
    "damaged_id": "a spreadsheet turned the id into a number: format the column as text, export again",
    "total": "the row adds up or ends the rows above it, and is none: leave it out of the export",
    "personal_id": "the id is somebody's e-mail address, which is not kept: map the column with the number",
    "header_repeated": "the header is repeated among the rows: files were pasted together",
    "time": "not a time in any format found or declared: correct it, or declare datetime_format or null_values",
    **IN_WORDS,
    "no_year": "the time states no year, and none is guessed: declare year = 2026 (or whichever all of them are of)",
    "recorded_day": "a day without a time of day does not say when it was recorded: map the column with the time, or none",
    "zone": "a time without an offset among times that carry one: declare timezone if all such times share it",
    "number": "not a number: correct the cell, or declare decimal or null_values",
    "shared": "one amount beside several numbers in a cell, or told of several entries of a list: which part is whose is not said, export it for each",
    "no_scale": "nothing says out of how much the score is, and it is not guessed: declare scale = [1, 5], the worst and the best score, or map scale_max",
    "off_scale": "the score is outside its scale: correct the cell, or the scale that is declared",
    "word": "not one of the words this column can have: correct the cell, or map the word",
    "missing": "the value that makes the row worth keeping is missing: fill it in, or map another column",
}
"""Every rule that refuses a row or a cell, with what it means and how to mend it."""

MAX_WORDS = 200


@dataclass
class Words:
    """Words nobody mapped: how often, where first, and what they may mean."""

    rows: Counter[str] = field(default_factory=Counter)
    example: dict[str, int] = field(default_factory=dict)
    maybe: dict[str, str] = field(default_factory=dict)

    def add(self, word: str, rows: int, first: int, maybe: str | None = None) -> None:
        """Count a word."""
        self.rows[word] += rows
        self.example[word] = min(first, self.example.get(word, first))
        if maybe:
            self.maybe[word] = maybe

    def top(self) -> list[tuple[str, int, int]]:
        """Word, rows and first row of the most frequent words; the others together at the end."""
        ordered = sorted(self.rows.items(), key=lambda item: (-item[1], item[0]))
        shown = [(word, count, self.example[word]) for word, count in ordered[:MAX_WORDS]]
        others = ordered[MAX_WORDS:]
        if others:
            rows = sum(count for _, count in others)
            first = min(self.example[word] for word, _ in others)
            shown.append((f"({len(others)} other words)", rows, first))
        return shown


@dataclass
class FileTally:
    """Counts of one file."""

    file: str
    rows: int = 0
    rejected: int = 0
    bad_cells: int = 0
    silent: int = 0
    left_out: Words = field(default_factory=Words)
    unmapped: Words = field(default_factory=Words)
    unlisted: Words = field(default_factory=Words)
    clock_change: tuple[int, str] | None = None
    """Row and column of the first local time that a clock change gave twice or skipped."""


class Tally:
    """Counts of files that are read together, and their refused rows and cells.

    Rows are numbered through the files, as `tallyclerk.ingest.together` says.
    """

    def __init__(self, source: str, files: Sequence[str]) -> None:
        """Begin with nothing counted."""
        self.of = [FileTally(file) for file in files]
        self.offsets = Offsets()
        self._source = source
        self._rejects: list[pl.DataFrame] = []

    def meet_silent(self, rows: pl.Series) -> None:
        """Count rows that say nothing yet, each of which is named once."""
        for number, count in counted(rows):
            self.of[number].silent += count

    def meet_left_out(self, left_out: pl.DataFrame) -> None:
        """Count rows of kinds that are not read, by what says so."""
        said = pl.DataFrame([left_out["column"], by_word(left_out["word"], mask)])
        words = said.select(pl.format("{} {}", "column", pl.col("word").replace("", "(empty)")))
        for number, *told in _each_word(words.to_series(), left_out[ROW]):
            self.of[number].left_out.add(*told)

    def meet_clock_changes(self, rows: pl.Series, column: str) -> None:
        """Remember the first local time that a clock change gave twice or skipped."""
        for number, part in apart(rows.to_frame("row"), "row"):
            tally, found = self.of[number], (int(part["row"][0]), column)
            tally.clock_change = min(tally.clock_change or found, found)

    def meet_unmapped(
        self, words: pl.Series, rows: pl.Series, maybe: pl.Series | None = None
    ) -> None:
        """Count the statuses that are not null; `maybe` says what they may mean."""
        for number, *told in _each_word(words, rows, maybe):
            self.of[number].unmapped.add(*told)

    def meet_unlisted(self, names: pl.Series, rows: pl.Series) -> None:
        """Count the partners' names that are not null."""
        for number, *told in _each_word(names, rows):
            self.of[number].unlisted.add(*told)

    def refuse_rows(self, rows: pl.Series, rule: str, column: str | None, raw: pl.Series) -> None:
        """Refuse whole rows, with the text that made them so."""
        self._refuse(rows, rule, column, raw, is_row=True)

    def refuse_cells(self, rows: pl.Series, rule: str, column: str, raw: pl.Series) -> None:
        """Refuse one cell of each of these rows; the rows themselves are kept."""
        self._refuse(rows, rule, column, raw, is_row=False)

    def take_rejects(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """The rejects so far by file, one row of REJECTS each, sorted; they are forgotten here."""
        if not self._rejects:
            return
        frame = pl.concat(self._rejects)
        self._rejects.clear()
        for number, part in apart(frame, "source_row"):
            tally = self.of[number]
            rows = int(part["is_row"].sum())
            tally.rejected += rows
            tally.bad_cells += len(part) - rows
            told = part.with_columns(source_file=pl.lit(tally.file)).select(REJECTS.keys())
            yield number, told.sort("source_row", "column", "rule", nulls_last=False)

    def _refuse(
        self, rows: pl.Series, rule: str, column: str | None, raw: pl.Series, *, is_row: bool
    ) -> None:
        if rows.is_empty():
            return
        frame = pl.DataFrame({"source_row": rows, "raw": raw}).select(
            pl.lit(self._source).alias("source"),
            "source_row",
            pl.lit(rule).alias("rule"),
            pl.lit(column, dtype=pl.String).alias("column"),
            pl.col("raw").cast(REJECTS["raw"]),
            pl.lit(is_row).alias("is_row"),
        )
        self._rejects.append(frame)


def _each_word(
    words: pl.Series, rows: pl.Series, maybe: pl.Series | None = None
) -> Iterator[tuple[Any, ...]]:
    """Each word of each file: number of the file, word, how many rows, the first one, `maybe`."""
    columns = {"file": file_of(rows), "word": words, "row": rows % SPAN, "maybe": maybe}
    frame = pl.DataFrame({name: c for name, c in columns.items() if c is not None})
    grouped = frame.drop_nulls("word").group_by("file", "word")
    return grouped.agg(pl.len(), pl.all().min()).iter_rows()
