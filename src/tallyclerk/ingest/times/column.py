"""One column of times: its format found once, its values parsed in bulk."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from tallyclerk.domain.tables import UTC
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
from tallyclerk.ingest.times.plain import plain
from tallyclerk.ingest.times.values import times_of
from tallyclerk.ingest.times.years import with_year
from tallyclerk.ingest.together import agree, apart, counted, files_of, heads

PARSED: pl.Schema = pl.Schema(
    {
        "at": UTC,
        "local": pl.Datetime("us"),
        "precision": pl.String(),
        "origin": pl.String(),
        "is_bad": pl.Boolean(),
    }
)
"""One row per value: `at` in UTC, `local` as stated, day/minute/second, where the zone came from
(explicit offset, UTC, source zone), and whether there was a value that is no time."""

SAMPLE = 1000
MAX_SHAPES = 200
EARLIEST, LATEST = dt.datetime(1971, 1, 1), dt.datetime(2200, 1, 1)  # noqa: DTZ001 - local times
SHORTEST_ZONE_WORD = 3
ZONE_WORD = r"\s+\(?([A-Z]{3,5})\)?$"
"""A word for a zone behind a time: 14:05 CST, 2:05 PM (BST)."""
_WORD_UTC = r"(?i)\s*(?:UTC|GMT)$"


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
        result = _Result(values, rows)
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

    def _apply_all(self, result: _Result, formats: Sequence[Format]) -> None:
        for form in formats:
            self._apply(result, form, None)

    def _apply_shapes(self, result: _Result) -> None:
        """The values that the common format did not fit, one shape at a time."""
        open_places = result.open_places()
        if open_places.is_empty():
            return
        result.values = result.values.str.replace(_WORD_UTC, "Z")
        shapes = shapes_of(result.values.gather(open_places))
        different = shapes.unique().sort()
        if len(different) > MAX_SHAPES:  # of all files; none may have that many
            agree({number: number for number in files_of(result.rows)})
        for shape in different.head(MAX_SHAPES).to_list():
            form = from_shape(shape, self.order)
            if form:
                self._apply(result, form, open_places.filter(shapes == shape))

    def _apply(self, result: _Result, form: Format, places: pl.Series | None) -> None:
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


class _Result:
    """Values and what was made of them so far."""

    def __init__(self, values: pl.Series, rows: pl.Series) -> None:
        self.values = values
        self.rows = rows
        self._frame: pl.DataFrame | None = None

    @property
    def is_touched(self) -> bool:
        """Whether a format has fitted anything."""
        return self._frame is not None

    def open_places(self) -> pl.Series:
        """Places of values that no format has fitted yet."""
        return self._are_open().arg_true()

    def _are_open(self) -> pl.Series:
        if self._frame is None:
            return self.values.is_not_null()
        local = self._frame["local"]
        if local.null_count() == self.values.null_count():  # each has its time
            return pl.Series([False]).new_from_index(0, len(local))
        return local.is_null() & self.values.is_not_null()

    def rewrite(self) -> bool:
        """Put the values that no format has fitted yet into plain words; whether any changed."""
        places = self.open_places()
        if places.is_empty():
            return False
        before = self.values.gather(places)
        after = plain(before)
        self.values = self.values.clone().scatter(places, after)
        return not before.equals(after)

    def put(
        self,
        places: pl.Series | None,
        fits: pl.Series,
        local: pl.Series,
        at: pl.Series | None,
        precision: str,
        origin: str,
    ) -> None:
        """Take over the values that fit."""
        found = pl.DataFrame({"local": local}).with_columns(
            at=at if at is not None else pl.lit(None, dtype=UTC),
            precision=pl.lit(precision),
            origin=pl.lit(origin),
        )
        if fits.all() and places is None:
            self._frame = found
        else:
            frame = self._told()
            where = fits.arg_true() if places is None else places.filter(fits)
            kept = found.filter(fits)
            self._frame = frame.with_columns(
                frame[name].scatter(where, kept[name]) for name in frame.columns
            )

    def _told(self) -> pl.DataFrame:
        if self._frame is None:
            return pl.DataFrame(schema=PARSED).drop("is_bad").clear(len(self.values))
        return self._frame

    def frame(self) -> pl.DataFrame:
        """One row of `PARSED` per value."""
        return self._told().with_columns(self._are_open().alias("is_bad")).select(PARSED.names())


def shapes_of(values: pl.Series) -> pl.Series:
    """Each value with 9 for a digit and M for a word; UTC and GMT are Z."""
    return (
        values.str.replace(_WORD_UTC, "Z")
        .str.replace_all(r"\d", "9")
        .str.to_uppercase()
        .str.replace_all(r"[A-Z]{3,}", "M")
    )


def sample_shapes(values: pl.Series, rows: pl.Series) -> Iterator[tuple[int, list[str]]]:
    """The shapes of the first values of each file, trimmed or not."""
    sample = heads(pl.DataFrame({"row": rows, "text": values}), "row", "text", SAMPLE)
    texts = plain(sample["text"].str.strip_chars())
    shapes = sample.select("row", shapes_of(texts).alias("shape"))
    for number, part in apart(shapes, "row"):
        yield number, part["shape"].to_list()
