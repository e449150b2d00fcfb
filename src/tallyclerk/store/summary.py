"""What is said of a whole ledger: counts per source, latest time, identities, who reports what.

One pass over the shipments, by processes of this machine or of a cluster; what those add of which
nothing new is told is remembered. The result is a function of the manifest and is kept beside it,
under the manifest's digest; it can be deleted at any time.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import polars as pl

from tallyclerk import workers
from tallyclerk.digests import code_digest, digest_of
from tallyclerk.store.account import Accounting, Beside
from tallyclerk.store.accounting import count_duplicates
from tallyclerk.store.cache import alone
from tallyclerk.store.files import scratch, write_text
from tallyclerk.store.identities import digest_of as digest_of_identities
from tallyclerk.store.latest import LatestTime, latest_of
from tallyclerk.store.looking import Each, Looking, Share, buckets_of, shares_of
from tallyclerk.store.manifest import PAIRS, WORDS, Manifest, Segment, Status
from tallyclerk.store.reading import Reading
from tallyclerk.store.sections import Memory

FOLDER = "derived"
VERSION = 2


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


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What is said of a whole ledger.

    Attributes:
        sources: One account per source, sorted by name.
        latest: The latest time of anything actual.
        inputs_digest: sha256 over the sorted identities of everything told.
        partner_milestones: One row per partner and milestone with its `count`, sorted.
        contradictions: Shipments told two values of a column: column, how many, the first one.
        events: Observations kept; `shipments`: those that either table knows.
    """

    sources: tuple[SourceSummary, ...]
    latest: LatestTime
    inputs_digest: str
    partner_milestones: pl.DataFrame
    contradictions: tuple[tuple[str, int, str], ...]
    events: int
    shipments: int


def load_summary(
    ledger: Reading, each: Each = workers.of_each, beside: Beside | None = None
) -> Summary:
    """The summary of a ledger, from beside its manifest or made anew.

    Args:
        ledger: The ledger.
        each: Does the work for every share of it; processes of its own see its folder.
        beside: Looks at sections of it, too, which are read once for both.
    """
    path = ledger.root / FOLDER / f"{ledger.manifest.digest[:16]}-v{VERSION}.json"
    try:
        return _from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        summary = _made(ledger, each, beside)
    try:
        path.parent.mkdir(exist_ok=True)
        for old in path.parent.glob("*.json"):
            old.unlink(missing_ok=True)
        write_text(path, json.dumps(_to_json(summary), ensure_ascii=False))
    except OSError:
        pass  # a store that can only be read is summarised each time
    return summary


def _made(ledger: Reading, each: Each, beside: Beside | None) -> Summary:
    with ExitStack() as stack:
        try:
            stack.enter_context(alone(ledger.root))
            shares = shares_of(ledger)
        except OSError:  # a store that can only be read remembers nothing
            shares = buckets_of(ledger)
        return _summarise(ledger, shares, each, beside)


def _summarise(
    ledger: Reading, shares: Sequence[Share[Reading]], each: Each, beside: Beside | None
) -> Summary:
    key = digest_of(code_digest("store"), pl.__version__)
    looking = Looking(Memory(ledger.root, "accounts", key), each)
    with scratch(ledger.root) as folder:
        accounting = Accounting(folder, Memory(ledger.root, "identities", key), beside)
        parts = list(looking.each(accounting, shares, ["account"] * len(shares)))
        inputs_digest = digest_of_identities(accounting.laid_down(shares))
    duplicates = count_duplicates(looking, shares, (part.repeated for part in parts))
    looking.done()
    return Summary(
        sources=tuple(_accounts(ledger.manifest, duplicates)),
        latest=latest_of(part.latest for part in parts),
        inputs_digest=inputs_digest,
        partner_milestones=_summed([part.milestones for part in parts]),
        contradictions=_clashes(part.contradictions for part in parts),
        events=sum(part.events for part in parts),
        shipments=sum(part.shipments for part in parts),
    )


def _summed(counts: list[pl.DataFrame]) -> pl.DataFrame:
    total = pl.concat(counts).group_by("partner_id", "milestone").agg(pl.col("count").sum())
    return total.sort("partner_id", "milestone")


def _clashes(parts: Iterable[Mapping[str, tuple[int, str]]]) -> tuple[tuple[str, int, str], ...]:
    """Shipments told two values of a column: how many in all buckets, and the first of them."""
    found: dict[str, tuple[int, str]] = {}
    for part in parts:
        for column, (count, example) in part.items():
            total, first = found.get(column, (0, example))
            found[column] = total + count, min(first, example)
    return tuple((column, *found[column]) for column in sorted(found))


def _accounts(manifest: Manifest, duplicates: Mapping[str, int]) -> list[SourceSummary]:
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


def _to_json(summary: Summary) -> dict[str, Any]:
    raw = {f.name: getattr(summary, f.name) for f in dataclasses.fields(summary)}
    at = summary.latest.at
    return {
        **raw,
        "sources": [dataclasses.asdict(source) for source in summary.sources],
        "latest": {**dataclasses.asdict(summary.latest), "at": at.isoformat() if at else None},
        "partner_milestones": summary.partner_milestones.rows(),
    }


def _from_json(raw: dict[str, Any]) -> Summary:
    at = raw["latest"]["at"]
    schema = {"partner_id": pl.String, "milestone": pl.String, "count": pl.Int64}
    return Summary(
        sources=tuple(_source(source) for source in raw["sources"]),
        latest=LatestTime(**{**raw["latest"], "at": dt.datetime.fromisoformat(at) if at else None}),
        inputs_digest=raw["inputs_digest"],
        partner_milestones=pl.DataFrame(raw["partner_milestones"], schema=schema, orient="row"),
        contradictions=tuple((c, n, e) for c, n, e in raw["contradictions"]),
        events=raw["events"],
        shipments=raw["shipments"],
    )


def _source(raw: dict[str, Any]) -> SourceSummary:
    words = {name: tuple(Status(**word) for word in raw[name]) for name in WORDS}
    lists = {name: tuple(raw[name]) for name in ("files", "encodings", "delimiters", "notes")}
    pairs = {name: tuple((column, said) for column, said in raw[name]) for name in PAIRS}
    return SourceSummary(**{**raw, **words, **lists, **pairs})
