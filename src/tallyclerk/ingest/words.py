"""Words of partners → ours: statuses, outcomes and partner names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import translate

import polars as pl

from tallyclerk.config.models import Partner
from tallyclerk.config.problems import nearest
from tallyclerk.ingest.spelled import bare_name

OUTCOMES = ("delivered", "cancelled", "lost", "returned")


def folded(text: str) -> str:
    """A word for comparison: trimmed, inner spaces single, case folded."""
    return " ".join(text.split()).casefold()


class WordTable:
    """Maps words by exact match, then by `*` wildcards, then by being one of ours already."""

    def __init__(self, mapping: Mapping[str, str], ours: tuple[str, ...] = ()) -> None:
        """`mapping` is theirs → ours; of two wildcards that match, the longer one counts."""
        self._exact = {folded(k): str(v) for k, v in mapping.items() if "*" not in k}
        wild = sorted((k for k in mapping if "*" in k), key=lambda k: (-len(k), k))
        self._wild = [(re.compile(_glob(folded(k))), str(mapping[k])) for k in wild]
        self._ours = {folded(word): word for word in ours}
        self._ours |= {folded(word.replace("_", " ")): word for word in ours}

    def get(self, word: str) -> str | None:
        """Our word, or None where nothing maps it."""
        key = folded(word)
        if key in self._exact:
            return self._exact[key]
        found = next((ours for regex, ours in self._wild if regex.match(key)), None)
        return found or self._ours.get(key)


class PartnerBook:
    """Finds a partner's id by id, name or alias, compared without case."""

    def __init__(self, partners: Mapping[str, Partner]) -> None:
        """Collect every name of every partner."""
        self._ids: dict[str, str] = {}
        for partner_id, partner in partners.items():
            for word in (partner_id, partner.name or partner_id, *partner.aliases):
                self._ids[folded(word)] = partner_id

    def get(self, word: str) -> str | None:
        """The id of a partner, or None for a name nobody listed."""
        return self._ids.get(folded(word))

    def nearest(self, word: str) -> str | None:
        """The id whose id, name or alias is the word in another spelling, else most like it."""
        same = self.spelled(word)
        near = None if same else nearest(folded(word), self._ids)
        return self._ids[near] if near else same

    def spelled(self, word: str) -> str | None:
        """The id whose id, name or alias is the word in another spelling."""
        bare = bare_name(word)
        return next((i for known, i in self.names() if bare_name(known) == bare), None)

    def names(self) -> list[tuple[str, str]]:
        """Every known word and its id, sorted: what the rows of a segment depend on."""
        return sorted(self._ids.items())


def by_word(values: pl.Series, function: Callable[[str], str | None]) -> pl.Series:
    """Apply a function of one text to a column, once per different text."""
    if values.null_count() == len(values):
        return values
    words = values.unique().drop_nulls()
    mapped = [function(word) for word in words.to_list()]
    new = pl.Series(mapped, dtype=pl.String)
    if new.equals(words.rename("")):
        return values
    return values.replace_strict(words, new, default=None, return_dtype=pl.String)


def _glob(pattern: str) -> str:
    """A regular expression for a pattern in which only `*` is special."""
    return translate(re.sub(r"([?\[])", r"[\1]", pattern))
