"""What carriage between countries costs on the mean of their cities."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from bereket.model.model import Model

Lane = tuple[str, str, str]  # country that sells, country that buys, cargo


@dataclass(frozen=True, slots=True)
class CityCost:
    """What carriage between two places costs.

    Attributes
    ----------
    origin_id, destination_id, commodity_id : str
        From where to where, and what.
    tonnes : float
        Weight of the pair in the mean: what is wanted between the places in a year [t].
    cost_usd_per_t : float
        Generalised cost that a shipper expects; inf where nothing can go.
    """

    origin_id: str
    destination_id: str
    commodity_id: str
    tonnes: float
    cost_usd_per_t: float


@dataclass(frozen=True, slots=True)
class LaneCost:
    """What carriage between two countries costs a cargo, on the mean of their cities.

    Attributes
    ----------
    cost_usd_per_t : float
        Mean over pairs of cities, weighted by tonnes; inf where none of them has a way.
    tonnes : float
        What is wanted in a year, of pairs that have a way.
    city_pairs, without_way : int
        Pairs of cities; those of them that have no way and are in no mean.
    """

    cost_usd_per_t: float
    tonnes: float
    city_pairs: int
    without_way: int


@dataclass(frozen=True)
class Skims:
    """Costs of carriage between countries.

    Attributes
    ----------
    lanes : mapping of (str, str, str) to LaneCost
        By seller, buyer and cargo.
    """

    lanes: Mapping[Lane, LaneCost]

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Pairs of countries that have a lane."""
        return tuple(dict.fromkeys((seller, buyer) for seller, buyer, _ in self.lanes))


def trading_places(model: Model) -> dict[str, str]:
    """Return the label under which each place trades: its country's, or the group's.

    Parameters
    ----------
    model : Model
        A model; its table `country` may name members of groups.

    Returns
    -------
    dict of str to str
        By node; a country that is no member of a group stands for itself.

    Examples
    --------
    >>> from bereket import blank_model
    >>> trading_places(blank_model())["EAST"]
    'KAZ'
    """
    node, table = model["node"], model["country"]
    groups = zip(table.labels("iso3"), table.lists("members"), strict=True)
    group_of = {name: group for group, members in groups for name in members}
    places = zip(node.labels("node_id"), node.labels("country_iso3"), strict=True)
    return {place: group_of.get(iso3, iso3) for place, iso3 in places}


def mean_skims(model: Model, costs: Iterable[CityCost]) -> Skims:
    """Return costs between countries as means over their cities.

    Parameters
    ----------
    model : Model
        Tells the country of a place.
    costs : iterable of CityCost
        Between places; those within a country are left out.

    Returns
    -------
    Skims
        One lane a seller, buyer and cargo.

    Examples
    --------
    >>> from bereket import blank_model
    >>> found = mean_skims(blank_model(), [
    ...     CityCost("EAST", "FARPORT", "grain", 3.0, 40.0),
    ...     CityCost("EASTGATE", "FARPORT", "grain", 1.0, 80.0),
    ... ])
    >>> [lane.cost_usd_per_t for lane in found.lanes.values()]
    [50.0]
    """
    country = trading_places(model)
    by_lane: dict[Lane, list[CityCost]] = {}
    for each in costs:
        lane = country[each.origin_id], country[each.destination_id], each.commodity_id
        if lane[0] != lane[1]:
            by_lane.setdefault(lane, []).append(each)
    return Skims({lane: _mean(group) for lane, group in by_lane.items()})


def _mean(group: list[CityCost]) -> LaneCost:
    """Return the mean of the pairs of cities that have a way."""
    going = [each for each in group if each.cost_usd_per_t < float("inf")]
    tonnes = sum(each.tonnes for each in going)
    total = sum(each.tonnes * each.cost_usd_per_t for each in going)
    cost = total / tonnes if tonnes > 0 else float("inf")
    return LaneCost(cost, tonnes, len(group), len(group) - len(going))
