"""Pure formulas on numbers: intervals, percentiles, survival, standardisation, control charts.

Nothing here knows what is being counted. Every function is deterministic, draws no random
numbers and imports nothing else of the project. Import from the module that holds the method;
this package re-exports nothing, so that an import says where its formula is written down.
"""
