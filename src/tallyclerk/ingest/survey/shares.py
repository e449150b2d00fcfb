"""What of a ledger a survey looks at together: buckets, or sections, of which it is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import polars as pl

from tallyclerk.config.models import Engine
from tallyclerk.digests import code_digest, digest_of
from tallyclerk.engines import of_each
from tallyclerk.progress import Progress
from tallyclerk.store import Ledger
from tallyclerk.store.sections import Memory, sections_of
from tallyclerk.workers import are_many

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Share:
    """Some shipments that are looked at together.

    Attributes:
        ledger: The ledger, as if it told of them only.
        bucket: Where they are in it.
        name: That of the section they are; None where they are a whole bucket.
    """

    ledger: Ledger
    bucket: int
    name: str | None = None


def shares_of(ledger: Ledger) -> list[Share]:
    """The sections of a ledger, or its buckets where it has none."""
    memory = Memory(ledger.root, "sections", digest_of(code_digest("store"), pl.__version__))
    sections = sections_of(ledger, memory)
    if sections:
        return [Share(ledger=each.of(ledger), bucket=0, name=each.name) for each in sections]
    return [Share(ledger=ledger, bucket=bucket) for bucket in range(ledger.bucket_count)]


class Looking:
    """Looks at shares, and remembers what it has found of sections."""

    def __init__(self, ledger: Ledger, engine: Engine, given: str, progress: Progress) -> None:
        """Look under some settings."""
        key = digest_of(code_digest("ingest/survey", "store"), pl.__version__, given)
        self._memory = Memory(ledger.root, "surveyed", key)
        self._engine = engine
        self._progress = progress
        self._names: set[str] = set()

    def each(
        self,
        work: Callable[[Ledger, int], T],
        shares: Sequence[Share],
        what: str,
        asked: Sequence[str],
    ) -> Iterator[T]:
        """What some work gives for each share.

        Args:
            work: Takes a ledger and a bucket of it.
            shares: What is looked at.
            what: What is being done.
            asked: For each share, what the work follows from besides it.
        """
        names = [
            f"{share.name}-{question}" if share.name else None
            for share, question in zip(shares, asked, strict=True)
        ]
        found = [self._memory.find(name) if name else None for name in names]
        left = [share for share, known in zip(shares, found, strict=True) if known is None]
        given = of_each(_Each(work, left), len(left), self._engine, spread=are_many(len(left)))
        for number, name in enumerate(names):
            part, found[number] = found[number], None
            if part is None:
                part = next(given)
                if name:
                    self._memory.keep(name, part)
            yield part
            self._progress(what, number + 1, len(names))
        self._names.update(name for name in names if name)

    def done(self) -> None:
        """Forget what was not asked for."""
        self._memory.forget_others(self._names)


@dataclass(frozen=True)
class _Each(Generic[T]):
    """Some work by the number of a share."""

    work: Callable[[Ledger, int], T]
    shares: Sequence[Share]

    def __call__(self, number: int) -> T:
        share = self.shares[number]
        return self.work(share.ledger, share.bucket)
