"""At which ports a container began and ended its way, where the events of a file prove it.

A vessel's call says nothing of that. The gates do: a full container enters the terminal of its port of
loading, and leaves that of its port of discharge. Where one port alone shows such a gate, vessels that
leave or reach it are the container's own departure and arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

GATES = {"GTIN": "origin", "GTOT": "destination"}
"""Gates that a full container passes, with the end of its way that they show."""


class Ports:
    """The ends of the way of each container and of each document told beside one."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._gates: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._containers: dict[str, set[str]] = defaultdict(set)

    def take(self, code: str, container: str, documents: Iterable[str], place: str) -> None:
        """Take what one event shows.

        Args:
            code: The event's code; a gate of an empty container has another.
            container: The container, or "".
            documents: Numbers of documents told beside it.
            place: The UN/LOCODE, or "".
        """
        if not container:
            return
        for document in documents:
            self._containers[document].add(container)
        if code in GATES and place:
            self._gates[container, GATES[code]].add(place)

    def side(self, container: str, documents: Iterable[str], place: str) -> str:
        """Which end of its way a place is, "" where no gate proves it."""
        told = (
            {container}
            if container
            else {other for number in documents for other in self._containers.get(number, ())}
        )
        for end in GATES.values():
            places = {place for name in told for place in self._gates.get((name, end), ())}
            if places == {place}:
                return end
        return ""
