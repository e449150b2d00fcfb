r"""Segments of EDIFACT and X12: text between separators, whatever the separators are.

A file may hold several interchanges, each with separators of its own. Line breaks between or inside
segments mean nothing, unless they are what ends a segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tallyclerk.ingest.formats.reader import Traits

MAX_SEGMENT = 200_000
_BREAKS = str.maketrans("", "", "\r\n")
_UNA = re.compile(r"UNA(.)(.)(.)(.)(.)\s*(\S|[\r\n])", re.DOTALL)
_VISIBLE = re.compile(r"\S")
_SERVICE = ("UNA", "UNB", "ISA")
_UNA_LENGTH, _ISA_LENGTH, _ISA_ELEMENTS = 9, 200, 16


@dataclass(frozen=True)
class Signs:
    """The separators of an interchange; `release` "" = there is none."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    segment: str = "'"


EDIFACT = Signs()
X12 = Signs(component=">", element="*", release="", segment="~")


class Segment(NamedTuple):
    """One segment: its number in the file (from 1), its tag, its elements and their components."""

    number: int
    tag: str
    elements: list[list[str]]

    def get(self, element: int, component: int = 0) -> str:
        """A component, trimmed; "" where the segment has none. Elements count from 1."""
        if element > len(self.elements):
            return ""
        components = self.elements[element - 1]
        return components[component].strip() if component < len(components) else ""


def segments(blocks: Iterator[str], signs: Signs, traits: Traits) -> Iterator[Segment]:
    """Cut a stream of characters into segments.

    Args:
        blocks: The text of the file.
        signs: Separators until the file says otherwise.
        traits: Takes the remarks.
    """
    cutter = _Cutter(signs, traits)
    for block in blocks:
        yield from cutter.cut(block)
    yield from cutter.cut("", is_last=True)


class _Cutter:
    """The state of cutting: what is not yet a whole segment, and the separators in force."""

    def __init__(self, signs: Signs, traits: Traits) -> None:
        self._default = signs
        self._signs = signs
        self._traits = traits
        self._rest = ""
        self._number = 0
        self._is_skipping = False
        self._is_started = False

    def cut(self, block: str, *, is_last: bool = False) -> Iterator[Segment]:
        text = self._rest + block
        place = 0
        while True:
            place = _start(text, place)
            if not self._is_started or text.startswith(_SERVICE, place):
                place = self._service(text, place, is_last=is_last)
            end = self._end(text, place)
            if end < 0:
                break
            segment = self._segment(text[place:end])
            if segment is not None:
                yield segment
            place = end + 1
        self._rest = text[place:]
        if is_last:
            segment = self._segment(self._rest, is_whole=False)
            if segment is not None:
                yield segment
        elif len(self._rest) > MAX_SEGMENT:
            self._rest = self._rest[-_ISA_LENGTH:]
            self._is_skipping = True

    def _service(self, text: str, place: int, *, is_last: bool) -> int:
        """Read the separators where an interchange declares them; the place behind a UNA."""
        head = text[place : place + 3]
        if head == "UNA" and (is_last or len(text) - place > _UNA_LENGTH):
            found = _UNA.match(text, place)
            if found:
                component, element, _, release, _, segment = found.groups()
                self._signs = Signs(component, element, release.strip(), _newline(segment))
                return _start(text, found.end())
        elif head == "UNB" and text[place + 3 : place + 4] not in {"", self._signs.element}:
            self._signs = self._default
        elif head == "ISA" and (is_last or len(text) - place > _ISA_LENGTH):
            self._signs = _of_isa(text[place : place + _ISA_LENGTH]) or self._signs
        elif not self._is_started and len(text) > place:
            self._find_end(text[place:])
        self._is_started = self._is_started or len(text) > place
        return place

    def _find_end(self, text: str) -> None:
        """Segments of a file that starts without a header may end with line breaks alone."""
        signs = self._signs
        if signs.segment not in text and signs.element in text and "\n" in text:
            self._signs = Signs(signs.component, signs.element, signs.release, "\n")
            self._traits.note("segments that end with a line break alone, no header says so")

    def _end(self, text: str, place: int) -> int:
        """Where the segment that starts at `place` ends, or -1."""
        signs = self._signs
        end = text.find(signs.segment, place)
        while end > 0 and signs.release and _is_released(text, end, place, signs.release):
            end = text.find(signs.segment, end + 1)
        return end

    def _segment(self, text: str, *, is_whole: bool = True) -> Segment | None:
        text = text.translate(_BREAKS) if "\n" in text or "\r" in text else text
        if not text or text.isspace():
            return None
        self._number += 1
        if self._is_skipping or len(text) > MAX_SEGMENT:
            self._is_skipping = False
            self._traits.note(f"segments longer than {MAX_SEGMENT:,} characters, left out")
            return None
        if not is_whole:
            self._traits.note("the file ends inside a segment")
        tag, *elements = self._split(text)
        return Segment(self._number, tag[0].strip().upper(), elements)

    def _split(self, text: str) -> list[list[str]]:
        signs = self._signs
        if signs.release and signs.release in text:
            return _split_released(text, signs)
        return [element.split(signs.component) for element in text.split(signs.element)]


def _of_isa(head: str) -> Signs | None:
    """The separators of an X12 interchange: they stand at fixed places of its first segment."""
    element = head[3:4]
    parts = head.split(element, _ISA_ELEMENTS) if element else []
    last = parts[-1] if len(parts) > _ISA_ELEMENTS else ""
    return Signs(last[0], element, "", _newline(last[1])) if len(last) > 1 else None


def _start(text: str, place: int) -> int:
    if place < len(text) and not text[place].isspace():
        return place
    found = _VISIBLE.search(text, place)
    return found.start() if found else len(text)


def _newline(sign: str) -> str:
    return "\n" if sign in "\r\n" else sign


def _is_released(text: str, end: int, start: int, release: str) -> bool:
    """Whether an odd number of release characters stands before a separator."""
    count = 0
    while end - count - 1 >= start and text[end - count - 1] == release:
        count += 1
    return count % 2 == 1


def _split_released(text: str, signs: Signs) -> list[list[str]]:
    """The elements of a segment in which some characters are released from their meaning."""
    elements: list[list[str]] = [[""]]
    parts = iter(
        re.split(f"([{re.escape(signs.component + signs.element + signs.release)}])", text)
    )
    for part in parts:
        if part == signs.release:
            following = next(parts, "") or next(parts, "")
            elements[-1][-1] += following
        elif part == signs.element:
            elements.append([""])
        elif part == signs.component:
            elements[-1].append("")
        else:
            elements[-1][-1] += part
    return elements
