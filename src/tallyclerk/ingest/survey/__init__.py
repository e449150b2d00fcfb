"""What the whole ledger shows of its exports: whether their ids link and their clocks agree.

One pass over the buckets, kept beside the ledger. Nothing here changes a row: what looks wrong
becomes a finding, with its counts and with how to mend it.
"""

from tallyclerk.ingest.survey.coverage import Covered, ZoneEvidence
from tallyclerk.ingest.survey.links import Link, both_ways, unlinked
from tallyclerk.ingest.survey.restated import Restated
from tallyclerk.ingest.survey.signs import Sign
from tallyclerk.ingest.survey.take import Survey, beside, survey_of

__all__ = [
    "Covered",
    "Link",
    "Restated",
    "Sign",
    "Survey",
    "ZoneEvidence",
    "beside",
    "both_ways",
    "survey_of",
    "unlinked",
]
