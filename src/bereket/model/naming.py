"""What a row is called by people: its places and names, beside its reference."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from bereket.errors import ScenarioError
from bereket.model.model import Model
from bereket.model.reference import parse_reference

PLACES: Final = ("node_id", "from_node_id", "to_node_id")


def place_names(model: Model) -> dict[str, str]:
    """Return names of places by id, without what follows a bracket or comma.

    Parameters
    ----------
    model : Model
        The model.

    Returns
    -------
    dict of str to str
        A name stays whole where two places would share the short one; the id stands
        for a place without a name.

    Examples
    --------
    >>> from bereket import blank_model
    >>> place_names(blank_model())["EASTGATE"]
    'Border station, eastern side'
    """
    node = model["node"]
    whole = dict(zip(node.labels("node_id"), node.labels("name"), strict=True))
    short = {
        key: name.partition(" (")[0].partition(", ")[0] for key, name in whole.items()
    }
    alike = Counter(short.values())
    return {
        key: (whole[key] if alike[name] > 1 else name) or key
        for key, name in short.items()
    }


def in_words(model: Model, reference: str, places: Mapping[str, str]) -> str:
    """Return what a row is called: its own name, else the places that it joins.

    Parameters
    ----------
    model : Model
        The model.
    reference : str
        Row reference.
    places : mapping of str to str
        Names of places by id, as of `place_names`.

    Returns
    -------
    str
        Empty where the model holds no such row, or it has neither name nor place.

    Examples
    --------
    >>> from bereket import blank_model
    >>> model = blank_model()
    >>> in_words(model, "link:L1", {"EAST": "East", "EASTGATE": "Eastgate"})
    'East-Eastgate'
    """
    try:
        row = parse_reference(reference)
    except ScenarioError:
        return ""
    table = model[row.table]
    found = table.row_of.get(row.key)
    if not found:
        return ""
    own = table.labels("name")[found[0]] if "name" in table.columns else ""
    if own:
        return own
    ids = [
        table.labels(name)[found[0]] for name in PLACES if name in table.schema.fields
    ]
    if row.table == "border":
        side = table.labels("side_iso3")[found[0]]
        return f"{_joined(ids, places)}, side of {side}"
    return _joined(ids, places)


def told(model: Model, reference: str, places: Mapping[str, str]) -> str:
    """Return a reference with what the row is called, where that is known.

    Parameters
    ----------
    model : Model
        The model.
    reference : str
        Row reference.
    places : mapping of str to str
        Names of places by id.

    Returns
    -------
    str
        Reference and words.

    Examples
    --------
    >>> from bereket import blank_model
    >>> model = blank_model()
    >>> told(model, "link:L1", place_names(model))
    'link:L1 Eastern city-Border station, eastern side'
    """
    return f"{reference} {in_words(model, reference, places)}".strip()


def _joined(ids: list[str], places: Mapping[str, str]) -> str:
    return "-".join(places.get(name, name) for name in ids)
