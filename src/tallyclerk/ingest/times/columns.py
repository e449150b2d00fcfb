"""The columns of times that a source has in its files, each with how it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from tallyclerk.domain.tables import TABLES, UTC
from tallyclerk.ingest.plan import Binding, Plan
from tallyclerk.ingest.times.column import TimeColumn


def time_columns(
    plan: Plan, binding: Binding, *, tells_offsets: bool
) -> Iterator[tuple[str, TimeColumn]]:
    """A parser for each column of times: by our name, in a wide layout by theirs.

    Args:
        plan: The source.
        binding: Its columns.
        tells_offsets: Whether every time in files of its format should carry its offset.
    """
    source = plan.source
    states_zones = "timezone" in binding.columns
    clock = replace(plan.clock, tells_offsets=tells_offsets, states_zones=states_zones)
    given = source.datetime_format or ()
    formats = (given,) if isinstance(given, str) else given
    for name, dtype in TABLES[source.table].items():
        if dtype in {UTC, pl.Date} and name in binding.columns:
            is_date = dtype == pl.Date
            theirs = binding.theirs(name)
            yield (
                name,
                TimeColumn(theirs, source.timezone, formats, is_date=is_date, clock=clock),
            )
    for column in binding.wide:
        spec = column.spec
        for theirs in filter(None, (spec.column, spec.recorded_column)):
            zone = spec.timezone or source.timezone
            own = clock if spec.timezone is None else replace(clock, zones={}, states_zones=False)
            yield theirs, TimeColumn(theirs, zone, formats, clock=own)
