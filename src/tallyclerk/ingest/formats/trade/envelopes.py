"""What stands around EDIFACT and X12 messages: kinds of messages, and control counts that do not add up."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.trade.segments import Segment


@dataclass(frozen=True)
class Envelope:
    """The service segments of a syntax, by what they do.

    Attributes:
        head, tail: Segments around a message; the tail's first element counts its segments.
        kind: Element and component of the head that name the kind of message.
        outer: Each pair of segments around messages.
    """

    head: str
    tail: str
    kind: tuple[int, int]
    outer: tuple[tuple[str, str], ...]


EDIFACT = Envelope("UNH", "UNT", (2, 0), (("UNG", "UNE"), ("UNB", "UNZ")))
X12 = Envelope("ST", "SE", (1, 0), (("GS", "GE"), ("ISA", "IEA")))


def messages(
    stream: Iterator[Segment], envelope: Envelope, kinds: Collection[str], traits: Traits
) -> Iterator[Segment]:
    """The segments of messages of some kinds, head and tail included; the others are counted.

    Segments in front of any head are taken for those of a message whose head is missing. A control
    count that does not agree is noted, and nothing is refused for it.
    """
    service = {tag for pair in envelope.outer for tag in pair}
    is_wanted = True
    count = 0
    is_open = False
    for segment in stream:
        if segment.tag == envelope.head:
            if is_open:
                traits.note(f"messages without their end ({envelope.tail})")
            kind = segment.get(*((envelope.kind[0], envelope.kind[1])))
            is_wanted = kind in kinds
            if not is_wanted:
                traits.note(f"messages of another kind ({kind[:10] or 'not named'}), not read")
            count, is_open = 0, True
        count += 1
        if segment.tag in service:
            if is_open and segment.tag in {end for _, end in envelope.outer}:
                traits.note(f"messages without their end ({envelope.tail})")
                is_open = False
            yield segment
            continue
        if is_wanted:
            yield segment
        if segment.tag == envelope.tail:
            _check(segment, count, envelope, traits, is_open=is_open)
            is_open, is_wanted = False, True
    if is_open:
        traits.note(f"messages without their end ({envelope.tail})")


def _check(
    segment: Segment, count: int, envelope: Envelope, traits: Traits, *, is_open: bool
) -> None:
    stated = segment.get(1)
    if not is_open:
        traits.note(f"messages without their head ({envelope.head})")
    elif stated != str(count) and stated.lstrip("0") != str(count):
        traits.note(f"messages whose control count ({envelope.tail}) is wrong")
