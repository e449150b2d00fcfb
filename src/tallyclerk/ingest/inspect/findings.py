"""What an inspection gives: plain objects for the terminal, for machines and for the block's text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnLine:
    """A column of the file, the field proposed for it, examples and the reason."""

    ours: str
    theirs: str
    examples: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Question:
    """Something that the files do not prove.

    Attributes:
        source: The block it is about.
        text: What has to be known.
        answer: The line of the block that answers it, to be filled in or uncommented.
    """

    source: str
    text: str
    answer: str


@dataclass(frozen=True)
class Status:
    """A status of the partner, what is said beside it, how often it comes, what it is taken for."""

    theirs: str
    text: str
    ours: str | None
    is_sure: bool
    rule: str
    count: int
    example: str


@dataclass(frozen=True)
class Block:
    """A `[sources.NAME]` block, complete and valid, with its open questions as comments.

    Attributes:
        toml: Its text.
        partner: Of every row, where the block says so.
        statuses_file: Name of a CSV for statuses that are too many for the block, and its text.
        skip: Why it is not written, if it is not.
    """

    name: str
    table: str
    layout: str
    toml: str
    columns: tuple[ColumnLine, ...]
    times: tuple[str, ...]
    zone: str
    statuses: tuple[Status, ...]
    questions: tuple[Question, ...]
    partner: str | None = None
    statuses_file: tuple[str, str] | None = None
    skip: str | None = None


@dataclass(frozen=True)
class GroupFindings:
    """Files of one shape: how they are written, what is in them, and the blocks they want."""

    name: str
    patterns: tuple[str, ...]
    files: int
    rows: int
    format: str
    how: str
    notes: tuple[str, ...]
    unused: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PartnerBlock:
    """A `[partners.ID]` block."""

    id: str
    toml: str
    questions: tuple[Question, ...] = ()
    skip: str | None = None


@dataclass(frozen=True)
class Inspection:
    """Everything found out about the files that were named."""

    groups: tuple[GroupFindings, ...]
    partners: tuple[PartnerBlock, ...]
    refused: tuple[tuple[str, str, str], ...]
    questions: tuple[Question, ...]
