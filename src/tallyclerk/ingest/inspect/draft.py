"""A block while it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from tallyclerk.ingest.inspect import toml
from tallyclerk.ingest.inspect.findings import Question
from tallyclerk.ingest.inspect.group import Group
from tallyclerk.ingest.inspect.proposal import Proposal
from tallyclerk.ingest.times.candidates import Place


@dataclass
class Draft:
    """A block being written.

    Attributes:
        lines: Its lines so far.
        questions: What has to be known before it can be relied on.
        times: What is known of each column of times, in words.
        zone: What is known of the zone, in words.
        partner: The partner that it names.
        currency: That of the run, which amounts without another one are in.
    """

    name: str
    group: Group
    proposal: Proposal
    patterns: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    zone: str = ""
    partner: str | None = None
    currency: str = "EUR"

    def put(self, name: str, value: str, why: str = "") -> None:
        """Write a setting."""
        self.lines.append(toml.pair(name, value, why))

    def ask(self, words: str, *lines: str) -> None:
        """Leave a setting open: the lines are its possible answers."""
        self.lines += [toml.comment(f"QUESTION: {words}"), *map(toml.comment, lines)]
        self.questions.append(Question(self.name, words, " or ".join(lines)))

    def named(self, place: int) -> str:
        """Name of a column."""
        return self.group.profile.columns[place].name

    def where(self, place: Place) -> str:
        """A cell: file, row and what stands in it."""
        return f"{self.group.path_of(place.file).name}:{place.row} {place.value!r}"
