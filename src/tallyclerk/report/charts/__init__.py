"""Charts: one per file, each a specification made once and rows that fill it.

A chart file gives `rows` (its data, tested as data), `specification` (Altair, tested as a snapshot)
and `figure` (title, reading line and drawing). `small` holds the hand-written SVG of table cells.
"""
