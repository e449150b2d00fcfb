"""The command line: one module per command.

A command parses its arguments, calls the pipeline, prints the answer and sets the exit code; no
dataframe code lives here. stdout carries the answer, stderr progress and warnings. Commands are
loaded only when they are called, so that `--help` answers at once.
"""
