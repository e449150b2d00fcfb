"""Partner scorecards from shipment event exports.

A tally clerk is the neutral clerk who counts the cargo at every handover between two parties.
This package does the same with the exports of suppliers, freight forwarders and couriers: count
exactly, blame fairly, show the count behind every judgement. Importing it costs nothing; the heavy
libraries are imported by the packages that use them.
"""

__version__ = "0.1.0"
