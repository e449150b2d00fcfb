"""The leak check: nothing that is sent to a partner may tell who another one is.

Everything under `send/` is read back as it will be sent: the text and metadata of a PDF, the whole
source of a page, every part of a workbook, every other file as text.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import IO

SHORTEST_ID = 6
"""Ids of fewer letters are too common to look for."""
SHORTEST_WORD = 3
"""Names and aliases likewise."""
SHORTEST_ANY_CASE = 4
"""Shorter words are looked for as they are written: "gls" is not GLS."""
SHORTEST_SQUEEZED = 8
"""Words from this length on are found across line breaks and hyphens too."""
SHORTEST_CUT, CUT = 12, "..."
"""Letters that are left of a name that is cut, at least, and what follows them, normalised."""
PIECE = 2**20
"""Bytes of a workbook's part that are looked at together."""

_TEXT = re.compile(r"(?:^|>)([^<]+)")
_TAG = re.compile(r"<((?!/|(?:c|row|is|t|v|f)[ />])[^>]+)>")
_BREAKS = re.compile(r"[\s\x00-\x1f\u00ad\u200b\ufffe-]+")
"""What may stand in a word where a line ends: a reader of PDFs tells a hyphen there by U+FFFE."""
_LINE_END = r"(?:[\u00ad\ufffe-]?[^\S\n]*\n\s*)?"
"""The end of a line, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A name, alias or id, and whose it is."""

    text: str
    partner_id: str
    is_id: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A word of another partner, found in `part` of a file."""

    file: str
    part: str
    word: Word

    def __str__(self) -> str:
        """Say where which word stands."""
        return f"{self.file} names {self.word.text!r} ({self.word.partner_id}) in its {self.part}"


def leaks(file: str, content: bytes, hidden: Sequence[Word], own: Sequence[Word]) -> list[Leak]:
    """The words of others in one file, each once.

    Args:
        file: Its name; the name itself is looked at as well.
        content: Its bytes.
        hidden: The words that must not be there.
        own: Words of the reader, in which a hidden one tells nothing.
    """
    found: dict[Word, Leak] = {}
    for part, text in chain([("name", file)], _parts(file, content, own)):
        suspects = _perhaps_in(text, hidden)
        for word in words_in(blanked(text, own), suspects) if suspects else ():
            found.setdefault(word, Leak(file=file, part=part, word=word))
    return [found[word] for word in hidden if word in found]


def blanked(text: str, own: Iterable[Word]) -> str:
    """A text without the names that its reader may know: whole, broken over lines or cut."""
    longest_first = sorted(own, key=lambda w: -len(w.text))
    text = unicodedata.normalize("NFKC", text)
    for word in longest_first:
        if len(_short(word.text)) >= SHORTEST_SQUEEZED:
            text = _over_lines(word.text).sub(" ", text)
    text = _plain(text)
    for word in longest_first:
        if len(word.text) >= SHORTEST_WORD:
            text = _pattern(word.text).sub(" ", text)
        if len(word.text) > SHORTEST_CUT and CUT in text:
            text = _without_cut(text, _plain(word.text).casefold())
    return text


def _without_cut(text: str, name: str) -> str:
    """A text without a folded name of which a table had room for the beginning only."""
    start = re.escape(name[:SHORTEST_CUT])
    beginning = re.compile(
        rf"(?<![^\W_]){start}[^<>]{{0,{len(name)}}}?{re.escape(CUT)}", re.IGNORECASE
    )

    def is_own(found: re.Match[str]) -> str:
        said = found[0].removesuffix(CUT).rstrip().casefold()
        return " " if name.startswith(said) else found[0]

    return beginning.sub(is_own, text)


def words_in(text: str, words: Sequence[Word]) -> list[Word]:
    """The words that stand in a text, whole, in any case; long ones even when broken over lines."""
    text = _plain(text)
    return [
        word
        for word in _perhaps_in(text, words)
        if len(_short(word.text)) >= SHORTEST_SQUEEZED or _pattern(word.text).search(text)
    ]


def _perhaps_in(text: str, words: Sequence[Word]) -> list[Word]:
    """The words that are there without its spaces: any other is not there at all; that is fast."""
    squeezed = _squeezed(text)
    return [word for word in words if _is_telling(word) and _short(word.text) in squeezed]


def _is_telling(word: Word) -> bool:
    return len(word.text.strip()) >= (SHORTEST_ID if word.is_id else SHORTEST_WORD)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _squeezed(text: str) -> str:
    return _BREAKS.sub("", _plain(text)).casefold()


@lru_cache(maxsize=4096)
def _short(word: str) -> str:
    """A word squeezed, known from then on; texts are not kept."""
    return _squeezed(word)


@lru_cache(maxsize=4096)
def _over_lines(word: str) -> re.Pattern[str]:
    """A word that may go on in the next line anywhere."""
    letters = (r"\s+" if letter == " " else re.escape(letter) for letter in _plain(word))
    return re.compile(rf"(?<![^\W_]){_LINE_END.join(letters)}(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    plain = _plain(word)
    flags = re.IGNORECASE if len(plain) >= SHORTEST_ANY_CASE else 0
    # An underscore is no letter of a name: it stands between the words of file names and ids.
    return re.compile(rf"(?<![^\W_]){re.escape(plain)}(?![^\W_])", flags)


def _parts(file: str, content: bytes, own: Iterable[Word]) -> Iterator[tuple[str, str]]:
    """The readable parts of a file."""
    kind = file.rpartition(".")[2]
    if kind == "pdf":
        yield from _of_pdf(content)
    elif kind == "xlsx":
        yield from _of_workbook(content)
    elif kind == "html":
        yield from _of_page(content.decode(), own)
    else:
        yield "text", content.decode()


def _of_page(source: str, own: Iterable[Word]) -> Iterator[tuple[str, str]]:
    """A page's whole source, and the drawings that it carries; fonts are no text.

    Its text is read as if no tag parted words. So the reader's own go first: where nothing stands
    between an id and the next word, the name of another who begins like it would seem to be there.
    """
    for drawing in re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", source):
        try:
            yield "drawings", b64decode(drawing).decode()
        except (NotBase64, UnicodeDecodeError):
            continue
    plain = re.sub(r"data:[\w/+-]+;base64,[\w+/=]+", " ", source)
    yield "source", html.unescape(plain)
    escaped = [replace(word, text=html.escape(word.text)) for word in own]
    yield "text", html.unescape(re.sub(r"<[^>]*>", "", blanked(plain, escaped)))


def _of_workbook(content: bytes) -> Iterator[tuple[str, str]]:
    """Every part of a workbook: cells, properties, shared strings, sheet names."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        yield "parts", " ".join(parts.namelist())
        for name in parts.namelist():
            with parts.open(name) as part:
                for source in _in_pieces(part):
                    # Cells are told apart: a word is never read across two of them. Equal ones are
                    # read once, and tags that only lay out cells not at all.
                    told = dict.fromkeys([*_TEXT.findall(source), *_TAG.findall(source)])
                    yield name, html.unescape(" | ".join(told))


def _in_pieces(part: IO[bytes]) -> Iterator[str]:
    """A part of a workbook, cut behind cells: that of a large partner is larger than memory."""
    left = b""
    while read := part.read(PIECE):
        whole, end, left = (left + read).rpartition(b"</c>")
        if whole:
            yield (whole + end).decode()
    yield left.decode()


def _of_pdf(content: bytes) -> Iterator[tuple[str, str]]:
    """Text, titles, alternative texts, metadata and attachments of a PDF."""
    from tallyclerk.report.render.pdf_text import pdf_parts  # noqa: PLC0415 - PDFs only

    yield from pdf_parts(content)
