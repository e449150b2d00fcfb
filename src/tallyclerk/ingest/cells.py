"""The cells of one batch, column by column: typed, and refused where they are no good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from tallyclerk.ingest.amounts import numbers_of, told_together
from tallyclerk.ingest.formats import Batch
from tallyclerk.ingest.formats.reader import ROW, outside
from tallyclerk.ingest.ids import damaged, in_any, personal, several
from tallyclerk.ingest.keys import keys_of
from tallyclerk.ingest.plan import Binding, Plan
from tallyclerk.ingest.privacy import mask, mask_email
from tallyclerk.ingest.tallies import Tally
from tallyclerk.ingest.texts import Texts
from tallyclerk.ingest.times import CLOCK_CHANGE, NO_ZONE, TimeColumn
from tallyclerk.ingest.times.plain import NO_DATE
from tallyclerk.ingest.times.refused import reasons
from tallyclerk.ingest.times.years import lacks_year
from tallyclerk.ingest.together import file_of
from tallyclerk.ingest.vocabulary import by_word, folded


class Cells(Texts):
    """The rows of one batch that have a good key, and what is good of their cells.

    Every method returns one value per row; what is refused is told to the tally.
    """

    def __init__(self, batch: Batch, binding: Binding, plan: Plan, tally: Tally) -> None:
        """Refuse the rows whose key fails; what remains is served."""
        super().__init__(batch.cells, binding, plan.source.null_values)
        self._plan = plan
        self._tally = tally
        for (rule,), bad in sorted(batch.bad.partition_by("rule", as_dict=True).items()):
            tally.refuse_rows(bad[ROW], str(rule), None, by_word(bad["raw"], mask))
        self.key = self._good_keys()

    def masked(self, ours: str) -> pl.Series:
        """Texts with e-mail addresses and phone numbers masked."""
        return by_word(self.text(ours), mask)

    def id(self, ours: str) -> pl.Series:
        """Ids other than the key; damaged ones are refused as cells."""
        parts = self.parts(ours)
        values = self.joined_id(parts)
        for rule, bad in (
            ("damaged_id", damaged(values)),
            ("several_ids", in_any(several, parts) if parts else values.is_not_null()),
            ("personal_id", personal(values)),
        ):
            if bad.any():
                self.refuse(bad, rule, ours, values)
                values = values.set(bad, None)
        return values

    def time(self, ours: str, column: TimeColumn) -> pl.DataFrame:
        """Times as rows of `PARSED`; texts that are none are refused as cells."""
        return self.parsed(self.text(ours), self.binding.theirs(ours), column)

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
        return self.recording(self.text("recorded_at"), self.binding.theirs("recorded_at"), column)

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
        together = [ROW, *(outside(place) for place in self.binding.columns.get(ours, ()))]
        for name in filter(self.frame.columns.__contains__, together):
            groups = self.frame[name]
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
        theirs = self.binding.theirs(ours) if self.has(ours) else ours
        self._refuse_named(bad, rule, theirs, values)

    def _good_keys(self) -> pl.Series:
        """Keys of the rows whose key is good; the others are refused and leave the batch."""
        keys, flaws = keys_of(self)
        if not flaws:
            return keys
        theirs = self.binding.theirs(self.binding.keys[0])
        good = pl.repeat(value=True, n=len(keys), eager=True)
        for rule, found in flaws:
            bad = found & good
            if bad.any():
                raw = by_word(keys.filter(bad), mask_email)
                self._tally.refuse_rows(self.rows.filter(bad), rule, theirs, raw)
                good &= ~bad
        if not good.all():
            self.frame, keys = self.frame.filter(good), keys.filter(good)
        return keys

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
