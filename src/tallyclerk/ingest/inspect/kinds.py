"""What the values of a column can be: an id, a time, a country, an amount.

Each kind is a function of a column that gives how well its values fit, 0 where they cannot be it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files

import polars as pl

from tallyclerk.domain.tables import REFERENCE_KINDS
from tallyclerk.ingest.events import CLASSIFIER_WORDS, CLASSIFIERS, VALID, VOID
from tallyclerk.ingest.ids import several
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.zones import DOUBTFUL, ZONES
from tallyclerk.ingest.scores import is_told
from tallyclerk.ingest.times.clock import stated_zone
from tallyclerk.ingest.vocabulary import folded
from tallyclerk.ingest.vocabulary.claims import CLAIM_KINDS, CLAIM_STATUSES, claim_words

MAX_STATUSES = 300
MAX_ID = 64
MANY_ROWS = 20
"""From so many values on, how often they come says what they are."""
FEW_VERSIONS = 1.5
"""How often an id comes, on average, of which some rows are corrections."""
_HALVES = frozenset(("am", "pm"))
_CURRENCY = re.compile(r"^[A-Za-z]{3}$")
_S10 = re.compile(r"^[A-Z]{2}(\d{8})(\d)[A-Z]{2}$")
_AWB = re.compile(r"^(\d{3})-?\s?(\d{7})(\d)$")
_CODE = re.compile(r"^[A-Z]{3}(?:[A-Z]{2})?$")
_WORDS = re.compile(r"\s\S|[\u3040-\u9fff\uac00-\ud7af]{2}")
_UPU_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_ENOUGH = 0.9


def is_time(column: Column) -> float:
    """Dates, with or without a time of day."""
    return 1.0 if column.times is not None else 0.0


def is_id(column: Column) -> float:
    """Something that tells rows or shipments apart."""
    if column.times is not None or column.is_clock or not column.sampled:
        return 0.0
    if column.points or column.commas or column.is_spoilt:
        return 0.0
    if any(len(value) > MAX_ID for value in column.sample):
        return 0.0
    is_few = column.sampled > MANY_ROWS and column.distinct <= 2  # noqa: PLR2004 - yes and no
    return 0.2 if is_few else 1.0 if column.repeats < MANY_ROWS else 0.6


def is_unique_id(column: Column) -> float:
    """An id of the row itself."""
    return is_id(column) if column.is_unique or column.sampled <= 1 else 0.0


def is_id_again(column: Column) -> float:
    """An id of the row itself that a later row can have again, to correct it."""
    return is_id(column) if not column.is_unique and column.repeats < FEW_VERSIONS else 0.0


def is_classifier(column: Column) -> float:
    """Which events are actual, and which only planned or expected."""
    return _one_of(column, (*CLASSIFIERS, *CLASSIFIER_WORDS))


def is_flag(column: Column) -> float:
    """Yes or no."""
    return _one_of(column, (*VOID, *VALID))


def is_status(column: Column) -> float:
    """One of a list of words that come again and again; else texts, if nothing is more like it."""
    if not _is_text(column) or is_classifier(column):
        return 0.0
    is_free = column.words is None or len(column.words) > MAX_STATUSES
    if is_free or (column.sampled > MANY_ROWS and column.repeats < 1.5):  # noqa: PLR2004 - all differ
        return 0.0 if column.is_number else 0.65
    return 0.7 if column.is_number else 1.0


def is_text(column: Column) -> float:
    """A text of any kind, no time and no number."""
    return 1.0 if _is_text(column) and not column.is_number else 0.0


def is_wording(column: Column) -> float:
    """What a person would say: words, or few texts that come again, and no numbers of labels."""
    are_words = sum(bool(_WORDS.search(value)) for value in column.sample) > len(column.sample) / 2
    is_again = column.words is not None and column.repeats > 1.5  # noqa: PLR2004 - not all differ
    return is_text(column) if are_words or is_again else 0.0


def is_name(column: Column) -> float:
    """A name of a partner: a short text that comes again."""
    if not _is_text(column) or column.points or column.commas:
        return 0.0
    return 0.3 if column.sampled > MANY_ROWS and column.is_unique else 1.0


def is_country(column: Column) -> float:
    """Countries, as codes or names."""
    if column.words is None or not _is_text(column):
        return 0.0
    known = _share(column.words, lambda word: word.casefold() in countries())
    return 1.1 if known > _ENOUGH else 0.6 if known > 0.5 else 0.0  # noqa: PLR2004 - half of them


def is_place(column: Column) -> float:
    """A place: text, or a code of three or five capitals (airports, UN/LOCODE)."""
    if not _is_text(column) or column.is_number:
        return 0.0
    return 1.1 if column.sample and all(_CODE.match(value) for value in column.sample) else 1.0


def is_count(column: Column) -> float:
    """Small whole numbers."""
    whole = column.is_number and not column.points and not column.commas
    return 1.0 if whole and (column.high or 0) < 100_000 else 0.0  # noqa: PLR2004 - pieces


def is_number(column: Column) -> float:
    """Numbers."""
    return 1.0 if column.is_number and column.times is None else 0.0


def is_score(column: Column) -> float:
    """A mark on a scale: a number, or one with its scale, or drawn stars."""
    if column.is_number:
        return 1.0 if 0 <= (column.low or 0) <= (column.high or 0) <= 100 else 0.0  # noqa: PLR2004
    return 1.0 if column.words and all(map(is_told, column.words)) else 0.0


def is_currency(column: Column) -> float:
    """Codes of currencies."""
    words = column.words
    return 1.0 if words and len(words) < 50 and all(map(_CURRENCY.match, words)) else 0.0  # noqa: PLR2004


def is_half_of_day(column: Column) -> bool:
    """Whether a column says of the time beside it whether it is before or after noon."""
    words = {re.sub(r"[.\s]", "", word).casefold() for word in column.words or ()}
    return bool(words) and words <= _HALVES


def is_zone(column: Column) -> float:
    """Names of time zones, offsets to UTC, or short words for zones."""
    return 1.0 if column.words and all(map(_is_zone, column.words)) else 0.0


def _is_zone(word: str) -> bool:
    return stated_zone(word) is not None or word.upper() in {*ZONES, *DOUBTFUL}


def is_reference_kind(column: Column) -> float:
    """Kinds of references, by our names."""
    return _one_of(column, REFERENCE_KINDS)


def is_claim_kind(column: Column) -> float:
    """Kinds of claims; ours, or other words for them."""
    return _one_of(column, (*CLAIM_KINDS, *claim_words(CLAIM_KINDS))) or 0.6 * is_status(column)


def is_claim_status(column: Column) -> float:
    """States of claims; ours, or other words for them."""
    return _one_of(column, (*CLAIM_STATUSES, *claim_words(CLAIM_STATUSES))) or 0.6 * is_status(
        column
    )


KINDS: dict[str, Callable[[Column], float]] = {
    "time": is_time,
    "id": is_id,
    "row id": is_unique_id,
    "id again": is_id_again,
    "flag": is_flag,
    "classifier": is_classifier,
    "status": is_status,
    "text": is_text,
    "wording": is_wording,
    "name": is_name,
    "country": is_country,
    "place": is_place,
    "count": is_count,
    "number": is_number,
    "score": is_score,
    "currency": is_currency,
    "zone": is_zone,
    "reference kind": is_reference_kind,
    "claim kind": is_claim_kind,
    "claim status": is_claim_status,
}


def remarks(column: Column) -> list[str]:
    """What the values of an id column give away."""
    found = []
    if column.sample and all(map(_is_s10, column.sample)):
        found.append("postal item ids (S10), check digits right")
    if column.sample and all(map(_is_awb, column.sample)):
        found.append("air waybill numbers, check digits right")
    if column.is_unique:
        found.append("each value once")
    if column.damaged:
        found.append(f"{column.damaged:,} values that a spreadsheet turned into numbers")
    lists = int(several(pl.Series(column.sample, dtype=pl.String)).sum())
    if lists:
        found.append("some cells hold several numbers, which are refused: a row for each is needed")
    return found


def _is_s10(value: str) -> bool:
    match = _S10.match(value.upper().replace(" ", ""))
    if not match:
        return False
    total = sum(w * int(d) for w, d in zip(_UPU_WEIGHTS, match[1], strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11) == int(match[2])


def _is_awb(value: str) -> bool:
    match = _AWB.match(value)
    return match is not None and int(match[2]) % 7 == int(match[3])


@cache
def countries() -> frozenset[str]:
    """Codes and English names of the countries (ISO 3166), case folded."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if line and line[0] != "#"]
    return frozenset(word.casefold() for parts in lines for word in parts)


def _is_text(column: Column) -> bool:
    return column.sampled > 0 and column.times is None and not column.is_clock


def _one_of(column: Column, words: Iterable[str]) -> float:
    known = {folded(word) for word in words}
    return 1.2 if column.words and all(folded(word) in known for word in column.words) else 0.0


def _share(words: Iterable[str], test: Callable[[str], bool]) -> float:
    found = [test(word) for word in words]
    return sum(found) / len(found) if found else 0.0
