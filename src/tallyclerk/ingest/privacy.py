"""What must not be kept in any text that is stored: e-mail addresses, phone numbers, who signed.

Columns nobody mapped are never read, so names and free text stay in the export. Texts that are kept
(statuses, locations, topics, refused cells) may still quote a person: these patterns are masked.
"""

from __future__ import annotations

import re

EMAIL = "[e-mail]"
PHONE = "[phone]"
NAME = "[name]"
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
_NO_NAME = (
    r"(?!(?:the|an?|our|your|its|any|some|local|final|delivery|carrier|courier|driver|customer|customers|"
    r"recipient|receiver|consignee|addressee|buyer|agent|partner|forwarder|airline|customs|sender|"
    r"shipper|merchant|seller|supplier|warehouse|post|neighbou?r|reception(?:ist)?|individual|"
    r"person|someone|family|employee|staff|security|concierge|signature|required|not|is|was|and|"
    r"on|at|in|for|from|with|by|image|available|proof|to|logistics|ups|usps|dhl|fedex|dpd|gls|line)\b)"
)
_SIGNED = re.compile(
    r"(?i)(\b(?:signed(?: for)?(?: by)|signed|signature|signatory|signee|received by"
    r"|left with(?: (?:a |the )?neighbou?r)?|firmado por|recibido por|recogido por|assinado por"
    r"|recebido por|signé par|reçu par|remis à|unterschrieben von|angenommen von|empfangen von"
    r"|entgegengenommen von)\b\s*[:：=-]?\s*|(?:签收人|代收人|收件人)\s*[:：]\s*)"
    + _NO_NAME
    + r"[\s.*'\"]*"
    + _NO_NAME
    + r"[^\W\d_][^,;:|()\[\]\n]{0,60}"
)
_HINT = re.compile(
    r"(?i)@|\d[\d ()./+-]{5,}\d|sign|by |with|firm|recib|recog|assin|receb|reçu|remis|von |[签代收]"
)


def mask(text: str) -> str:
    """The text without e-mail addresses, phone numbers and names of who signed.

    Example:
        >>> mask("handed to jo@example.com, tel. +49 40 123456")
        'handed to [e-mail], tel. [phone]'
        >>> mask("Delivered, signed by J. DOE")
        'Delivered, signed by [name]'
    """
    if not _HINT.search(text):
        return text
    return _SIGNED.sub(rf"\1{NAME}", _PHONE.sub(PHONE, _EMAIL.sub(EMAIL, text)))


def mask_email(text: str) -> str:
    """The text without e-mail addresses; for ids, whose digits are meant."""
    return _EMAIL.sub(EMAIL, text)
