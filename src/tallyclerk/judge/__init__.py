"""TALLIES → RESULTS: what the counts say about a partner.

Holds the states, the lane adjustment, the comparison of partners, the composite score, the verdict
and the ranking. Everything is computed from integer counts by closed formulas.
"""
