"""EPCIS events out of XML, one at a time; depth, length of texts and size of an event are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tallyclerk.ingest.formats.container import byte_blocks
from tallyclerk.ingest.formats.xml_tree import (
    BLOCK_BYTES,
    DAMAGES,
    bare,
    check_depth,
    damaged,
    safe_parser,
)

MAX_TEXT = 10_000
MAX_PARTS = 200_000
"""Elements of one event; what is beyond them is left out."""

EVENTS = frozenset(
    (
        "ObjectEvent",
        "AggregationEvent",
        "TransactionEvent",
        "TransformationEvent",
        "AssociationEvent",
    )
)
_LISTS = {
    "epcList": "epc",
    "childEPCs": "epc",
    "outputEPCList": "epc",
    "sourceList": "source",
    "destinationList": "destination",
    "bizTransactionList": "bizTransaction",
}
"""Elements whose parts are a list: the name of a part."""
_PLACES = {"readPoint", "bizLocation"}


def xml_events(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The events of a document with their line, in the shape they have in JSON.

    Raises:
        InputError: If the file is not well-formed, declares a document type, or is nested too deep.
    """
    builder = _Builder()
    parser = builder.parser
    try:
        for block in byte_blocks(path, BLOCK_BYTES):
            parser.Parse(block)
            yield from builder.take()
        parser.Parse(b"", True)  # noqa: FBT003 - takes no keywords
    except DAMAGES as error:
        # What was read in front of the damage is sound; the caller decides what to do with it.
        yield from builder.take()
        raise damaged(error) from error
    yield from builder.take()


class _Builder:
    """Turns the parser's calls into events."""

    def __init__(self) -> None:
        self.parser = safe_parser(self._start, self._end, self._characters)
        self._found: list[tuple[int, dict[str, Any]]] = []
        self._path: list[str] = []
        self._event: dict[str, Any] | None = None
        self._line = self._parts = 0
        self._at_event = 0
        self._text: list[str] = []
        self._type = ""

    def take(self) -> list[tuple[int, dict[str, Any]]]:
        """The events that are complete."""
        found, self._found = self._found, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = bare(name)
        self._path.append(tag)
        check_depth(len(self._path))
        self._text.clear()
        if self._event is None:
            if tag in EVENTS:
                self._event, self._at_event = {"type": tag}, len(self._path)
                self._line, self._parts = self.parser.CurrentLineNumber, 0
            return
        self._parts += 1
        self._type = attributes.get("type", "")
        if tag == "errorDeclaration":
            self._event[tag] = True

    def _characters(self, text: str) -> None:
        if self._event is not None and len(self._text) < MAX_TEXT:
            self._text.append(text[:MAX_TEXT])

    def _end(self, _: str) -> None:
        tag = self._path.pop()
        event = self._event
        if event is None:
            return
        if len(self._path) < self._at_event:
            self._found.append((self._line, event))
            self._event = None
        elif self._parts > MAX_PARTS:
            event["isCut"] = True
        elif "errorDeclaration" not in self._path:
            self._put(event, tag, "".join(self._text).strip()[:MAX_TEXT])
        self._text.clear()

    def _put(self, event: dict[str, Any], tag: str, text: str) -> None:
        parent = self._path[-1]
        if not text:
            return
        if _LISTS.get(parent) == tag:
            part: Any = text if tag == "epc" else {"type": self._type, tag: text}
            event.setdefault(parent, []).append(part)
        elif parent in _PLACES and tag == "id":
            event[parent] = {"id": text}
        elif parent in {*EVENTS, "baseExtension", "extension"}:
            event.setdefault(tag, text)
