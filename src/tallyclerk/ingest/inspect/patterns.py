"""What groups of files are called, and the patterns that match their files and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.names import folded_name
from tallyclerk.ingest.zipped import SUFFIX as ARCHIVE

_DATED = re.compile(
    r"(^|[-_. (])(?:\d{4}(?:[-_.]?\d{2}){0,2}|\d{2}[-_.]\d{2}[-_.]\d{4}|q[1-4]|\d+)(?=$|[-_. )])"
)


def timeless(folder: Path) -> Path:
    """A folder with `*` for every part that is only a date or a number.

    An archive is named after what is in it, as files are: there `*` stands for the date alone.
    """
    return Path(*(_timeless(part) for part in folder.parts))


def _timeless(part: str) -> str:
    if part.lower().endswith(ARCHIVE):
        return _DATED.sub(lambda date: date[1] + "*", Path(part).stem) + Path(part).suffix
    return "*" if _DATED.fullmatch(part) else part


def name_groups(groups: Sequence[Group], files: Sequence[Path]) -> None:
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
        words = Path(words).stem if words.lower().endswith(ARCHIVE) else words
        group.name = _free(slug(f"{words} {group.sheet or ''} {group.history or ''}"), taken)
        taken.add(group.name)
        group.patterns = tuple(_patterns(group, files))


def stem_of(group: Group) -> str:
    """What the files of a group are called, without dates and endings."""
    return same_start([undated_name(file.path) for file in group.files]).strip(" -_.(")


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
    only = next(iter(ours)) if len(ours) == 1 and "*" not in group.folder.as_posix() else None
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


def same_start(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    first = min(texts)
    last = max(texts)
    return next((first[:n] for n, sign in enumerate(first) if sign != last[n]), first)
