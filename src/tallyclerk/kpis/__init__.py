"""The KPIs: one definition per file, and the engine that turns them into FACTS and TALLIES.

A `Kpi` definition gives the result rows, config keys, labels, axis titles, documentation and
generic property tests. The engine is a pure function on one bucket of shipments with declared
schemas on both sides, the same whatever runs it. KPI files do not import each other.
"""
