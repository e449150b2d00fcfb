"""The command line: one module per command.

A command parses its arguments, calls the pipeline, prints the answer and sets the exit code; no
dataframe code lives here. stdout carries the answer, stderr progress and warnings. Commands are
loaded only when they are called, so that `--help` answers at once.
"""

from __future__ import annotations


def main() -> int:
    """Run the command line of this process and give its exit code."""
    import gc

    # What is imported stays: looking through it for garbage again and again took an eighth of a start.
    gc.set_threshold(50_000)
    from tallyclerk.cli.app import run

    return run()
