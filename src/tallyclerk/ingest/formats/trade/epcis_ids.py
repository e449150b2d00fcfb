"""Identifiers of GS1: EPC URIs, Digital Links and bare keys → the numbers on labels."""

from __future__ import annotations

import re
from functools import lru_cache

_URN = re.compile(r"^urn:epc:id:(\w+):([^?#]+)$", re.IGNORECASE)
_LINK = re.compile(
    r"^https?://[^/]+/(?:.*/)?(00|253|254|401|402|414|417|8003|8004)/([^/?#]+)", re.IGNORECASE
)
_BARE = re.compile(r"^\(?00\)?\s?(\d{18})$")
_LINK_KINDS = {
    "00": "sscc",
    "401": "ginc",
    "402": "gsin",
    "414": "sgln",
    "417": "pgln",
    "8003": "grai",
    "8004": "giai",
}
UNITS = {
    "sscc": "tracking_number",
    "bic": "container",
    "grai": "bag",
    "giai": "bag",
    "ginc": "hawb",
    "gsin": "batch_id",
}
"""Our column for each kind of key that names something which is shipped."""
PARENTS = {**UNITS, "sscc": "bag"}
"""Our column for the key of what holds others: a pallet has an SSCC of its own."""
_KIND_OF_WORD = re.compile(r"^(?:BizStep|Disp|BTT|SDT)-", re.IGNORECASE)
_ITEMS = {"sgtin", "upui", "lgtin", "itip", "cpi", "gdti", "sgcn", "gsrn", "gsrnp"}


@lru_cache(maxsize=65_536)
def named(epc: str) -> tuple[str, str]:
    """The kind of an identifier and the number on the label.

    Returns:
        Such as ("sscc", "106141412345678908"); ("", text) for an identifier of one's own, of which
        the last part is taken, and ("item", text) for one that names goods, not a unit shipped.
    """
    text = epc.strip()
    urn, link, bare = _URN.match(text), _LINK.match(text), _BARE.match(text)
    if bare:
        return "sscc", bare[1]
    if link:
        return _LINK_KINDS.get(link[1], "item"), link[2]
    if not urn:
        is_item = re.search(r"^urn:epc:(?:class|idpat)|/(?:01|8006)/", text) is not None
        own = re.split(r"[/:#]", text.rstrip("/"))[-1]
        return ("item", text) if is_item else ("", own or text)
    kind, value = urn[1].casefold(), urn[2]
    if kind in _ITEMS:
        return "item", text
    return kind, _number(kind, value.split("."))


def _number(kind: str, parts: list[str]) -> str:
    """The key of a URI's parts: with its check digit, where it has one."""
    digits = "".join(parts[:2])
    if kind == "sscc" and len(parts) > 1 and digits.isdecimal() and parts[1]:
        return _checked(parts[1][0] + parts[0] + parts[1][1:])
    if kind in {"sgln", "pgln"} and len(parts) > 1 and digits.isdecimal():
        return _checked(digits)
    if kind == "gsin" and digits.isdecimal():
        return _checked(digits)
    return "".join(parts)


def _checked(digits: str) -> str:
    """Digits and their GS1 check digit."""
    weighted = sum(int(d) * (3 if at % 2 == 0 else 1) for at, d in enumerate(reversed(digits)))
    return digits + str(-weighted % 10)


@lru_cache(maxsize=4096)
def word(uri: str) -> str:
    """The last part of a vocabulary word: urn:epcglobal:cbv:bizstep:shipping, …/BizStep-shipping."""
    last = re.split(r"[/:#]", uri.strip().rstrip("/"))[-1]
    return _KIND_OF_WORD.sub("", last).casefold()
