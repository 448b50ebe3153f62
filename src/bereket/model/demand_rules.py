"""Rules of what is wanted: table `demand`.

That tonnes are a figure of 0 or more, that places and cargo exist, that a flow of a
year stands once and that its bounds hold it, are rules of the schema and of every
table; what is left is here.
"""

from collections.abc import Callable, Iterator

import numpy as np

from bereket.errors import Issue
from bereket.model.model import Model
from bereket.schema.checker import FIRST_ROW

Rule = Callable[[Model], Iterator[Issue]]


def flows_lead_elsewhere(model: Model) -> Iterator[Issue]:
    """Find flows that end where they begin: no way carries them."""
    demand = model["demand"]
    origin = demand.text("origin_node_id")
    here = (origin == demand.text("destination_node_id")) & (origin != "")
    for row in np.nonzero(here)[0]:
        where = (int(row) + FIRST_ROW,)
        rule = "must be another place than origin_node_id"
        found = f"{str(origin[row])!r} on both sides"
        yield Issue("demand", where, "destination_node_id", rule, found)


FAULTS: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (flows_lead_elsewhere, ("demand",)),
)
