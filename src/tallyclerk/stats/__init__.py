"""Pure formulas on numbers and small frames, one method per file.

Intervals, percentiles, survival, standardisation, jackknife and control charts. No domain words,
and no import of any other package of ours: a formula can be read and tested on its own.
"""
