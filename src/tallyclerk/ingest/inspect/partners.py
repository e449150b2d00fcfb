"""The partners that the files name: who they are, in which role, and whose export each file is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.names import folded_name
from tallyclerk.ingest.inspect.proposal import Described, Proposal
from tallyclerk.ingest.spelled import spelled_alike
from tallyclerk.ingest.vocabulary import folded

CARRIER = "carrier"
"""What the carrier of a wide export is called where no column names it."""
_TELLING = 4
"""Letters of the shortest word that tells one partner from others."""
MAX_PARTNERS = 60
"""More names than this in one role are left to the data: each is scored under its own name."""
_NO_PARTNERS = frozenset(
    (
        *("export", "exports", "data", "dataset", "file", "report", "tracking", "events", "event"),
        *("orders", "order", "scans", "shipments", "shipment", "status", "history", "download"),
        *("list", "sheet", "source", "merchant", "shop", "erp", "wms", "tms", "milestone"),
        *("activity", "activities", "milestones", "statuses", "trace", "traces", "log", "logs"),
        *(
            "track",
            "by",
            "update",
            "updates",
            "response",
            "responses",
            "webhook",
            "webhooks",
            "api",
            "json",
        ),
        *("result", "results"),
        *("weekly", "daily", "monthly", "week", "kw", "month", "final", "copy", "new", "all"),
        *("sendungsverlauf", "verlauf", "sendungen", "statusreport", "lieferungen", "suivi"),
        *("seguimiento", "rastreo", "rastreio", "eventos", "sledzenie", "raport", "liste"),
        *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov"),
        *("dec", "january", "february", "march", "april", "june", "july", "august", "september"),
        *("october", "november", "december"),
    )
)
"""Words that files are called by, whoever sends them."""
_NO_PARTNERS_HAN = re.compile("物流|轨迹|导出|明细|数据|报表|跟踪|查询|结果|记录|运单|发货|表$")
"""The same of Chinese names, which have no spaces between their words."""


@dataclass
class Seen:
    """A partner as the files name it.

    Attributes:
        name: As it stands in the files.
        rows: How many cells name it.
        reports: Whether a column says that events are its own.
        roles: Roles that a column gives it.
        where: Columns that name it.
        spelled: The same name in other spellings, as far as one can tell.
    """

    name: str
    rows: int = 0
    reports: bool = False
    roles: dict[str, None] = field(default_factory=dict)
    where: dict[str, None] = field(default_factory=dict)
    spelled: list[str] = field(default_factory=list)


def partners_of(described: Sequence[Described]) -> dict[str, Seen]:
    """Every partner that a column names, by its name case folded; those with a role first."""
    seen: dict[str, Seen] = {}
    for group, found in described:
        for proposal in found:
            for ours, column in _naming(proposal):
                _collect(seen, group, ours, column)
    once = {folded(partner.name): partner for partner in _once(seen.values())}
    ordered = sorted(once.items(), key=lambda item: (not item[1].roles, item[0]))
    return dict(ordered)


def _once(seen: Iterable[Seen]) -> Iterator[Seen]:
    """Each partner once, by the spelling that most rows have."""
    by_name = {p.name: p for p in sorted(seen, key=lambda p: (-p.rows, p.name))}
    for first, *others in spelled_alike(by_name):
        partner = by_name[first]
        for other in (by_name[name] for name in others):
            partner.reports |= other.reports
            partner.roles.update(other.roles)
            partner.where.update(other.where)
        partner.spelled = others
        yield partner


def _naming(proposal: Proposal) -> Iterator[tuple[str, int]]:
    """The columns that name partners, with our name for each."""
    for ours in (*CHAIN_COLUMNS, "partner_id", "counterpart_id"):
        if ours in proposal.choices:
            yield ours, proposal.choices[ours].columns[0]
    for milestone in proposal.milestones:
        if milestone.counterpart is not None:
            yield "counterpart_id", milestone.counterpart


def _collect(seen: dict[str, Seen], group: Group, ours: str, place: int) -> None:
    column = group.profile.columns[place]
    if column.words is None or len(column.words) > MAX_PARTNERS:
        return
    for word, rows in sorted(column.words.items()):
        partner = seen.setdefault(folded(word), Seen(" ".join(word.split())))
        partner.rows += rows
        partner.where[f"{group.name}: {column.name}"] = None
        partner.reports |= ours == "partner_id"
        if ours in CHAIN_COLUMNS:
            partner.roles[CHAIN_COLUMNS[ours].value] = None


def owner_of(name: str, known: Iterable[str]) -> str | None:
    """The partner whose export a source of this name is: the longest id that the name begins with."""
    words = folded_name(name).split()
    fits = [p for p in known if _begins(words, folded_name(p).split()) or _joined(name, p)]
    if fits:
        return max(fits, key=lambda partner: (len(partner), partner))
    first = {p for p in known if words and words[0] == folded_name(p).split()[0]}
    if len(first) == 1 and len(words[0]) >= _TELLING:
        return first.pop()
    named = {p for p in known if len(p) >= _TELLING and folded_name(p) in words}
    return named.pop() if len(named) == 1 else None


def _begins(words: Sequence[str], start: Sequence[str]) -> bool:
    return bool(start) and list(words[: len(start)]) == list(start)


def _joined(name: str, partner: str) -> bool:
    """Whether a name begins with a partner's where spaces and punctuation are left out."""
    start = folded_name(partner).replace(" ", "")
    return len(start) >= _TELLING and folded_name(name).replace(" ", "").startswith(start)


def name_in(source: str) -> str | None:
    """What could be the name of a partner in a source's name: its words that are none for files."""
    words = _NO_PARTNERS_HAN.sub(" ", folded_name(source)).split()
    kept = [w for w in words if w not in _NO_PARTNERS and len(w) > 1 and not w.isdigit()]
    return "_".join(kept) or None
