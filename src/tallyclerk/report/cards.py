"""The cards of a report: each partner's part of it, with all that its pages and our brief need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tallyclerk.domain.results import Result
from tallyclerk.report.audience import Party, cast_for, to_send
from tallyclerk.report.brief import brief
from tallyclerk.report.look import Look
from tallyclerk.report.model import KpiText, PartnerInput
from tallyclerk.report.names import period_name, safe_name
from tallyclerk.report.partner_files import Card
from tallyclerk.report.unchanged import Before
from tallyclerk.report.wishes import Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who reads, and whose each export is.

    Attributes:
        parties: All partners that anybody may meet, in the order in which letters are given.
        owners: The partner whose export each file is, "" for ours.
        source_owners: The partner whose exports each source reads, likewise.
    """

    parties: tuple[Party, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    source_owners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What the cards of all partners of a report have in common.

    Attributes:
        kpis: The words of the definitions.
        lanes: Results by lane, of every partner: briefs look for alternatives there.
        readers: Who reads, and whose each export is.
        wishes: How the report is to be; we get no brief of a partner that is small.
        look: How pages look and which language they speak.
        drawn: The files of each partner in the draft that is replaced.
        draft: Where the files go.
    """

    kpis: Mapping[str, KpiText]
    lanes: Sequence[Result]
    readers: Readers
    wishes: Wishes
    look: Look
    drawn: Mapping[str, Before]
    draft: Path

    def card(self, given: PartnerInput) -> Card:
        """The card of one partner, given its part of the judgement as we read it."""
        partner = given.partner_id
        is_small = sum(given.shipments.values()) < self.wishes.small_below
        cast = cast_for(partner, self.readers.parties, self.readers.owners)
        return Card(
            given=to_send(given, cast, self.readers.source_owners),
            cast=cast,
            kpis=self.kpis,
            formats=self.wishes.formats,
            has_pdf=not is_small or partner in self.wishes.pdf_for,
            small_below=self.wishes.small_below,
            look=self.look,
            brief=None if is_small else brief(given, self.kpis, self.lanes),
            before=self.drawn.get(partner),
            draft=self.draft,
            stem=f"{safe_name(partner)}_{period_name(given.run.period)}_scorecard",
        )
