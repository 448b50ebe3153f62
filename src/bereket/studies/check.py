"""Everything that is to be said of a model folder, in one go."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from bereket.compiled.inspect import inspect, network_faults
from bereket.errors import Issue
from bereket.io import examine
from bereket.io.scenarios import scenario_faults
from bereket.model.model import Model, Table
from bereket.model.result import Stamp, model_stamp
from bereket.model.scenario import BASELINE
from bereket.model.validate import UNSOURCED_TABLES

if TYPE_CHECKING:
    import pandas as pd

UNSTATED = "not stated"


@dataclass(frozen=True, slots=True)
class Default:
    """A default that stood in for unknown cells.

    Attributes
    ----------
    table, column : str
        Where.
    value : str
        What an empty cell counts as.
    cells : int
        How many cells.
    """

    table: str
    column: str
    value: str
    cells: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found.

    Attributes
    ----------
    faults, advice : tuple of Issue
        Rules broken; what is worth a look.
    rows : mapping of str to int
        Rows by table.
    quality : mapping of str to mapping of str to int
        Rows by table and quality.
    defaults : tuple of Default
        Defaults used.
    stamp : Stamp
        Which model was checked.
    """

    faults: tuple[Issue, ...]
    advice: tuple[Issue, ...]
    rows: Mapping[str, int]
    quality: Mapping[str, Mapping[str, int]]
    defaults: tuple[Default, ...]
    stamp: Stamp

    @property
    def assumed_share(self) -> float:
        """Share of the rows that say they are assumed."""
        total = sum(sum(counts.values()) for counts in self.quality.values())
        assumed = sum(counts.get("assumed", 0) for counts in self.quality.values())
        return assumed / total if total else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the findings as plain data."""
        return {
            "faults": [_issue_dict(issue) for issue in self.faults],
            "advice": [_issue_dict(issue) for issue in self.advice],
            "rows": dict(self.rows),
            "quality": {table: dict(counts) for table, counts in self.quality.items()},
            "assumed_share": self.assumed_share,
            "defaults": [
                {
                    "table": d.table,
                    "column": d.column,
                    "value": d.value,
                    "cells": d.cells,
                }
                for d in self.defaults
            ],
        }

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a fault."""
        return _issue_frame(self.faults)

    def tables(self) -> "Mapping[str, pd.DataFrame]":
        """Return faults, advice, rows by table and quality, and defaults used."""
        import pandas as pd

        rows = [
            {"table": table, "rows": count} | dict(self.quality.get(table, {}))
            for table, count in self.rows.items()
        ]
        columns = ("table", "column", "value", "cells")
        defaults = [[getattr(d, column) for column in columns] for d in self.defaults]
        return MappingProxyType(
            {
                "faults": self.to_frame(),
                "advice": _issue_frame(self.advice),
                "rows": pd.DataFrame(rows),
                "defaults": pd.DataFrame(defaults, columns=list(columns)),
            }
        )

    def summary(self) -> str:
        """Return the verdict, the stamp last."""
        found = f"{len(self.faults)} faults, {len(self.advice)} points of advice"
        lines = [found, *map(str, self.faults[:8]), self.stamp.line()]
        return "\n".join(lines)


def check(path: str | Path) -> CheckResult:
    """Check a model folder: every fault, rows by quality, defaults used.

    Parameters
    ----------
    path : str or Path
        Folder that holds the tables, and perhaps scenarios.

    Returns
    -------
    CheckResult
        Findings; the network is inspected only where no row has a fault, and scenarios
        are held against the model only where it has none.

    Raises
    ------
    BereketError
        When there is no such folder.
    """
    reading = examine(path)
    model = reading.model
    faults, advice = reading.faults, reading.advice
    if not faults:
        faults, advice = network_faults(model), (*advice, *inspect(model))
    scenarios = scenario_faults(Path(path), None if faults else model)
    faults = (*faults, *scenarios)
    return CheckResult(
        faults=faults,
        advice=advice,
        rows=MappingProxyType(
            {name: len(table) for name, table in model.tables.items()}
        ),
        quality=MappingProxyType(
            {
                name: quality_counts(table)
                for name, table in model.tables.items()
                if name not in UNSOURCED_TABLES
            }
        ),
        defaults=tuple(
            d for table in model.tables.values() for d in defaults_used(table)
        ),
        stamp=_stamp(model),
    )


def quality_counts(table: Table) -> Mapping[str, int]:
    """Return the rows of a table by quality; `UNSTATED` where a row states none."""
    counts = Counter(str(quality) or UNSTATED for quality in table.text("quality"))
    return MappingProxyType(dict(sorted(counts.items())))


def defaults_used(table: Table) -> tuple[Default, ...]:
    """Return the defaults that stand in for a table's unknown cells."""
    used = []
    for field in table.schema.fields.values():
        if field.default is None or not len(table):
            continue
        values = table.columns.get(field.name)
        if values is None:
            empty = len(table)
        elif field.is_text:
            empty = int((values == "").sum())
        else:
            empty = int(np.isnan(np.asarray(values, dtype=np.float64)).sum())
        if empty:
            value = f"{field.default} {field.unit}".strip()
            used.append(Default(table.name, field.name, value, empty))
    return tuple(used)


def _stamp(model: Model) -> Stamp:
    has_config = len(model["config"]) > 0
    about = (
        model_stamp(model, BASELINE)
        if has_config
        else {
            "model": model.name,
            "model_version": "",
            "model_hash": model.content_hash,
            "scenario": BASELINE.name,
            "changes": (),
        }
    )
    as_of = model.config("base_date") if has_config else ""
    return Stamp("check", **about, as_of=as_of, params={}, status="answered")


def _issue_frame(issues: tuple[Issue, ...]) -> "pd.DataFrame":
    """Return one row an issue."""
    import pandas as pd

    columns = ("table", "row", "rows", "column", "rule", "found")
    return pd.DataFrame([_issue_dict(i) for i in issues], columns=list(columns))


def _issue_dict(issue: Issue) -> dict[str, Any]:
    row = issue.rows[0] if issue.rows else None
    return {
        "table": issue.table,
        "row": row,
        "rows": list(issue.rows),
        "column": issue.field,
        "rule": issue.rule,
        "found": issue.found,
    }
