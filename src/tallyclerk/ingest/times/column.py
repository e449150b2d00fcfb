"""One column of times: its format found once, its values parsed in bulk."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from tallyclerk.ingest.times.clock import (
    BELIEVED,
    Clock,
    UnknownZoneError,
    in_zones,
    shifted,
)
from tallyclerk.ingest.times.formats import (
    Format,
    declared,
    from_shape,
)
from tallyclerk.ingest.times.parsing import Parsing
from tallyclerk.ingest.times.shapes import sample_shapes, shapes_of, with_utc_sign
from tallyclerk.ingest.times.values import times_of
from tallyclerk.ingest.times.years import with_year
from tallyclerk.ingest.together import agree, counted, files_of

MAX_SHAPES = 200
EARLIEST, LATEST = dt.datetime(1971, 1, 1), dt.datetime(2200, 1, 1)  # noqa: DTZ001 - local times
SHORTEST_ZONE_WORD = 3
ZONE_WORD = r"\s+\(?([A-Z]{3,5})\)?$"
"""A word for a zone behind a time: 14:05 CST, 2:05 PM (BST)."""


@dataclass
class TimeCounts:
    """What happened while parsing a file: clock changes met, and values by format."""

    ambiguous: int = 0
    nonexistent: int = 0
    formats: Counter[str] = field(default_factory=Counter)


@dataclass
class TimeColumn:
    """How to read one column of times.

    Attributes:
        name: The column's name, for messages.
        zone: Zone of times without an offset; None where the source names none.
        formats: Declared formats, tried in order; empty = found from the values.
        order: "DMY" or "MDY" where the whole column proved it.
        is_date: Whether only the calendar day is wanted, so that no zone is needed.
        clock: What is known to be wrong with the clock.
        counts: What happened, by the number of the file.
    """

    name: str
    zone: str | None
    formats: tuple[str, ...] = ()
    order: str | None = None
    is_date: bool = False
    clock: Clock = BELIEVED
    counts: defaultdict[int, TimeCounts] = field(default_factory=lambda: defaultdict(TimeCounts))
    _common: Format | None = None

    def parse(
        self, values: pl.Series, countries: pl.Series | None = None, rows: pl.Series | None = None
    ) -> pl.DataFrame:
        """Parse trimmed texts (null = no value) into rows of `PARSED`.

        Args:
            values: The texts.
            countries: Where each was stated, for the clock's zones.
            rows: Their rows, numbered through files that are read together; None: of one file.

        Raises:
            InputError: If times have neither an offset nor a zone.
            Apart: If the files would have to be read by different formats.
        """
        if rows is None:
            rows = pl.Series([0]).new_from_index(0, len(values))
        values, countries = self._without_zone_words(values, countries)
        if self.clock.year is not None:
            values = with_year(values, self.clock.year)
        result = Parsing(values, rows)
        formats = [declared(text) for text in self.formats]
        if not formats:
            self._common = self._common or self._most_common(values, rows)
            formats = [self._common] if self._common else []
        self._apply_all(result, formats)
        if result.rewrite():
            self._apply_all(result, formats)
        if not self.formats:
            self._apply_shapes(result)
        parsed = result.frame()
        if self.is_date:
            return parsed
        return shifted(self._zoned(parsed, countries, rows), self.clock.shift)

    def _without_zone_words(
        self, values: pl.Series, countries: pl.Series | None
    ) -> tuple[pl.Series, pl.Series | None]:
        """The texts without the words for zones that the source explains, and these by row."""
        words = [word for word in self.clock.zones if len(word) >= SHORTEST_ZONE_WORD]
        if not words:
            return values, countries
        found = values.str.extract(ZONE_WORD, 1)
        is_word = found.is_in(words).fill_null(value=False)
        rows = values.clear(len(values)) if countries is None else countries
        return values.zip_with(~is_word, values.str.replace(ZONE_WORD, "")), rows.zip_with(
            ~is_word, found
        )

    def _zoned(
        self, parsed: pl.DataFrame, countries: pl.Series | None, rows: pl.Series
    ) -> pl.DataFrame:
        try:
            zoned = in_zones(parsed, self.zone, self.clock, countries)
        except UnknownZoneError as error:
            raise error.of_column(self.name) from error
        for places in zoned.odd:
            for number, count in counted(rows.gather(places)):
                self.counts[number].ambiguous += count
        for places in zoned.skipped:
            for number, count in counted(rows.gather(places)):
                self.counts[number].nonexistent += count
                self.counts[number].ambiguous -= count
        return zoned.parsed

    def _most_common(self, values: pl.Series, rows: pl.Series) -> Format | None:
        """The format of most of the first values of each file: the same one, or they are read apart."""
        found = {
            number: self._first_format(shapes) for number, shapes in sample_shapes(values, rows)
        }
        agree(found)
        return next(iter(found.values()), None)

    def _first_format(self, shapes: Sequence[str]) -> Format | None:
        forms = (from_shape(shape, self.order) for shape, _ in Counter(shapes).most_common())
        return next((form for form in forms if form), None)

    def _apply_all(self, result: Parsing, formats: Sequence[Format]) -> None:
        for form in formats:
            self._apply(result, form, None)

    def _apply_shapes(self, result: Parsing) -> None:
        """The values that the common format did not fit, one shape at a time."""
        open_places = result.open_places()
        if open_places.is_empty():
            return
        result.values = with_utc_sign(result.values)
        shapes = shapes_of(result.values.gather(open_places))
        different = shapes.unique().sort()
        if len(different) > MAX_SHAPES:  # of all files; none may have that many
            agree({number: number for number in files_of(result.rows)})
        for shape in different.head(MAX_SHAPES).to_list():
            form = from_shape(shape, self.order)
            if form:
                self._apply(result, form, open_places.filter(shapes == shape))

    def _apply(self, result: Parsing, form: Format, places: pl.Series | None) -> None:
        """Parse the open values (or those at `places`) by one format."""
        if places is None and result.is_touched:
            places = result.open_places()
        values = result.values if places is None else result.values.gather(places)
        local, at, origin = times_of(values, form, ignores_offset=self.clock.ignores_offset)
        fits = local.is_between(EARLIEST, LATEST, closed="left").fill_null(value=False)
        if not fits.any():
            return
        rows = result.rows if places is None else result.rows.gather(places)
        for number, count in counted(rows if fits.all() else rows.filter(fits)):
            self.counts[number].formats[str(form)] += count
        result.put(places, fits, local, at, form.precision, origin)
