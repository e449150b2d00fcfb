"""Realistic exports in several formats, with the true answers beside.

Writes what partners would send for a known set of journeys, so that the reading and the counting
can be checked against a truth that was not computed by the code under test. For that reason it
knows the domain's words and nothing else of ours.
"""
