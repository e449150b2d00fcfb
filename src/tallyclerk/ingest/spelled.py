"""Names that are likely the same one, written in several ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_FORMS = (
    *("gmbh", "ag", "kg", "ohg", "mbh", "se", "ltd", "limited", "plc", "llp", "llc", "inc"),
    *("incorporated", "corp", "corporation", "co", "company", "sa", "sas", "sarl", "srl", "spa"),
    *("sl", "slu", "lda", "ltda", "bv", "nv", "ab", "as", "aps", "oy", "oyj", "kft", "doo", "sro"),
    *("pty", "pte", "pvt", "pt", "sdn bhd", "spzoo", "sp z oo", "gmbh co kg"),
    *("有限公司", "股份有限公司"),
)
"""Legal forms, without the points between their letters."""
_FORM = re.compile(rf"(?:\s+(?:{'|'.join(_FORMS)}))+$|(?:股份)?有限公司$")
_ASIDE = re.compile(r"[(\[（][^)\]）]*[)\]）]")


@lru_cache(maxsize=2**12)
def bare_name(name: str) -> str:
    """A name without case, accents, signs, what stands in brackets, and the legal form at its end.

    Example:
        >>> bare_name("Dhl-Express® (DE) G.m.b.H.")
        'dhlexpress'
    """
    plain = unicodedata.normalize("NFKD", _ASIDE.sub(" ", name).casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c) and c not in ".'’")
    words = " ".join(re.sub(r"[\W_]+", " ", letters).split())
    return (_FORM.sub("", words) or words).replace(" ", "") or name


def spelled_alike(names: Iterable[str]) -> list[list[str]]:
    """The names, those that are likely the same one together, in the order in which they come."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(bare_name(name), []).append(name)
    return list(found.values())
