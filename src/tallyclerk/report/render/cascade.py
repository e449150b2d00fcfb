"""Styles of a PDF: how equal elements look is found once per process, not once per page.

WeasyPrint finds the rules of each element and its pseudo-elements anew, and computes each property
when it is first asked for: a quarter of the time of a page. The pages of a portfolio are alike, so that
nearly all of it is known once the first is drawn. Elements are equal where their parents look the same,
the same rules apply, and so do the attributes that are rules themselves; which rules apply follows from
where an element stands (see `matches`). The bytes stay the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from math import inf
from typing import Any

from tallyclerk.report.render.matches import MOST, Matches, Rule

OWN = ("style", "lang", "id", "name")
"""Attributes that WeasyPrint takes for rules of an element."""
CHANGED = ("html", "body")
"""Elements whose style changes while a page is laid out: what overflows goes to the sheet."""
Styles = dict[str | None, Any]
"""Computed styles of an element and its pseudo-elements."""


@lru_cache(maxsize=4)
def _known(*sheets: Any) -> tuple[Matches, dict[Any, Styles]]:
    """What is known of elements under these style sheets: their rules and their styles."""
    return Matches(sheets), {}


@cache
def prepare() -> None:
    """Find styles so from here on, in this process."""
    from weasyprint import css  # type: ignore[import-untyped]  # noqa: PLC0415 - PDFs only

    css.StyleFor = _finder(css)


def _finder(css: Any) -> type:
    """The class of WeasyPrint that finds the styles of a document, with a memory."""

    class Finder(css.StyleFor):  # type: ignore[misc]
        """The styles of one document."""

        def __init__(self, html: Any, sheets: Any, hints: Any, fonts: Any, targets: Any) -> None:
            self._cascaded_styles: dict[Any, Any] = {}
            self._computed_styles: dict[Any, Any] = {}
            self.initial_page_sizes = {"box": None, "area": None}
            self._sheets, self.font_config = sheets, fonts
            matches, known = _known(*sheets)
            rules_of = matches.of_page()
            if len(known) > MOST:
                known.clear()
            declared = _declared(css, html, hints)
            of_parent: dict[Any, Any] = {}
            for wrapped in html.wrapper_element.iter_subtree():
                element = wrapped.etree_element
                parent = of_parent[wrapped.parent.etree_element] if wrapped.parent else None
                rules = rules_of(wrapped)
                key = (id(parent), *map(element.get, OWN), *((*r[:-1], id(r[-1])) for r in rules))
                if (styles := known.get(key)) is None:
                    decided = _decided(css, [*declared.get(element, ()), *rules])
                    given = (html.base_url, fonts, self.initial_page_sizes)
                    styles = known[key] = _computed(css, decided, parent, given)
                of_parent[element] = styles[None]
                for of, style in styles.items():
                    own = style.copy() if element.tag in CHANGED else style
                    self._computed_styles[element, of] = own
                    if targets and style["anchor"]:
                        targets.collect_anchor(style["anchor"])

    return Finder


def _declared(css: Any, html: Any, hints: Any) -> dict[Any, list[Rule]]:
    """The rules that stand in attributes, by element."""
    found: dict[Any, list[Rule]] = {}
    for specificity, element, told, base in css.find_style_attributes(
        html.etree_element, hints, html.base_url
    ):
        rules = tuple(css.preprocess_declarations(base, told))
        found.setdefault(element, []).append((None, "author", inf, specificity, rules))
    return found


def _decided(css: Any, rules: Sequence[Rule]) -> dict[str | None, dict[str, Any]]:
    """What the strongest rules say, by pseudo-element and property."""
    decided: dict[str | None, dict[str, Any]] = {None: {}}
    for of, origin, layer, specificity, told in rules:
        so_far = decided.setdefault(of, {})
        for name, values, importance in told:
            weight = (css.declaration_precedence(origin, importance), layer, specificity)
            if name not in so_far or so_far[name][1] <= weight:
                so_far[name] = values, weight
    return decided


def _computed(
    css: Any, decided: dict[str | None, dict[str, Any]], parent: Any, given: tuple[Any, Any, Any]
) -> Styles:
    """The styles of an element and its pseudo-elements, whose properties are computed when asked for.

    Args:
        css: The module of WeasyPrint.
        decided: What the strongest rules say.
        parent: Style of the parent; none for the root.
        given: Address, fonts and sizes of sheets.
    """
    base, fonts, sizes = given
    styles: Styles = {}
    for of, values in decided.items():
        above = parent if of is None else styles[None]
        if above is None:
            root = css.InitialStyle(fonts)
        else:
            root = above if above.is_root_element else above.root_style
        styles[of] = css.ComputedStyle(above, values, of, root, base, fonts, sizes)
    return styles
