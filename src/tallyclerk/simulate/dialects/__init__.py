"""How each partner writes its export: headers, statuses, clock, encoding, layout, files.

One description feeds the writer and the generated configuration, so the two cannot disagree.
"""

from __future__ import annotations

from typing import Final

from tallyclerk.simulate.dialects.couriers import COURIERS
from tallyclerk.simulate.dialects.dialect import Dialect
from tallyclerk.simulate.dialects.forwarders import AIRLINES, FORWARDERS
from tallyclerk.simulate.dialects.suppliers import SUPPLIERS

__all__ = ["DIALECTS", "Dialect"]

DIALECTS: Final = SUPPLIERS + FORWARDERS + AIRLINES + COURIERS
