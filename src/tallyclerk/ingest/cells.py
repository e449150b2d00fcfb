"""The cells of one batch, column by column: trimmed, typed, and refused where they are no good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

import polars as pl

from tallyclerk.domain.numbers import normalised
from tallyclerk.ingest.amounts import numbers_of, told_together
from tallyclerk.ingest.formats import Batch
from tallyclerk.ingest.formats.reader import ROW, outside
from tallyclerk.ingest.ids import (
    KIND_OF_COLUMN,
    SHIPMENT,
    are_usual,
    damaged,
    personal,
    several,
    totals,
    unmarked,
    with_kind,
)
from tallyclerk.ingest.plan import Binding, Plan
from tallyclerk.ingest.privacy import mask, mask_email
from tallyclerk.ingest.tallies import Tally
from tallyclerk.ingest.times import CLOCK_CHANGE, NO_ZONE, TimeColumn
from tallyclerk.ingest.times.plain import NO_DATE
from tallyclerk.ingest.times.refused import reasons
from tallyclerk.ingest.times.years import lacks_year
from tallyclerk.ingest.together import file_of
from tallyclerk.ingest.vocabulary import by_word, folded

NULLS = (
    *("", "-", "--", "null", "NULL", "Null", "none", "None", "NONE", "n/a", "N/A", "#N/A"),
    *("nan", "NaN", "NAN", "nil", "NIL", r"\N", "NaT", "#REF!", "#VALUE!"),
)
"""Texts that say "no value". "NA" is not among them: it is Namibia."""


class Cells:
    """One batch of a file, or of several that are read together, seen through their binding.

    Every method returns one value per row of the batch that has a good key.
    """

    def __init__(self, batch: Batch, binding: Binding, plan: Plan, tally: Tally) -> None:
        """Refuse the rows whose key fails; what remains is served."""
        self._binding = binding
        self._plan = plan
        self._tally = tally
        self._nulls = [*NULLS, *plan.source.null_values]
        self._longest_null = max(len(text.encode()) for text in self._nulls)
        self._frame = batch.cells
        for (rule,), bad in sorted(batch.bad.partition_by("rule", as_dict=True).items()):
            tally.refuse_rows(bad[ROW], str(rule), None, by_word(bad["raw"], mask))
        self.key = self._good_keys()

    @property
    def rows(self) -> pl.Series:
        """Row numbers."""
        return self._frame[ROW]

    def has(self, ours: str) -> bool:
        """Whether the file has a column of ours."""
        return ours in self._binding.columns

    def text(self, ours: str, separator: str = " ") -> pl.Series:
        """Trimmed texts; null where the cell says nothing or the column is not there."""
        return self._joined(self._parts(ours), separator)

    def at(self, place: int | None) -> pl.Series:
        """Trimmed texts of the column at a position of the header."""
        if place is None:
            return self.empty()
        values = self._frame[str(place)].str.strip_chars()
        shortest = values.str.len_bytes().min()
        if isinstance(shortest, int) and shortest > self._longest_null:
            return values
        return values.set(values.is_in(self._nulls), None)

    def joined(self, date: int, clock: int | None) -> pl.Series:
        """Dates with the times of day in another column; nothing where there is no date."""
        dates = self.at(date)
        if clock is None:
            return dates
        both = self._joined([dates, self.at(clock)], " ")
        return both.set(dates.is_null(), None)

    def empty(self, dtype: pl.DataType | type[pl.DataType] = pl.String) -> pl.Series:
        """A column without values."""
        return pl.Series("", dtype=dtype).clear(len(self._frame))

    def masked(self, ours: str) -> pl.Series:
        """Texts with e-mail addresses and phone numbers masked."""
        return by_word(self.text(ours), mask)

    def id(self, ours: str) -> pl.Series:
        """Ids other than the key; damaged ones are refused as cells."""
        parts = self._parts(ours)
        values = self._joined_id(parts)
        for rule, bad in (
            ("damaged_id", damaged(values)),
            ("several_ids", _any(several, parts) if parts else values.is_not_null()),
            ("personal_id", personal(values)),
        ):
            if bad.any():
                self.refuse(bad, rule, ours, values)
                values = values.set(bad, None)
        return values

    def time(self, ours: str, column: TimeColumn) -> pl.DataFrame:
        """Times as rows of `PARSED`; texts that are none are refused as cells."""
        return self.parsed(self.text(ours), self._binding.theirs(ours), column)

    def parsed(self, values: pl.Series, theirs: str, column: TimeColumn) -> pl.DataFrame:
        """Times of any texts, as `time` does."""
        times = column.parse(values, self._countries(), self.rows)
        is_bad = times["is_bad"]
        if is_bad.any():
            is_bad &= ~values.str.contains(NO_DATE).fill_null(value=False)
        without_year = is_bad & lacks_year(values) if is_bad.any() else is_bad
        self._refuse_named(without_year, "no_year", theirs, values)
        others = is_bad & ~without_year
        for rule, bad in _by_reason(others, values):
            self._refuse_named(bad, rule, theirs, values)
        self._refuse_named(times["origin"] == NO_ZONE, "zone", theirs, values)
        odd = self.rows.filter(times["origin"].str.contains(CLOCK_CHANGE, literal=True))
        if len(odd):
            self._tally.meet_clock_changes(odd, theirs)
        return times

    def recorded(self, column: TimeColumn) -> pl.Series:
        """The column of recording times, as `recording` reads it."""
        return self.recording(self.text("recorded_at"), self._binding.theirs("recorded_at"), column)

    def recording(self, values: pl.Series, theirs: str, column: TimeColumn) -> pl.Series:
        """Times at which something was recorded, UTC; a day alone says nothing of that."""
        times = self.parsed(values, theirs, column)
        is_day = (times["precision"] == "day").fill_null(value=False)
        self._refuse_named(is_day, "recorded_day", theirs, values)
        return times["at"].set(is_day, None)

    def _countries(self) -> pl.Series | None:
        """Where each row was stated, if its zone depends on that; or which zone the row says."""
        if self.has("timezone"):
            return self.text("timezone")
        return self.text("country") if self._plan.clock.zones and self.has("country") else None

    def number(self, ours: str) -> pl.Series:
        """Numbers as Float64; thousands separators and the source's decimal sign are understood."""
        return self.as_number(ours, self.text(ours))

    def amount(self, ours: str) -> pl.Series:
        """Numbers of one shipment; what is told once beside several is refused as theirs together."""
        values = self.text(ours)
        together = [ROW, *(outside(place) for place in self._binding.columns.get(ours, ()))]
        for name in filter(self._frame.columns.__contains__, together):
            groups = self._frame[name]
            if groups.is_duplicated().any():
                shared = told_together(values, self.key, groups, file_of(self.rows))
                self.refuse(shared, "shared", ours, values)
                values = values.set(shared, None)
        return self.as_number(ours, values)

    def as_number(self, ours: str, values: pl.Series) -> pl.Series:
        """Numbers of any texts, as `number` does."""
        if values.null_count() == len(values):
            return values.cast(pl.Float64)
        numbers = numbers_of(values, self._plan.source.decimal)
        self.refuse(numbers.is_null() & values.is_not_null(), "number", ours, values)
        return numbers

    def word(
        self, ours: str, words: Sequence[str], others: Mapping[str, str] | None = None
    ) -> pl.Series:
        """One of a few words, or another word for one of them; what is neither is refused as a cell.

        Args:
            ours: Our column.
            words: What it can say, matched without case.
            others: Ours by other words for it, folded.
        """
        values = self.text(ours)
        known = {**(others or {}), **{folded(word): word for word in words}}
        found = by_word(values, lambda text: known.get(folded(text)))
        self.refuse(found.is_null() & values.is_not_null(), "word", ours, values)
        return found

    def partner(self, values: pl.Series) -> pl.Series:
        """Partner ids of names; a name that nobody listed is kept as it is, and counted."""
        if values.null_count() == len(values):
            return values
        book = self._plan.partners
        names = values.unique().drop_nulls().to_list()
        unlisted = [name for name in names if book.get(name) is None]
        ids = by_word(values, lambda name: book.get(name) or mask(name))
        if unlisted:
            is_every = len(unlisted) == len(names)
            met = ids if is_every else ids.set(~values.is_in(unlisted), None)
            self._tally.meet_unlisted(met, self.rows)
        return ids

    def refuse(self, bad: pl.Series, rule: str, ours: str, values: pl.Series) -> None:
        """Refuse cells of a column of ours; their rows are kept."""
        theirs = self._binding.theirs(ours) if self.has(ours) else ours
        self._refuse_named(bad, rule, theirs, values)

    def _good_keys(self) -> pl.Series:
        """Keys of the rows whose key is good; the others are refused and leave the batch."""
        ours = self._binding.keys[0]
        header = self._joined(
            [pl.Series([self._binding.header[p]]) for p in self._binding.columns[ours]], "/"
        )
        names = [header[0], normalised(header)[0]]  # keys that are no shipment's id are normalised
        if len(self._binding.columns[ours]) == 1 and self._binding.kind == SHIPMENT:
            keys = self._parts(ours)[0]
            if are_usual(keys) and not keys.is_in(names).any():
                return keys
        keys, is_damaged, is_several = self._keys()
        repeated = keys.is_in(names).fill_null(value=False)
        is_empty, footers = keys.is_null(), totals(keys)
        if is_empty.any():
            begins = first_told(self._frame)
            footers |= is_empty & totals(begins)
            keys = keys.zip_with(~(is_empty & footers), begins)
        checks = (
            ("key_missing", is_empty & ~footers),
            ("header_repeated", repeated),
            ("total", footers),
            ("damaged_id", is_damaged),
            ("several_ids", is_several),
            ("personal_id", personal(keys)),
        )
        good = pl.Series([True]).new_from_index(0, len(keys)) if len(keys) else keys.is_null()
        theirs = self._binding.theirs(ours)
        for rule, found in checks:
            bad = found & good
            if bad.any():
                raw = by_word(keys.filter(bad), mask_email)
                self._tally.refuse_rows(self.rows.filter(bad), rule, theirs, raw)
                good &= ~bad
        if not good.all():
            self._frame, keys = self._frame.filter(good), keys.filter(good)
        return keys

    def _keys(self) -> tuple[pl.Series, pl.Series, pl.Series]:
        """The key of each row, whether it is damaged, and several: the first id that the row has."""
        kind = self._binding.kind
        if kind:
            ours = self._binding.keys[0]
            parts = self._parts(ours)
            keys = self._joined_id(parts)
            made = keys if kind == SHIPMENT else normalised(keys)
            return made, _any(damaged, parts), _any(several, parts)
        found = self.empty()
        is_damaged, is_several = found.is_not_null(), found.is_not_null()
        for ours in self._binding.keys:
            parts = self._parts(ours)
            keys = with_kind(KIND_OF_COLUMN[ours], self._joined_id(parts))
            is_new = found.is_null() & keys.is_not_null()
            is_damaged |= is_new & _any(damaged, parts)
            is_several |= is_new & _any(several, parts)
            found = found.zip_with(found.is_not_null(), keys)
        return found, is_damaged, is_several

    def _parts(self, ours: str) -> list[pl.Series]:
        return [unmarked(self.at(place)) for place in self._binding.columns.get(ours, ())]

    def _joined_id(self, parts: Sequence[pl.Series]) -> pl.Series:
        """An id; one that is made of several columns needs them all."""
        if len(parts) < 2:  # noqa: PLR2004 - nothing to join
            return parts[0] if parts else self.empty()
        frame = pl.DataFrame({str(n): part for n, part in enumerate(parts)})
        return frame.select(pl.concat_str(pl.all(), separator="/")).to_series()

    def _joined(self, parts: Sequence[pl.Series], separator: str) -> pl.Series:
        if len(parts) < 2:  # noqa: PLR2004 - nothing to join
            return parts[0] if parts else self.empty()
        frame = pl.DataFrame({str(n): part for n, part in enumerate(parts)})
        joined = pl.concat_str(pl.all(), separator=separator, ignore_nulls=True)
        return frame.select(pl.when(joined != "").then(joined)).to_series()

    def _refuse_named(self, bad: pl.Series, rule: str, theirs: str, values: pl.Series) -> None:
        if bad.any():
            raw = by_word(values.filter(bad), mask)
            self._tally.refuse_cells(self.rows.filter(bad), rule, theirs, raw)


def _by_reason(is_bad: pl.Series, values: pl.Series) -> Iterator[tuple[str, pl.Series]]:
    """Texts that are no times, apart by why they are none."""
    if not is_bad.any():
        return
    why = reasons(values.set(~is_bad, None)).fill_null("time")
    for rule in why.filter(is_bad).unique().sort().to_list():
        yield rule, is_bad & (why == rule)


def first_told(cells: pl.DataFrame) -> pl.Series:
    """What each row begins with: the first of its cells that says something."""
    told = pl.col(pl.String).exclude(ROW).str.strip_chars()
    first = pl.coalesce(pl.when(~told.is_in(NULLS)).then(told))
    return cells.select(first.alias("")).to_series()


def _any(test: Callable[[pl.Series], pl.Series], parts: Sequence[pl.Series]) -> pl.Series:
    """Whether what a test asks goes for any part of an id."""
    return reduce(or_, map(test, parts))
