"""The order of the steps of one run, and nothing else: no other package knows it."""

from tallyclerk.pipeline.run import Run, open_run

__all__ = ["Run", "open_run"]
