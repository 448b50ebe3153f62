"""The one grammar of row references and of changes.

A row is named ``table:key[:key…]``, with the key columns in the schema's order, as in
``link:L036`` or ``border:ALK:DOS:rail1520:CHN:SMGS``; an empty key is left empty. A
change is ``REF.column=value``, as in ``link:L036.length_km=12``.
"""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

from bereket.errors import ScenarioError
from bereket.model.model import Model
from bereket.schema import LIST_SEPARATOR, TABLE_NAMES, table_schema

REFERENCE = re.compile(r"(?P<table>[a-z_]+):(?P<keys>[^=\s]+)")
CHANGE = re.compile(r"(?P<ref>[a-z_]+:[^=]+)\.(?P<column>[a-z_0-9]+)=(?P<value>.*)")
SUGGESTIONS = 3
REFERRING = "element"  # key column that is a row reference itself


@dataclass(frozen=True, slots=True, order=True)
class RowReference:
    """Names the rows of one table that share a key.

    Attributes
    ----------
    table : str
        Table name.
    key : tuple of str
        Values of the key columns.
    """

    table: str
    key: tuple[str, ...]

    def __str__(self) -> str:
        """Return the reference as it is typed.

        Examples
        --------
        >>> print(RowReference("transfer", ("AKT", "", "rail1520", "load")))
        transfer:AKT::rail1520:load
        """
        return ":".join((self.table, *self.key))


def parse_reference(text: str) -> RowReference:
    """Read a row reference.

    Parameters
    ----------
    text : str
        ``table:key[:key…]``.

    Returns
    -------
    RowReference
        The reference; whether a model holds it is not looked at.

    Raises
    ------
    ScenarioError
        When the text is no reference, the table is unknown, or keys are missing.

    Examples
    --------
    >>> parse_reference("link:L036")
    RowReference(table='link', key=('L036',))

    A measure's effect has the row that it changes in its own key:

    >>> parse_reference("measure_effect:loops:link:L036:tracks").key
    ('loops', 'link:L036', 'tracks')
    """
    found = REFERENCE.fullmatch(text.strip())
    if found is None:
        msg = f"{text!r} is no row reference; write table:key, such as link:L036"
        raise ScenarioError(msg)
    table = found["table"]
    if table not in TABLE_NAMES:
        close = difflib.get_close_matches(table, TABLE_NAMES, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        msg = f"{text!r}: there is no table {table!r}{hint}"
        raise ScenarioError(msg)
    wanted = table_schema(table).key
    key = _keys(found["keys"], wanted)
    if len(key) != len(wanted):
        form = ":".join((table, *wanted))
        msg = f"{text!r} has {len(key)} keys; it is written {form}"
        raise ScenarioError(msg)
    return RowReference(table, key)


def _keys(text: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of key columns; a reference among them is kept whole."""
    key = tuple(text.split(":"))
    spare = len(key) - len(wanted)
    if spare <= 0 or REFERRING not in wanted:
        return key
    at = wanted.index(REFERRING)
    end = at + spare + 1
    return (*key[:at], ":".join(key[at:end]), *key[end:])


def split_elements(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the elements of a list cell, references whose keys hold lists whole.

    Parameters
    ----------
    text : str
        References, corridors and countries with ``|`` between.
    known : collection of str
        Corridors and countries of the model.

    Returns
    -------
    tuple of str
        Elements, in order.

    Examples
    --------
    >>> split_elements("border:A:B:rail|road:AAA:TIR|CCC", {"CCC"})
    ('border:A:B:rail|road:AAA:TIR', 'CCC')
    """
    elements: list[str] = []
    for part in text.split(LIST_SEPARATOR) if text else ():
        piece = part.strip()
        starts_anew = piece in known or piece.partition(":")[0] in TABLE_NAMES
        is_reference = bool(elements) and ":" in elements[-1]
        if starts_anew or not is_reference:
            elements.append(piece)
        else:
            elements[-1] += LIST_SEPARATOR + piece
    return tuple(elements)


def parse_change(text: str) -> tuple[RowReference, str, str]:
    """Read a change, ``REF.column=value``.

    Returns
    -------
    tuple of RowReference, str, str
        The rows, the column and the new value as text.

    Raises
    ------
    ScenarioError
        When the text has not that form.

    Examples
    --------
    >>> parse_change("link:L036.length_km=12")
    (RowReference(table='link', key=('L036',)), 'length_km', '12')
    """
    found = CHANGE.fullmatch(text.strip())
    if found is None:
        msg = f"{text!r} is no change; write REF.column=value: link:L036.length_km=12"
        raise ScenarioError(msg)
    return parse_reference(found["ref"]), found["column"], found["value"].strip()


def find_rows(model: Model, reference: RowReference) -> tuple[int, ...]:
    """Return the positions of the rows that a reference names.

    Raises
    ------
    ScenarioError
        When the model has no such row; near spellings are suggested.
    """
    table = model[reference.table]
    rows = table.row_of.get(reference.key)
    if rows is None:
        known = [str(RowReference(reference.table, key)) for key in table.row_of]
        close = difflib.get_close_matches(str(reference), known, SUGGESTIONS)
        hint = f"; near are {', '.join(close)}" if close else ""
        msg = f"the model has no row {str(reference)!r}{hint}"
        raise ScenarioError(msg)
    return rows
