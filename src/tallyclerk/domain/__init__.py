"""The words of the trade: milestones, roles, reasons, table schemas, the `Kpi` type and units.

Every other package speaks in these terms. A field's unit and description are declared once, here.
"""
