"""Which columns of a model a question reads, seen while it is answered."""

from collections.abc import Iterator, Mapping

from bereket.model.model import Column, Model, Table


class Noted(Mapping[str, Column]):
    """Columns of a table, with a note of each that was asked for.

    Parameters
    ----------
    columns : mapping of str to (n_rows,)
        The columns.
    """

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns = columns
        self.read: set[str] = set()

    def __getitem__(self, column: str) -> Column:
        self.read.add(column)
        return self._columns[column]

    def __contains__(self, column: object) -> bool:
        return column in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


class Readings:
    """A copy of a model that notes which columns are read.

    Parameters
    ----------
    model : Model
        The model; it is not altered.

    Notes
    -----
    A column counts as read where anything of it is asked for, so that none is missed;
    a table that a scenario changes counts as read as a whole.
    """

    def __init__(self, model: Model) -> None:
        self._noted: dict[str, Noted] = {}
        tables = {}
        for name, table in model.tables.items():
            tables[name] = Table(name, table.columns)
            self._noted[name] = Noted(table.columns)
            object.__setattr__(tables[name], "columns", self._noted[name])
        self.model = Model(model.name, tables, model.about)
        self.model.__dict__["content_hash"] = model.content_hash

    @property
    def columns(self) -> dict[str, frozenset[str]]:
        """Columns that were read so far, by table."""
        return {name: frozenset(noted.read) for name, noted in self._noted.items()}
