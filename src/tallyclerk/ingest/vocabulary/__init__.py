"""Words of partners → ours.

What a source's block maps (statuses, outcomes, partner names) is in `tallyclerk.ingest.words`.
`codes.py` knows the codes of vendors and trade messages, `texts.py` the ordered rules for free text,
both from the CSV files beside them; `meaning.py` decides between them, status by status.
"""

from tallyclerk.ingest.vocabulary.meaning import (
    MEANT,
    NO_STATUS,
    UNMAPPED,
    Proposal,
    StatusReader,
    proposals,
    propose,
)
from tallyclerk.ingest.words import (
    OUTCOMES,
    PartnerBook,
    WordTable,
    by_word,
    folded,
)

__all__ = [
    "MEANT",
    "NO_STATUS",
    "OUTCOMES",
    "UNMAPPED",
    "PartnerBook",
    "Proposal",
    "StatusReader",
    "WordTable",
    "by_word",
    "folded",
    "proposals",
    "propose",
]
