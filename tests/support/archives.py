"""Whether a run went on from what an earlier one left."""

from tallyclerk.kpis.settled import longest_wait
from tallyclerk.pipeline import Run


def is_gone_on(run: Run) -> bool:
    """Whether a run went on from what another one left, with settled shipments."""
    deriving = run.passes.deriving
    former, wait = deriving.archives.former, longest_wait(run.passes.parameters)
    is_used = former is not None and former.is_settled_under(run.passes.context, wait)
    return is_used and former is not None and former.horizon is not None
