"""Histories that are a text in a cell: `2026-09-01 10:00 Picked up; 2026-09-02 08:11 In transit`.

What divides the events is not relied on, people write anything there: each time that begins an event,
or ends one where a status stands before its time, makes one. A time inside the words of an event
("rescheduled to 2026-09-05") has no divider before it and stays where it is.
"""

from __future__ import annotations

import polars as pl

TIME, TEXT = "time", "text"
ENTRY = pl.Struct({TIME: pl.String, TEXT: pl.String})
"""What one event of a history is."""

_DATE = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}\b"
    r"|\d{1,2}[ -]\pL{3,9}\.?[ -]\d{4}|\pL{3,9}\.? \d{1,2},? \d{4})"
)
_CLOCK = (
    r"(?:(?:T|,?\s+(?:at |um |à )?)\d{1,2}[:.h]\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"(?:\s?[AaPp]\.?[Mm]\b\.?|\s?Uhr\b)?(?:\s?(?:Z|UTC|GMT)\b)?(?:\s?[+-]\d{2}:?\d{2}\b)?)"
)
_TIME = rf"{_DATE}{_CLOCK}?"
_DIVIDER = r"\s*(?:[|;,•→>⇒\n\r\t]|<br\s*/?>|\\n|\s/\s|\s-\s|\.\s)[\s|;,•→>*-]*"
_OPEN, _SHUT = r"[\[(]?", r"[\])]?"
_AT_START = rf"^\s*[•*>-]?\s*{_OPEN}{_TIME}"
_AT_END = rf"{_TIME}{_SHUT}[\s|;,.]*$"
_BEGIN = rf"(?:(?:^\s*[•*>-]?\s*|{_DIVIDER}){_OPEN}|\s*\[)({_TIME}){_SHUT}"
_END = rf"{_OPEN}({_TIME}){_SHUT}(?:[\s|;,.]*$|{_DIVIDER})"
_TWO = rf"{_DATE}{_CLOCK}.*\pL{{3}}"
"""Words with a time inside and more words behind it: nothing says where the next event begins."""
_EVENT, _WITHIN = "\x1e", "\x1f"
_EDGES = " \t\r\n:;,|-–—>→•*/"
_LEAST_SHARE, _LEAST_LISTS = 0.8, 0.3


def events_in(texts: pl.Series) -> pl.Series:
    """The events in each text as a list of `ENTRY`, in its order; an event without a time has none."""
    clean = texts.str.replace_all(rf"[{_EVENT}{_WITHIN}]", "")
    first = clean.str.replace_all(_BEGIN, f"{_EVENT}${{1}}{_WITHIN}")
    last = clean.str.replace_all(_END, f"{_WITHIN}${{1}}{_EVENT}")
    begins = clean.str.contains(_AT_START)
    frame = pl.DataFrame({"first": first, "last": last, "begins": begins})
    time_first, time_last = (
        pl.col(name)
        .str.split(_EVENT)
        .list.eval(_entry(pl.element().str.split_exact(_WITHIN, 1), time, text))
        for name, time, text in (("first", 0, 1), ("last", 1, 0))
    )
    chosen = pl.when("begins").then(time_first).otherwise(time_last)
    said = pl.element().filter(pl.any_horizontal(pl.element().struct.field("*").is_not_null()))
    return frame.select(chosen.list.eval(said).alias("")).to_series()


def are_dated(texts: pl.Series) -> pl.Series:
    """Whether each text begins or ends with a time."""
    return texts.str.contains(_AT_START) | texts.str.contains(_AT_END)


def are_two(texts: pl.Series) -> pl.Series:
    """Whether the words of an event are those of two, which nothing divides."""
    return texts.str.contains(rf"(?s){_TWO}").fill_null(value=False)


def _entry(parts: pl.Expr, time: int, text: int) -> pl.Expr:
    """What stands on both sides of the sign within an event; nothing for what is empty."""
    fields = [
        parts.struct.field(f"field_{place}").str.strip_chars(_EDGES).alias(name)
        for name, place in ((TIME, time), (TEXT, text))
    ]
    return pl.struct(pl.when(field != "").then(field) for field in fields)


def are_histories(texts: pl.Series) -> bool:
    """Whether nearly all texts are an event or more with words beside a time, and many are several."""
    told = texts.drop_nulls()
    if told.is_empty() or are_dated(told).sum() < _LEAST_SHARE * len(told):
        return False
    found = events_in(told)
    full = (
        pl.element().struct.field(TIME).is_not_null()
        & pl.element().struct.field(TEXT).is_not_null()
    )
    whole = found.list.eval(full)
    is_one = whole.list.all() & (found.list.len() > 0)
    is_list = is_one & (found.list.len() > 1)
    return is_one.sum() >= _LEAST_SHARE * len(told) and is_list.sum() >= _LEAST_LISTS * len(told)
