"""Vendors that track, ship and help: one file each, thin over `payloads.py` and `renamed.py`."""
