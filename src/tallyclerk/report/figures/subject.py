"""What figures are drawn from, and how a chart becomes a drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from tallyclerk.domain.results import Result
from tallyclerk.report import verdict
from tallyclerk.report.bundled import bundled_templates
from tallyclerk.report.charts import draw
from tallyclerk.report.model import Drawing, Figure, KpiText, PartnerInput
from tallyclerk.report.states import page_order


@dataclass(frozen=True, slots=True)
class Subject:
    """One partner in one role: what its figures are drawn from.

    Attributes:
        prefix: Unique on the page: prefix of the ids in the drawings.
    """

    given: PartnerInput
    role: str
    kpis: Mapping[str, KpiText]
    prefix: str

    @property
    def totals(self) -> list[Result]:
        """The totals of this role in page order."""
        return sorted((r for r in self.given.totals if r.role == self.role), key=page_order)

    def of_role(self, results: Sequence[Result]) -> list[Result]:
        """Those results that are of this role."""
        return [r for r in results if r.role == self.role]

    def label(self, result: Result) -> str:
        """Name a result."""
        return verdict.label(result, self.kpis)

    def drawn(
        self,
        key: str,
        chart: ModuleType,
        unit: str,
        datasets: Mapping[str, draw.Rows],
        caption: str = "",
    ) -> Drawing:
        """Draw a chart of `tallyclerk.report.charts`."""
        fonts = bundled_templates() / "fonts"
        svg = draw.svg(chart.specification, unit, datasets, key=f"{self.prefix}-{key}", fonts=fonts)
        return Drawing(svg=svg, caption=caption)


def empty(key: str, title: str, why: str) -> Figure:
    """Give a figure that has nothing to draw, with the reason."""
    return Figure(key=key, title=title, how="", alt="", instead=why)
