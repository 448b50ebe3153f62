"""Data-package metadata: which tables a model folder says it has."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from bereket.errors import Issue
from bereket.schema import TABLE_NAMES

FILE_NAME = "datapackage.json"
ITEM = "[]"  # ends the key of one item of a list


@dataclass(frozen=True, slots=True)
class Package:
    """What ``datapackage.json`` names.

    Attributes
    ----------
    paths : dict of str to str
        File of each table, inside the folder.
    faults : tuple of Issue
        What is wrong with the metadata.
    about : dict
        All else that it says: title, licences, contributors.
    """

    paths: dict[str, str]
    faults: tuple[Issue, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)


def read_package(text: str) -> Package:
    """Read the metadata of a model folder.

    Parameters
    ----------
    text : str
        Text of ``datapackage.json``.

    Returns
    -------
    Package
        Tables and their files; what cannot be used is a fault.

    Examples
    --------
    >>> named = '{"resources": [{"name": "link", "path": "../link.csv"}]}'
    >>> read_package(named).faults[0].rule
    'a path must stay inside the folder'
    """
    try:
        told = json.loads(text)
        named = [(str(each["name"]), str(each["path"])) for each in told["resources"]]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        rule = "must be a data package: resources, each with name and path"
        return Package({}, (Issue(FILE_NAME, (), "", rule, str(fault)),))
    paths: dict[str, str] = {}
    faults: list[Issue] = []
    for name, path in named:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or "\\" in path:
            rule = "a path must stay inside the folder"
            faults.append(Issue(FILE_NAME, (), name, rule, repr(path)))
        elif name not in TABLE_NAMES:
            rule = f"a resource must be one of the tables {', '.join(TABLE_NAMES)}"
            faults.append(Issue(FILE_NAME, (), name, rule, repr(name)))
        elif name in paths:
            rule = "a table is listed once"
            faults.append(Issue(FILE_NAME, (), name, rule, repr(path)))
        else:
            paths[name] = path
    about = {key: value for key, value in told.items() if key != "resources"}
    return Package(paths, tuple(faults), about)


def package_text(name: str, about: Mapping[str, Any], paths: Mapping[str, str]) -> str:
    """Return the text of ``datapackage.json``.

    Parameters
    ----------
    name : str
        Name of the model, where `about` has none.
    about : mapping
        All else that it says.
    paths : mapping of str to str
        File of each table.

    Returns
    -------
    str
        JSON; `read_package` reads the same from it.
    """
    resources = [
        {"name": table, "path": path}
        | ({"schema": table} if table in TABLE_NAMES else {})
        for table, path in paths.items()
    ]
    package = {"name": name} | dict(about) | {"resources": resources}
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def about_rows(about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give metadata as keys and values, for formats that have cells only.

    Parameters
    ----------
    about : mapping
        Metadata.

    Yields
    ------
    key, value : str
        Text as it is; all else as JSON. A list has a row an item, its key ending
        in ``[]``.

    Examples
    --------
    >>> list(about_rows({"title": "Silk", "parts": [1, {"a": True}]}))
    [('title', 'Silk'), ('parts[]', '1'), ('parts[]', '{"a": true}')]
    """
    for key, value in about.items():
        if isinstance(value, (list, tuple)) and value:
            yield from ((f"{key}{ITEM}", _json(each)) for each in value)
        else:
            yield key, _json(value)


def about_of(rows: Iterable[Sequence[str]]) -> dict[str, Any]:
    """Return the metadata that keys and values hold; the way back of `about_rows`.

    Examples
    --------
    >>> about_of([("title", "Silk"), ("parts[]", "1"), ("parts[]", '{"a": true}')])
    {'title': 'Silk', 'parts': [1, {'a': True}]}
    """
    about: dict[str, Any] = {}
    for row in rows:
        key, text = (*row, "", "")[:2]
        if key.endswith(ITEM):
            about.setdefault(key.removesuffix(ITEM), []).append(_value(text))
        elif key:
            about[key] = _value(text)
    return about


def _value(text: str) -> Any:  # noqa: ANN401 whatever JSON holds
    """Return what a text of JSON says; any other text is itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _json(value: object) -> str:
    """Return a value as JSON; text as it is, unless it would be read as JSON."""
    if isinstance(value, str) and _value(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)
