"""Ids and references: trimmed, leading zeros kept, those that a spreadsheet damaged refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import or_

import polars as pl

from tallyclerk.domain.numbers import normalised

SHIPMENT = "shipment"
KIND_OF_COLUMN = {
    "shipment_id": SHIPMENT,
    "parcel_id": "parcel",
    "tracking_number": "tracking",
    "order_id": "order",
    "last_mile_number": "last_mile",
    "hawb": "hawb",
    "mawb": "mawb",
    "bag": "bag",
    "container": "container",
    "batch_id": "batch",
}
"""Kind of reference by column, in the order in which they are looked for as a row's key."""

KIND_SIGN = "\x1f"
"""Between kind and number in the key of a row, where rows are keyed by numbers of several kinds."""

TOTALS = (
    *("total", "totals", "grand total", "subtotal", "sub-total", "sum", "count", "record count"),
    *("row count", "records", "rows", "number of records", "number of rows", "summe", "gesamt"),
    *("gesamtsumme", "zwischensumme", "anzahl", "合计", "总计", "小计", "合計", "総計", "小計"),
    *("총계", "합계", "소계", "total général", "sous-total", "somme", "suma", "total general"),
    *("suma total", "total geral", "soma", "totale", "totaal", "razem", "toplam", "celkem"),
    *("součet", "spolu", "összesen", "ukupno", "skupaj", "σύνολο", "итого", "всего", "tổng"),
    *("tổng cộng", "tổng số", "รวม", "รวมทั้งหมด", "المجموع", "الإجمالي", "jumlah", "summa"),
    *("totalt", "i alt", "yhteensä"),
)
"""What a row begins with that adds up those above it."""
_TOTAL = "|".join(word.replace(" ", r"\s*") for word in TOTALS)
_ROWS = r"rows?|records?|entries|zeilen|datensätze|lignes|registros|filas|righe|wiersze|řádků"
_FOOTER = (
    rf"^(?:{_TOTAL})$"
    rf"|^(?:{_TOTAL})[^\d:=]*[:=]\s*[\d.,'\s]*$"
    rf"|^(?:{_TOTAL})\s+(?:[^\W\d][^\d]*\s)[\d.,']+$"
    r"|^(?:total|summe|gesamt|razem|celkem|итого|всего|รวม|รวมทั้งหมด|tổng)\s+[\d.,']+$"
    rf"|^\(?\d[\d.,']*\s*(?:{_ROWS})\b[^\d]*$"
    r"|^end\s*of\s*(?:report|file|data|list|export)$|^(?:trailer|footer|eof)$"
)
"""In lower case: the word, the word and a number, so many rows, the end."""
_MAY_BE_FOOTER = r"^\D*$|[\s:=]|(?i)rows?$|records?$"

_DAMAGED = r"^[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+$|^\d+[.,]0+$"


def with_kind(kind: str, numbers: pl.Series) -> pl.Series:
    """Numbers as keys that say their kind; those of shipments stay as written."""
    return f"{kind}{KIND_SIGN}" + (numbers if kind == SHIPMENT else normalised(numbers))


def by_kind(rows: pl.DataFrame, key: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows whose keys say their kind, apart by kind and with the numbers as keys."""
    parts = rows[key].str.splitn(KIND_SIGN, 2)
    plain = rows.with_columns(parts.struct[1].alias(key), parts.struct[0].alias(KIND_SIGN))
    split = plain.partition_by(KIND_SIGN, maintain_order=True, as_dict=True, include_key=False)
    for (kind,), part in sorted(split.items()):
        yield str(kind), part


_MARKED = r"""^(?:'(.+)|="([^"]*)")$"""
_MARKS = "'", '="'
_USUAL = r"^(?:[A-Za-z][0-9A-Za-z_-]*)?[0-9]+$"
_ONE = r"[\w#./-]*\d{4}[\w#./-]*"
_BETWEEN = r"\s*(?:[,;|、，；\r\n]|<br\s*/?>)\s*"
_SEVERAL = rf"(?i)^\s*{_ONE}(?:{_BETWEEN}{_ONE})+(?:{_BETWEEN})?\s*$"
_LOOSELY = r"\s*[/+&\s]\s*"
"""Between numbers only where these are alike: an id may have such signs, too."""
_MAYBE = rf"^\s*[\w-]{{9,}}(?:{_LOOSELY}[\w-]{{9,}})+\s*$"
_SAME_START = 4
_PART = "\x1f"
_MAY_BE_SEVERAL = r"[,;|<、，；/+&\s]"
_ADDRESS = r"[\w.+-]+@[\w-]+\.\w"


def unmarked(ids: pl.Series) -> pl.Series:
    """Ids without what kept a spreadsheet from taking them for numbers: '0034 or ="0034"."""
    may_be = pl.any_horizontal(pl.col("id").str.starts_with(mark) for mark in _MARKS)
    if not ids.to_frame("id").select(may_be.any()).item():  # found in a third of the time
        return ids
    is_marked = ids.str.contains(_MARKED).fill_null(value=False)
    return ids.zip_with(~is_marked, ids.str.replace(_MARKED, "$1$2"))


def are_usual(ids: pl.Series) -> bool:
    """Whether every row has an id that is a number, maybe behind letters: nothing is wrong with such."""
    return ids.null_count() == 0 and bool(ids.str.contains(_USUAL).all())


def damaged(ids: pl.Series) -> pl.Series:
    """Whether each id is a number as a spreadsheet shows it: 9.4E+21, or 123.0."""
    return ids.str.contains(_DAMAGED).fill_null(value=False)


def several(ids: pl.Series) -> pl.Series:
    """Whether each id is a list of them: AB1234<BR>AB1235, or with a comma, semicolon or bar between.

    With a slash, a plus sign or a space between they are several where they are alike and begin alike.
    """
    is_odd = ids.str.contains(_MAY_BE_SEVERAL).fill_null(value=False)
    if not is_odd.any():
        return is_odd
    return is_odd & (ids.str.contains(_SEVERAL).fill_null(value=False) | _alike(ids))


def each_of(ids: pl.Series) -> pl.Series:
    """The numbers in each text, as lists; a text that is one number is a list of it."""
    loose = ids.str.replace_all(_LOOSELY, _PART).zip_with(_alike(ids), ids)
    parts = loose.str.replace_all(rf"(?i){_BETWEEN}", _PART).str.strip_chars(_PART + " ")
    return parts.str.split(_PART).list.eval(pl.element().filter(pl.element() != ""))


def _alike(ids: pl.Series) -> pl.Series:
    """Whether each text is several words of one shape and one beginning."""
    told = ids.set(~ids.str.contains(_MAYBE), None)
    if told.null_count() == len(told):
        return told.is_not_null()
    words = told.str.strip_chars().str.replace_all(_LOOSELY, _PART).str.split(_PART)
    shape = pl.element().str.replace_all(r"\d", "9").str.replace_all(r"\pL", "A")
    is_same = words.list.eval(shape).list.n_unique() == 1
    begins = words.list.eval(pl.element().str.head(_SAME_START)).list.n_unique() == 1
    return (is_same & begins).fill_null(value=False)


def totals(ids: pl.Series) -> pl.Series:
    """Whether each id is no id but how a row begins that adds up or ends those above it."""
    # Nearly every id has a digit and no space.
    wordy = ids.set(~ids.str.contains(_MAY_BE_FOOTER), None)
    if wordy.null_count() == len(wordy):
        return wordy.is_not_null()
    bare = wordy.str.to_lowercase().str.strip_chars(" \t*:=-\"'")
    return bare.str.contains(_FOOTER).fill_null(value=False)


def personal(ids: pl.Series) -> pl.Series:
    """Whether each id holds an e-mail address: it names a person, and is not kept."""
    return ids.str.contains(_ADDRESS).fill_null(value=False)


def in_any(test: Callable[[pl.Series], pl.Series], parts: Sequence[pl.Series]) -> pl.Series:
    """Whether what a test asks goes for any part of each id."""
    return reduce(or_, map(test, parts))
