"""Vega expressions: the part of JavaScript in which charts compute, as far as ours use it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from math import isfinite
from typing import Any

from tallyclerk.report.render.outlines import Strange

Scope = Mapping[str, Any]
"""Values and functions by name: `datum`, `width`, `bandwidth`."""
Node = Callable[[Scope], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"\\]|\\.)*"|'[^'\\]*')|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>===?|&&|\|\||[-+*>?:,.()\[\]]))"""
)


def _sum(left: Any, right: Any) -> Any:
    if isinstance(left, str) is not isinstance(right, str):
        raise Strange("a number as text")
    return left + right


_LEVELS: tuple[Mapping[str, Callable[[Any, Any], Any]], ...] = (
    {"||": lambda a, b: a or b},
    {"&&": lambda a, b: a and b},
    {"==": lambda a, b: a == b, "===": lambda a, b: a == b},
    {">": lambda a, b: a > b},
    {"+": _sum, "-": lambda a, b: a - b},
    {"*": lambda a, b: a * b},
)
"""Operators, the weakest first. Nothing in an expression has effects, so both sides may be computed."""


def _number(value: Any) -> float:
    if isinstance(value, str):
        return float(value)
    return value or 0


def _item(value: Any, place: Any) -> Any:
    if place == "length":
        return len(value)
    return value.get(place) if isinstance(value, Mapping) else value[int(place)]


FUNCTIONS: Scope = {
    "indexof": lambda values, value: values.index(value) if value in values else -1,
    "isFinite": isfinite,
    "isValid": lambda value: value is not None and value == value,  # noqa: PLR0124 - not NaN
    "join": lambda values, between: between.join(values),
    "max": max,
    "slice": lambda text, start, end=None: text[int(start) : None if end is None else int(end)],
    "split": lambda text, at: text.split(at),
    "toNumber": lambda value: None if value is None else float(value),
}


@lru_cache(maxsize=256)
def expression(told: str) -> Node:
    """Give what computes an expression.

    Raises:
        Strange: There is something in it that is not known here.
    """
    reader = _Reader(told)
    node = reader.choice()
    reader.end()
    return node


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, told: str) -> None:
        self._tokens = list(_tokens(told))
        self._at = 0

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        found = self._peek()
        self._at += 1
        return found

    def _took(self, sign: str) -> bool:
        is_next = self._peek() == ("sign", sign)
        self._at += is_next
        return is_next

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise Strange(f"{self._peek()[1]} instead of {sign}")

    def end(self) -> None:
        """Nothing may be left."""
        if self._peek()[0] != "end":
            raise Strange(self._peek()[1])

    def choice(self) -> Node:
        """Read one of two, by a condition, or one."""
        test = self._operation(0)
        if not self._took("?"):
            return test
        yes = self.choice()
        self._expect(":")
        no = self.choice()
        return lambda scope: yes(scope) if test(scope) else no(scope)

    def _operation(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._signed()
        node = self._operation(level + 1)
        while self._peek()[0] == "sign" and (work := _LEVELS[level].get(self._peek()[1])):
            self._next()
            node = _applied(work, node, self._operation(level + 1))
        return node

    def _signed(self) -> Node:
        if self._took("+"):
            positive = self._signed()
            return lambda scope: _number(positive(scope))
        if self._took("-"):
            negative = self._signed()
            return lambda scope: -_number(negative(scope))
        return self._with_parts(self._atom())

    def _with_parts(self, node: Node) -> Node:
        while True:
            if self._took("."):
                node = _applied(_item, node, _constant(self._next()[1]))
            elif self._took("["):
                node = _applied(_item, node, self.choice())
                self._expect("]")
            elif self._took("("):
                node = _called(node, self._list(")"))
            else:
                return node

    def _atom(self) -> Node:
        kind, told = self._next()
        if kind == "number":
            return _constant(float(told))
        if kind == "text":
            return _constant(json.loads(told) if told[0] == '"' else told[1:-1])
        if kind == "name":
            return lambda scope: scope[told] if told in scope else FUNCTIONS[told]
        if told == "(":
            node = self.choice()
            self._expect(")")
            return node
        if told == "[":
            nodes = self._list("]")
            return lambda scope: [node(scope) for node in nodes]
        raise Strange(told)

    def _list(self, end: str) -> list[Node]:
        nodes = []
        while not self._took(end):
            nodes.append(self.choice())
            if not self._took(","):
                self._expect(end)
                break
        return nodes


def _constant(value: Any) -> Node:
    return lambda _scope: value


def _applied(work: Callable[[Any, Any], Any], left: Node, right: Node) -> Node:
    return lambda scope: work(left(scope), right(scope))


def _called(node: Node, given: list[Node]) -> Node:
    return lambda scope: node(scope)(*(each(scope) for each in given))


def _tokens(told: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(told.rstrip()):
        found = _TOKEN.match(told, at)
        if not found or not found.lastgroup:
            raise Strange(told[at:])
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()
