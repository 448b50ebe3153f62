"""What of a model is drawn on a map: points of places, lines of links."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bereket.model.geometry import Points, coordinates, split_at_antimeridian
from bereket.model.model import Model
from bereket.model.network_rules import link_ends


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """One link on the map.

    Attributes
    ----------
    parts : tuple of (n, 2)
        Longitude and latitude [degree]; several parts where it passes the meridian of
        180 degrees, none where a place is unknown.
    is_straight : bool
        True where the link has no geometry and is drawn from place to place.
    """

    parts: tuple[Points, ...]
    is_straight: bool


def drawn_links(model: Model) -> Iterator[DrawnLink]:
    """Give every link of a model as it is drawn, in the order of the table.

    Parameters
    ----------
    model : Model
        A model without fault.

    Yields
    ------
    DrawnLink
        By its geometry, else straight between its places.

    Examples
    --------
    >>> from bereket import blank_model
    >>> next(drawn_links(blank_model())).parts[0].tolist()
    [[52.0, 43.6], [53.8, 42.4]]
    """
    starts, ends = link_ends(model)
    for row, text in enumerate(model["link"].labels("geometry")):
        points = coordinates(text) if text else np.stack((starts[row], ends[row]))
        known = len(points) > 0 and not np.isnan(points).any()
        yield DrawnLink(split_at_antimeridian(points) if known else (), not text)


def places(model: Model) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of every place by its node_id."""
    node = model["node"]
    x, y = node.number("x_coord").tolist(), node.number("y_coord").tolist()
    return dict(zip(node.labels("node_id"), zip(x, y, strict=True), strict=True))
