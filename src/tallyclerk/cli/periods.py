"""Months, quarters and years as they are typed, and which months they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from tallyclerk.domain.periods import Period, month_name, shifted

MONTHS_IN_YEAR, MONTHS_IN_QUARTER = 12, 3
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_MONTH_OF_LETTER = {"m": 1, "q": MONTHS_IN_QUARTER, "y": MONTHS_IN_YEAR}


class Month(click.ParamType[int]):
    """A calendar month, "2026-10", as the number 202610."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it; what is nearly a month is answered with the one it may mean."""
        parts = [int(part) for part in re.findall(r"\d+", str(value))]
        year = next((part for part in parts if _FIRST_YEAR <= part <= _LAST_YEAR), None)
        month = next((part for part in parts if part != year), None)
        if re.fullmatch(r"\d{4}-\d{2}", str(value)) and year and month:
            if 1 <= month <= MONTHS_IN_YEAR:
                return year * 100 + month
            raise click.BadParameter(_near(value, "a month", f"{year}-12"), ctx, param)
        if year and month and 1 <= month <= MONTHS_IN_YEAR:
            raise click.BadParameter(_near(value, "a month", f"{year}-{month:02d}"), ctx, param)
        raise click.BadParameter(f"{value!r} is not a month such as 2026-10.", ctx, param)


class Months(click.ParamType[Period]):
    """A quarter ("2026-Q3") or a year ("2026"), as a `Period`."""

    def __init__(self, name: str) -> None:
        """Read values of one kind, "quarter" or "year"."""
        self.name = name

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Period:
        """Read it, likewise."""
        pattern = r"(\d{4})" if self.name == "year" else r"(\d{4})-?[Qq](\d+)"
        found = re.fullmatch(pattern, str(value))
        if found and _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
            start = int(found[1]) * 100 + 1
            if self.name == "year":
                return Period(start, start + MONTHS_IN_YEAR - 1)
            if 1 <= int(found[2]) <= MONTHS_IN_YEAR // MONTHS_IN_QUARTER:
                first = start + (int(found[2]) - 1) * MONTHS_IN_QUARTER
                return Period(first, first + MONTHS_IN_QUARTER - 1)
            near = f"{found[1]}-Q{max(1, min(int(found[2]), 4))}"
            raise click.BadParameter(_near(value, "a quarter", near), ctx, param)
        month = re.fullmatch(r"(\d{4})-(\d{2})", str(value))
        if month and 1 <= int(month[2]) <= MONTHS_IN_YEAR:
            quarter = (int(month[2]) + 2) // MONTHS_IN_QUARTER
            near = month[1] if self.name == "year" else f"{month[1]}-Q{quarter}"
            raise click.BadParameter(_near(value, f"a {self.name}", near), ctx, param)
        example = "2026" if self.name == "year" else "2026-Q3"
        raise click.BadParameter(f"{value!r} is not a {self.name} such as {example}.", ctx, param)


class Last(click.ParamType[int]):
    """So many whole months before `as_of`: "3m", "2q", "1y"."""

    name = "last"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it as a number of months."""
        found = re.fullmatch(r"(\d{1,3})([mqy])", str(value).strip().lower())
        if found and int(found[1]):
            return int(found[1]) * _MONTH_OF_LETTER[found[2]]
        if re.fullmatch(r"[1-9]\d?", str(value)):
            raise click.BadParameter(_near(value, "a span", f"{value}m"), ctx, param)
        raise click.BadParameter(
            f"{value!r} is not a span such as 3m (months), 2q or 1y.", ctx, param
        )


def _near(value: object, kind: str, near: str) -> str:
    return f"{value!r} is not {kind}; did you mean {near}?"


@dataclass(frozen=True)
class AskedPeriod:
    """The months that were asked for, as far as they are known without the data.

    Attributes:
        fixed: Exactly these months.
        last: So many whole months before `as_of`.
        first: From this month on …
        until: … to that one; None: as far as the data go.
    """

    fixed: Period | None = None
    last: int | None = None
    first: int | None = None
    until: int | None = None

    @staticmethod
    def take(given: dict[str, Any]) -> AskedPeriod:
        """Take the period's options out of a command's arguments.

        Raises:
            click.UsageError: More than one kind was given, or it ends before it begins.
        """
        names = {"month": "--month", "quarter": "--quarter", "year": "--year", "last": "--last"}
        chosen: Mapping[str, Any] = {name: given.pop(name) for name in names}
        first, until = given.pop("from_month"), given.pop("to_month")
        kinds = [names[name] for name, value in chosen.items() if value is not None]
        kinds += ["--from/--to"] if first or until else []
        if len(kinds) > 1:
            raise click.UsageError(f"{' and '.join(kinds)} are two periods; give one of them.")
        if first and until and first > until:
            raise click.UsageError(
                f"--from {month_name(first)} is after --to {month_name(until)}; swap them."
            )
        month = chosen["month"]
        return AskedPeriod(
            fixed=Period(month, month) if month else chosen["quarter"] or chosen["year"],
            last=chosen["last"],
            first=first,
            until=until,
        )

    def months(self, last_complete: Period, of_data: Callable[[], Period | None]) -> Period | None:
        """The months meant, None for all.

        Args:
            last_complete: The last month that was over at `as_of`.
            of_data: Gives the first to the last month in the data; asked only where it matters.
        """
        if self.fixed:
            return self.fixed
        if self.last:
            return Period(shifted(last_complete.last, 1 - self.last), last_complete.last)
        if not (self.first or self.until):
            return None
        ends = of_data() or last_complete
        first = self.first or min(ends.first, self.until or ends.first)
        return Period(first, self.until or max(ends.last, first))
