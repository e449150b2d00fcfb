"""File names from ids that anybody may have chosen.

A plain id is its own name; every other one is spelled in plain letters and gets a digest of the
id, so that two ids never share a file, not even where a file system ignores case.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

INTERNAL, SEND = "internal", "send"
"""The two sides of a report: what we read, and what each partner gets."""
MANIFEST = f"{INTERNAL}/manifest.json"
"""What makes a folder a report."""
DRAFT = "draft"
"""What a report is called that was not issued."""
FORMATS = ("html", "pdf", "xlsx", "csv", "json")
"""What a report may be written as."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")
_DIGESTED = re.compile(r".*-[0-9a-f]{10}")
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|index|manifest|results|method|internal|send)"
)
_LONGEST = 32


def safe_name(partner_id: str) -> str:
    """Give the folder and file name of a partner: unique, plain ASCII, safe on every system."""
    if (
        _PLAIN.fullmatch(partner_id)
        and not _DIGESTED.fullmatch(partner_id)
        and not _DEVICES.fullmatch(partner_id)
    ):
        return partner_id
    digest = hashlib.blake2b(partner_id.encode("utf-8", "surrogatepass"), digest_size=5)
    letters = unicodedata.normalize("NFKD", partner_id[: 4 * _LONGEST])
    plain = re.sub(r"[^a-z0-9]+", "-", letters.encode("ascii", "ignore").decode().lower())
    return f"{plain[:_LONGEST].strip('-') or 'partner'}-{digest.hexdigest()}"


def period_name(period: str) -> str:
    """Give a period as part of a file name."""
    return re.sub(r"[^0-9A-Za-z-]+", "_", period) or "all"
