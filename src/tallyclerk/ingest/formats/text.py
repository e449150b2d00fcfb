"""Text of a file as UTF-8 blocks that end at a line end, whatever its encoding and line ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.container import byte_blocks
from tallyclerk.ingest.formats.legacy import decoded_by_line, guess_legacy, may_be_mixed
from tallyclerk.ingest.formats.reader import Traits

SAMPLE_BYTES = 4 * 2**20
MAX_LINE_BYTES = 16 * 2**20
_CONTROLS = {*range(0x01, 0x09), *range(0x0E, 0x1B), 0x7F}
"""Bytes that no text has, but for the one or two kinds of an old envelope or separator."""
_NO_CONTROLS = bytes({*range(256)} - _CONTROLS)
_MOST_CONTROLS, _LOOKED_AT = 8, 2**16
_AGAIN = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), "save it again as a workbook"),
    **dict.fromkeys((".parquet", ".pq"), "write it again, or copy it again"),
}
"""How to mend a file that is not of the kind its name says."""
_MARK = "\ufeff".encode()
_SIGNS = (
    *(0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
"""Spaces without a width, soft hyphens, marks of direction and of encoding: two numbers that look the
same would be two."""
_INVISIBLE = re.compile(b"|".join(chr(sign).encode() for sign in _SIGNS))
INVISIBLE_SIGNS = f"[{''.join(map(chr, _SIGNS))}]"
"""The same as a pattern for texts that are decoded already."""
INVISIBLE_NOTE = "invisible signs taken out"
_ESCAPED = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u(?:%s)" % "|".join(f"{sign:04x}" for sign in _SIGNS).encode(),
    re.IGNORECASE,
)
"""The same as JSON writes them in letters."""
_ESCAPES = (rb"\u200", rb"\u202", rb"\u206", rb"\u00ad", rb"\u00AD", rb"\ufeff", rb"\uFEFF")
"""How they begin: looked for first, which takes a fraction of the time."""
_MARKS = ((_MARK, "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class WrongEncodingError(Exception):
    """The file turned out not to be in the encoding assumed; `better` is the next to try."""

    def __init__(self, better: str) -> None:
        super().__init__(better)
        self.better = better


@dataclass(frozen=True)
class TextKind:
    """How the text of a file is written."""

    encoding: str
    line_end: str
    is_declared: bool


def detect_text(path: Path, declared: str | None) -> tuple[TextKind, bytes]:
    """Find encoding and line end from the first megabytes.

    A mark (BOM) decides; then NUL bytes at every other place mean UTF-16; else it is UTF-8 unless
    its bytes are not, which may show later (`WrongEncodingError`).

    Returns:
        How the text is written, and the sample itself as UTF-8.

    Raises:
        InputError: If it is no text in any encoding.
    """
    sample = next(byte_blocks(path, SAMPLE_BYTES), b"")
    encoding = _declared(declared) if declared else _detected(sample)
    if not declared and not encoding.startswith("utf-16"):
        _refuse_binary(path, sample)
    is_plain = encoding == "utf-8" and sample.isascii()
    text = sample if is_plain else _start_of(sample, encoding).encode("utf-8", "replace")
    return TextKind(encoding, _line_end(text), declared is not None), text


def _line_end(text: bytes) -> str:
    if b"\r" not in text:  # looked for by itself, in a fraction of the time
        return "LF"
    pairs = text.count(b"\r\n")
    if text.count(b"\r") - pairs > text.count(b"\n"):
        return "CR"
    return "CRLF" if pairs else "LF"


def decoded(sample: bytes) -> str:
    """The start of a file as text, in the encoding detected."""
    return _start_of(sample, _detected(sample))


def _start_of(sample: bytes, encoding: str) -> str:
    """The start of a file as text; what its end cuts in two or cannot be read is passed over."""
    if may_be_mixed(encoding):
        with suppress(UnicodeDecodeError):
            return decoded_by_line(sample, encoding)[0]
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample)


def _refuse_binary(path: Path, sample: bytes) -> None:
    """Refuse bytes of all kinds, which any one-byte encoding would take for text."""
    if len(set(sample[:_LOOKED_AT].translate(None, _NO_CONTROLS))) >= _MOST_CONTROLS:
        suffix = path.suffix.lower()
        how = _AGAIN.get(suffix, "export it as CSV UTF-8; if it is text, declare its encoding")
        named = f", and not what its name says ({suffix})" if suffix in _AGAIN else ""
        raise InputError(f"the file is no text{named}", how=how)


def _declared(name: str) -> str:
    try:
        codec = codecs.lookup(name).name
    except LookupError as error:
        how = "use a name such as utf-8, utf-16, latin-1 or gb18030"
        raise InputError(f"encoding = {name!r} is not known", how=how) from error
    return "utf-8" if codec == "utf-8-sig" else codec


def _detected(sample: bytes) -> str:
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    head = sample[:4096]
    odd, even = (head[first::2].count(0) > len(head) // 4 for first in (1, 0))
    if odd != even:  # NUL bytes at all places are those of a file that was never written
        return "utf-16-le" if odd else "utf-16-be"
    if sample.isascii():
        return "utf-8"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return guess_legacy(sample)
    return "utf-8"


def text_blocks(path: Path, kind: TextKind, traits: Traits) -> Iterator[bytes]:
    r"""Stream a file as UTF-8 with "\n" line ends; every block ends at a line end.

    Marks (BOM) and NUL bytes are taken out, wherever they are, and noted. In a file whose lines end
    with CR alone, a line feed is a line break inside a field and becomes a space.

    Raises:
        WrongEncodingError: If an assumed encoding turns out wrong.
        InputError: If the declared encoding does, or a line is longer than any record would be.
    """
    rest = b""
    end = b"\r" if kind.line_end == "CR" else b"\n"
    decoder = codecs.getincrementaldecoder(kind.encoding)()
    is_mixed = may_be_mixed(kind.encoding)
    blocks = byte_blocks(path)
    for block in _whole_lines(blocks) if is_mixed else blocks:
        text = _by_line(block, kind, traits) if is_mixed else _as_utf8(block, decoder, kind)
        cut = text.rfind(end) + 1
        whole, rest = (rest, memoryview(text)[:cut]), rest + text if not cut else text[cut:]
        if len(rest) > MAX_LINE_BYTES:
            megabytes = MAX_LINE_BYTES // 2**20
            raise InputError(
                f"a line is longer than {megabytes} MB",
                how="check delimiter and line ends; this is no table",
            )
        if cut:
            yield _cleaned(b"".join(whole), kind, traits)
    rest = _cleaned(rest + _as_utf8(b"", decoder, kind, final=True), kind, traits)
    if rest.strip():
        yield rest + b"\n"


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks cut behind a line, unless one is longer than lines are."""
    rest = b""
    for block in blocks:
        text = rest + block
        cut = text.rfind(b"\n") + 1
        if not cut and len(text) > MAX_LINE_BYTES:
            cut = len(text)
        rest = text[cut:]
        if cut:
            yield text[:cut]
    if rest:
        yield rest


def _by_line(block: bytes, kind: TextKind, traits: Traits) -> bytes:
    """Lines of a code page, and those in UTF-8 among them."""
    try:
        text, count = decoded_by_line(block, kind.encoding)
    except UnicodeDecodeError as error:
        raise undecodable(block, kind, error) from error
    if count:
        traits.note(f"lines in UTF-8 among those in {kind.encoding}, read as that", count)
    return text.encode("utf-8")


def _as_utf8(
    block: bytes, decoder: codecs.IncrementalDecoder, kind: TextKind, *, final: bool = False
) -> bytes:
    if kind.encoding == "utf-8" and block.isascii() and not decoder.getstate()[0]:
        return block
    try:
        return decoder.decode(block, final).encode("utf-8")
    except UnicodeDecodeError as error:
        raise undecodable(block, kind, error) from error


def undecodable(block: bytes, kind: TextKind, error: UnicodeDecodeError) -> Exception:
    """What to raise for a block that is not in its encoding: only one that was assumed is changed."""
    if kind.is_declared or kind.encoding != "utf-8":
        what = f"the file is not {kind.encoding} (byte {error.object[error.start]:#04x})"
        how = "declare the right encoding, or leave it out to have it detected"
        return InputError(what, how=how)
    return WrongEncodingError(guess_legacy(block))


def visible(text: str) -> str:
    """A text without signs that nobody sees."""
    if text.isascii() and "\\u" not in text:
        return text
    return seen(text.encode("utf-8", "surrogatepass"))[0].decode("utf-8", "surrogatepass")


def seen(text: bytes) -> tuple[bytes, int]:
    """A text in UTF-8 without signs that nobody sees, plain or escaped, and how many they were."""
    plain = escaped = 0
    if not text.isascii():
        text, plain = _INVISIBLE.subn(b"", text.replace(_MARK, b""))
    # One byte is found in a fraction of the time that two take.
    if b"\\" in text and b"\\u" in text and any(start in text for start in _ESCAPES):
        text, escaped = _ESCAPED.subn(rb"\1", text)
    return text, plain + escaped


def _cleaned(block: bytes, kind: TextKind, traits: Traits) -> bytes:
    if b"\0" in block:
        traits.note("NUL bytes taken out", block.count(b"\0"))
        block = block.replace(b"\0", b"")
    block, count = seen(block)
    if count:
        traits.note(INVISIBLE_NOTE, count)
    if kind.line_end == "CR":
        return block.replace(b"\n", b" ").replace(b"\r", b"\n")
    return block.replace(b"\r\n", b"\n") if b"\r" in block else block
