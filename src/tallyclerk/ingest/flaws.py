"""What facts need of the survey: ids that do not link, feeds that were out, days stamped at once.

It is kept by itself, for to read the whole survey takes longer than to compare partners.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tallyclerk.config.models import Settings
from tallyclerk.digests import code_digest, digest_of
from tallyclerk.progress import Progress, silent
from tallyclerk.store.cache import Cache
from tallyclerk.store.ledger import Ledger


@dataclass(frozen=True, kw_only=True)
class Flaws:
    """What is wrong with whole exports.

    Attributes:
        unlinked: Pairs of partners whose ids do not link: partner, other, role of the other.
        outages: Days of which most of a partner's messages are missing: partner, first, last.
        stamps: Minutes in which a partner stamped a whole day's events: partner, clock, minute.
    """

    unlinked: tuple[tuple[str, str, str | None], ...]
    outages: tuple[tuple[str, dt.date, dt.date], ...]
    stamps: tuple[tuple[str, str, dt.datetime], ...]


def survey_key(ledger: Ledger, settings: Settings) -> str:
    """Digest of everything the survey of a ledger follows from."""
    roles = {name: str(block.roles[0]) for name, block in settings.partners.items() if block.roles}
    given = repr((settings.run.timezone, sorted(roles.items())))
    return digest_of(code_digest("ingest/survey", "domain", "store"), ledger.manifest.digest, given)


def flaws_of(ledger: Ledger, settings: Settings, progress: Progress = silent) -> Flaws:
    """The flaws of a ledger's exports, from beside it or made anew."""
    least = settings.run.min_link_rate
    key = digest_of(survey_key(ledger, settings), repr(least))

    def told() -> dict[str, Any]:
        from tallyclerk.ingest.survey import survey_of, unlinked  # noqa: PLC0415 - seldom needed

        survey = survey_of(ledger, settings, progress)
        ways = [way for pair in unlinked(survey.links, least) for way in pair]
        return {
            "unlinked": [(way.partner, way.other, way.role) for way in ways],
            "outages": [(out.partner, str(out.first), str(out.last)) for out in survey.outages],
            "stamps": sorted({(s.partner, s.clock, s.minute.isoformat()) for s in survey.stamps}),
        }

    kept = Cache(ledger.root, "flaws").told(key, told)
    return Flaws(
        unlinked=tuple((partner, other, role) for partner, other, role in kept["unlinked"]),
        outages=tuple(
            (partner, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
            for partner, first, last in kept["outages"]
        ),
        stamps=tuple(
            (partner, clock, dt.datetime.fromisoformat(minute))
            for partner, clock, minute in kept["stamps"]
        ),
    )
