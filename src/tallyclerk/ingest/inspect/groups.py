"""Reads files into the groups of their shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from tallyclerk.config.formats import FORMATS
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.text import SAMPLE_BYTES, WrongEncodingError
from tallyclerk.ingest.inspect.group import File, Group
from tallyclerk.ingest.inspect.names import language_of
from tallyclerk.ingest.inspect.opening import Opened, beside_events, lists_in, open_any, sheets_in
from tallyclerk.ingest.inspect.patterns import name_groups, same_start, timeless, undated_name
from tallyclerk.ingest.inspect.profile import Profile
from tallyclerk.ingest.inspect.shapes import one_of_each_feed
from tallyclerk.ingest.vocabulary import folded
from tallyclerk.ingest.zipped import files_in as files_within
from tallyclerk.ingest.zipped import is_archive, on_disk
from tallyclerk.progress import Progress

MAX_FILES = 10_000
_CODE_PAGES = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro"), "cp1250"),
    "tr": "cp1254",
}
"""Code page of Latin letters of the languages that Western Europe's does not hold."""
_NO_EXPORTS = {".toml", ".md", ".py", ".lock", ".ds_store"}
_SHARED_KEYS = 0.6
_SAME_START = 4
_NAME = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")
"""A word of letters only, which the name of a partner has and a mere number has not."""


@dataclass(frozen=True)
class Refused:
    """A file that cannot be read, why, and what to do."""

    path: Path
    what: str
    how: str


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Every file that the paths name, folders and archives searched; hidden ones are left out.

    Raises:
        InputError: There is no such path, no file, or there are too many.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise InputError(
                "there is no such file or folder", where=str(path), how="check the path"
            )
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inside:
            parts = file.relative_to(path).parts if path.is_dir() else ()
            is_hidden = any(part.startswith(".") for part in parts)
            if not is_hidden and (not parts or file.suffix.lower() not in _NO_EXPORTS):
                found.update(dict.fromkeys(files_within(file) if is_archive(file) else [file]))
    if not found:
        where = ", ".join(str(path) for path in paths)
        how = "put exports into it as partners send them, hidden files are left out"
        raise InputError("no export is there", where=where, how=how)
    if len(found) > MAX_FILES:
        how = "inspect one folder after the other"
        raise InputError(f"there are {len(found):,} files", how=how)
    return list(found)


def read_groups(files: Sequence[Path], progress: Progress) -> tuple[list[Group], list[Refused]]:
    """Read every file into the group of its shape."""
    groups: list[Group] = []
    refused: list[Refused] = []
    for number, path in enumerate(files):
        progress("inspecting", number, len(files))
        refused += _read_parts(path, groups)
    progress("inspecting", len(files), len(files))
    kept = one_of_each_feed([group for group in groups if group.files])
    name_groups(kept, files)
    return kept, refused


def _read_parts(path: Path, groups: list[Group]) -> Iterator[Refused]:
    """Read a file, or each sheet of it, into its group; what cannot be read."""
    try:
        with on_disk(path) as copy:
            yield from _read_sheets(path, copy, groups)
    except InputError as error:
        yield Refused(path, error.what, error.how or "")
    except OSError as error:
        yield Refused(path, f"the file cannot be read ({error.strerror})", "check its permissions")


def _read_sheets(path: Path, copy: Path, groups: list[Group]) -> Iterator[Refused]:
    for sheet in sheets_in(copy):
        try:
            opened = open_any(copy, None, sheet)
            numbers, histories = lists_in(opened)
            plain = _read(path, opened, numbers, groups)
            plain.histories.update(histories)
            plain.profile.aside.update(histories)
            for column, records in histories.items():
                group = _read(path, opened, records, groups)
                group.history = column
                group.profile.aside.update(beside_events(opened.reader.header, column))
        except InputError as error:
            where = f"sheet {sheet!r}: " if sheet else ""
            yield Refused(path, f"{where}{error.what}", error.how or "")


def _read(path: Path, first: Opened, records: str | None, groups: list[Group]) -> Group:
    """Add one file, or one sheet of it, to the group it fits, or to a new one.

    Args:
        path: What the file is called.
        first: How it was opened first, or the sheet of it.
        records: The column of a table whose cells hold the rows.
        groups: All groups so far.
    """
    copy, sheet = first.path, first.sheet
    encoding: str | None = None
    while True:
        opened = open_any(copy, encoding, sheet, records=records)
        language = language_of(opened.reader.header)
        page = _CODE_PAGES.get(language or "")
        if page and opened.encoding in {"cp1252", "latin_1"}:
            opened = open_any(copy, page, sheet, records=records)
        group = _group_of(path, opened, groups)
        backup = deepcopy(group.profile) if copy.stat().st_size > SAMPLE_BYTES else None
        try:
            before = group.profile.rows
            group.profile.extend(opened.reader.header)
            group.profile.read(opened.reader, len(group.files))
        except WrongEncodingError as error:
            encoding = error.better
            group.profile = backup or Profile.of(opened.reader.header)
            continue
        group.language = group.language or language
        group.files.append(_file(path, opened, group.profile.rows - before))
        _read_others(opened, encoding, group)
        return group


def _read_others(opened: Opened, encoding: str | None, group: Group) -> None:
    """Read the file once more as each other table that its format feeds."""
    facts = FORMATS[opened.format]
    if facts.vocabulary is None:
        return
    for table in facts.tables[1:]:
        reader = open_any(opened.path, encoding, opened.sheet, table).reader
        profile = group.others.setdefault(table, Profile.of(reader.header))
        profile.extend(reader.header)
        profile.read(reader, len(group.files) - 1)


def _file(path: Path, opened: Opened, rows: int) -> File:
    traits = opened.reader.traits
    notes = [f"{count} {text}" for text, count in sorted(traits.notes.items())]
    notes += [traits.told] if traits.told else []
    return File(
        path,
        rows,
        opened.path.stat().st_size,
        traits.encoding,
        traits.delimiter,
        traits.line_end,
        opened.packing,
        tuple(notes),
        frozenset(opened.reader.header),
    )


def _group_of(path: Path, opened: Opened, groups: list[Group]) -> Group:
    """The group of files with the same columns, and names that tell no two sources apart."""
    header = tuple(opened.reader.header)
    folder = timeless(path.parent)
    kind = (folder, opened.format, opened.records, opened.sheet)
    for group in groups:
        is_near = (group.folder, group.format, group.records, group.sheet) == kind
        if is_near and _is_alike(group, header) and _is_named_alike(group, path):
            return group
    new = Group(*kind, opened.evidence, header, Profile.of(header))
    groups.append(new)
    return new


def _is_named_alike(group: Group, path: Path) -> bool:
    """Whether a file has no name that tells it apart: the same but for a date, or a mere number."""
    if not group.files:
        return True
    ours, theirs = undated_name(group.files[0].path), undated_name(path)
    if not _NAME.search(ours) or not _NAME.search(theirs):
        return bool(_NAME.search(ours)) == bool(_NAME.search(theirs))
    return ours == theirs or len(same_start([ours, theirs])) >= _SAME_START


def _is_alike(group: Group, header: Sequence[str]) -> bool:
    """The same columns in any order; of JSON, whose objects leave out what is empty, most of them."""
    ours, theirs = (sorted(folded(name) for name in names) for names in (group.header, header))
    if ours == theirs:
        return True
    is_loose = group.format not in {"csv", "tsv", "parquet", "excel"}
    shared, all_names = set(ours) & set(theirs), set(ours) | set(theirs)
    return is_loose and len(shared) >= _SHARED_KEYS * len(all_names)
