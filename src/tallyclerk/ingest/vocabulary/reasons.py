"""Codes beside a status that say why, in the words that reasons have here.

Columns of such a file: `code`, `reason`, `source` (where the meaning is documented), `note`. A code
that says nothing of a cause is not in it, and stays as it is told.
"""

from __future__ import annotations

from functools import cache

from tallyclerk.ingest.vocabulary.tables import table


@cache
def _reasons(vocabulary: str) -> dict[str, str]:
    return {row["code"]: row["reason"] for row in table(vocabulary)}


def reason_of(vocabulary: str, code: str) -> str:
    """Why, in a word; the code itself where nobody knows it."""
    return _reasons(vocabulary).get(code, code)
