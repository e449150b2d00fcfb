"""Every status of a file with how often it comes, and what it most likely means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.ingest.inspect.column import Column
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.names import exact_name, folded_name
from tallyclerk.ingest.inspect.pairs import Pair, pairs_of
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.times.candidates import Place
from tallyclerk.ingest.vocabulary import UNMAPPED, proposals
from tallyclerk.ingest.vocabulary import Proposal as Told

Meaning = tuple[str | None, bool, str]
_BY_TEXT = "text:"
_WEAK = {Milestone.IN_TRANSIT, Milestone.RETURN_STARTED, Milestone.EXCEPTION}
"""What a text rule says where it cannot tell more; a person often can."""
_DOUBTFUL = frozenset(
    (
        *("received", "shipped", "dispatch", "dispatched", "delivery", "arrival", "arrived"),
        *("departed", "departure", "collection", "cleared", "signed", "depot", "ready", "pickup"),
        *("pick up", "handover", "manifested", "ata", "atd", "clearance", "ship out", "pod"),
        *("available for pickup", "ready for pickup", "ready for collection", "uplifted", "tender"),
        *("vessel departed", "vessel arrived", "abfahrt"),
        *("abholung", "übergabe", "übernahme", "zustellung", "versand", "abgang", "ankunft", "wa"),
        *("eingang", "empfangen", "verladen", "départ", "parti", "arrivée", "arrivé", "livraison"),
        *("expédition", "remis", "collecte", "salida", "llegada", "arribo", "envío", "entrega"),
        *("recogida", "aduana", "saída", "partida", "chegada", "coleta", "envio", "pronto"),
        *("partenza", "arrivo", "spedizione", "consegna", "ritiro", "vertrek", "aankomst"),
        *("odbioru", "odebrano", "dostawy", "入库", "提货", "移交", "收货", "到达"),
    )
)
"""Words that are plain as the name of a column of dates, and not as a status."""


@dataclass(frozen=True)
class StatusLine:
    """A status as the partner writes it.

    Attributes:
        theirs: The status, e-mail addresses and phone numbers masked.
        ours: The milestone (or outcome) proposed; None where nothing is known.
        is_sure: Whether it can stand without being asked about.
        rule: What it was told by.
        count: Rows.
        example: The first of them.
        text: What is said beside it, masked.
    """

    theirs: str
    ours: str | None
    is_sure: bool
    rule: str
    count: int
    example: Place
    text: str = ""


def statuses_of(group: Group, proposal: Proposal, form: str | None) -> list[StatusLine] | None:
    """The statuses of a long export, the most frequent first; None where there are too many."""
    choice = proposal.choices.get("status")
    if proposal.table != "events" or choice is None:
        return []
    column = group.profile.columns[choice.columns[0]]
    if column.words is None:
        return None
    text = proposal.choices.get("status_text")
    pairs = (
        pairs_of(group, column.name, group.profile.columns[text.columns[0]].name) if text else None
    )
    told = list(_of_pairs(pairs, form) if pairs else _of_words(column, form))
    if form is None and any(line.is_sure and _is_physical(line.ours) for line in told):
        told = [_of_carrier(line) for line in told]
    return sorted(told, key=lambda line: (-line.count, line.theirs, line.text))


def _of_words(column: Column, form: str | None) -> Iterator[StatusLine]:
    counted = _counted(column)
    meanings = meanings_of([(word, None) for word, _ in counted], form)
    for (word, count), (ours, is_sure, rule) in zip(counted, meanings, strict=True):
        yield StatusLine(mask(word), ours, is_sure, rule, count, column.first[word])


def _of_pairs(pairs: Sequence[Pair], form: str | None) -> Iterator[StatusLine]:
    """A line per code, or per text where the texts of a code mean different things."""
    by_code: dict[str, list[tuple[Pair, Meaning]]] = {}
    meanings = meanings_of([(pair.code, pair.text) for pair in pairs], form)
    for pair, meaning in zip(pairs, meanings, strict=True):
        by_code.setdefault(pair.code, []).append((pair, meaning))
    for code, found in by_code.items():
        if len({meaning[:2] for _, meaning in found}) == 1:
            pair, (ours, is_sure, rule) = max(found, key=lambda item: item[0].rows)
            rows = sum(each.rows for each, _ in found)
            text = mask(pair.text or "")
            yield StatusLine(mask(code), ours, is_sure, rule, rows, pair.first, text)
        else:
            for pair, (ours, is_sure, rule) in found:
                theirs = mask(pair.text or code)
                yield StatusLine(theirs, ours, is_sure, rule, pair.rows, pair.first, mask(code))


def meanings_of(told: Sequence[tuple[str, str | None]], form: str | None) -> list[Meaning]:
    """The milestone that each status means, whether that is sure, and what told it.

    A format's own vocabulary is taken at its word. Else the rules for texts go first, then a word
    that names a milestone as a column would; what a rule only knows to be the weakest of several
    meanings (IN_TRANSIT) is for a person to say better.
    """
    words, texts = [word for word, _ in told], [text for _, text in told]
    found = zip(told, proposals(words, form, texts), strict=True)
    if form is not None:
        return [(_told(proposal), proposal.is_sure, proposal.rule) for _, proposal in found]
    return [_meaning(text or word, proposal) for (word, text), proposal in found]


def _told(told: Told) -> str | None:
    return None if told.rule == UNMAPPED else told.milestone


def _meaning(words: str, told: Told) -> Meaning:
    named = exact_name(words, "milestones")
    is_weak = told.rule.startswith(_BY_TEXT) and told.milestone in _WEAK
    if told.is_sure and not is_weak and named in {None, told.milestone}:
        return told.milestone, True, told.rule
    if named and not _is_doubtful(words) and (is_weak or not told.is_sure):
        return named, True, "word"
    is_known = told.rule != UNMAPPED or named is not None
    return (named or told.milestone if is_known else None), False, told.rule


def _is_doubtful(words: str) -> bool:
    return folded_name(words) in {folded_name(word) for word in _DOUBTFUL}


def _is_physical(ours: str | None) -> bool:
    return ours is not None and MILESTONES[Milestone(ours)].is_physical


def _of_carrier(line: StatusLine) -> StatusLine:
    """A carrier that has the data of a parcel says nothing of its label: that is to be asked."""
    is_data = line.ours == Milestone.LABEL_CREATED and line.rule.startswith(_BY_TEXT)
    return replace(line, is_sure=False) if is_data else line


def outcomes_of(group: Group, proposal: Proposal) -> list[StatusLine]:
    """The final statuses of a table of shipments; those of shipments under way have no outcome."""
    choice = proposal.choices.get("outcome")
    if choice is None:
        return []
    column = group.profile.columns[choice.columns[0]]
    if column.words is None:
        return []
    return [_outcome(word, count, column.first[word]) for word, count in _counted(column)]


def _outcome(word: str, count: int, place: Place) -> StatusLine:
    ours = exact_name(word, "outcomes")
    return StatusLine(mask(word), ours, ours is not None, "word", count, place)


def _counted(column: Column) -> list[tuple[str, int]]:
    return sorted((column.words or Counter()).items(), key=lambda item: (-item[1], item[0]))
