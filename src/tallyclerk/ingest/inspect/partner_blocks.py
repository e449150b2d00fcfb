"""The blocks of partners, and what is asked about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import filterfalse

from tallyclerk.config.models import Settings
from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.findings import Block, PartnerBlock, Question
from tallyclerk.ingest.inspect.partners import CARRIER, Seen, owner_of
from tallyclerk.ingest.vocabulary import PartnerBook, folded


def partner_blocks(
    seen: Mapping[str, Seen], blocks: Sequence[Block], settings: Settings | None
) -> list[PartnerBlock]:
    """A `[partners.ID]` block for every partner with a role, and the question who the others are."""
    listed = PartnerBook(settings.partners if settings else {})
    sure = {key: partner for key, partner in seen.items() if partner.roles}
    owners = {b.partner: b for b in blocks if b.partner and folded(b.partner) not in sure}
    others = [p for p in seen.values() if not p.roles and p.name not in owners]
    found = [
        _listed(p, [*p.spelled, *_aliases(p, others, sure)])
        for p in sure.values()
        if not listed.spelled(p.name)
    ]
    found += [_owner(name, block) for name, block in owners.items() if not listed.get(name)]
    claimed = {alias for p in sure.values() for alias in _aliases(p, others, sure)}
    unknown = [p for p in others if p.name not in claimed and not listed.spelled(p.name)]
    return [
        *found,
        *_respelled(seen.values(), listed),
        *map(_reporter, filter(_reports, unknown)),
        *map(_unknown, filterfalse(_reports, unknown)),
    ]


def _respelled(seen: Iterable[Seen], listed: PartnerBook) -> Iterator[PartnerBlock]:
    """The question whether a name is another spelling of a listed one."""
    for name in (name for partner in seen for name in (partner.name, *partner.spelled)):
        known = listed.spelled(name)
        if known and not listed.get(name):
            words = f"is {name!r} another name of {known!r}? Then it is one of its aliases"
            question = Question("partners", words, f"aliases of [partners.{toml.key(known)}]")
            yield PartnerBlock(name, toml.comment(f"QUESTION: {words}") + "\n", (question,))


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
    questions = list(_ask_aliases(partner, aliases, lines))
    return PartnerBlock(partner.name, "\n".join(lines) + "\n", tuple(questions))


def _ask_aliases(partner: Seen, aliases: Sequence[str], lines: list[str]) -> Iterator[Question]:
    """Add the line with other names that a partner may have."""
    if aliases:
        words = f"are these other names of {partner.name}?"
        line = f"aliases = [{', '.join(map(toml.text, aliases))}]"
        lines.append(toml.question(line, words))
        yield Question(f"partners.{partner.name}", words, line)


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
    questions = list(_ask_aliases(partner, partner.spelled, lines))
    return PartnerBlock(partner.name, "\n".join(lines) + "\n", tuple(questions))


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
