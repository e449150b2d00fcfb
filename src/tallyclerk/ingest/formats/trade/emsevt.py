"""UPU EMSEVT: postal events of items, as tables that posts and carriers export (CSV and the like).

A row is one event of one item (S10 number → `tracking_number`). Columns are known by the names posts
give them; others keep their own name and can be mapped in the source's block. A local time is that of
the office's place: the source's `timezone` or `timezones`, else the zone that the office's code proves (its country,
or its airport where the country has several). The action taken and the name of who signed are not
read. The EDI message of the same name is not read: its standard is not public.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.delimited import DelimitedReader, open_delimited
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.reader import ROW, Batch, Traits
from tallyclerk.ingest.formats.trade.places import zone_of_office
from tallyclerk.ingest.times.zones import to_utc

_NAMES = {
    "tracking_number": (
        "itemid itemidentifier itemno itemnumber s10 s10id s10code s10number mailitemid mailitemno"
        " mailitemfid mailitemidentifier trackingnumber barcode"
    ),
    "status": (
        "eventcode eventtypecode eventtype eventcd event emsevt emsevtcode emsevtevent tteventcode"
        " trackingeventcode"
    ),
    "utc": "eventgmtdatetime eventgmtdt gmtdatetime eventutcdatetime utcdatetime eventdatetimeutc utctime",
    "occurred_at": (
        "eventdatetime eventlocaldatetime eventlocaldt localdatetime datetimelocal localtime"
        " eventlocaltime eventtime eventdate datetime"
    ),
    "location": (
        "eventoffice eventofficecode officecode office impc impccode officeofexchange oe oecode"
        " eventfacility facilitycode"
    ),
    "reason": (
        "reasoncode reason nondeliveryreason nondeliveryreasoncode nondeliverycode retentionreason"
        " retentionreasoncode retentioncode eventreason eventreasoncode"
    ),
}
_OURS = {"utc": "occurred_at"}
_OFFICE = re.compile(r"^[A-Z]{2}[A-Z]{3}[A-Z0-9]?$")
_COMPACT = r"^(\d{4})[-/]?(\d{2})[-/]?(\d{2})[T ]?(\d{2}):?(\d{2}):?(\d{2})?(?:\.0+)?$"
_OFFSET = r"\d ?(?:Z|[+-]\d\d:?\d\d)$"
_LOCAL_FORMAT = "%Y-%m-%d %H:%M:%S"
_S10 = r"^[A-Z]{2}\d{9}[A-Z]{2}$"
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


class EmsevtReader:
    """A table of postal events, seen with our names for the columns that are known."""

    def __init__(self, table: DelimitedReader, source: Source) -> None:
        """`table` reads the file; known columns get our names, unless the source maps them."""
        self._table = table
        self._source = source
        self.traits: Traits = table.traits
        places = _known(table.header)
        self._is_utc = "utc" in places
        if self._is_utc:
            places.pop("occurred_at", None)
        mapped = {
            name for names in source.columns.values() for name in [names] if isinstance(name, str)
        }
        self._places = {
            _OURS.get(name, name): place
            for name, place in places.items()
            if table.header[place] not in mapped
        }
        names = {place: name for name, place in self._places.items()}
        self.header = [names.get(place, text) for place, text in enumerate(table.header)]

    def batches(self, columns: Sequence[int]) -> Iterator[Batch]:
        """Stream the file with the given columns."""
        wanted = sorted(set(columns))
        at, office = self._places.get("occurred_at"), self._places.get("location")
        item = self._places.get("tracking_number")
        needed = [place for place in (at, office, item) if place is not None]
        for batch in self._table.batches([*wanted, *needed]):
            cells = batch.cells
            if item is not None:
                _check_items(cells[str(item)], self.traits)
            if at is not None and at in wanted:
                offices = cells[str(office)] if office is not None else None
                times = self._zoned(cells[str(at)].str.strip_chars(), offices)
                cells = cells.with_columns(times.alias(str(at)))
            yield replace(batch, cells=cells.select(ROW, *(str(place) for place in wanted)))

    def _zoned(self, times: pl.Series, offices: pl.Series | None) -> pl.Series:
        """Times with the offset that the column or the office proves; the others as they are."""
        if self._is_utc:
            return pl.select(
                pl.when(_local(times).is_not_null()).then(times + "Z").otherwise(times)
            ).to_series()
        if self._source.timezone or offices is None:
            return times
        codes = offices.str.strip_chars().str.to_uppercase()
        for code in codes.unique().drop_nulls().sort().to_list():
            zone = self._source.timezones.get(code[:2])
            zone = zone or (zone_of_office(code) if _OFFICE.match(code) else None)
            places = (codes == code).arg_true()
            if zone:
                times = times.scatter(places, self._in_zone(times.gather(places), zone))
        return _refused(times, codes)

    def _in_zone(self, times: pl.Series, zone: str) -> pl.Series:
        local = _local(times)
        converted = to_utc(local, zone)
        if len(converted.odd):
            what = "local times that a clock change gives twice or skips; taken as before it"
            self.traits.note(what, len(converted.odd))
        shift = (local - converted.at.dt.replace_time_zone(None)).dt.total_minutes()
        parts = pl.DataFrame({"local": local, "shift": shift, "text": times})
        minutes = pl.col("shift").abs()
        offset = pl.format(
            "{}{}:{}",
            pl.when(pl.col("shift") < 0).then(pl.lit("-")).otherwise(pl.lit("+")),
            (minutes // 60).cast(pl.String).str.zfill(2),
            (minutes % 60).cast(pl.String).str.zfill(2),
        )
        written = pl.col("local").dt.strftime(_LOCAL_FORMAT) + offset
        return parts.select(pl.coalesce(written, "text")).to_series()


def _refused(times: pl.Series, offices: pl.Series) -> pl.Series:
    """Times that still have no offset, as words, so that each is refused and shows its office."""
    frame = pl.DataFrame({"time": times, "office": offices})
    text = pl.format("{}, no zone is known for {}", "time", pl.col("office").fill_null("no office"))
    is_open = ~pl.col("time").str.contains(_OFFSET)
    return frame.select(pl.when(is_open).then(text).otherwise("time")).to_series()


def open_emsevt(path: Path, source: Source) -> EmsevtReader:
    """Open a table of postal events."""
    return EmsevtReader(open_delimited(path, source), source)


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _known(header: Sequence[str]) -> dict[str, int]:
    """The places of the columns that are known, the first of each."""
    found: dict[str, int] = {}
    for ours, names in _NAMES.items():
        words = names.split()
        fits = [
            (words.index(_folded(name)), place)
            for place, name in enumerate(header)
            if _folded(name) in words
        ]
        if fits:
            found[ours] = min(fits)[1]
    return found


def _local(times: pl.Series) -> pl.Series:
    """Times without an offset, year first; null for any other text."""
    parts = times.str.extract_groups(_COMPACT)
    frame = pl.DataFrame({str(place): parts.struct[place] for place in range(6)})
    *fields, second = (pl.col(str(place)) for place in range(6))
    text = pl.format("{}-{}-{} {}:{}:{}", *fields, second.fill_null("00"))
    return frame.select(
        text.str.to_datetime(_LOCAL_FORMAT, strict=False, time_unit="us")
    ).to_series()


def _check_items(items: pl.Series, traits: Traits) -> None:
    """Note the item numbers whose check digit is wrong: mistyped, or no postal items."""
    codes = items.str.strip_chars().str.to_uppercase()
    codes = codes.filter(codes.str.contains(_S10).fill_null(value=False)).unique()
    digits = [codes.str.slice(2 + place, 1).cast(pl.Int64) for place in range(9)]
    total = sum(
        (weight * digit for weight, digit in zip(_WEIGHTS, digits[:8], strict=True)), digits[0] * 0
    )
    check = 11 - total % 11
    check = check.set(check == 10, 0).set(check == 11, 5)  # noqa: PLR2004 - S10's two exceptions
    wrong = int((check != digits[8]).sum())
    if wrong:
        traits.note("item numbers (S10) whose check digit is wrong", wrong)


def _evidence(head: Head) -> str | None:
    """A table whose columns are those of postal events, with codes of EMSEVT in it."""
    known = _known(head.columns)
    has_codes = re.search(r"\bE[MDX][A-KX]\b", head.text) is not None
    is_known = {"tracking_number", "status"} <= set(known) and has_codes
    return "a table of postal events (EMSEVT)" if is_known else None


FORMAT = Format(open_emsevt, _evidence)
