"""Woodruff percentiles of many parties at once, as polars expressions.

`woodruff` works on the exact histograms of one party in plain Python; here the same formulas run
over frames of cases (see `curves`) that have a column `cluster` besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from tallyclerk.stats.clusters import student_effective_n
from tallyclerk.stats.curves import Key, curves, first_times
from tallyclerk.stats.rates import exact_limits
from tallyclerk.stats.woodruff import ClusterPercentile

_FIXED = 2**44
"""Deviates are rounded to this part of one before they are added up."""
PARTY = ["party"]


def cluster_percentiles(
    cases: pl.LazyFrame,
    keys: Sequence[str],
    q: Sequence[Fraction],
    units: Mapping[Key, float] | None = None,
    confidence: float = 0.95,
) -> dict[Key, list[ClusterPercentile]]:
    """Give Woodruff percentiles of each key, see `woodruff.woodruff`.

    Args:
        cases: With a column `cluster` besides.
        keys: Columns that tell the parties apart.
        q: Levels, strictly between 0 and 1.
        units: Where the counts are weights, the independent units that they stand for, by key:
            a larger effective n than that is not believed.
        confidence: Two-sided level.

    Returns:
        One percentile per level by key, for the keys that have cases.
    """
    cells, parties = _cells(cases, list(keys))
    curve = _curve(cells)
    sizes = _sizes(cells)
    values = first_times(curve, PARTY, {(p,): [float(level) for level in q] for p in sizes})
    effects = _effects(cells, curve, values)
    asked: dict[Key, list[float | None]] = {}
    effective: dict[tuple[int, int], float] = {}
    for party, (n, clusters) in sizes.items():
        size = units[parties[party]] if units else float(n)
        limits: list[float | None] = []
        for place, level in enumerate(q):
            if clusters < 2 or (party, place) not in effects:
                limits += [None, None]
                continue
            effect = effects[party, place] * size
            certain = student_effective_n(size, clusters, effect, confidence)
            effective[party, place] = certain
            limits += _levels(float(level), certain, confidence)
        asked[party,] = limits
    bounds = first_times(curve, PARTY, asked)
    return {
        parties[party]: [
            ClusterPercentile(
                values[party,][place],
                bounds[party,][2 * place],
                bounds[party,][2 * place + 1],
                n,
                clusters,
                effective.get((party, place)),
            )
            for place in range(len(q))
        ]
        for party, (n, clusters) in sizes.items()
    }


def _cells(cases: pl.LazyFrame, keys: list[str]) -> tuple[pl.DataFrame, list[Key]]:
    """Give cases added up by key, cluster and time, each key by its number.

    Grouping by several columns is several times slower than by one, so that each point in time of
    a party is one integer, and each cell (a cluster at a point) another.

    Returns:
        One row per cell with units, sorted: `party`, `time`, `cluster` (a number), `point`,
        `ended`, `opened`; and the keys by number of the party.
    """
    counted = pl.col("ended") + pl.col("opened") > 0
    held = cases.filter(counted).select(*keys, "cluster", "time", "ended", "opened").collect()
    known = held.lazy().select(keys).unique().sort(keys).with_row_index("party").collect()
    first, last = (held["cluster"].min() or 0, held["cluster"].max() or 0)
    clusters = int(last) - int(first) + 1  # type: ignore[arg-type]
    moments = int(held["time"].max() or 0) + 2  # type: ignore[arg-type]
    moment = (pl.col("time") + 1).fill_null(0)
    point = pl.col("party").cast(pl.Int64) * moments + moment
    numbered = (
        held.lazy()
        .join(known.lazy(), on=keys, nulls_equal=True)
        .select("ended", "opened", cell=point * clusters + pl.col("cluster") - first)
        .sort("cell")
        .collect()
    )
    point, moment = pl.col("cell") // clusters, pl.col("point") % moments
    cells = (
        _added_up(numbered, "cell")
        .lazy()
        .with_columns(point=point, cluster=pl.col("cell") % clusters)
        .with_columns(party=pl.col("point") // moments, time=pl.when(moment > 0).then(moment - 1))
        .drop("cell")
        .collect()
    )
    return cells, known.select(keys).rows()


def _added_up(ordered: pl.DataFrame, by: str, *others: str) -> pl.DataFrame:
    """Give the sums of `ended` and `opened` of a frame sorted by a column, by that column.

    Args:
        ordered: Without nulls in that column.
        by: The column.
        others: Columns that are the same in all rows of it, and are kept.
    """
    counts = ["ended", "opened"]
    return (
        ordered.lazy()
        .select(by, *others, pl.col(counts).cum_sum())
        .filter((pl.col(by) != pl.col(by).shift(-1)).fill_null(value=True))
        .with_columns(pl.col(counts) - pl.col(counts).shift(1, fill_value=0))
        .collect()
    )


def _curve(cells: pl.DataFrame) -> pl.DataFrame:
    """Give the curve of each party, see `curves`, with `point` beside."""
    points = _added_up(cells, "point", "party", "time")
    curve = curves(points.lazy(), PARTY)
    return curve.join(points.select("point", "party", "time"), on=["party", "time"])


def _levels(q: float, effective: float, confidence: float) -> list[float | None]:
    """Give the shares whose times are the limits, None where no time would be sure enough."""
    low, high = exact_limits(q * effective, effective, confidence)
    tail = (1.0 - confidence) / 2.0 * (1.0 + 1e-12)
    has_low = (1.0 - q) ** effective <= tail
    has_high = q**effective <= tail
    return [min(q, low) if has_low else None, max(q, high) if has_high else None]


def _sizes(cells: pl.DataFrame) -> dict[int, tuple[int, int]]:
    """Give units and clusters by party."""
    counted = (
        cells.lazy()
        .group_by("party")
        .agg(n=(pl.col("ended") + pl.col("opened")).sum(), clusters=pl.col("cluster").n_unique())
        .sort("party")
        .collect()
    )
    return {party: (n, clusters) for party, n, clusters in counted.iter_rows()}


def _effects(
    cells: pl.DataFrame, curve: pl.DataFrame, values: Mapping[Key, Sequence[int | None]]
) -> dict[tuple[int, int], float]:
    """Give v / (S (1 - S)) of the share ended by each value; nothing where nothing ended.

    The variance v is that between clusters of the deviates of the curve at the value, and where
    the value is not reached, at the last time that anything ended.

    Returns:
        By party and place of the level.
    """
    at_risk, ended = pl.col("at_risk"), pl.col("ended")
    left = at_risk - ended
    term = pl.when(left > 0).then(ended / at_risk / left).otherwise(0.0)
    jump = pl.when(left > 0).then(1.0 / left).otherwise(0.0)
    terms = curve.with_columns(jump=jump, passed=term.cum_sum().over("party"))
    ends = _ends(terms, values)
    places = range(len(ends))
    spread = cells.lazy().join(
        terms.lazy().select("point", "jump", "passed"), on="point", how="left"
    )
    for end in ends:
        spread = spread.join(end.lazy(), on="party", how="left")
    size = int(cells["cluster"].max() or 0) + 1  # type: ignore[arg-type]
    fixed = [f"fixed_{place}" for place in places]
    summed = (
        spread.select(
            "party",
            *(_deviate(place).alias(fixed[place]) for place in places),
            cluster=pl.col("party") * size + pl.col("cluster"),
        )
        .group_by("cluster")
        .agg(pl.col("party").first(), pl.col(fixed).sum())
        .group_by("party")
        .agg(pl.len(), pl.col(fixed).cast(pl.Int128).pow(2).sum())
        .collect()
    )
    survivals = [
        dict(end.select("party", f"survival_{p}").iter_rows()) for p, end in enumerate(ends)
    ]
    found = {}
    for party, clusters, *squares in summed.iter_rows():
        for place in places:
            if party in survivals[place]:
                survival = survivals[place][party]
                share = survival * (1.0 - survival)
                variance = int(squares[place]) / _FIXED**2 * clusters / max(1, clusters - 1)
                found[party, place] = variance / share if share > 0.0 else 0.0
    return found


def _ends(terms: pl.DataFrame, values: Mapping[Key, Sequence[int | None]]) -> list[pl.DataFrame]:
    """Give, level by level, where the spread is looked at, of the parties of which anything ended.

    Returns:
        Frames with `party`, and with the level's place behind the names: `until_…` (the time),
        `survival_…` there, and `last_…`, what those open then have passed.
    """
    ended = terms.filter(pl.col("ended") > 0).group_by("party").agg(pl.col("time").max())
    last = dict(ended.iter_rows())
    schema = {"party": pl.Int64, "time": pl.Int64}
    frames = []
    for place in range(max(map(len, values.values()), default=0)):
        untils = [
            (party, last[party] if times[place] is None else times[place])
            for (party,), times in values.items()
            if party in last
        ]
        at = pl.DataFrame(untils, schema=schema, orient="row")
        names = {"time": "until", "survival": "survival", "passed": "last"}
        chosen = (pl.col(theirs).alias(f"{ours}_{place}") for theirs, ours in names.items())
        frames.append(at.join(terms, on=["party", "time"]).select("party", *chosen))
    return frames


def _deviate(place: int) -> pl.Expr:
    """Give what a cell adds to the deviate of its cluster at a level."""
    until, survival, last = (pl.col(f"{name}_{place}") for name in ("until", "survival", "last"))
    taken = pl.col("time") <= until
    spent = pl.when(taken.fill_null(value=False)).then("passed").otherwise(last)
    gain = pl.when(taken).then(pl.col("ended") * pl.col("jump")).otherwise(0.0)
    deviate = survival * (gain - (pl.col("ended") + pl.col("opened")) * spent)
    return (deviate * _FIXED).round().cast(pl.Int64)
