"""What is asked of a corridor's capacity."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bereket.compiled.streams import SIDES, Demand, Side
from bereket.errors import QuestionError
from bereket.model.model import Model
from bereket.model.places import find_commodity, find_place

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_DETOUR: Final = 1.0
MODES: Final = ("rail", "road", "sea", "waterway")


@dataclass(frozen=True, slots=True)
class CapacityParams:
    """What is asked.

    Attributes
    ----------
    corridor : str
        Corridor, by corridor_id; empty where a pair is asked.
    origin, destination : str
        Places of a pair, by node_id or name; of a corridor they take the place of its
        own.
    mix : tuple of (str, float)
        Cargo and share; of a corridor it takes the place of its own mix, both ways.
    as_of : str
        Date, YYYY-MM-DD; empty = the model's base date.
    party : str
        Party class that asks.
    modes : tuple of str
        Modes of transport that may be used; empty = those of each cargo's cheapest way.
    max_detour : float
        Largest ratio of the cost by an arc to that of the cheapest way.
    with_ladder, with_measures, with_months, with_reasons : bool
        What is worked out beside the flow; reasons are what stops a cargo that has no
        way.
    """

    corridor: str = ""
    origin: str = ""
    destination: str = ""
    mix: tuple[tuple[str, float], ...] = ()
    as_of: str = ""
    party: str = ""
    modes: tuple[str, ...] = ()
    max_detour: float = 1.5
    with_ladder: bool = True
    with_measures: bool = True
    with_months: bool = True
    with_reasons: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be asked; every fault in one error."""
        faults = []
        if not (self.corridor or self.origin or self.destination):
            faults.append("name a corridor, or both places of a pair and the cargo")
        if not self.corridor and not self.mix:
            faults.append("a pair needs its cargo, or a mix of cargoes")
        if bool(self.origin) != bool(self.destination):
            faults.append("a pair has two places; only one is given")
        faults += [
            f"the share of {name} must be a number of 0 or more; found {share:g}"
            for name, share in self.mix
            if not 0 <= share < float("inf")
        ]
        if self.mix and not sum(share for _, share in self.mix) > 0:
            faults.append("nothing is to flow: every share of the mix is 0")
        if not self.max_detour >= LEAST_DETOUR:
            faults.append(f"max_detour must be 1 or more; found {self.max_detour:g}")
        faults += [
            f"{mode!r} is no mode of transport; there are {', '.join(MODES)}"
            for mode in self.modes
            if mode not in MODES
        ]
        if faults:
            raise QuestionError("\n".join(faults))


def demand_of(model: Model, params: CapacityParams) -> Demand:
    """Return what is to flow: places, gateways and mix.

    Parameters
    ----------
    model : Model
        The model.
    params : CapacityParams
        What is asked.

    Returns
    -------
    Demand
        Shares of each side sum to one.

    Raises
    ------
    QuestionError
        When corridor, place or cargo is not in the model, or the corridor has no mix.
    """
    if not params.corridor:
        ends = _ends(model, params)
        mix = _shares(model, params.mix, "the mix")
        return Demand("", *ends, {"there": mix, "back": mix})
    corridor = model["corridor"]
    known = corridor.row_of.get((params.corridor,))
    if known is None:
        raise QuestionError(_no_corridor(model, params.corridor))
    (row,) = known
    mixes: dict[Side, Mapping[str, float]] = {}
    for side in SIDES:
        text = corridor.lists("mix_back" if side == "back" else "mix")[row]
        text = text or corridor.lists("mix")[row]
        stated = params.mix or tuple(_share(part) for part in text)
        mixes[side] = _shares(model, stated, f"the mix of corridor {params.corridor}")
    origins = corridor.lists("origin_node_ids")[row]
    destinations = corridor.lists("destination_node_ids")[row]
    if params.origin:
        origins, destinations = _ends(model, params)
    return Demand(
        corridor_id=params.corridor,
        origins=origins,
        destinations=destinations,
        mix=mixes,
        ends_in_iso3=corridor.labels("ends_in_iso3")[row],
    )


def _ends(
    model: Model, params: CapacityParams
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    places = model["node"].labels("node_id")
    start, end = (
        find_place(model, text) for text in (params.origin, params.destination)
    )
    if start == end:
        msg = f"from and to are one place, {places[start]!r}"
        raise QuestionError(msg)
    return (places[start],), (places[end],)


def _share(part: str) -> tuple[str, float]:
    name, _, share = part.partition(":")
    return name, float(share)


def _shares(
    model: Model, stated: tuple[tuple[str, float], ...], what: str
) -> dict[str, float]:
    """Return shares by commodity that sum to one."""
    labels = model["commodity"].labels("commodity_id")
    shares: dict[str, float] = {}
    for name, share in stated:
        cargo = labels[find_commodity(model, name)]
        shares[cargo] = shares.get(cargo, 0.0) + share
    total = sum(shares.values())
    if not total > 0:
        msg = f"{what} is empty: nothing is to flow"
        raise QuestionError(msg)
    return {cargo: share / total for cargo, share in shares.items()}


def _no_corridor(model: Model, name: str) -> str:
    import difflib

    known = model["corridor"].labels("corridor_id")
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    return f"there is no corridor {name!r}; {hint}"
