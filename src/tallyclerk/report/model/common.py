"""What pages have in common: tables, figures and links."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A small table of words: `columns` as (title, css class), cells as printed."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """SVG made by us, with a caption where a figure has several."""

    svg: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: its finding as title, one line on how to read it, and its drawings.

    Where there are none, `instead` says why in words. `is_main`: it is on paper too.
    """

    key: str
    title: str
    how: str
    alt: str
    drawings: tuple[Drawing, ...] = ()
    instead: str = ""
    is_main: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The files of one partner, relative to the index; "" where there is none."""

    html: str = ""
    pdf: str = ""
    brief: str = ""
