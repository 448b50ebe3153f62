"""How shippers choose beyond time and money: parameters, and the ways that they act on.

Rows of table `parameter`, at the values of table `calibration` where they are fitted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from bereket.compiled.consignment import Consignment
from bereket.compiled.graph import Graph, arcs_of_rows
from bereket.model.calendar import is_open
from bereket.model.model import Model
from bereket.model.reference import find_rows, parse_reference

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Kind = Literal["constant", "penalty", "scale", "demand"]
PAID: Final = ("constant", "penalty")
LEFT_BY_FIT: Final = ("calibration", "fit")  # tables that a fit leaves behind
UNSEEN_BY_FIT: Final = (  # that no fit reads
    *("country", "trade", "elasticity", "agenda"),
    *("bus", "power_line", "power_plant", "power_load", "profile"),
    *("gas_node", "gas_pipe", "gas_field", "gas_load", "gas_storage"),
    *("gas_contract", "gas_swap"),
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One behavioural parameter.

    Attributes
    ----------
    parameter_id : str
        Its name.
    kind : {"constant", "penalty", "scale", "demand"}
        Paid once by a way, or at every passage [USD/t]; a factor of the logit scale, or
        of tonnes wanted.
    value : float
        USD/t, or a factor: fitted, else the prior.
    prior, low, high, prior_sd : float
        Before a fit, its bounds, and how sure it is; of factors `prior_sd` is that of
        the logarithm.
    on, commodity_ids, origins, destinations : tuple of str
        What it acts on; empty = all.
    is_fitted : bool
        Whether the value comes from table `calibration`.
    """

    parameter_id: str
    kind: Kind
    value: float
    prior: float
    low: float
    high: float
    prior_sd: float
    on: tuple[str, ...]
    commodity_ids: tuple[str, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    is_fitted: bool

    @property
    def is_factor(self) -> bool:
        """Whether it multiplies."""
        return self.kind not in PAID

    @property
    def unit(self) -> str:
        """Its unit; empty of a factor."""
        return "" if self.is_factor else "USD/t"

    def fits(self, sent: Consignment) -> bool:
        """Whether it acts on a consignment."""
        shipment = sent.shipment
        of_cargo = not self.commodity_ids or shipment.commodity_id in self.commodity_ids
        comes = {sent.origin_id, shipment.origin_iso3}
        goes = {sent.destination_id, shipment.destination_iso3}
        from_there = not self.origins or bool(comes & set(self.origins))
        to_there = not self.destinations or bool(goes & set(self.destinations))
        return of_cargo and from_there and to_there


def parameters_of(model: Model, day: date) -> tuple[Parameter, ...]:
    """Return the parameters that act on a day, at their fitted values or priors.

    Parameters
    ----------
    model : Model
        Its tables `parameter` and `calibration` are read.
    day : date
        The date.

    Returns
    -------
    tuple of Parameter
        In the order of the table.

    Examples
    --------
    >>> from datetime import date
    >>> from bereket import blank_model
    >>> [p.parameter_id for p in parameters_of(blank_model(), date(2026, 1, 1))]
    ['by_port']
    """
    table, fitted = model["parameter"], model["calibration"]
    names = fitted.labels("parameter_id")
    values = dict(zip(names, fitted.number("value").tolist(), strict=True))
    numbers = {
        column: table.number(column).tolist()
        for column in ("prior", "lowest", "highest", "prior_sd")
    }
    found = []
    for row in np.nonzero(is_open(table, day))[0].tolist():
        name = table.labels("parameter_id")[row]
        prior = numbers["prior"][row]
        found.append(
            Parameter(
                parameter_id=name,
                kind=cast("Kind", table.labels("kind")[row]),
                value=values.get(name, prior),
                prior=prior,
                low=numbers["lowest"][row],
                high=numbers["highest"][row],
                prior_sd=numbers["prior_sd"][row],
                on=tuple(table.lists("on")[row]),
                commodity_ids=tuple(table.lists("commodity_id")[row]),
                origins=tuple(table.lists("origin")[row]),
                destinations=tuple(table.lists("destination")[row]),
                is_fitted=name in values,
            )
        )
    return tuple(found)


def unfitted(model: Model) -> Model:
    """Return a model without what a fit leaves behind: parameters at their priors.

    Parameters
    ----------
    model : Model
        The model.

    Returns
    -------
    Model
        Without tables `calibration` and `fit`, and those that no fit reads.

    Examples
    --------
    >>> from bereket import blank_model
    >>> len(unfitted(blank_model())["calibration"])
    0
    """
    apart = (*LEFT_BY_FIT, *UNSEEN_BY_FIT)
    bare = {n: each for n, each in model.tables.items() if n not in apart}
    return Model(model.name, bare, model.about)


def is_fitted_on(model: Model, table: Literal["calibration", "fit"]) -> bool:
    """Return whether a table that a fit left was made of the model as it is.

    Parameters
    ----------
    model : Model
        A model with rows of the table.
    table : {"calibration", "fit"}
        The table.

    Returns
    -------
    bool
        By the hash of all other tables, those that a fit leaves behind apart.

    Examples
    --------
    >>> from bereket import blank_model
    >>> is_fitted_on(blank_model(), "calibration")
    False
    """
    told = set(model[table].labels("model_hash"))
    return told == {unfitted(model).content_hash}


def passages(
    graph: Graph,
    parameters: Sequence[Parameter],
    sent: Sequence[Consignment],
    ways: Sequence[Ints],
    corridors: Sequence[Iterable[str]],
) -> Floats:
    """Return how often ways pass what parameters are paid on.

    Parameters
    ----------
    graph : Graph
        The network.
    parameters : sequence of Parameter
        Parameters; those that are factors are passed by none.
    sent : sequence of Consignment
        What each way carries.
    ways : sequence of (n,) int32
        Arcs of the graph.
    corridors : sequence of iterable of str
        Corridors of each way.

    Returns
    -------
    (n_ways, n_parameters)
        Passages; of a constant 1 or 0. Arcs in a row are one passage. A country counts
        for ways that neither begin nor end in it.
    """
    found = np.zeros((len(ways), len(parameters)))
    flat = [graph.chains.flat(way) for way in ways]
    start = np.concatenate(([0], np.cumsum([each.size for each in flat])))[:-1]
    arcs = np.concatenate(flat) if flat else np.empty(0, dtype=np.int32)
    named = [frozenset(each) for each in corridors]
    for column, parameter in enumerate(parameters):
        if parameter.is_factor:
            continue
        count = np.zeros(len(ways))
        for element in parameter.on:
            marked = _arcs(graph, element)
            if marked is None:
                count += [element in each for each in named]
            elif ways:
                on = marked[arcs]
                goes_on = np.concatenate(([False], on[:-1]))
                goes_on[start] = False
                # a stretch of arcs in a row is passed once
                passed = np.add.reduceat((on & ~goes_on).astype(np.float64), start)
                if ":" not in element:  # a country
                    passed *= [_is_transit(each, element) for each in sent]
                count += passed
        fits = np.array([parameter.fits(each) for each in sent], dtype=bool)
        count = np.where(fits, count, 0.0) if ways else count
        found[:, column] = (
            np.minimum(count, 1.0) if parameter.kind == "constant" else count
        )
    return found


def _is_transit(sent: Consignment, iso3: str) -> bool:
    shipment = sent.shipment
    return iso3 not in {shipment.origin_iso3, shipment.destination_iso3}


def _arcs(graph: Graph, element: str) -> NDArray[np.bool_] | None:
    """Return the arcs of a row or a country; None of a corridor."""
    if ":" in element:
        reference = parse_reference(element)
        rows = find_rows(graph.model, reference)
        return arcs_of_rows(graph, reference.table, rows)
    if (element,) in graph.model["corridor"].row_of:
        return None
    inside = np.nonzero(graph.model["node"].text("country_iso3") == element)[0]
    return arcs_of_rows(graph, "node", tuple(inside.tolist()))
