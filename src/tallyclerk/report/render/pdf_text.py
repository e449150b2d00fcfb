"""Reads a PDF back: everything in it that a person or a program can read."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

ENDED = 2
"""Bytes of the character that ends a string of the reader."""


def pdf_parts(content: bytes) -> Iterator[tuple[str, str]]:
    """Text of each page, titles and alternative texts, metadata, attachments.

    Yields:
        What the part is, and its text.
    """
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only

    document = PdfDocument(content)
    try:
        yield "metadata", "\n".join(document.get_metadata_dict().values())
        yield "bookmarks", "\n".join(item.get_title() for item in document.get_toc())
        for number in range(document.count_attachments()):
            attached = document.get_attachment(number)
            yield "attachments", attached.get_name()
            yield "attachments", bytes(attached.get_data()).decode("utf-8", "replace")
        for number, page in enumerate(document, start=1):
            yield f"page {number}", page.get_textpage().get_text_range()
            yield f"structure of page {number}", "\n".join(_spoken(page))
    finally:
        document.close()


def _spoken(page: Any) -> list[str]:
    """Titles, alternative and actual texts of the structure of a page."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # noqa: PLC0415

    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return []
    tellers = (
        pdfium.FPDF_StructElement_GetAltText,
        pdfium.FPDF_StructElement_GetActualText,
        pdfium.FPDF_StructElement_GetTitle,
    )
    count = pdfium.FPDF_StructTree_CountChildren(tree)
    waiting = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, place) for place in range(count)]
    told = []
    while waiting:
        element = waiting.pop()
        if not element:
            continue
        told += [text for tell in tellers if (text := _string(tell, element))]
        count = pdfium.FPDF_StructElement_CountChildren(element)
        waiting += [
            pdfium.FPDF_StructElement_GetChildAtIndex(element, place) for place in range(count)
        ]
    pdfium.FPDF_StructTree_Close(tree)
    return told


def _string(tell: Callable[..., int], element: Any) -> str:
    """A string of an element, asked for twice: how long it is, then what it is."""
    length = tell(element, None, 0)
    if length <= ENDED:
        return ""
    buffer = ctypes.create_string_buffer(length)
    tell(element, buffer, length)
    return buffer.raw[: length - ENDED].decode("utf-16-le", "replace")
