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
from tallyclerk.store.memory import Memory
from tallyclerk.store.reading import Reading
from tallyclerk.store.sources import SourceSummary, account_from, accounts

FOLDER = "derived"
VERSION = 2


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
        sources=tuple(accounts(ledger.manifest, duplicates)),
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
        sources=tuple(account_from(source) for source in raw["sources"]),
        latest=LatestTime(**{**raw["latest"], "at": dt.datetime.fromisoformat(at) if at else None}),
        inputs_digest=raw["inputs_digest"],
        partner_milestones=pl.DataFrame(raw["partner_milestones"], schema=schema, orient="row"),
        contradictions=tuple((c, n, e) for c, n, e in raw["contradictions"]),
        events=raw["events"],
        shipments=raw["shipments"],
    )
