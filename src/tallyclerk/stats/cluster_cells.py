"""Cases in clusters, added up: what percentiles of clustered times are computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tallyclerk.stats.curves import Key

_LARGEST = 2**63


@dataclass(frozen=True, kw_only=True)
class ClusterCells:
    """Cases added up by party, time, cluster and part, in the order of these.

    Grouping by several columns is several times slower than sorting one, so that each cell is one
    integer. Parts are what weights are told of, such as lanes: they come last, so that cells stay in
    order when parts are weighed and put together.

    Attributes:
        cells: `cell`, sorted; units `ended` and `opened`.
        parties: Key of each party, by its number.
        parts: Name of each part, by its number.
        moments: How many times there are, the time of those without one included.
        clusters: How many clusters there are.
    """

    cells: pl.DataFrame
    parties: Sequence[Key]
    parts: Sequence[Any]
    moments: int
    clusters: int

    @staticmethod
    def of(cases: pl.LazyFrame, keys: Sequence[str], part: str | None = None) -> ClusterCells:
        """Add up cases.

        Args:
            cases: With a column `cluster` besides.
            keys: Columns that tell the parties apart.
            part: A column whose values may be weighed.
        """
        columns = [*keys, *([part] if part else [])]
        counted = pl.col("ended") + pl.col("opened") > 0
        held = (
            cases.filter(counted).select(*columns, "cluster", "time", "ended", "opened").collect()
        )
        first, last = (held["cluster"].min() or 0, held["cluster"].max() or 0)
        clusters = int(last) - int(first) + 1  # type: ignore[arg-type]
        moments = int(held["time"].max() or 0) + 2  # type: ignore[arg-type]
        party, parties = _numbered(held, list(keys))
        place, parts = _numbered(held, [part]) if part else (pl.lit(0), [(None,)])
        moment = (pl.col("time") + 1).fill_null(0)
        cluster = pl.col("cluster") - first
        cell = ((party * moments + moment) * clusters + cluster) * len(parts) + place
        return ClusterCells(
            cells=added_up(_sorted(held.select("ended", "opened", cell=cell)), "cell"),
            parties=parties,
            parts=[name for (name,) in parts],
            moments=moments,
            clusters=clusters,
        )

    def weighed(self, weights: Mapping[tuple[Key, Any], int]) -> ClusterCells:
        """Give the cells of the parts that have a weight, their units multiplied by it.

        Args:
            weights: By party and part.
        """
        size = len(self.parts)
        table = [weights.get((key, part), 0) for key in self.parties for part in self.parts]
        cell, weight = pl.col("cell"), pl.col("weight")
        place = cell // (size * self.clusters * self.moments) * size + cell % size
        cells = (
            self.cells.lazy()
            .with_columns(weight=pl.lit(pl.Series(table, dtype=pl.Int64)).gather(place))
            .filter(weight > 0)
            .select("cell", pl.col("ended") * weight, pl.col("opened") * weight)
            .collect()
        )
        return replace(self, cells=cells)

    def sizes(self) -> dict[tuple[Key, Any], tuple[int, int]]:
        """Give units and clusters by party and part."""
        size, cell = len(self.parts), pl.col("cell")
        of_clusters = (
            self.cells.lazy()
            .group_by(
                place=cell // (size * self.clusters * self.moments) * size + cell % size,
                cluster=cell // size % self.clusters,
            )
            .agg(n=(pl.col("ended") + pl.col("opened")).sum())
        )
        found = of_clusters.group_by("place").agg(pl.col("n").sum(), pl.len()).sort("place")
        return {
            (self.parties[place // size], self.parts[place % size]): (n, clusters)
            for place, n, clusters in found.collect().iter_rows()
        }

    def by_cluster(self) -> Iterator[tuple[Key, int, int]]:
        """Give the units of each party in each cluster, and how many of them never end."""
        size, cell, units = len(self.parts), pl.col("cell"), pl.col("ended") + pl.col("opened")
        point = cell // (size * self.clusters)
        found = (
            self.cells.lazy()
            .group_by(party=point // self.moments, cluster=cell // size % self.clusters)
            .agg(n=units.sum(), never=units.filter(point % self.moments == 0).sum())
            .sort("party", "cluster")
        )
        for party, _, n, never in found.collect().iter_rows():
            yield self.parties[party], n, never

    def last_ended(self) -> dict[Key, int]:
        """Give the longest time after which anything ended, by party."""
        point = pl.col("cell") // (len(self.parts) * self.clusters)
        found = (
            self.cells.lazy()
            .filter(pl.col("ended") > 0)
            .group_by(party=point // self.moments)
            .agg(moment=(point % self.moments).max())
        )
        return {self.parties[p]: moment - 1 for p, moment in found.collect().iter_rows()}

    def whole(self) -> pl.DataFrame:
        """Give the cells with their parts put together.

        Returns:
            One row per cell with units, sorted: `party`, `time`, `cluster`, `point` (a number for
            party and time), `ended`, `opened`.
        """
        cells = self.cells
        if len(self.parts) > 1:
            cells = added_up(cells.with_columns(pl.col("cell") // len(self.parts)), "cell")
        moment = pl.col("point") % self.moments
        return (
            cells.lazy()
            .with_columns(
                point=pl.col("cell") // self.clusters, cluster=pl.col("cell") % self.clusters
            )
            .with_columns(
                party=pl.col("point") // self.moments, time=pl.when(moment > 0).then(moment - 1)
            )
            .drop("cell")
            .collect()
        )


def _numbered(held: pl.DataFrame, columns: list[str]) -> tuple[pl.Series, list[Key]]:
    """Give the number of each row's values among the different ones, and these, sorted.

    Rows come in long runs of equal values, so that only the first of each is looked up.
    """
    is_other = [pl.col(name).ne_missing(pl.col(name).shift()) for name in columns]
    begins = pl.any_horizontal(*is_other) | (pl.int_range(pl.len()) == 0)
    firsts = held.lazy().filter(begins).select(columns)
    known = firsts.unique().sort(columns).with_row_index("number").collect()
    found = firsts.join(
        known.lazy(), on=columns, how="left", nulls_equal=True, maintain_order="left"
    ).collect()
    run = held.select(begins.cum_sum().cast(pl.Int64) - 1).to_series()
    return found["number"].cast(pl.Int64).gather(run), known.select(columns).rows()


def _sorted(cells: pl.DataFrame) -> pl.DataFrame:
    """Give cells by their number.

    Whole rows are one integer where they have room in it, which sorts several times faster.
    """
    if cells.is_empty():
        return cells
    ended, opened, last = (int(cells[name].max()) + 1 for name in ("ended", "opened", "cell"))  # type: ignore[arg-type]
    if last * ended * opened >= _LARGEST:
        return cells.sort("cell")
    packed = (pl.col("cell") * ended + pl.col("ended")) * opened + pl.col("opened")
    row = pl.col("row")
    return (
        pl.DataFrame({"row": cells.select(packed).to_series().sort()})
        .lazy()
        .select(cell=row // (ended * opened), ended=row // opened % ended, opened=row % opened)
        .collect()
    )


def added_up(ordered: pl.DataFrame, by: str, *others: str) -> pl.DataFrame:
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
