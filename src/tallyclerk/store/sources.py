"""The account of each source: what its files say of themselves, added up."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tallyclerk.store.manifest import Manifest, Segment, Status, told_from


@dataclass(frozen=True, kw_only=True)
class SourceSummary:
    """The account of one source: rows = accepted + rejected + duplicates + pending + left out.

    Attributes:
        source: Name of the source block.
        table: Table it feeds.
        files: Files that count, sorted.
        rows: Data rows read.
        accepted: Rows of which at least one statement is kept, or that say nothing yet.
        rejected: Rows refused as a whole.
        duplicates: Rows that say only what is told elsewhere, or that a later snapshot replaced.
        pending: Rows whose order, tracking number, … no source maps to a shipment yet.
        waiting: Place of the first of them.
        left_out: Rows of kinds that are not read; `left_words`: what says so, most frequent first.
        met: The words by which rows are read that some row has, with their columns.
        bad_cells: Cells refused in rows that were kept.
        ambiguous: Local times a clock change gave twice; `nonexistent`: skipped.
        clock_change: Place of the first of either.
        first_at: Earliest occurred_at (ISO-8601), `last_at`: latest.
        encodings: Encodings read; `delimiters`, `formats` (column, date format) likewise.
        unmapped: Statuses without a mapping, most frequent first.
        unlisted: Partner names without a block, most frequent first.
        notes: Other remarks, with their file.
    """

    source: str
    table: str
    files: tuple[str, ...]
    rows: int
    accepted: int
    rejected: int
    duplicates: int
    pending: int
    waiting: str | None
    left_out: int
    left_words: tuple[Status, ...]
    met: tuple[tuple[str, str], ...]
    bad_cells: int
    ambiguous: int
    nonexistent: int
    clock_change: str | None
    first_at: str | None
    last_at: str | None
    encodings: tuple[str, ...]
    delimiters: tuple[str, ...]
    formats: tuple[tuple[str, str], ...]
    unmapped: tuple[Status, ...]
    unlisted: tuple[Status, ...]
    notes: tuple[str, ...]


def accounts(manifest: Manifest, duplicates: Mapping[str, int]) -> list[SourceSummary]:
    """The account of each source, sorted by name.

    Args:
        manifest: Its segments that count.
        duplicates: Rows by source that say only what is told elsewhere.
    """
    by_source: dict[str, list[Segment]] = {}
    for segment in manifest.active:
        by_source.setdefault(segment.source, []).append(segment)
    return [
        _account(source, segments, duplicates.get(source, 0))
        for source, segments in sorted(by_source.items())
    ]


def _account(source: str, segments: list[Segment], duplicates: int) -> SourceSummary:
    def total(name: str) -> int:
        return sum(getattr(segment, name) for segment in segments)

    def found(name: str) -> list[Any]:
        return [value for s in segments if (value := getattr(s, name)) is not None]

    spoken = total("rows") - total("rejected") - total("pending") - total("left_out")
    return SourceSummary(
        source=source,
        table=segments[0].table,
        files=tuple(sorted({s.file for s in segments})),
        rows=total("rows"),
        accepted=spoken - duplicates,
        rejected=total("rejected"),
        duplicates=duplicates,
        pending=total("pending"),
        waiting=next(iter(found("waiting")), None),
        left_out=total("left_out"),
        left_words=_merged([word for s in segments for word in s.left_words]),
        met=tuple(sorted({pair for s in segments for pair in s.met})),
        bad_cells=total("bad_cells"),
        ambiguous=total("ambiguous"),
        nonexistent=total("nonexistent"),
        clock_change=next(iter(found("clock_change")), None),
        first_at=min(found("first_at"), default=None),
        last_at=max(found("last_at"), default=None),
        encodings=tuple(sorted(set(found("encoding")))),
        delimiters=tuple(sorted(set(found("delimiter")))),
        formats=tuple(sorted({pair for s in segments for pair in s.formats})),
        unmapped=_merged([word for s in segments for word in s.unmapped]),
        unlisted=_merged([word for s in segments for word in s.unlisted]),
        notes=tuple(sorted(f"{s.file}: {note}" for s in segments for note in s.notes)),
    )


def _merged(words: list[Status]) -> tuple[Status, ...]:
    """The same words of several files as one, most frequent first."""
    total: dict[str, Status] = {}
    for word in words:
        known = total.get(word.word)
        rows = word.rows + (known.rows if known else 0)
        total[word.word] = dataclasses.replace(known or word, rows=rows)
    return tuple(sorted(total.values(), key=lambda w: (-w.rows, w.word)))


def account_from(raw: dict[str, Any]) -> SourceSummary:
    """An account from its fields as JSON gives them."""
    lists = {name: tuple(raw[name]) for name in ("files", "encodings", "delimiters", "notes")}
    return SourceSummary(**{**raw, **lists, **told_from(raw)})
