"""HTML of a PDF, read as the XML that it nearly is.

WeasyPrint reads HTML letter by letter, as leniently as browsers do: a tenth of the time of a page. Ours
are written strictly. Where every element stands closed and in a place where no rule of HTML would move
it, an XML parser gives the same tree; all else, such as what a user's template may hold, is read
WeasyPrint's way.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

PHRASING = frozenset(
    (
        "a",
        "abbr",
        "b",
        "bdi",
        "br",
        "code",
        "em",
        "i",
        "img",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "wbr",
    )
)
HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
FLOW = (
    PHRASING
    | HEADINGS
    | frozenset(
        (
            "article",
            "aside",
            "div",
            "dl",
            "figure",
            "footer",
            "header",
            "main",
            "nav",
            "ol",
            "p",
            "section",
            "table",
            "ul",
        )
    )
)
ROWS = frozenset({"tr"})
HELD: dict[str, frozenset[str]] = {
    **dict.fromkeys(PHRASING | HEADINGS | {"p", "dt"}, PHRASING),
    **dict.fromkeys(("br", "col", "img", "meta", "title", "wbr"), frozenset()),
    **dict.fromkeys(("article", "aside", "body", "caption", "dd", "div", "figcaption"), FLOW),
    **dict.fromkeys(("footer", "header", "li", "main", "nav", "section", "td", "th"), FLOW),
    "html": frozenset({"head", "body"}),
    "head": frozenset({"meta", "title"}),
    "figure": FLOW | {"figcaption"},
    "dl": frozenset({"div", "dt", "dd"}),
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "table": frozenset({"caption", "colgroup", "thead", "tbody", "tfoot"}),
    "colgroup": frozenset({"col"}),
    "thead": ROWS,
    "tbody": ROWS,
    "tfoot": ROWS,
    "tr": frozenset({"td", "th"}),
}
"""What an element may hold so that HTML leaves it there."""
NAMES = frozenset({"dt", "dd"})
WORDLESS = frozenset(("html", "head", "table", "colgroup", "thead", "tbody", "tfoot", "tr"))
"""Elements that hold no words: HTML would put them elsewhere."""
DOCTYPE = "<!doctype html>\n"
_VOID = re.compile(r"<((?:br|col|img|meta|wbr)(?: [^>]*)?)>")
_LENIENT = re.compile(r"<[!?]|/>|&(?!(?:amp|lt|gt|#34|#39);)|[\r\t\f\0\ue000]")
"""What HTML and XML read differently."""
_BREAK = "\ue000"
"""Stands for the end of a line, which XML would take for a blank in an attribute."""
_ATTRIBUTE = re.compile(r"[a-z][a-z-]*")


@cache
def prepare() -> None:
    """Read HTML so from here on, in this process."""
    import tinyhtml5  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only

    tinyhtml5.parse = _parser(tinyhtml5.parse)


def _parser(parse: Callable[..., Any]) -> Callable[..., Any]:
    """Give what reads HTML, strictly where that gives the same."""

    def parsed(document: Any, *given: Any, **named: Any) -> Any:
        root = None
        if isinstance(document, io.StringIO) and named == {"namespace_html_elements": False}:
            root = strict(document.getvalue())
        return parse(document, *given, **named) if root is None else root

    return parsed


def strict(html: str) -> ET.Element | None:
    """Read a page that is written strictly; None where it is not."""
    page = html.removeprefix(DOCTYPE)
    if page == html or _LENIENT.search(page):
        return None
    page, end, after = page.rpartition("</html>")
    try:
        root = ET.XML(_VOID.sub(r"<\1/>", (page + end).replace("\n", _BREAK)))
    except (ET.ParseError, ValueError):
        return None
    if root.tag != "html" or [part.tag for part in root] != ["head", "body"] or after.strip():
        return None
    if not _stays(root, HELD["html"], in_link=False):
        return None
    _spaced(root, after)
    return root


def _stays(element: ET.Element, held: frozenset[str], *, in_link: bool) -> bool:
    """Whether HTML leaves what is in an element where it is; sets its line ends."""
    tag = element.tag
    if not all(map(_ATTRIBUTE.fullmatch, element.attrib)):
        return False
    for name, value in element.attrib.items():
        if _BREAK in value:
            element.set(name, value.replace(_BREAK, "\n"))
    words = [element.text or "", *(child.tail or "" for child in element)]
    if tag in WORDLESS and "".join(words).strip(f" {_BREAK}"):
        return False
    if element.text:
        element.text = element.text.replace(_BREAK, "\n")
    in_link |= tag == "a"
    for child in element:
        if child.tag not in held or (in_link and child.tag == "a"):
            return False
        is_pair = tag == "dl" and child.tag == "div"
        if not _stays(child, NAMES if is_pair else HELD[child.tag], in_link=in_link):
            return False
        if child.tail:
            child.tail = child.tail.replace(_BREAK, "\n")
    return True


def _spaced(root: ET.Element, after: str) -> None:
    """Put blanks between the large parts of a page where HTML has them."""
    body = root[1]
    root.text = None
    end = (body.tail or "") + after
    body.tail = None
    if len(body):
        body[-1].tail = (body[-1].tail or "") + end or None
    else:
        body.text = (body.text or "") + end or None
