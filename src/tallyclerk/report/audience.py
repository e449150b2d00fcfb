"""Who may read which name: in what is sent to a partner, all others are a role and a letter.

A page is built once, from names as its reader may know them. What is sent is made of a partner's
part of the judgement and of its evidence after `Cast` has renamed the others in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase

import polars as pl

from tallyclerk.domain.judgement import SourceCount
from tallyclerk.domain.results import Result
from tallyclerk.report import words
from tallyclerk.report.leaks import Word, blanked, words_in
from tallyclerk.report.model import PartnerInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A partner as others may or may not get to know it.

    Attributes:
        role: The one it is named by, "courier B".
        aliases: Names it also goes by.
        may_read: Partners whose names stand in what is sent to it; None = of all.
    """

    partner_id: str
    name: str
    role: str
    aliases: tuple[str, ...] = ()
    may_read: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """All partners as one of them may read of them.

    Attributes:
        reader: The partner it is for.
        shown: The word for each partner, by id.
        hidden: Words that must stand nowhere in what the reader gets.
        own: The reader's own names, and those it may read: a hidden word within them tells nothing.
        owners: The partner whose export each file is, "" for ours.
    """

    reader: str
    shown: Mapping[str, str]
    hidden: tuple[Word, ...]
    own: tuple[Word, ...]
    owners: Mapping[str, str] = field(default_factory=dict)

    def tells(self, text: str) -> bool:
        """Whether a text would tell who another partner is."""
        return bool(words_in(blanked(text, self.own), self.hidden))


def parties_named(parties: Sequence[Party]) -> dict[str, str]:
    """Role and letter of each partner, in the order given: "courier A", "courier B"."""
    seen: dict[str, int] = {}
    named = {}
    for party in parties:
        place = seen[party.role] = seen.get(party.role, -1) + 1
        role = words.named("role", party.role)
        named[party.partner_id] = words.say("cast.letter", role=role, letter=_letters(place))
    return named


def _letters(place: int) -> str:
    """Letters for a place: A to Z, then AA, AB."""
    letters = ""
    place += 1
    while place:
        place, last = divmod(place - 1, len(ascii_uppercase))
        letters = ascii_uppercase[last] + letters
    return letters


def cast_for(reader: str, parties: Sequence[Party], owners: Mapping[str, str]) -> Cast:
    """The cast for one partner.

    Args:
        reader: Its id.
        parties: All partners, the reader included, in the order in which letters are given.
        owners: The partner whose export each file is, "" for ours.
    """
    alike = parties_named(parties)
    me = next((p for p in parties if p.partner_id == reader), None)
    may_read = me.may_read if me else frozenset()
    known = {
        p.partner_id
        for p in parties
        if p.partner_id == reader or may_read is None or p.partner_id in may_read
    }
    return Cast(
        reader=reader,
        shown={
            p.partner_id: p.name if p.partner_id in known else alike[p.partner_id] for p in parties
        },
        hidden=_words(p for p in parties if p.partner_id not in known),
        own=_words(p for p in parties if p.partner_id in known),
        owners=owners,
    )


def _words(parties: Iterable[Party]) -> tuple[Word, ...]:
    told = {
        (word, party.partner_id)
        for party in parties
        for word in (party.partner_id, party.name, *party.aliases)
        if word.strip()
    }
    return tuple(
        Word(text=text, partner_id=partner, is_id=text == partner) for text, partner in sorted(told)
    )


def to_send(given: PartnerInput, cast: Cast, source_owners: Mapping[str, str]) -> PartnerInput:
    """The part of a judgement about one partner, as it may be sent to it.

    Args:
        given: As we read it.
        cast: For whom it is.
        source_owners: The partner whose exports each source reads.
    """
    own = tuple(s for s in given.sources if source_owners.get(s.source, "") == cast.reader)
    others = tuple(s for s in given.sources if s not in own)
    return replace(
        given,
        names={word: word for word in cast.shown.values()},
        counterparts=tuple(_renamed(r, cast) for r in given.counterparts),
        totals=tuple(_reasoned(r, cast) for r in given.totals),
        sources=(*(replace(s, tells=()) for s in own), *_together(others)),
        findings=tuple(f for f in given.findings if _is_about(f, cast)),
    )


def _renamed(result: Result, cast: Cast) -> Result:
    name = cast.shown.get(result.counterpart or "", words.say("cast.another"))
    return replace(result, counterpart=name if result.counterpart else None)


def _reasoned(result: Result, cast: Cast) -> Result:
    """A result whose reason names nobody else."""
    if result.reason and cast.tells(result.reason):
        return replace(result, reason="not to be said here without naming another partner")
    return result


def _is_about(finding: str, cast: Cast) -> bool:
    """Whether a finding is about the reader alone."""
    return bool(words_in(finding, cast.own)) and not cast.tells(finding)


def _together(others: Sequence[SourceCount]) -> tuple[SourceCount, ...]:
    """The sources of everybody else as one."""
    if not others:
        return ()
    firsts = [s.first_at for s in others if s.first_at]
    lasts = [s.last_at for s in others if s.last_at]
    return (
        SourceCount(
            source=words.say("cast.others"),
            files=sum(s.files for s in others),
            rows_read=sum(s.rows_read for s in others),
            accepted=sum(s.accepted for s in others),
            rejected=sum(s.rejected for s in others),
            duplicates=sum(s.duplicates for s in others),
            pending=sum(s.pending for s in others),
            left_out=sum(s.left_out for s in others),
            bad_cells=sum(s.bad_cells for s in others),
            first_at=min(firsts, default=None),
            last_at=max(lasts, default=None),
        ),
    )


def facts_to_send(facts: pl.DataFrame, cast: Cast) -> pl.DataFrame:
    """The evidence of one partner, as it may be sent to it.

    Counterparts are renamed, chains left out, and files of others are called after their owner.
    """
    files = _file_names(cast)
    other = pl.col("counterpart").replace_strict(
        dict(cast.shown), default=words.say("cast.another"), return_dtype=pl.String
    )
    renamed = facts.with_columns(
        counterpart=pl.when(pl.col("counterpart").is_not_null()).then(other)
    )
    return renamed.with_columns(
        pl.col(name).replace_strict(files, default=words.say("cast.ours"), return_dtype=pl.String)
        for name in ("from_file", "to_file", "own_file")
        if name in facts.columns
    ).drop("chain", strict=False)


def _file_names(cast: Cast) -> dict[str, str]:
    """What each file is called: the reader's own by the shortest path that is its own only."""
    mine = [file for file, owner in cast.owners.items() if owner == cast.reader]
    names = {}
    for file, owner in cast.owners.items():
        if owner == cast.reader:
            names[file] = _shortest(file, mine)
        elif owner:
            name = cast.shown.get(owner, words.say("cast.another"))
            names[file] = words.say("cast.export", name=name)
        else:
            name = file.rsplit("/", 1)[-1]
            names[file] = words.say("cast.ours") if cast.tells(name) else name
    return names


def _shortest(file: str, among: Sequence[str]) -> str:
    parts = file.split("/")
    for length in range(1, len(parts)):
        tail = "/".join(parts[-length:])
        if sum(other == tail or other.endswith(f"/{tail}") for other in among) == 1:
            return tail
    return file
