"""What must not be kept: e-mail addresses and phone numbers in any text that is stored.

Columns nobody mapped are never read, so names and free text stay in the export. Texts that are kept
(statuses, locations, topics, refused cells) may still quote a person: these patterns are masked.
"""

from __future__ import annotations

import re

EMAIL = "[e-mail]"
PHONE = "[phone]"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w-])(?<!\d/)(?!\d{1,2}([/-])\d{1,2}\1(?:\d{2}){1,2}(?!\d))(?:"  # 03/04/2026 is a date
    r"(?:\+\d{1,3}[ ()./-]{0,2}|00\d{1,3}[ ()./-]{1,2})\d[\d ()./-]{5,}\d"  # +49 40 123456, 0049 40 …
    r"|\(?0\d{1,5}\)?[ /-]{1,3}\d[\d /-]{3,}\d"  # 040 / 123 456, (030) 1234
    r"|\(\d{2,5}\) ?\d[\d /-]{4,}\d"  # (212) 555-0100
    r"|\d{3}[-. ]\d{3,4}[-. ]\d{4}"  # 212-555-0100
    r"|1[3-9]\d{9}"  # a mobile number in China
    r")(?![\w-])"
)
_HINT = re.compile(r"@|\d[\d ()./+-]{5,}\d")


def mask(text: str) -> str:
    """The text without e-mail addresses and phone numbers.

    Example:
        >>> mask("handed to jo@example.com, tel. +49 40 123456")
        'handed to [e-mail], tel. [phone]'
    """
    if not _HINT.search(text):
        return text
    return _PHONE.sub(PHONE, _EMAIL.sub(EMAIL, text))


def mask_email(text: str) -> str:
    """The text without e-mail addresses; for ids, whose digits are meant."""
    return _EMAIL.sub(EMAIL, text)
