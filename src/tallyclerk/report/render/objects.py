"""Objects of a PDF: each put into bytes once.

pydyf does so when it writes an object, and again for the identifier of the file; what is compressed is
compressed each time, and a font in every file anew. The bytes stay the same.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any
from zlib import compress


def once(_document: Any, file: Any) -> None:
    """Put the objects of a PDF into bytes once; WeasyPrint calls it before it writes them."""
    for each in file.objects:
        if getattr(each, "compress", False):  # a stream, of which nothing is compressed yet
            each.compress = False
            plain = _plain(each)
            each.stream = [_compressed_font(plain) if "Length1" in each.extra else compress(plain)]
            each.extra["Filter"] = "/FlateDecode"
        each.__class__ = _lasting(each.__class__)
    add = file.add_object

    def add_lasting(added: Any) -> None:
        added.__class__ = _lasting(added.__class__)
        add(added)

    file.add_object = add_lasting


def _plain(stream: Any) -> bytes:
    """What is in a stream."""
    try:
        return b"\n".join(map(_in_bytes, stream.stream))
    except AttributeError:  # numbers, which are written in a way of their own
        data: bytes = stream.data
        return data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")


def _in_bytes(part: Any) -> bytes:
    """What a part of a stream is written as."""
    if isinstance(part, bytes):
        return part
    told: bytes = part.encode("ascii") if isinstance(part, str) else part.data
    return told


@lru_cache(maxsize=32)
def _lasting(kind: Any) -> Any:
    """A kind of objects whose bytes are kept."""

    class Lasting(kind):  # type: ignore[misc]
        """An object that does not change any more."""

        @cached_property
        def data(self) -> bytes:
            """Its bytes."""
            return bytes(kind.data.fget(self))

    return Lasting


@lru_cache(maxsize=8)
def _compressed_font(plain: bytes) -> bytes:
    return compress(plain, 9)
