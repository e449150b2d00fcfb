"""Files nobody has described → what they are, the blocks they want, and what stays to be asked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from tallyclerk.config.formats import FORMATS
from tallyclerk.config.models import Run, Settings
from tallyclerk.ingest.exports import exports_of
from tallyclerk.ingest.formats.header import is_unnamed
from tallyclerk.ingest.ids import KIND_OF_COLUMN
from tallyclerk.ingest.inspect.by_values import ids_by_values, key_by_values
from tallyclerk.ingest.inspect.column_lines import (
    field_name,
    in_order,
    write_columns,
    write_milestones,
)
from tallyclerk.ingest.inspect.draft import Draft
from tallyclerk.ingest.inspect.fields import is_private
from tallyclerk.ingest.inspect.findings import (
    Block,
    ColumnLine,
    GroupFindings,
    Inspection,
    Question,
    Status,
)
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.groups import files_in, read_groups
from tallyclerk.ingest.inspect.kinds import remarks
from tallyclerk.ingest.inspect.links import link
from tallyclerk.ingest.inspect.notes import EXAMPLES, how_written, notes_on
from tallyclerk.ingest.inspect.partner_blocks import partner_blocks
from tallyclerk.ingest.inspect.partners import CARRIER, Seen, partners_of
from tallyclerk.ingest.inspect.proposal import Described, Proposal
from tallyclerk.ingest.inspect.setting_lines import write_settings
from tallyclerk.ingest.inspect.status_lines import write_outcomes, write_statuses
from tallyclerk.ingest.inspect.statuses import StatusLine, outcomes_of, statuses_of
from tallyclerk.ingest.inspect.tables import proposal_by_name, proposals
from tallyclerk.ingest.inspect.whose import Context, ask_who, write_partner
from tallyclerk.ingest.privacy import mask
from tallyclerk.progress import Progress, silent


def inspect(
    paths: Sequence[Path], settings: Settings | None, base: Path, progress: Progress = silent
) -> Inspection:
    """Describe files and folders.

    Args:
        paths: What to look at.
        settings: The configuration that blocks would be added to, None where there is none yet.
        base: The folder that its paths are relative to.
        progress: Told which file is read.

    Raises:
        InputError: A path does not exist.
    """
    groups, refused = read_groups(files_in(paths), progress)
    described = [each for each in _described(groups) if each[1] or not each[0].histories]
    problems = link(described)
    seen = partners_of(described)
    context = _context(described, seen, settings, base)
    found = list(_together(_group(group, wanted, context) for group, wanted in described))
    blocks = [block for group in found for block in group.blocks]
    partners = partner_blocks(seen, blocks, settings)
    questions = [q for block in blocks if not block.skip for q in block.questions]
    questions += [Question("", problem, "") for problem in problems]
    questions += [q for partner in partners for q in partner.questions]
    told = tuple((_shown(r.path, base), r.what, r.how) for r in refused)
    return Inspection(tuple(found), tuple(partners), told, tuple(questions))


def _described(groups: Sequence[Group]) -> list[Described]:
    """What each group wants; a key that no name gives away is looked for among the ids of others."""
    described: list[Described] = []
    for group in groups:
        facts = FORMATS[group.format]
        if facts.vocabulary is None:
            tables = ("events",) if group.history else facts.tables
            found = proposals(group.profile, group.name, tables=tables) or _of_twins(group, tables)
            described.append((group, found))
        else:
            described += [
                (part, [proposal_by_name(table, part.profile)])
                for table, part in group.parts(facts.tables[0])
            ]
    for place, (group, found) in enumerate(described):
        key = None if found or group.history else key_by_values(group, described)
        if key:
            described[place] = group, proposals(group.profile, group.name, key)
    ids_by_values(described)
    return described


def _of_twins(group: Group, tables: Sequence[str]) -> list[Proposal]:
    """What a file is where columns have the same name, none of them a milestone: it is asked which."""
    if not group.profile.twice:
        return []
    found = proposals(group.profile, group.name, tables=tables, with_twins=True)
    return [proposal for proposal in found if proposal.layout == "long"]


def _context(
    described: list[Described], seen: dict[str, Seen], settings: Settings | None, base: Path
) -> Context:
    named = [partner.name for partner in seen.values() if partner.roles]
    columns = {ours for _, found in described for p in found for ours in p.choices}
    return Context(
        base=base,
        known=tuple(dict.fromkeys((*named, *(settings.partners if settings else ())))),
        has_courier="courier_id" in columns or "partner_id" in columns,
        has_supplier="supplier_id" in columns,
        settings=settings,
        read={
            name: {e.path.resolve() for e in exports_of(settings, name)}
            for name in settings.sources
        }
        if settings
        else {},
        currency=(settings.run if settings else Run()).currency,
        described=described,
    )


def _group(group: Group, wanted: Sequence[Proposal], context: Context) -> GroupFindings:
    profile = group.profile
    patterns = tuple(_relative(pattern, context.base) for pattern in group.patterns)
    used = {place for proposal in wanted for place in proposal.columns()}
    unused = [
        column
        for place, column in enumerate(profile.columns)
        if place not in used
        and column.name not in profile.aside
        and (column.filled or not is_unnamed(column.name))
    ]
    blocks = [_block(group, proposal, patterns, context, wanted) for proposal in wanted]
    return GroupFindings(
        name=group.name,
        patterns=patterns,
        files=len(group.files),
        rows=profile.rows,
        format=group.format,
        how=how_written(group),
        notes=tuple(notes_on(group, wanted)),
        unused=tuple(f"{c.name} (about a person)" if is_private(c) else c.name for c in unused),
        blocks=tuple(blocks),
    )


def _together(found: Iterable[GroupFindings]) -> Iterator[GroupFindings]:
    """The tables of one export as one: what none of them reads is not read."""
    for _, parts in groupby(found, key=lambda each: (each.name, each.patterns)):
        first, *others = parts
        read = {line.theirs for part in (first, *others) for b in part.blocks for line in b.columns}
        unused = dict.fromkeys(name for part in (first, *others) for name in part.unused)
        yield replace(
            first,
            unused=tuple(name for name in unused if name not in read),
            blocks=tuple(block for part in (first, *others) for block in part.blocks),
        )


def _block(
    group: Group,
    proposal: Proposal,
    patterns: tuple[str, ...],
    context: Context,
    wanted: Sequence[Proposal],
) -> Block:
    is_lone = len(wanted) == 1 and not group.is_part
    name = group.name if is_lone or proposal.table != "events" else f"{group.name}_events"
    draft = Draft(name, group, proposal, patterns, currency=context.currency)
    outcomes = outcomes_of(group, proposal)
    if not any(line.ours for line in outcomes):
        proposal.choices.pop("outcome", None)
        outcomes = []
    write_settings(draft)
    if proposal.table == "events" and is_lone:
        write_partner(draft, context)
    elif proposal.table == "events":
        ask_who(draft, context, wanted)
    write_columns(draft)
    carrier = None if context.has_courier else CARRIER
    write_milestones(draft, carrier)
    vocabulary = FORMATS[group.format].vocabulary
    statuses = statuses_of(group, proposal, vocabulary)
    file = write_statuses(draft, statuses, is_known_format=vocabulary is not None)
    write_outcomes(draft, outcomes)
    return Block(
        name=name,
        table=proposal.table,
        layout=proposal.layout,
        toml="\n".join(draft.lines) + "\n",
        columns=tuple(_columns(draft)),
        times=tuple(draft.times),
        zone=draft.zone,
        statuses=tuple(_status(draft, line) for line in [*(statuses or ()), *outcomes]),
        questions=tuple(draft.questions),
        partner=draft.partner,
        statuses_file=file,
        skip=_skip(name, group, proposal, patterns, context),
    )


def _columns(draft: Draft) -> Iterator[ColumnLine]:
    """Every column that the block reads, with examples; people's names are never among them."""
    for ours, choice in in_order(draft.proposal):
        columns = [draft.group.profile.columns[place] for place in choice.columns]
        why = [choice.why]
        if ours in KIND_OF_COLUMN:
            why += remarks(columns[0])
        examples = [mask(value) for value in columns[0].sample[:EXAMPLES]]
        yield ColumnLine(
            ours=field_name(draft, ours, choice),
            theirs=" + ".join(column.name for column in columns),
            examples=tuple(examples),
            why="; ".join(why),
        )
    for milestone in draft.proposal.milestones:
        column = draft.group.profile.columns[milestone.column]
        examples = column.sample[:EXAMPLES]
        yield ColumnLine(milestone.milestone.value, column.name, tuple(examples), milestone.why)


def _status(draft: Draft, line: StatusLine) -> Status:
    place = f"{draft.group.path_of(line.example.file).name}:{line.example.row}"
    return Status(line.theirs, line.text, line.ours, line.is_sure, line.rule, line.count, place)


def _skip(
    name: str, group: Group, proposal: Proposal, patterns: tuple[str, ...], context: Context
) -> str | None:
    """Why a block is not to be written: its files are read already, or its name is taken."""
    settings = context.settings
    files = {file.path.resolve() for file in group.files}
    for source, block in settings.sources.items() if settings else ():
        is_same = (block.table, block.sheet) == (proposal.table, group.sheet or block.sheet)
        if is_same and files <= context.read.get(source, set()):
            return f"[sources.{source}] reads these files already"
    if settings and name in settings.sources:
        wanted = ", ".join(patterns)
        return f"[sources.{name}] is there already; to read all these files its path is {wanted}"
    return None


def _relative(pattern: str, base: Path) -> str:
    """A path or pattern, relative to the configuration."""
    return Path(os.path.relpath(Path(pattern).absolute(), base.absolute())).as_posix()


def _shown(path: Path, base: Path) -> str:
    return _relative(path.as_posix(), base)
