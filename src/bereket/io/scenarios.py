"""Scenarios in files: ``scenarios/NAME.toml`` in the folder of a model."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from bereket.errors import Issue, ScenarioError
from bereket.io.files import FileFaultError, exists, read_text
from bereket.model.changes import Close, InsertRow, Open, SetValue
from bereket.model.model import Model
from bereket.model.plan import DoMeasures, ScenarioFile, Step, misfits
from bereket.model.reading import cell_text
from bereket.model.reference import parse_change, parse_reference
from bereket.schema.checker import is_partial_date

FOLDER: Final = "scenarios"
ENDING: Final = ".toml"
NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
YEARS: Final = range(1900, 2201)
KEYS: Final = ("name", "description", "parent", "as_of", "year", "change")
DEEDS: Final = ("set", "close", "open", "measures", "insert")
SCALARS: Final = (str, int, float, bool, date)
ASSUMED: Final = "quality", "assumed"


def read_scenario(folder: str | Path, name: str) -> ScenarioFile:
    """Read a scenario of a model's folder, with the parents that it names.

    Parameters
    ----------
    folder : str or Path
        The model's folder.
    name : str
        Name of the file in its folder ``scenarios``, with or without ending.

    Returns
    -------
    ScenarioFile
        What is written, parents first; `bereket.model.plan.planned` holds it against
        the model.

    Raises
    ------
    ScenarioError
        When there is no such file, or it breaks rules; it lists every fault.
    """
    place, stem = Path(folder), name.removesuffix(ENDING)
    if place.is_file():
        msg = f"scenarios lie in the folder of a model, and {str(folder)!r} is a file"
        raise ScenarioError(msg)
    known = scenario_names(place)
    if stem not in known:
        near = difflib.get_close_matches(stem, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        there = f" (there are {', '.join(known)})" if known else " (there is none)"
        msg = f"no scenario {name!r} in {str(place / FOLDER)!r}{there}{hint}"
        raise ScenarioError(msg)
    written, faults = examine_scenario(place, stem)
    if faults:
        raise ScenarioError("\n".join(map(str, faults)))
    return written


def scenario_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the scenarios in a model's folder, sorted."""
    found = (folder / FOLDER).glob(f"*{ENDING}") if folder.is_dir() else ()
    return tuple(sorted(path.name.removesuffix(ENDING) for path in found))


def scenario_faults(folder: Path, model: Model | None) -> Iterator[Issue]:
    """Find what is wrong with the scenarios of a folder, and what does not fit.

    Parameters
    ----------
    folder : Path
        The model's folder; a model in one file has no scenarios.
    model : Model or None
        The model, where it is without fault and they are to be held against it.

    Yields
    ------
    Issue
        Faults by file and entry, each once.
    """
    told: set[Issue] = set()
    for name in scenario_names(folder):
        written, faults = examine_scenario(folder, name)
        if not faults and model is not None and written.steps:
            faults = misfits(model, written)
        fresh = [fault for fault in faults if fault not in told]
        told.update(fresh)
        yield from fresh


def examine_scenario(folder: Path, name: str) -> tuple[ScenarioFile, tuple[Issue, ...]]:
    """Read a scenario and list its faults and those of its parents.

    Parameters
    ----------
    folder : Path
        The model's folder.
    name : str
        Name of the file in its folder ``scenarios``, without ending.

    Returns
    -------
    tuple of ScenarioFile, tuple of Issue
        What could be read, parents first; every fault.
    """
    faults: list[Issue] = []
    chain = _with_parents(folder, name, faults)
    own = chain[-1][1]
    steps = [
        step
        for each, raw in chain
        for step in _steps(_file(each), raw.get("change", []), faults)
    ]
    dated = [raw for _, raw in chain if "as_of" in raw or "year" in raw]
    last = dated[-1] if dated else {}
    year = last.get("year")
    return (
        ScenarioFile(
            name,
            str(own.get("name", "")),
            str(own.get("description", "")),
            cell_text(last.get("as_of")),
            year if isinstance(year, int) else None,
            tuple(steps),
        ),
        tuple(dict.fromkeys(faults)),
    )


def _with_parents(
    folder: Path, name: str, faults: list[Issue]
) -> list[tuple[str, dict[str, Any]]]:
    """Read a file and its parents; return them oldest first."""
    chain: list[tuple[str, dict[str, Any]]] = []
    named: list[str] = []
    while name:
        raw = _read(folder, name, faults)
        chain.insert(0, (name, raw))
        named.append(name)
        parent = raw.get("parent", "")
        name = parent.removesuffix(ENDING) if isinstance(parent, str) else ""
        why = _no_parent(folder, name, named) if name else ""
        if why:
            rule = f"must name another file of {FOLDER}/, without its path"
            faults.append(Issue(_file(named[-1]), (), "parent", rule, why))
            break
    return chain


def _no_parent(folder: Path, name: str, named: list[str]) -> str:
    """Say why a name is that of no parent, or return an empty text."""
    if name in named:
        return f"a circle: {' < '.join((*named, name))}"
    if not NAME.fullmatch(name) or not exists(folder / FOLDER, name + ENDING):
        return repr(name)
    return ""


def _read(folder: Path, name: str, faults: list[Issue]) -> dict[str, Any]:
    """Read one file; what its keys break is told, and is not returned."""
    file = _file(name)
    try:
        raw = tomllib.loads(read_text(folder, file))
    except FileFaultError as fault:
        faults.append(Issue(file, (), "", "must be a file of text", str(fault)))
        return {}
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as fault:
        faults.append(Issue(file, (), "", "must be TOML", _lowered(str(fault))))
        return {}
    wrong = dict(_wrong_keys(raw))
    faults.extend(
        Issue(file, (), key, rule, _shown(raw[key])) for key, rule in wrong.items()
    )
    if "as_of" in raw and "year" in raw:
        faults.append(Issue(file, (), "year", "must not stand beside as_of", "both"))
    return {key: value for key, value in raw.items() if key not in wrong}


def _wrong_keys(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the keys of a file that break a rule, and the rule."""
    for key, value in raw.items():
        if key not in KEYS:
            yield key, _unknown(key, KEYS)
        elif key in {"name", "description", "parent"} and not isinstance(value, str):
            yield key, "must be a text"
        elif key == "as_of" and not is_partial_date(cell_text(value)):
            yield key, "must be a date: YYYY-MM-DD"
        elif key == "year" and not (type(value) is int and value in YEARS):
            yield key, f"must be a year from {YEARS[0]} to {YEARS[-1]}"
        elif key == "change" and not _is_tables(value):
            yield key, "must be written [[change]], one table a change"


def _steps(file: str, changes: list[Any], faults: list[Issue]) -> Iterator[Step]:
    """Give the steps of a file; entries that are none are told."""
    for number, entry in enumerate(changes, start=1):
        where = f"change {number}"
        deeds = [key for key in entry if key in DEEDS]
        strange = [k for k in entry if k not in DEEDS and not _is_cells(k, entry)]
        faults.extend(
            Issue(file, (), where, _unknown(key, (*DEEDS, "cells")), repr(key))
            for key in strange
        )
        if len(deeds) != 1:
            rule = f"must have one of {', '.join(DEEDS)}"
            found = " and ".join(deeds) or "none"
            faults.append(Issue(file, (), where, rule, found))
            continue
        deed = deeds[0]
        try:
            yield from (Step(does, file, where) for does in _deeds(deed, entry))
        except ScenarioError as fault:
            faults.extend(
                Issue(file, (), where, f"{deed} must be one that can be read", said)
                for said in str(fault).splitlines()
            )


def _deeds(
    deed: str, entry: Mapping[str, Any]
) -> list[SetValue | Close | Open | InsertRow | DoMeasures]:
    """Return what one entry does.

    Raises
    ------
    ScenarioError
        When a text is no reference, no change or no name; all of them together.
    """
    value = entry[deed]
    texts = [value] if isinstance(value, str) else value
    is_texts = isinstance(texts, list) and all(isinstance(t, str) for t in texts)
    if not is_texts or not texts or (deed == "insert" and not isinstance(value, str)):
        kind = "a text" if deed == "insert" else "a text, or a list of texts"
        msg = f"{_shown(value)}, where {kind} is wanted"
        raise ScenarioError(msg)
    if deed == "measures":
        return [DoMeasures(tuple(texts))]
    made: list[SetValue | Close | Open | InsertRow | DoMeasures] = []
    faults: list[str] = []
    for text in texts:
        try:
            made.append(_change(deed, text, entry))
        except ScenarioError as fault:
            faults.append(str(fault))
    if faults:
        raise ScenarioError("\n".join(faults))
    return made


def _change(
    deed: str, text: str, entry: Mapping[str, Any]
) -> SetValue | Close | Open | InsertRow:
    if deed == "set":
        return SetValue(*parse_change(text))
    reference = parse_reference(text)
    if deed == "insert":
        return InsertRow(reference, _cells(reference.table, entry.get("cells", {})))
    return Close(reference) if deed == "close" else Open(reference)


def _cells(table: str, raw: object) -> tuple[tuple[str, str], ...]:
    """Return the cells of a new row; one without a source is assumed by its scenario.

    Raises
    ------
    ScenarioError
        When they are no table of plain values.
    """
    if not isinstance(raw, dict) or not all(
        isinstance(value, SCALARS) for value in raw.values()
    ):
        msg = f"cells {_shown(raw)}, where columns and plain values are wanted"
        raise ScenarioError(msg)
    cells = {column: cell_text(value) for column, value in raw.items()}
    if not cells.get("source_id") and not cells.get("quality"):
        cells |= dict([ASSUMED])
        cells.setdefault("note", f"a row of {table} that a scenario brings")
    return tuple(cells.items())


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_cells(key: str, entry: Mapping[str, Any]) -> bool:
    return key == "cells" and "insert" in entry


def _unknown(key: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"must be one of {', '.join(known)}{hint}"


def _file(name: str) -> str:
    return f"{FOLDER}/{name}{ENDING}"


def _shown(value: object) -> str:
    """Return a value as it stands in the file, if it is short."""
    return repr(value) if isinstance(value, SCALARS) else f"a {type(value).__name__}"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
