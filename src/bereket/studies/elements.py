"""What an element of capacity is called: a row reference in words."""

from collections.abc import Callable
from typing import Final

from bereket.model.model import Model
from bereket.model.reference import parse_reference

CARGO_KINDS: Final = {
    "container": "container",
    "dry": "dry cargo",
    "grain": "grain",
    "liquid": "liquid cargo",
}


def element_name(model: Model, reference: str) -> str:
    """Return what a row that limits a flow is called.

    Parameters
    ----------
    model : Model
        The model; its tables name places, ships, fleets.
    reference : str
        Row reference, such as ``link:L088``.

    Returns
    -------
    str
        In words; the reference where the row is of another table.

    Examples
    --------
    >>> from bereket import blank_model
    >>> element_name(blank_model(), "link:L1")
    'Eastern city–Border station, eastern side'
    """
    found = parse_reference(reference)
    named = _NAMED.get(found.table)
    return named(model, found.key) if named else reference


def place(model: Model, node_id: str) -> str:
    """Return the name of a place; its label where the model has none.

    Examples
    --------
    >>> from bereket import blank_model
    >>> place(blank_model(), "EAST"), place(blank_model(), "NOWHERE")
    ('Eastern city', 'NOWHERE')
    """
    node = model["node"]
    rows = node.row_of.get((node_id,), ())
    return node.labels("name")[rows[-1]] if rows else node_id


def _cell(model: Model, table: str, key: tuple[str, ...], column: str) -> str:
    """Return a text of the last row of a key; empty where there is none."""
    rows = model[table].row_of.get(key, ())
    return model[table].labels(column)[rows[-1]] if rows else ""


def _link(model: Model, key: tuple[str, ...]) -> str:
    ends = (_cell(model, "link", key, f"{end}_node_id") for end in ("from", "to"))
    return "–".join(place(model, end) for end in ends)


def _border(model: Model, key: tuple[str, ...]) -> str:
    start, end, carrier, side, *_ = key
    way = f"{place(model, start)} > {place(model, end)}"
    return f"{way}, {side} post, {_carrier(carrier)}"


def _transfer(model: Model, key: tuple[str, ...]) -> str:
    where, _, _, kind = key
    return f"{place(model, where)}, {kind}"


def _terminal(model: Model, key: tuple[str, ...]) -> str:
    return f"{place(model, key[0])}, {key[1].replace('_', ' ')}"


def _port(model: Model, key: tuple[str, ...]) -> str:
    kind = CARGO_KINDS.get(key[1], key[1].replace("_", " "))
    return f"{place(model, key[0])}, {kind} berths"


def _service(model: Model, key: tuple[str, ...]) -> str:
    return _cell(model, "service", key, "name") or key[0]


def _fleet(model: Model, key: tuple[str, ...]) -> str:
    return _cell(model, "fleet", key, "name") or key[0]


def _carrier(carrier_id: str) -> str:
    if not carrier_id.startswith("rail"):
        return carrier_id.replace("_", " ")
    return f"{carrier_id.removeprefix('rail')[:4]} mm"


_NAMED: Final[dict[str, Callable[[Model, tuple[str, ...]], str]]] = {
    "link": _link,
    "border": _border,
    "transfer": _transfer,
    "terminal": _terminal,
    "port": _port,
    "service": _service,
    "fleet": _fleet,
}
