"""The pass over the ledger that a survey is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import polars as pl
from pydantic import TypeAdapter

from tallyclerk.config.models import Settings
from tallyclerk.digests import code_digest, digest_of
from tallyclerk.engines import of_each
from tallyclerk.ingest.flaws import survey_key
from tallyclerk.ingest.survey import stamps
from tallyclerk.ingest.survey.corrected import Corrected, corrected
from tallyclerk.ingest.survey.coverage import Covered, ZoneEvidence, coverage_of
from tallyclerk.ingest.survey.days import by_source
from tallyclerk.ingest.survey.hours import telling
from tallyclerk.ingest.survey.link_glimpses import of_pending
from tallyclerk.ingest.survey.links import Link, links_of
from tallyclerk.ingest.survey.look import COLUMNS, Days, Glimpse, Look, taken_in
from tallyclerk.ingest.survey.order import disagreeing
from tallyclerk.ingest.survey.outages import Outage, outages_of
from tallyclerk.ingest.survey.places import contradicting
from tallyclerk.ingest.survey.restated import Restated, restated
from tallyclerk.ingest.survey.reuse import Reuse, reused
from tallyclerk.ingest.survey.signs import Sign
from tallyclerk.ingest.survey.stamping import Stamp, stamping, stamps_of
from tallyclerk.ingest.survey.stamps import days_of, stamped
from tallyclerk.ingest.survey.twice import Twice, told_twice
from tallyclerk.progress import Progress, silent
from tallyclerk.store import Ledger
from tallyclerk.store.account import Beside
from tallyclerk.store.cache import Cache, alone
from tallyclerk.store.looking import Looking, Share, name_of, shares_of
from tallyclerk.store.memory import Memory
from tallyclerk.store.references import shared_numbers
from tallyclerk.store.resolve import unresolved
from tallyclerk.store.telling import Telling

_GLIMPSE = "glimpse"


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What the whole ledger shows of its exports.

    Attributes:
        links: What partners know of each other's shipments, sorted by partner and other.
        reuses: Numbers that stand for more than one journey.
        files: The files of each source, sorted.
        days: Rows that each source tells of each local day, sorted; empty days are absent.
        outages: Days of which most of a partner's messages are missing.
        stamps: Minutes in which a day's events were stamped, where they cannot have been scanned.
        restated: What later snapshots say differently, sorted by source and milestone.
        twice: Feeds that tell the same facts by another clock or name.
        corrected: Events that their sources replaced or took back.
        clocks: What makes clocks doubtful, sorted by source and kind.
        covered: How often each partner tells each milestone in each source, sorted.
        zones: Where the times of each source got their zone from, sorted.
    """

    links: tuple[Link, ...]
    reuses: tuple[Reuse, ...]
    files: dict[str, tuple[str, ...]]
    days: dict[str, tuple[tuple[dt.date, int], ...]]
    outages: tuple[Outage, ...]
    stamps: tuple[Stamp, ...]
    restated: tuple[Restated, ...]
    twice: tuple[Twice, ...]
    corrected: tuple[Corrected, ...]
    clocks: tuple[Sign, ...]
    covered: tuple[Covered, ...]
    zones: tuple[ZoneEvidence, ...]


def survey_of(ledger: Ledger, settings: Settings, progress: Progress = silent) -> Survey:
    """The survey of a ledger, from beside it or made anew."""

    def tell() -> Any:
        with alone(ledger.root):
            return _form().dump_python(_Surveyor(ledger, settings).survey(progress), mode="json")

    return _form().validate_python(
        Cache(ledger.root, "survey").told(survey_key(ledger, settings), tell)
    )


def beside(ledger: Ledger, settings: Settings) -> Beside:
    """Looks at sections of a ledger for its survey, while they are open for something else."""
    surveyor = _Surveyor(ledger, settings)
    return _Beside(surveyor.look, surveyor.memory)


@dataclass(frozen=True)
class _Beside:
    """Remembers what it sees in sections."""

    look: Look
    memory: Memory
    columns: Collection[str] = COLUMNS

    def __call__(self, name: str, told: Telling[Ledger]) -> None:
        """Look at the section of a name, unless it is known."""
        name = name_of(name, _GLIMPSE)
        if not self.memory.holds(name):
            self.memory.keep(name, self.look.seen(told))


@cache
def _form() -> TypeAdapter[Survey]:
    """How a survey is kept; working that out takes longer than reading one."""
    return TypeAdapter(Survey)


class _Surveyor:
    """Looks through a ledger under some settings."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._engine = settings.engine
        self.look = Look(
            timezone=settings.run.timezone,
            roles={n: str(p.roles[0]) for n, p in settings.partners.items() if p.roles},
        )
        key = digest_of(code_digest("ingest/survey", "store"), pl.__version__, self.look.given)
        self.memory = Memory(ledger.root, "surveyed", key)

    def survey(self, progress: Progress) -> Survey:
        """One pass over the shipments, and one more over the days that it leaves open."""
        looking = Looking(self.memory, partial(of_each, engine=self._engine))
        shares = shares_of(self._ledger)
        stamped_in: list[pl.DataFrame] = []
        surveying = partial(progress, "surveying the ledger")
        seen, by_day = taken_in(self._glimpses(looking, shares, stamped_in, surveying))
        stamp_days = days_of(by_day.stamps)
        minutes = partial(progress, "counting single minutes")
        at_once = self._at_once(looking, shares, stamped_in, stamp_days, minutes)
        looking.done()
        habits = list(stamping(at_once, stamp_days))
        covered, zones = coverage_of(part.coverage for part in seen)
        shared = shared_numbers(self._ledger.root, self._ledger.manifest.active)
        until = self._ledger.latest_time()
        signs = [
            *disagreeing([part.order for part in seen]),
            *habits,
            *telling(
                [part.hours for part in seen],
                {sign.source for sign in habits if sign.kind == "one_minute"},
            ),
            *contradicting(self._ledger),
        ]
        return Survey(
            links=links_of(
                [of_pending(self._pending(), dict(self.look.roles)), *(p.links for p in seen)]
            ),
            twice=told_twice([part.twice for part in seen]),
            corrected=corrected(part.corrections for part in seen),
            reuses=reused([part.lives for part in seen], shared),
            files={summary.source: summary.files for summary in self._ledger.sources()},
            days=by_source(by_day.told),
            outages=outages_of(by_day.due, until.date() if until else None),
            stamps=stamps_of(at_once),
            restated=restated(part.changes for part in seen),
            clocks=tuple(sorted(signs, key=lambda s: (s.source, s.kind, s.partner or "", s.words))),
            covered=covered,
            zones=zones,
        )

    def _glimpses(
        self,
        looking: Looking,
        shares: Sequence[Share[Ledger]],
        stamped_in: list[pl.DataFrame],
        progress: Callable[[int, int], None],
    ) -> Iterator[tuple[Glimpse, Days]]:
        """What each share contributes; on which days it has stamps is noted for sections."""
        asked = [_GLIMPSE] * len(shares)
        for part in looking.each(self.look.glimpse, shares, asked, progress):
            if shares[0].name:
                stamped_in.append(part[1].stamps.select(stamps.KEY))
            yield part

    def _at_once(
        self,
        looking: Looking,
        shares: Sequence[Share[Ledger]],
        stamped_in: Sequence[pl.DataFrame],
        days: pl.DataFrame,
        progress: Callable[[int, int], None],
    ) -> pl.DataFrame:
        """The days stamped in one minute, from one more pass if there may be any."""
        left = days.filter("is_open").select(stamps.KEY).sort(stamps.KEY)
        own = [
            left.join(told, on=stamps.KEY, how="semi", nulls_equal=True, maintain_order="left")
            for told in stamped_in
        ] or [left] * len(shares)
        chosen = [number for number, asked in enumerate(own) if not asked.is_empty()]
        asked = [digest_of(own[number].write_csv())[:32] for number in chosen]
        again = partial(self.look.recount, left)
        given = looking.each(again, [shares[n] for n in chosen], asked, progress)
        return stamped(list(given), days)

    def _pending(self) -> pl.DataFrame:
        """Keys of observations that no source maps to a shipment, with the partner that told them."""
        active = self._ledger.manifest.active
        keys = unresolved(self._ledger.root, active, "events", ["partner_id"])
        return keys.select(shipment_id="key", partner="partner_id").drop_nulls().unique()
