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
from tallyclerk.store.sections import Memory, Section, sections_of
from tallyclerk.workers import are_many

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Share:
    """Some shipments that are looked at together.

    Attributes:
        ledger: The ledger.
        bucket: The bucket that they are; None where they are a section.
        name: That of the section; "" of a bucket.
        memory: Where it is remembered: its shipments stay there until they are looked at, for
            those of all sections are too many to be sent with each.
    """

    ledger: Ledger
    bucket: int | None = None
    name: str = ""
    memory: Memory | None = None

    def opened(self) -> tuple[Ledger, int]:
        """A ledger as if it told of them only, and where they are in it."""
        if self.bucket is not None:
            return self.ledger, self.bucket
        assert self.memory is not None  # noqa: S101 so sections are made
        section: Section = self.memory.find(self.name)
        return section.of(self.ledger), 0


def shares_of(ledger: Ledger) -> list[Share]:
    """The sections of a ledger, or its buckets where it has none."""
    memory = Memory(ledger.root, "sections", digest_of(code_digest("store"), pl.__version__))
    sections = sections_of(ledger, memory)
    if sections and all(memory.holds(each.name) for each in sections):
        return [Share(ledger=ledger, name=each.name, memory=memory) for each in sections]
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
        are_known = [name is not None and self._memory.holds(name) for name in names]
        left = [share for share, is_known in zip(shares, are_known, strict=True) if not is_known]
        given = of_each(_Each(work, left), len(left), self._engine, spread=are_many(len(left)))
        for number, (share, name) in enumerate(zip(shares, names, strict=True)):
            is_known = are_known[number]
            part = self._memory.find(name) if name and is_known else next(given)
            if part is None:  # it is not as it was written
                part, is_known = work(*share.opened()), False
            if name and not is_known:
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
        return self.work(*self.shares[number].opened())
