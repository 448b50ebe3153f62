"""Find rows by the label or name that a planner types."""

import difflib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bereket.errors import QuestionError
from bereket.model.model import Model, Table

SUGGESTIONS = 3


def find_place(model: Model, text: str) -> int:
    """Return the row of the place that a text names.

    Parameters
    ----------
    model : Model
        The model.
    text : str
        A node_id or a name, in any case; a part of a name will do where it is the only
        one.

    Returns
    -------
    int
        Row of table ``node``.

    Raises
    ------
    QuestionError
        When no place or several are meant; near spellings are suggested.
    """
    return _find(model, "node", "node_id", "place", text.removeprefix("node:"))


def known_party(model: Model, party: str) -> str:
    """Return a party class that orders of the model name, or nobody's, empty.

    Raises
    ------
    QuestionError
        When no order names the class; a slip would lift every bar in silence.
    """
    classes = sorted({str(name) for name in model["regime"].text("party")} - {""})
    if party and party not in classes:
        near = difflib.get_close_matches(party, classes, 1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        named = ", ".join(classes) or "none"
        msg = f"no order names the party {party!r}{hint} Known are {named}"
        raise QuestionError(msg)
    return party


def takes_country(lands: tuple[str, ...], iso3: str) -> bool:
    """Whether a list cell of countries holds one: blank all, ``!KAZ`` all but KAZ.

    Examples
    --------
    >>> takes_country(("KAZ", "TKM"), "TKM"), takes_country(("!KAZ",), "KAZ")
    (True, False)
    """
    barred = {land[1:] for land in lands if land.startswith("!")}
    if barred:
        return iso3 not in barred
    return not lands or iso3 in lands


def rows_by(table: Table, column: str) -> Mapping[str, tuple[int, ...]]:
    """Return the rows, in order, by what stands in a text column; kept."""
    if ("rows_by", column) not in table.read:
        rows: dict[str, list[int]] = {}
        for row, name in enumerate(table.labels(column)):
            rows.setdefault(name, []).append(row)
        frozen = {name: tuple(of) for name, of in rows.items()}
        table.read["rows_by", column] = MappingProxyType(frozen)
    found: Mapping[str, tuple[int, ...]] = table.read["rows_by", column]
    return found


def find_commodity(model: Model, text: str) -> int:
    """Return the row of the commodity that a text names; as `find_place`."""
    return _find(model, "commodity", "commodity_id", "commodity", text)


def _find(model: Model, table: str, key: str, what: str, text: str) -> int:
    exact = model[table].row_of.get((text,))
    if exact:
        return exact[0]
    ids, names = model[table].labels(key), model[table].labels("name")
    wanted = text.casefold().strip()
    for tested in (
        [label.casefold() == wanted for label in ids],
        [name.casefold() == wanted for name in names],
        [bool(wanted) and wanted in name.casefold() for name in names],
    ):
        found = [row for row, matches in enumerate(tested) if matches]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(f"{ids[row]} ({names[row]})" for row in found)
            msg = f"{text!r} means any of {len(found)}: {several}; take the id"
            raise QuestionError(msg)
    near = _near(wanted, ids, names)
    hint = f"; near are {', '.join(near)}" if near else ""
    msg = f"the model has no {what} {text!r}{hint}"
    raise QuestionError(msg)


def _near(wanted: str, ids: Sequence[str], names: Sequence[str]) -> list[str]:
    spoken: dict[str, int] = {}
    for row, (label, name) in enumerate(zip(ids, names, strict=True)):
        for word in (label, name, *name.replace("(", " ").replace(")", " ").split()):
            spoken.setdefault(word.casefold(), row)
    close = difflib.get_close_matches(wanted, spoken, SUGGESTIONS)
    rows = dict.fromkeys(spoken[word] for word in close)
    return [f"{ids[row]} ({names[row]})" for row in rows]
