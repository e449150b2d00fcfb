"""What of a ledger is looked at together: buckets, or sections, of which it is remembered what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import polars as pl

from tallyclerk import workers
from tallyclerk.digests import code_digest, digest_of
from tallyclerk.store.layout import segment_of
from tallyclerk.store.memory import Memory
from tallyclerk.store.reading import Reading
from tallyclerk.store.sections import Section, sections_of

R = TypeVar("R", bound=Reading)
T = TypeVar("T")


class Each(Protocol):
    """Does some work for each of so many parts, as `tallyclerk.workers.of_each` does."""

    def __call__(self, work: Callable[[int], T], count: int, *, spread: bool) -> Iterator[T]:
        """What the work gives for each part, in their order."""
        ...


@dataclass(frozen=True, kw_only=True)
class Share(Generic[R]):
    """Some shipments that are looked at together.

    Attributes:
        ledger: The ledger.
        bucket: The bucket that they are; None where they are a section.
        name: That of the section; "" of a bucket.
        segments: Whose rows tell of them; None: it is not known.
        memory: Where the section is remembered: its shipments stay there until they are looked at,
            for those of all sections are too many to be sent with each.
    """

    ledger: R
    bucket: int | None = None
    name: str = ""
    segments: frozenset[str] | None = None
    memory: Memory | None = None

    def opened(self) -> tuple[R, int]:
        """A ledger as if it told of them only, and where they are in it."""
        if self.bucket is not None:
            return self.ledger, self.bucket
        assert self.memory is not None  # noqa: S101 so sections are made
        section: Section = self.memory.find(self.name)
        return section.of(self.ledger), 0


def shares_of(ledger: R) -> list[Share[R]]:
    """The sections of a ledger, or its buckets where it has none."""
    memory = Memory(ledger.root, "sections", digest_of(code_digest("store"), pl.__version__))
    sections = sections_of(ledger, memory)
    if sections and all(memory.holds(each.name) for each in sections):
        return [
            Share(
                ledger=ledger,
                name=each.name,
                segments=frozenset(map(segment_of, each.parts)),
                memory=memory,
            )
            for each in sections
        ]
    return buckets_of(ledger)


def buckets_of(ledger: R) -> list[Share[R]]:
    """The buckets of a ledger."""
    return [Share(ledger=ledger, bucket=bucket) for bucket in range(ledger.bucket_count)]


class Looking:
    """Looks at shares, and remembers what it has found of sections."""

    def __init__(self, memory: Memory, each: Each = workers.of_each) -> None:
        """Look at the shares of a ledger.

        Args:
            memory: Remembers what was found.
            each: Does the work for every share; processes of its own see the folder of the ledger.
        """
        self._memory = memory
        self._of_each = each
        self._names: set[str] = set()

    def each(
        self,
        work: Callable[[Share[R]], T],
        shares: Sequence[Share[R]],
        asked: Sequence[str],
        progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> Iterator[T]:
        """What some work gives for each share.

        Args:
            work: What is done with a share.
            shares: What is looked at.
            asked: For each share, what the work follows from besides it.
            progress: Told how many are done, and of how many.
        """
        names = [
            name_of(share.name, question) if share.name else None
            for share, question in zip(shares, asked, strict=True)
        ]
        are_known = [name is not None and self._memory.holds(name) for name in names]
        left = [share for share, is_known in zip(shares, are_known, strict=True) if not is_known]
        given = self._of_each(_Each(work, left), len(left), spread=workers.are_many(len(left)))
        for number, (share, name) in enumerate(zip(shares, names, strict=True)):
            is_known = are_known[number]
            part = self._memory.find(name) if name and is_known else next(given)
            if part is None:  # it is not as it was written
                part, is_known = work(share), False
            if name and not is_known:
                self._memory.keep(name, part)
            yield part
            progress(number + 1, len(names))
        self._names.update(name for name in names if name)

    def done(self) -> None:
        """Forget what was not asked for."""
        self._memory.forget_others(self._names)


def name_of(section: str, asked: str) -> str:
    """What the answer to a question about a section is remembered by."""
    return f"{section}-{asked}"


@dataclass(frozen=True)
class _Each(Generic[R, T]):
    """Some work by the number of a share."""

    work: Callable[[Share[R]], T]
    shares: Sequence[Share[R]]

    def __call__(self, number: int) -> T:
        return self.work(self.shares[number])
