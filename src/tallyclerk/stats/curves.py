"""Kaplan-Meier curves of many parties at once, as polars expressions.

`survival` works on one party's exact histogram in plain Python; here the same
formulas run over frames. A case is a row with the columns of the key and

- `time`: whole duration, null for units that never end;
- `ended`: units that ended after it; `opened`: units last seen open at it, or that never end.

Units may be weighted: any Int64 will do, as only their proportions count, and rows may take off what
others have. Sums are of integers, so that neither the order of the rows nor the number of threads
matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

_TOLERANCE = 1e-9
"""Relative: above the error of a product of ten thousand factors, below a step of any curve of
less than a hundred million units."""
Key = tuple[Any, ...]


def curves(cases: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Give the Kaplan-Meier curve of each key.

    S(t) is the product of (r - d) / r over the times up to t, with r at risk and d ended there.

    Source: E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481; with weights that standardise the
    units to another mix: J. Xie and C. Liu, Statistics in Medicine 24 (2005) 3089-3110.

    When not to use it: where the last digit must be exact at a tie (`survival.km_quantiles`).

    Args:
        cases: In any order, see above.
        keys: Columns that tell the parties apart.

    Returns:
        One row per key and time of any unit, sorted: ended, opened, at_risk, survival.
    """
    keys = list(keys)
    here = pl.col("ended") + pl.col("opened")
    # To sort and to part by the number of a party is several times as fast as by its key.
    parties = cases.group_by(keys).agg(total=here.sum()).sort(keys).with_row_index("party")
    left = pl.col("at_risk") - pl.col("ended")
    return (
        cases.filter(pl.col("time").is_not_null())
        .group_by(*keys, "time")
        .agg(pl.col("ended").sum(), pl.col("opened").sum())
        .filter(here > 0)
        .join(parties, on=keys)
        .sort("party", "time")
        .with_columns(at_risk=pl.col("total") - here.cum_sum().over("party") + here)
        .with_columns(survival=(left / pl.col("at_risk")).cum_prod().over("party"))
        .drop("party", "total")
        .collect()
    )


def first_times(
    curve: pl.DataFrame, keys: Sequence[str], levels: Mapping[Key, Sequence[float | None]]
) -> dict[Key, list[int | None]]:
    """Give the first time at which a share of the units has ended.

    Args:
        curve: See `curves`.
        keys: Its key.
        levels: Shares wanted by key, within 0..1; None for none.

    Returns:
        The times by key in the order of the levels, None where not reached.
    """
    asked = [
        (*key, place, level)
        for key, wanted in levels.items()
        for place, level in enumerate(wanted)
        if level is not None
    ]
    schema = {name: curve.schema[name] for name in keys}
    wanted_rows = pl.DataFrame(
        asked, schema={**schema, "place": pl.Int64, "level": pl.Float64}, orient="row"
    )
    found: dict[Key, list[int | None]] = {key: [None] * len(levels[key]) for key in levels}
    most = (1.0 - pl.col("level")) * (1.0 + _TOLERANCE)
    reached = (
        curve.lazy()
        .filter(pl.col("ended") > 0)
        .select(*keys, "time", "survival")
        .join(wanted_rows.lazy(), on=list(keys))
        .filter(pl.col("survival") <= most)
        .group_by(*keys, "place")
        .agg(pl.col("time").min())
        .collect()
    )
    for *key, place, time in reached.iter_rows():
        found[tuple(key)][place] = time
    return found


def percentiles(
    cases: pl.LazyFrame, keys: Sequence[str], q: Sequence[Fraction]
) -> dict[Key, list[int | None]]:
    """Give percentiles of each key's times without intervals, None where not reached."""
    curve = curves(cases, keys)
    wanted = [float(level) for level in q]
    return first_times(curve, keys, dict.fromkeys(curve.select(keys).unique().iter_rows(), wanted))
