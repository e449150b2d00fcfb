"""The partners that the files name: who they are, in which role, and whose export each file is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import filterfalse

from tallyclerk.config.models import Settings
from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.findings import Block, PartnerBlock, Question
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.names import folded_name
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.vocabulary import PartnerBook, folded

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
    """

    name: str
    rows: int = 0
    reports: bool = False
    roles: dict[str, None] = field(default_factory=dict)
    where: dict[str, None] = field(default_factory=dict)


Described = tuple[Group, list[Proposal]]


def partners_of(described: Sequence[Described]) -> dict[str, Seen]:
    """Every partner that a column names, by its name case folded; those with a role first."""
    seen: dict[str, Seen] = {}
    for group, found in described:
        for proposal in found:
            for ours, column in _naming(proposal):
                _collect(seen, group, ours, column)
    ordered = sorted(seen.items(), key=lambda item: (not item[1].roles, item[0]))
    return dict(ordered)


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
        partner = seen.setdefault(folded(word), Seen(word))
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


def partner_blocks(
    seen: Mapping[str, Seen], blocks: Sequence[Block], settings: Settings | None
) -> list[PartnerBlock]:
    """A `[partners.ID]` block for every partner with a role, and the question who the others are."""
    listed = PartnerBook(settings.partners if settings else {})
    sure = {key: partner for key, partner in seen.items() if partner.roles}
    owners = {b.partner: b for b in blocks if b.partner and folded(b.partner) not in sure}
    others = [p for p in seen.values() if not p.roles and p.name not in owners]
    found = [_listed(p, _aliases(p, others, sure)) for p in sure.values() if not listed.get(p.name)]
    found += [_owner(name, block) for name, block in owners.items() if not listed.get(name)]
    claimed = {alias for p in sure.values() for alias in _aliases(p, others, sure)}
    unknown = [p for p in others if p.name not in claimed and not listed.get(p.name)]
    return [
        *found,
        *map(_reporter, filter(_reports, unknown)),
        *map(_unknown, filterfalse(_reports, unknown)),
    ]


def _reports(partner: Seen) -> bool:
    return partner.reports


def _aliases(partner: Seen, others: Sequence[Seen], known: Mapping[str, Seen]) -> list[str]:
    """Other names that begin with the name of the partner, or with its first word."""
    return [
        o.name for o in others if owner_of(o.name, [p.name for p in known.values()]) == partner.name
    ]


def _listed(partner: Seen, aliases: Sequence[str]) -> PartnerBlock:
    """The block of a partner whose role a column gives."""
    where = ", ".join(list(partner.where)[:2])
    lines = [f"[partners.{toml.key(partner.name)}]"]
    lines.append(
        toml.pair("role", toml.strings(list(partner.roles)), f"{partner.rows:,} rows, {where}")
    )
    questions = []
    if aliases:
        words = f"are these other names of {partner.name}?"
        line = f"aliases = [{', '.join(map(toml.text, aliases))}]"
        lines.append(toml.question(line, words))
        questions.append(Question(f"partners.{partner.name}", words, line))
    return PartnerBlock(partner.name, "\n".join(lines) + "\n", tuple(questions))


def _owner(name: str, block: Block) -> PartnerBlock:
    """The block of a partner that only the name of its files gives."""
    if name == CARRIER:
        why = "no column names the carriers: one stands for all of them"
        lines = [f"[partners.{name}]", toml.pair("role", '"courier"', why)]
        return PartnerBlock(name, "\n".join(lines) + "\n")
    role = _role(block)
    words = f"what does {name} do?"
    options = "supplier, forwarder, airline, broker, warehouse or courier"
    lines = [f"[partners.{toml.key(name)}]"]
    if role:
        lines.append(toml.pair("role", toml.text(role), "implied by what it reports"))
        return PartnerBlock(name, "\n".join(lines) + "\n")
    lines.append(toml.question('role = "…"', f"{words} {options}"))
    question = Question(f"partners.{name}", words, f"role = {options}")
    return PartnerBlock(name, "\n".join(lines) + "\n", (question,))


def _role(block: Block) -> str | None:
    """The role that most milestones of an export imply, where one leads by far."""
    milestones = {c.ours for c in block.columns} | {s.ours for s in block.statuses if s.is_sure}
    roles = (MILESTONES[Milestone(m)].reporter for m in milestones if m in set(Milestone))
    votes = Counter(role for role in roles if role)
    (best, count), (_, second) = (*votes.most_common(2), ("", 0), ("", 0))[:2]
    return best if count >= 2 * second and count > 1 else None


def _reporter(partner: Seen) -> PartnerBlock:
    """The block of a partner that events name and no column gives a role: its milestones do."""
    where = ", ".join(list(partner.where)[:2])
    lines = [f"[partners.{toml.key(partner.name)}]"]
    lines.append(toml.comment(f"{partner.rows:,} rows, {where}; its milestones imply its role"))
    lines.append(toml.comment('role = "courier"'))
    return PartnerBlock(partner.name, "\n".join(lines) + "\n")


def _unknown(partner: Seen) -> PartnerBlock:
    """A name that only stands as a counterpart: a partner of its own, or another name of one."""
    where = ", ".join(list(partner.where)[:2])
    words = (
        f"who is {partner.name!r} ({partner.rows:,} rows, {where})? A partner, or an alias of one"
    )
    lines = [
        toml.comment(f"QUESTION: {words}"),
        toml.comment(f"[partners.{toml.key(partner.name)}]"),
    ]
    question = Question(
        "partners", words, f"aliases of its block, or [partners.{toml.key(partner.name)}]"
    )
    return PartnerBlock(partner.name, "\n".join(lines) + "\n", (question,))
