"""Lines of TOML, safe whatever the texts of an export hold."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_COLUMN = 42
"""Where comments begin, as far as the lines allow."""


def text(value: str) -> str:
    """A string."""
    quoted = json.dumps(value, ensure_ascii=False)
    return _CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", quoted)


def key(name: str) -> str:
    """A key, quoted where it must be."""
    return name if _BARE.match(name) else text(name)


def strings(values: Sequence[str]) -> str:
    """A string, or an array of several."""
    return text(values[0]) if len(values) == 1 else f"[{', '.join(text(v) for v in values)}]"


def comment(words: str) -> str:
    """A comment of one line."""
    return f"# {' '.join(_CONTROL.sub(' ', words).split())}"


def pair(name: str, value: str, why: str = "") -> str:
    """`name = value`, with a comment beside it."""
    line = f"{key(name)} = {value}"
    return f"{line:<{_COLUMN}} {comment(why)}" if why else line


def question(line: str, words: str) -> str:
    """A line that waits for an answer: commented out, with what has to be known."""
    return f"# {_CONTROL.sub(' ', line)}   {comment(f'QUESTION: {words}')}"
