"""The strip from dispatched to counted: why the figures of a page count different cases."""

from __future__ import annotations

from collections.abc import Sequence

from tallyclerk.domain.results import Result
from tallyclerk.report import text, words
from tallyclerk.report.charts import small
from tallyclerk.report.model import Stage
from tallyclerk.report.reasons import reason

WAY = (
    ("ready", ("dispatch_hours",)),
    ("tendered", ("handover_ack_rate",)),
    ("released", ("handover_out_hours",)),
    ("taken", ("transit_hours",)),
    ("dispatch", ("loss_rate",)),
    ("due", ("on_time_rate",)),
    ("delivered", ("damage_rate",)),
)
"""Each step, and the KPI whose cohort it is."""


def stages(totals: Sequence[Result]) -> tuple[Stage, ...]:
    """Give the steps that the totals of a role have cases for."""
    found = []
    for key, kpis in WAY:
        result = next((r for r in totals if r.kpi in kpis and cases(r)), None)
        if result is not None:
            found.append((key, result))
    most = max((cases(r) for _, r in found), default=1)
    return tuple(_stage(key, result, most) for key, result in found)


def cases(result: Result) -> int:
    """Count everything that fell into the cohort: counted, waiting and excluded."""
    return result.n + result.waiting + sum(n for why, n in result.excluded if why != "waiting")


def _stage(key: str, result: Result, most: int) -> Stage:
    rest = [("waiting", result.waiting)] if result.waiting else []
    rest += [(why, n) for why, n in result.excluded if why != "waiting"]
    return Stage(
        label=words.say(f"stage.{key}"),
        total=text.count(cases(result)),
        counted=words.say("stage.counted", n=text.count(result.n)),
        rest=", ".join(
            words.say("stage.rest", n=text.count(n), why=reason(why)) for why, n in rest
        ),
        bar=small.part_bar(result.n / most, cases(result) / most),
    )
