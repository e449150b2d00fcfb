"""The pages: frozen models built from RESULTS, their charts and their rendering.

A page is first built as a frozen model and only then drawn, so the HTML page, the PDF and the
tables read the same numbers and cannot disagree. `charts/` holds one chart per file, `render/` one
output format per file; outside the ledger, only `write.write_report` and what it calls write files.

Nothing is imported here: the words of `text` serve the command line too, which must not wait for
the libraries that draw.
"""
