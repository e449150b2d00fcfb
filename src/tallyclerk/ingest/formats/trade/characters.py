"""The text of a message file: decoded as it streams, for formats whose records are not lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.container import byte_blocks, check_container
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.text import detect_text, undecodable

BLOCK_BYTES = 2**20
MAX_LINE = 100_000
_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85]")
_CONTROLS = dict.fromkeys([*range(9), *range(14, 28), 0x7F, 0xFEFF])


def characters(path: Path, source: Source, traits: Traits) -> Iterator[str]:
    """Stream the characters of a file in blocks.

    Marks (BOM), NUL bytes and the control characters of old telegraph lines are left out.

    Raises:
        WrongEncodingError: If an assumed encoding turns out wrong.
        InputError: If the declared encoding does.
    """
    check_container(path)
    kind, _ = detect_text(path, source.encoding)
    traits.encoding = kind.encoding
    decoder = codecs.getincrementaldecoder(kind.encoding)()
    for block in byte_blocks(path, BLOCK_BYTES):
        try:
            yield decoder.decode(block).translate(_CONTROLS)
        except UnicodeDecodeError as error:
            raise undecodable(block, kind, error) from error


def lines(blocks: Iterator[str], traits: Traits) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; what a line has beyond `MAX_LINE` characters is left out."""
    number = 0
    rest = ""
    is_cut = False
    for block in blocks:
        *whole, rest = _LINE_END.split(rest + block)
        for text in whole:
            number += 1
            yield number, text
            is_cut = False
        if len(rest) > MAX_LINE:
            if not is_cut:
                traits.note(f"lines longer than {MAX_LINE:,} characters, cut")
            rest, is_cut = rest[:MAX_LINE], True
    if rest:
        yield number + 1, rest
