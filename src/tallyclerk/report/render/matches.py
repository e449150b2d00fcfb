"""Rules of the elements of a PDF: which ones match is found once per process for elements that stand alike.

WeasyPrint tries some hundred rules on each element. What a rule asks is how an element and all that are
around it are called, what attributes they have, in which order they stand and whether they are empty: two
elements for which all of that is the same, up to the root, match the same rules. Only `:has()` looks into
an element, and where a rule does, its elements are tried each time. The bytes stay the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import inf
from types import CodeType
from typing import Any

Rule = tuple[str | None, str, float, Any, Any]
"""A rule of an element: its pseudo-element or none, origin, layer, specificity, declarations."""
MOST = 20_000
"""Elements known at most: a page has some hundred, few of them like none before."""
INSIDE = frozenset({"iter_children", "iter_next_siblings", "iter_subtree"})
"""What the test of a rule is made of where it looks into elements."""


class Matches:
    """What is known of the elements of pages under some style sheets.

    Args:
        sheets: Each with its origin, and its specificity if it has one of its own.
    """

    def __init__(self, sheets: Sequence[Any]) -> None:
        self._sheets = sheets
        self._places: dict[Any, int] = {}
        self._families: dict[Any, int] = {}
        self._rules: dict[int, list[Rule]] = {}
        self._tried = frozenset(name for sheet, _, _ in sheets for name in _tried(sheet.matcher))

    def of_page(self) -> Callable[[Any], list[Rule]]:
        """Give what finds the rules of each element of a page, weaker ones first, parents first."""
        if len(self._places) > MOST:
            for known in (self._places, self._families, self._rules):
                known.clear()
        places: dict[Any, int] = {}
        families: dict[Any, int] = {}

        def rules(wrapped: Any) -> list[Rule]:
            element, parent = wrapped.etree_element, wrapped.parent
            above = parent and parent.etree_element
            if (family := families.get(above)) is None:
                told = tuple(map(_told, wrapped.etree_siblings))
                family = self._families.setdefault(told, len(self._families))
                families[above] = family
            key = (places[above] if parent else wrapped.lang, family, wrapped.index)
            place = places[element] = self._places.setdefault(key, len(self._places))
            if None in self._tried or element.tag in self._tried:
                return list(self._matched(wrapped))
            if (found := self._rules.get(place)) is None:
                found = self._rules[place] = list(self._matched(wrapped))
            return found

        return rules

    def _matched(self, wrapped: Any) -> Iterator[Rule]:
        """Try the rules of style sheets on an element."""
        for sheet, origin, fixed in self._sheets:
            for specificity, _, of, (told, layer) in sheet.matcher.match(wrapped):
                place = inf if layer is None else sheet.layers.index(layer)
                yield of, origin, place, fixed or specificity, told


def _told(element: Any) -> tuple[Any, ...]:
    """What rules may ask of an element by itself."""
    is_parent = any(isinstance(child.tag, str) for child in element)
    return element.tag, is_parent, bool(element.text), *element.attrib.items()


def _tried(matcher: Any) -> Iterator[str | None]:
    """Names of the elements whose rules look into elements; None for such a rule of any element."""
    for name, entries in matcher.lower_local_name_selectors.items():
        if any(_looks_inside(test.__code__) for test, *_ in entries):
            yield name
    named = (matcher.id_selectors, matcher.class_selectors, matcher.namespace_selectors)
    others = [matcher.lang_attr_selectors, matcher.other_selectors]
    for entries in (*others, *(each for known in named for each in known.values())):
        if any(_looks_inside(test.__code__) for test, *_ in entries):
            yield None


def _looks_inside(code: CodeType) -> bool:
    """Whether the test of a rule looks into elements."""
    parts = (part for part in code.co_consts if isinstance(part, CodeType))
    return not INSIDE.isdisjoint(code.co_names) or any(map(_looks_inside, parts))
