"""Traits of boxes that follow from their style alone: found once per style.

WeasyPrint asks each box again and again whether it stands in the flow of its page, and how high a line in
its letters is, which takes a text of twenty properties each time. Styles live as long as a process (see
`cascade`), and what is known of one stays with it. The bytes stay the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def prepare() -> None:
    """Find traits so from here on, in this process."""
    from weasyprint.formatting_structure.boxes import (  # type: ignore[import-untyped]  # noqa: PLC0415
        Box,
    )
    from weasyprint.layout import inline  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only

    Box.is_in_normal_flow = _flow(Box.is_in_normal_flow)
    inline.strut = _strut(inline.strut)


def _flow(find: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Give what says whether a box stands in the flow, with a memory."""

    def is_in_normal_flow(box: Any) -> bool:
        own = box.style.__dict__
        if (known := own.get("is_in_flow")) is None:
            known = own["is_in_flow"] = find(box)
        return bool(known)

    return is_in_normal_flow


def _strut(find: Callable[[Any], tuple[float, float]]) -> Callable[[Any], tuple[float, float]]:
    """Give what says how high a line is, and where its letters stand, with a memory."""

    def strut(style: Any) -> tuple[float, float]:
        own = style.__dict__
        if (known := own.get("strut")) is None:
            known = own["strut"] = find(style)
        height, baseline = known
        return height, baseline

    return strut
