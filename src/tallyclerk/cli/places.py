"""Files and rows in a table: a short sign for each file, and what the signs mean below it."""

from __future__ import annotations

from tallyclerk.cli.table import one_line


class Places:
    """Signs for files in the order in which they come up."""

    def __init__(self) -> None:
        """No file has come up yet."""
        self._signs: dict[str, str] = {}

    def short(self, place: str | None) -> str:
        """A place "folder/file.csv:12" as "f1:12"; a dash where there is none."""
        if place is None:
            return "—"
        file, _, row = place.rpartition(":")
        sign = self._signs.setdefault(file, f"f{len(self._signs) + 1}")
        return f"{sign}:{row}"

    def legend(self) -> str:
        """What the signs mean, one a line."""
        return "\n".join(f"{sign}  {one_line(file)}" for file, sign in self._signs.items())
