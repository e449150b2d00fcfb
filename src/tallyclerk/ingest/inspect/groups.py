"""Files of the same shape, read together: one group becomes one block of the configuration."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl

from tallyclerk.errors import InputError
from tallyclerk.ingest.cells import NULLS
from tallyclerk.ingest.formats.reader import ROW
from tallyclerk.ingest.formats.text import SAMPLE_BYTES, WrongEncodingError
from tallyclerk.ingest.inspect.names import folded_name, language_of
from tallyclerk.ingest.inspect.opening import Opened, open_any, sheets_in
from tallyclerk.ingest.inspect.profile import MAX_LENGTH, MAX_WORDS, Profile
from tallyclerk.ingest.times.candidates import Place
from tallyclerk.ingest.vocabulary import folded
from tallyclerk.progress import Progress

MAX_FILES = 10_000
_CODE_PAGES = {"pl": "cp1250", "cs": "cp1250", "tr": "cp1254"}
"""Code page of Latin letters of the languages that Western Europe's does not hold."""
_NO_EXPORTS = {".toml", ".md", ".py", ".lock", ".ds_store"}
_DATED = re.compile(
    r"(?:^|[-_. (])(?:\d{4}(?:[-_.]?\d{2}){0,2}|\d{2}[-_.]\d{2}[-_.]\d{4}|q[1-4]|\d+)(?=$|[-_. )])"
)
_SHARED_KEYS = 0.6
_SAME_START = 4
_NAME = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")
"""A word of letters only, which the name of a partner has and a mere number has not."""


@dataclass(frozen=True)
class File:
    """A file that was read: how it is written, and how many rows it has."""

    path: Path
    rows: int
    bytes: int
    encoding: str | None
    delimiter: str | None
    line_end: str | None
    packing: str | None
    notes: tuple[str, ...]


@dataclass
class Group:
    """Files of the same shape.

    Attributes:
        folder: Where they are; `*` for folders that are named after a date.
        is_language: Whether the language of the column names told the code page.
    """

    folder: Path
    format: str
    records: str | None
    sheet: str | None
    evidence: str | None
    header: tuple[str, ...]
    profile: Profile
    files: list[File] = field(default_factory=list)
    language: str | None = None
    name: str = ""
    patterns: tuple[str, ...] = ()

    def path_of(self, file: int) -> Path:
        """The file that a `Place` names."""
        return self.files[file].path


@dataclass(frozen=True)
class Refused:
    """A file that cannot be read, why, and what to do."""

    path: Path
    what: str
    how: str


@dataclass(frozen=True)
class Pair:
    """A code with the text beside it, how many rows have them, and the first."""

    code: str
    text: str | None
    rows: int
    first: Place


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Every file that the paths name, folders searched through; hidden ones are left out.

    Raises:
        InputError: There is no such path, or there are too many files.
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
                found[file] = None
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
    kept = [group for group in groups if group.files]
    _name(kept, files)
    return kept, refused


def _read_parts(path: Path, groups: list[Group]) -> Iterator[Refused]:
    """Read a file, or each sheet of it, into its group; what cannot be read."""
    try:
        sheets = sheets_in(path)
    except InputError as error:
        yield Refused(path, error.what, error.how or "")
        return
    except OSError as error:
        yield Refused(path, f"the file cannot be read ({error.strerror})", "check its permissions")
        return
    for sheet in sheets:
        try:
            _read(path, sheet, groups)
        except InputError as error:
            where = f"sheet {sheet!r}: " if sheet else ""
            yield Refused(path, f"{where}{error.what}", error.how or "")


def _read(path: Path, sheet: str | None, groups: list[Group]) -> None:
    """Add one file, or one sheet of it, to the group it fits, or to a new one."""
    encoding: str | None = None
    while True:
        opened = open_any(path, encoding, sheet)
        language = language_of(opened.reader.header)
        page = _CODE_PAGES.get(language or "")
        if page and opened.encoding in {"cp1252", "latin_1"}:
            opened = open_any(path, page, sheet)
        group = _group_of(opened, groups)
        backup = copy.deepcopy(group.profile) if path.stat().st_size > SAMPLE_BYTES else None
        try:
            before = group.profile.rows
            group.profile.extend(opened.reader.header)
            group.profile.read(opened.reader, len(group.files))
        except WrongEncodingError as error:
            encoding = error.better
            group.profile = backup or Profile.of(opened.reader.header)
            continue
        group.language = group.language or language
        group.files.append(_file(opened, group.profile.rows - before))
        return


def pairs_of(group: Group, code: str, text: str) -> list[Pair] | None:
    """Codes with the texts beside them, in order of appearance; None where there are too many."""
    found: dict[tuple[str, str | None], tuple[int, Place]] = {}
    for number, file in enumerate(group.files):
        reader = open_any(file.path, file.encoding, group.sheet).reader
        places = [list(reader.header).index(name) for name in (code, text)]
        for batch in reader.batches(places):
            for known, said, rows, row in _pairs(batch.cells, *places):
                count, first = found.get((known, said), (0, Place(number, row, known)))
                found[known, said] = count + rows, first
            if len(found) > MAX_WORDS:
                return None
    return [Pair(known, said, *told) for (known, said), told in found.items()]


def _pairs(cells: pl.DataFrame, code: int, text: int) -> Iterator[tuple[str, str | None, int, int]]:
    columns = [
        pl.col(str(place)).str.slice(0, MAX_LENGTH).str.strip_chars().alias(name)
        for name, place in (("code", code), ("text", text))
    ]
    frame = cells.select(*columns, pl.col(ROW)).filter(~pl.col("code").is_in(NULLS))
    frame = frame.with_columns(pl.col("text").replace(dict.fromkeys(NULLS)))
    counted = frame.group_by("code", "text").agg(pl.len(), pl.col(ROW).min())
    yield from counted.sort(ROW).iter_rows()


def _file(opened: Opened, rows: int) -> File:
    traits = opened.reader.traits
    notes = tuple(f"{count} {text}" for text, count in sorted(traits.notes.items()))
    size = opened.path.stat().st_size
    return File(
        opened.path,
        rows,
        size,
        traits.encoding,
        traits.delimiter,
        traits.line_end,
        opened.packing,
        notes,
    )


def _group_of(opened: Opened, groups: list[Group]) -> Group:
    """The group of files with the same columns, and names that tell no two sources apart."""
    header = tuple(opened.reader.header)
    folder = _timeless(opened.path.parent)
    kind = (folder, opened.format, opened.records, opened.sheet)
    for group in groups:
        is_near = (group.folder, group.format, group.records, group.sheet) == kind
        if is_near and _is_alike(group, header) and _is_named_alike(group, opened):
            return group
    new = Group(*kind, opened.evidence, header, Profile.of(header))
    groups.append(new)
    return new


def _is_named_alike(group: Group, opened: Opened) -> bool:
    """Whether a file has no name that tells it apart: the same but for a date, or a mere number."""
    if not group.files:
        return True
    ours, theirs = undated_name(group.files[0].path), undated_name(opened.path)
    if not _NAME.search(ours) or not _NAME.search(theirs):
        return bool(_NAME.search(ours)) == bool(_NAME.search(theirs))
    return ours == theirs or len(_same_start([ours, theirs])) >= _SAME_START


def _same_start(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    first = min(texts)
    last = max(texts)
    return next((first[:n] for n, sign in enumerate(first) if sign != last[n]), first)


def _is_alike(group: Group, header: Sequence[str]) -> bool:
    """The same columns in any order; of JSON, whose objects leave out what is empty, most of them."""
    ours, theirs = (sorted(folded(name) for name in names) for names in (group.header, header))
    if ours == theirs:
        return True
    is_loose = group.format not in {"csv", "tsv", "parquet", "excel"}
    shared, all_names = set(ours) & set(theirs), set(ours) | set(theirs)
    return is_loose and len(shared) >= _SHARED_KEYS * len(all_names)


def _timeless(folder: Path) -> Path:
    """A folder with `*` for every part that is only a date or a number."""
    return Path(*("*" if _DATED.fullmatch(part) else part for part in folder.parts))


def _name(groups: Sequence[Group], files: Sequence[Path]) -> None:
    """Give each group a name of its own, and the patterns that match its files and no others."""
    per_folder: dict[Path, int] = {}
    for group in groups:
        per_folder[group.folder] = per_folder.get(group.folder, 0) + 1
    taken: set[str] = set()
    for group in groups:
        is_alone = per_folder[group.folder] == 1 and len(groups) > 1
        parts = [part for part in group.folder.parts if part not in {"*", "/", "."}]
        stem = stem_of(group)
        words = parts[-1] if (is_alone and parts and len(group.files) > 1) or not stem else stem
        group.name = _free(slug(f"{words} {group.sheet or ''}"), taken)
        taken.add(group.name)
        group.patterns = tuple(_patterns(group, files))


def stem_of(group: Group) -> str:
    """What the files of a group are called, without dates and endings."""
    return _same_start([undated_name(file.path) for file in group.files]).strip(" -_.(")


def undated_name(path: Path) -> str:
    """The name of a file without dates, numbers and endings."""
    return _DATED.sub(" ", bare_name(path)).strip(" -_.()")


def bare_name(path: Path) -> str:
    """The name of a file without its endings."""
    return path.name.removesuffix(_suffix(path))


def slug(text: str) -> str:
    """A text as the name of a block."""
    return folded_name(text).replace(" ", "_") or "source"


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{n}" for n in range(2, len(taken) + 3) if f"{name}_{n}" not in taken)


def _patterns(group: Group, files: Sequence[Path]) -> Iterator[str]:
    """The shortest pattern that matches the group's files and no other; else each file."""
    ours = {file.path for file in group.files}
    only = next(iter(ours)) if len(ours) == 1 and "*" not in group.folder.parts else None
    stem = stem_of(group)
    if only and (not stem or stem == bare_name(only)):
        yield only.as_posix()  # no date in its name: nothing says that others will follow
        return
    suffixes = {_suffix(path) for path in ours}
    if len(suffixes) == 1:
        suffix = suffixes.pop()
        for start in dict.fromkeys((stem,) if only else ("", stem)):
            pattern = (group.folder / f"{_literal(start)}*{suffix}").as_posix()
            if _matched(pattern, files) == ours:
                yield pattern
                return
    yield from sorted(path.as_posix() for path in ours)


def _literal(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)


def _suffix(path: Path) -> str:
    """The ending of a file that tells its format, with that of its packing."""
    packed = path.suffix.lower() in {".gz", ".zst"}
    return Path(path.stem).suffix + path.suffix if packed else path.suffix


def _matched(pattern: str, files: Iterable[Path]) -> set[Path]:
    """The files that a pattern matches, part by part as a glob does."""
    wanted = Path(pattern).parts
    return {
        file
        for file in files
        if len(file.parts) == len(wanted)
        and all(fnmatchcase(part, want) for part, want in zip(file.parts, wanted, strict=True))
    }
