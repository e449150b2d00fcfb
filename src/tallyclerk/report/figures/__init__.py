"""The figures of one role of one partner: one per file, each titled with its finding.

The first page says what is so, these say why and whether it is fair. There are five for paper
(`MAIN`); the screen has room for the others too.
"""

from __future__ import annotations

from tallyclerk.report.figures import incidents, lanes, latency, silence, targets, time, trend
from tallyclerk.report.figures.subject import Subject
from tallyclerk.report.model import Figure

__all__ = ["Subject", "figures"]

MAIN = (time.figure, latency.figure, trend.figure, lanes.figure, silence.figure)
MORE = (incidents.figure, targets.figure)


def figures(subject: Subject) -> tuple[Figure, ...]:
    """Draw every figure in the order of the page; one without data says so in words."""
    return tuple(make(subject) for make in (*MAIN, *MORE))
