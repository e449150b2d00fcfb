"""Messages of the trade: EDIFACT, X12, Cargo-IMP, EPCIS, DCSA, postal events.

Each module turns the messages of one standard into rows with our own column names. They are
tolerant on purpose: real files have wrong control counts, impossible dates and missing segments, so
that what can be understood becomes a row, and what cannot is noted, refused by row, or counted.
"""
