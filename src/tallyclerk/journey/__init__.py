"""EVENTS → JOURNEYS: shipments, custody, handovers, scan gaps and incidents.

A pure function on one bucket of events with declared schemas on both sides. All events of one
shipment are in one bucket, so the journeys of the parts together are the journeys of the whole.
"""
