"""Every value with a target, with its interval, in panels that do not mix scales."""

from __future__ import annotations

from collections.abc import Sequence

from tallyclerk.domain.results import Result, State
from tallyclerk.report import text, words
from tallyclerk.report.charts import dots
from tallyclerk.report.figures.subject import Subject, empty
from tallyclerk.report.model import Figure

PANELS = (("rate", "higher", False), ("rate", "lower", True), ("hours", "lower", True))
"""Unit, better, and whether the axis starts at zero."""


def figure(subject: Subject) -> Figure:
    """Draw values with intervals against targets."""
    judged = [r for r in subject.totals if r.target is not None and r.value is not None]
    if not judged:
        return empty("targets", words.say("figure.targets.title"), words.say("figure.targets.none"))
    drawings = []
    for place, (unit, better, from_zero) in enumerate(PANELS):
        chosen = [r for r in judged if (r.unit, r.better) == (unit, better)]
        if chosen:
            rows = dots.fill_open_ends([dots.row(r, subject.label(r)) for r in chosen])
            ends = dots.frame(rows, from_zero=from_zero, most=100.0 if unit == "rate" else None)
            key = f"targets{place}"
            drawings.append(subject.drawn(key, dots, unit, {"main": rows, "frame": ends}))
    title = targets_title(judged)
    return Figure(
        key="targets",
        title=title,
        how=words.say("figure.targets.how"),
        alt=f"{words.say('figure.targets.title')}. {title}",
        drawings=tuple(drawings),
        is_main=False,
    )


def targets_title(judged: Sequence[Result]) -> str:
    """Count the targets by state."""
    order = (
        State.BREACH,
        State.BELOW_TARGET,
        State.MEETS,
        State.NOT_PROVEN,
        State.INSUFFICIENT,
    )
    number = {state: sum(r.state is state for r in judged) for state in order}
    parts = [
        words.say(f"figure.targets.{state.value}", n=text.count(n))
        for state, n in number.items()
        if n
    ]
    every = text.plural(len(judged), "target")
    return words.say("figure.targets.finding", targets=every, parts=", ".join(parts))
