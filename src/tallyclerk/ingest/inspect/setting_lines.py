"""The settings of a block: where its files are and how they are read."""

from __future__ import annotations

import re

from tallyclerk.config.formats import FORMATS
from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.column_lines import field_names, in_order
from tallyclerk.ingest.inspect.draft import Draft
from tallyclerk.ingest.inspect.opening import TABLES
from tallyclerk.ingest.inspect.parts import empty_below
from tallyclerk.ingest.inspect.rows import kinds_of
from tallyclerk.ingest.inspect.shapes import may_be_missing
from tallyclerk.ingest.inspect.time_lines import write_times
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.scores import told

_DEFAULT_DELIMITERS = {"csv": ",", "tsv": "\t"}
_LANGUAGES = {
    "pl": "Polish",
    "cs": "Czech",
    "sk": "Slovak",
    "hu": "Hungarian",
    "ro": "Romanian",
    "tr": "Turkish",
}
_SCALES = ((1, 5), (6, 1), (0, 10), (1, 10), (0, 100))
"""Usual scales, the worst score first."""
_MOST_SCALES = 3
_PLAIN = re.compile(r"^utf-8")


def write_settings(draft: Draft) -> None:
    """The settings of the block itself: where the files are and how they are read."""
    group, proposal = draft.group, draft.proposal
    draft.lines.append(f"[sources.{toml.key(draft.name)}]")
    rows, files = group.profile.rows, len(group.files)
    many = "file" if files == 1 else "files"
    draft.put("path", toml.strings(draft.patterns), f"{files:,} {many}, {rows:,} rows")
    is_special = FORMATS[group.format].vocabulary is not None
    draft.put("format", toml.text(group.format), group.evidence or "" if is_special else "")
    if group.records:
        is_cell = group.format in TABLES
        where = (
            "the column whose cells hold a list" if is_cell else "where the list is in the document"
        )
        draft.put("records", toml.text(group.records), where)
    if group.sheet:
        draft.put("sheet", toml.text(group.sheet))
    if proposal.table != "events":
        draft.put("table", toml.text(proposal.table))
    if proposal.layout == "wide":
        draft.put("layout", '"wide"', "a row per shipment, a column per milestone")
    _write_text(draft)
    _ask_fill(draft)
    _write_kinds(draft)
    _write_optional(draft)
    _write_decimal(draft)
    _ask_scale(draft)
    write_times(draft)


def _ask_fill(draft: Draft) -> None:
    """Whether rows without a number belong to the one above that has it."""
    key = draft.proposal.choices.get(draft.proposal.key or "")
    empty = empty_below(draft.group.profile, key) if key else 0
    if key and empty and draft.group.format in TABLES:
        name = draft.named(key.columns[0])
        words = f"{name!r} is empty in {empty:,} of the first rows: does the one above go for them?"
        draft.ask(words, toml.pair("fill_down", f"[{toml.text(name)}]"))


def _write_kinds(draft: Draft) -> None:
    """Which rows are read, where others never tell of an event."""
    kinds = kinds_of(draft.group.profile, draft.proposal)
    if kinds:
        shown = ", ".join(map(mask, kinds.others))
        value = f"{{ {toml.pair(draft.named(kinds.column), toml.strings(kinds.read))} }}"
        draft.put("where", value, f"{kinds.rows:,} other rows have no event: {shown}")


def _write_optional(draft: Draft) -> None:
    """The columns that some of the files do not have."""
    proposal, names = draft.proposal, [file.names for file in draft.group.files]
    if FORMATS[draft.group.format].vocabulary is not None:
        return
    places = {
        name: choice.columns
        for ours, choice in in_order(proposal)
        if may_be_missing(proposal, ours)
        for name in field_names(draft, ours, choice)
    }
    places |= {m.milestone.value: (m.column,) for m in proposal.milestones}
    missing = [
        ours
        for ours, columns in places.items()
        if not all({draft.named(place) for place in columns} & have for have in names)
    ]
    if missing:
        draft.put("optional", f"[{', '.join(map(toml.text, missing))}]", "not in all of the files")


def _write_text(draft: Draft) -> None:
    """Encoding and delimiter, where all files share them and they are not the usual ones."""
    group = draft.group
    encodings = {file.encoding for file in group.files}
    delimiters = {file.delimiter for file in group.files}
    encoding = encodings.pop() if len(encodings) == 1 else None
    if encoding and not _PLAIN.match(encoding):
        told = _LANGUAGES.get(group.language or "")
        draft.put(
            "encoding", toml.text(encoding), f"its columns are {told}" if told else "detected"
        )
    delimiter = delimiters.pop() if len(delimiters) == 1 else None
    if delimiter and delimiter != _DEFAULT_DELIMITERS.get(group.format):
        draft.put("delimiter", toml.text(delimiter))


def _write_decimal(draft: Draft) -> None:
    columns = [draft.group.profile.columns[place] for place in sorted(draft.proposal.columns())]
    numbers = [column for column in columns if column.is_number and column.times is None]
    if any(c.commas and not c.points for c in numbers):
        draft.put("decimal", '","')
        return
    doubtful = [c for c in numbers if c.either and not c.points]
    if doubtful:
        words = f"is {doubtful[0].sample[0]!r} in {doubtful[0].name!r} more than a thousand, or a fraction?"
        draft.ask(words, 'decimal = ","', 'decimal = "."')


def _ask_scale(draft: Draft) -> None:
    """Out of how much the scores are, where the rows do not say it."""
    score = draft.proposal.choices.get("score")
    if score is None or "scale_max" in draft.proposal.choices:
        return
    column = draft.group.profile.columns[score.columns[0]]
    read = [told(word) for word in column.words or ()]
    if read and all(best for _, best in read):
        return
    seen = [float(mark.replace(",", ".")) for mark, _ in read] or [
        column.low or 0,
        column.high or 0,
    ]
    low, high = min(seen), max(seen)
    words = f"which is the worst score in {column.name!r}, and which the best? There are {low:g} to {high:g}"
    usual = [s for s in _SCALES if min(s) <= low <= high <= max(s)][:_MOST_SCALES]
    draft.ask(words, *(f"scale = [{worst}, {best}]" for worst, best in usual))
