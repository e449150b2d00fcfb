"""XML of any kind: elements that come again and again are the rows, with what is around them.

A document becomes what it would be in JSON: an element with attributes or parts is an object, one with
nothing but text a text, elements of one name in one place a list. An attribute is called by its element
too (`Shipment.number`), for it is often its number and nothing else. From there on it is read as JSON is.

The parser is the one Python brings (expat), with everything off that a hostile file could use: a
document type or an entity of one's own ends the reading, nothing outside the file is ever opened, and
depth and size are bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from tallyclerk.config.models import Source
from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import byte_blocks, check_container
from tallyclerk.ingest.formats.form import Format
from tallyclerk.ingest.formats.head import Head
from tallyclerk.ingest.formats.json_document import JsonReader, records_in
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.text import visible

BLOCK_BYTES = 2**20
MAX_BYTES = 256 * 2**20
MAX_DEPTH = 64
DAMAGES = (expat.ExpatError, ValueError, LookupError)
"""What the parser raises where a file is not well-formed."""
TEXT = "text"
"""Key of the text of an element that has attributes or parts too."""
_PAGES = ("<!doctype html", "<html", "<table")


def open_xml(path: Path, source: Source) -> JsonReader:
    """Open an XML file.

    Raises:
        InputError: If it is none, or has no list of elements where one is expected.
    """
    check_container(path, binary=True)
    tree = read_xml(path, source.records)
    return JsonReader(records_in(tree, source.records), Traits())


def read_xml(path: Path, place: str | None = None) -> Any:
    """The document in an XML file, as it would be in JSON.

    Args:
        path: The file.
        place: Where a list is, however many elements it has.

    Raises:
        InputError: If it is not well-formed, declares a document type, or is too large to hold.
    """
    builder = _Builder()
    size = 0
    try:
        for block in byte_blocks(path, BLOCK_BYTES):
            size += len(block)
            if size > MAX_BYTES:
                raise InputError("the XML is too large to hold", how="export a file for each month")
            builder.parser.Parse(block)
        builder.parser.Parse(b"", True)  # noqa: FBT003 - takes no keywords
    except DAMAGES as error:
        raise damaged(error) from error
    return builder.tree(place)


def safe_parser(
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    characters: Callable[[str], object],
) -> expat.XMLParserType:
    """A parser that refuses what an export does not need: documents and entities from elsewhere.

    Args:
        start: Told the name and the attributes of each element that begins.
        end: Told the name of each that ends.
        characters: Told the text within.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _doctype
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    return parser


Element = tuple[tuple[str, ...], dict[str, str], dict[str, list[Any]], list[str]]
"""An element that is open: its path, its attributes, its parts by name, its text."""


class _Builder:
    """Turns the parser's calls into objects, whose parts are lists until all is known."""

    def __init__(self) -> None:
        self.parser = safe_parser(self._start, self._end, self._characters)
        self._open: list[Element] = [((), {}, {}, [])]
        self._lists: set[tuple[str, ...]] = set()

    def tree(self, place: str | None) -> Any:
        """What the root holds; only what comes again, or is the list at a place, is a list."""
        if place:
            self._lists.add(tuple(place.split(".")))
        [root] = next(iter(self._open[0][2].values()))
        return _plain(root, (), self._lists)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        check_depth(len(self._open))
        inside = len(self._open) > 1
        path = (*self._open[-1][0], bare(name)) if inside else ()
        said = {f"{bare(name)}.{bare(key)}": value for key, value in attributes.items()}
        self._open.append((path, said, {}, []))

    def _characters(self, text: str) -> None:
        self._open[-1][3].append(text)

    def _end(self, name: str) -> None:
        path, said, parts, texts = self._open.pop()
        text = visible("".join(texts)).strip()
        value: Any = text
        if said or parts:
            value = {TEXT: text} | said | parts if text else said | parts
        same = self._open[-1][2].setdefault(bare(name), [])
        same.append(value)
        if len(same) > 1:
            self._lists.add(path)


def _plain(value: Any, path: tuple[str, ...], lists: set[tuple[str, ...]]) -> Any:
    """An object whose parts are lists only where they are so somewhere in the document."""
    if not isinstance(value, dict):
        return value
    plain: dict[str, Any] = {}
    for name, parts in value.items():
        inside = (*path, name)
        if isinstance(parts, str):
            plain[name] = parts
        elif inside in lists:
            plain[name] = [_plain(part, inside, lists) for part in parts]
        else:
            plain[name] = _plain(parts[0], inside, lists)
    return plain


def bare(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def check_depth(depth: int) -> None:
    """Refuse elements that lie too deep in others."""
    if depth > MAX_DEPTH:
        raise InputError(f"the XML is nested more than {MAX_DEPTH} deep", how="check the file")


def damaged(error: Exception) -> InputError:
    """What is said of a file that is not well-formed."""
    what = f"the file is not well-formed XML ({error})"
    return InputError(what, how="export it again; a cut file is copied again")


def _doctype(_: str, system: str | None, public: str | None, has_own: int) -> None:
    """A document type that only names the root is harmless; any other declares something."""
    if system or public or has_own:
        _refuse()


def _refuse(*_: object) -> NoReturn:
    raise InputError(
        "the XML declares entities or refers to a document type, which no export needs",
        how="export it again without a DOCTYPE",
    )


def _evidence(head: Head) -> str | None:
    """XML that is no page."""
    text = head.text.lstrip("\ufeff \t\r\n").lower()
    is_page = text.startswith(_PAGES) or "<html" in text[:1000]
    return "XML" if text.startswith("<") and not is_page else None


XML = Format(open_xml, _evidence)
