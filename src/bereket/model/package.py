"""Data-package metadata: which tables a model folder says it has."""

import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from bereket.errors import Issue
from bereket.schema import TABLE_NAMES

FILE_NAME = "datapackage.json"


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
