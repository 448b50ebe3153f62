"""A model, or the tables of an answer, in one Excel workbook: a sheet a table."""

import difflib
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bereket.errors import BereketError, Issue
from bereket.io.files import needs, read_whole, write_files
from bereket.model.model import EXACT_BELOW, Model, Table
from bereket.model.package import about_of, about_rows
from bereket.model.reading import Reading, Sheet, cell_text, read_sheets, typed
from bereket.model.result import Cell, Flat
from bereket.schema import LIST_SEPARATOR, REQUIRED_TABLES, TABLE_NAMES
from bereket.schema.checker import CLOSE_SPELLING, FIRST_ROW

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ABOUT: Final = "about"  # the sheet of the metadata
LISTED: Final = "sheets"  # its row that says which tables the workbook holds
STAMP: Final = "stamp"  # the sheet that says where an answer comes from
KEY_VALUE: Final = ("key", "value")

# Limits of the format itself.
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767
LARGEST_UNPACKED_BYTES = 128 * 1024 * 1024  # a bomb of zeros packs a thousandfold
MOST_CELLS = 2_000_000  # a sheet formatted to its last row has 10^10
NARROWEST, WIDEST, LOOKED_AT = 9, 48, 200  # characters of a column; rows that tell
# LibreOffice writes a truth value as the formula that gives it.
TRUTHS = MappingProxyType({"=TRUE()": "true", "=FALSE()": "false"})
CELL = re.compile(rb"<c[ />]")
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook with a password

# What XML cannot hold, or would alter, is written _xHHHH_ (ECMA-376, ST_Xstring).
UNSAFE = re.compile(r"[\x01-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
WRITTEN = re.compile(r"_x(?!0000|[Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # no half pairs
NOT_PLAIN = re.compile(r"[=#+\-@]")  # how a formula or an error may begin
NO_VALUE = MappingProxyType(
    {
        "f": "must be a value, not a formula; paste it as a value",
        "e": "must be a value, not an error of the spreadsheet",
    }
)
BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to be written.

    Attributes
    ----------
    name : str
        Its title.
    flat : Flat
        Header and cells.
    remarks : tuple of str
        What the comment of each header cell says; may be empty.
    """

    name: str
    flat: Flat
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Wrong:
    """Cells of one sheet that are no plain values, by column and kind."""

    cells: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, column: str, rule: str, row: int, found: str) -> None:
        """Take note of a cell."""
        self.cells.setdefault((column, rule), []).append((row, found))

    def issues(self, table: str) -> Iterator[Issue]:
        """Give one fault a column and kind, with its rows."""
        for (column, rule), cells in self.cells.items():
            rows = tuple(row for row, _ in cells)
            yield Issue(table, rows, column, rule, repr(cells[0][1]))


def examine_excel(path: Path) -> Reading:
    """Read a model from a workbook and list its faults without stopping at the first.

    Parameters
    ----------
    path : Path
        The ``.xlsx`` file.

    Returns
    -------
    Reading
        The model and every fault, rows numbered as in the sheet.

    Raises
    ------
    BereketError
        When there is no such file, or it is no workbook that can be opened.

    Notes
    -----
    A sheet a table, its name the table's. Formulas, error values and merged cells are
    faults: a value that is worked out elsewhere has no source.
    """
    book = _open(path)
    faults: list[Issue] = []
    advice: list[Issue] = []
    known = {sheet.title: sheet for sheet in book.worksheets}
    for title in book.sheetnames:
        if title not in (*TABLE_NAMES, ABOUT) or title not in known:
            issue = _stranger(title)
            (faults if "did you mean" in issue.rule else advice).append(issue)
    faults.extend(
        Issue(name, (), "", "the table must be there", f"no sheet {name!r}")
        for name in REQUIRED_TABLES
        if name not in known
    )
    sheets: dict[str, Sheet] = {}
    sheets |= {n: _read(known[n], faults) for n in TABLE_NAMES if n in known}
    told = about_of(_read(known[ABOUT], faults).rows if ABOUT in known else ())
    listed = str(told.pop(LISTED, "")).split(LIST_SEPARATOR)
    faults.extend(
        Issue(name, (), "", f"must be there, as sheet {ABOUT!r} lists it", "no sheet")
        for name in listed
        if name in TABLE_NAMES and name not in (*known, *REQUIRED_TABLES)
    )
    reading = read_sheets(sheets, told, faults)
    return replace(reading, advice=(*advice, *reading.advice))


def write_excel(model: Model, path: Path) -> None:
    """Write a model as one workbook, whole or not at all.

    Parameters
    ----------
    model : Model
        The model.
    path : Path
        The ``.xlsx`` file; it is replaced.

    Raises
    ------
    BereketError
        When a cell or a table is larger than the format allows.
    """
    pages = [_page(model.tables[name]) for name in TABLE_NAMES if name in model.tables]
    listed = {LISTED: LIST_SEPARATOR.join(page.name for page in pages)}
    _write((*pages, _keys(ABOUT, {**model.about, **listed})), path)


def write_excel_tables(
    tables: Mapping[str, Flat], stamp: Mapping[str, Any], path: Path
) -> None:
    """Write the tables of an answer as one workbook, with a sheet for its stamp.

    Parameters
    ----------
    tables : mapping of str to Flat
        Tables by name.
    stamp : mapping
        Where the answer comes from.
    path : Path
        The ``.xlsx`` file; it is replaced.
    """
    pages = [Page(name, table) for name, table in tables.items()]
    _write((*pages, _keys(STAMP, stamp)), path)


# --- reading -------------------------------------------------------------------


def _open(path: Path) -> "Workbook":
    """Open a workbook, or say why it is none."""
    with needs("excel"):
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

    raw = read_whole(path)
    name = repr(str(path))
    if raw.startswith(COMPOUND_FILE):
        msg = f"{name} has a password or is an old .xls; save it as .xlsx without one"
        raise BereketError(msg)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > LARGEST_UNPACKED_BYTES:
                msg = f"{name} unpacks to over {LARGEST_UNPACKED_BYTES // 1024**2} MiB"
                raise BereketError(msg)
            cells = sum(len(CELL.findall(archive.read(n))) for n in archive.namelist())
        if cells > MOST_CELLS:
            msg = f"{name} holds {cells:,} cells; at most {MOST_CELLS:,} are read"
            raise BereketError(msg)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # charts and rules that are not kept
            return load_workbook(io.BytesIO(raw), keep_links=False)
    except (*BROKEN, InvalidFileException) as fault:
        msg = f"{name} is no workbook that can be opened: {fault}"
        raise BereketError(msg) from None


def _stranger(title: str) -> Issue:
    """Say that a sheet is no table."""
    near = difflib.get_close_matches(title.lower(), TABLE_NAMES, 1, CLOSE_SPELLING)
    if near:
        rule = f"must be a table of a model; did you mean {near[0]!r}?"
    else:
        rule = "is no table of a model: left aside"
    return Issue(title, (), "", rule, f"sheet {title!r}")


def _read(sheet: "Worksheet", faults: list[Issue]) -> Sheet:
    """Read one sheet as text; an empty one where it cannot be read."""
    name = sheet.title
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        rule = (
            f"must have at most {MOST_CELLS:,} cells; delete what lies below or right"
        )
        faults.append(Issue(name, (), "", rule, str(sheet.dimensions)))
        return Sheet([], [])
    for merged in sorted(map(str, sheet.merged_cells.ranges)):
        rule = "cells must not be merged; unmerge them and fill each one"
        faults.append(Issue(name, (), "", rule, merged))
    wrong = _Wrong()
    lines = list(sheet.iter_rows())
    header = [_text(cell, "", wrong).strip() for cell in lines[0]] if lines else []
    rows = [
        [_text(c, n, wrong) for c, n in zip(line, header, strict=True)]
        for line in lines[1:]
    ]
    while rows and not any(rows[-1]):
        rows.pop()
    faults.extend(wrong.issues(name))
    if not any(header):
        faults.append(Issue(name, (), "", "must have a header", "an empty first row"))
        return Sheet([], [])
    used = [at for at, text in enumerate(header) if text or any(r[at] for r in rows)]
    for at in used:
        if not header[at]:
            rule = "a column with cells must have a header"
            found = f"an empty cell {lines[0][at].coordinate}"
            faults.append(Issue(name, (1,), "", rule, found))
    kept = [at for at in used if header[at]]
    return Sheet([header[at] for at in kept], [[r[at] for at in kept] for r in rows])


def _text(cell: Any, column: str, wrong: _Wrong) -> str:  # noqa: ANN401 of any kind
    """Return a cell as text; a formula or an error value is noted, and unknown."""
    rule = NO_VALUE.get(cell.data_type)
    if rule is None or cell.value is None:
        text = cell_text(cell.value)
        return WRITTEN.sub(lambda found: chr(int(found[1], 16)), text)
    formula = str(getattr(cell.value, "text", cell.value))  # of an array, its text
    if formula.upper() in TRUTHS:
        return TRUTHS[formula.upper()]
    wrong.add(column or cell.coordinate, rule, cell.row, formula)
    return ""


# --- writing -------------------------------------------------------------------


def _page(table: Table) -> Page:
    """Return a table of a model as a sheet, each header with its unit and meaning."""
    rows = tuple(zip(*typed(table).values(), strict=True))
    remarks = tuple(_remark(table, name) for name in table.columns)
    return Page(table.name, Flat(tuple(table.columns), rows), remarks)


def _remark(table: Table, column: str) -> str:
    """Return what the comment of a header cell says."""
    known = table.schema.field(column)
    if known is None:
        return "Not in the schema: carried along, not used."
    unit = f"[{known.unit}] " if known.unit else ""
    choices = f" One of: {', '.join(known.enum)}." if known.enum else ""
    need = " Required." if known.required else ""
    return f"{unit}{known.description}{choices}{need}"


def _keys(name: str, told: Mapping[str, Any]) -> Page:
    """Return metadata as a sheet of keys and values."""
    return Page(name, Flat(KEY_VALUE, tuple(about_rows(told))))


def _write(pages: Sequence[Page], path: Path) -> None:
    """Write sheets into a workbook, whole or not at all."""
    with needs("excel"):
        from openpyxl import Workbook

    large = [line for page in pages for line in _too_large(page)]
    if large:
        msg = "\n".join(("an Excel workbook cannot hold this:", *large))
        raise BereketError(msg)
    book = Workbook(write_only=True)
    for page in pages:
        _fill(book, page)
    buffer = io.BytesIO()
    book.save(buffer)
    write_files(path.parent, {path.name: buffer.getvalue()})


def _too_large(page: Page) -> Iterator[str]:
    """Say what of a sheet is beyond the format's limits."""
    header, rows = page.flat.header, page.flat.rows
    if len(rows) >= MOST_ROWS or len(header) > MOST_COLUMNS:
        yield f"{page.name}: {len(rows):,} rows of {len(header):,} columns"
    for number, row in enumerate(rows, start=FIRST_ROW):
        for name, cell in zip(header, row, strict=True):
            if isinstance(cell, str) and len(cell) > MOST_CHARACTERS // 7:
                length = len(_escaped(cell))
                if length > MOST_CHARACTERS:
                    yield f"{page.name} row {number}, {name}: {length:,} characters"


def _fill(book: "Workbook", page: Page) -> None:
    """Write one sheet: a header that stays in sight and filters, then the rows."""
    from openpyxl.cell.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet: Any = book.create_sheet(page.name)
    header, rows = page.flat.header, page.flat.rows
    sheet.freeze_panes = "A2"
    titles = []
    for at, name in enumerate(header):
        longest = max(
            [len(name), *(len(str(row[at] or "")) for row in rows[:LOOKED_AT])]
        )
        letter = get_column_letter(at + 1)
        width = min(max(longest + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[letter].width = width
        sheet.auto_filter.ref = f"A1:{letter}{len(rows) + 1}"
        title = WriteOnlyCell(sheet, _escaped(name))
        title.data_type, title.font = "s", Font(bold=True)
        if page.remarks:
            title.comment = Comment(page.remarks[at], "bereket", height=120, width=280)
        titles.append(title)
    sheet.append(titles)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Cell) -> Any:  # noqa: ANN401 a plain value or a cell
    """Return a value, or a cell where the value alone would be taken amiss."""
    from openpyxl.cell.cell import WriteOnlyCell

    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = _escaped(value)
        if not NOT_PLAIN.match(text):
            return text
        cell = WriteOnlyCell(sheet, text)
        cell.data_type, cell.quotePrefix = "s", True
        return cell
    if float(value).is_integer() and abs(value) < EXACT_BELOW:
        return int(value)
    if float(f"{value:.16g}") == value:
        return value
    cell = WriteOnlyCell(sheet, repr(value))  # as a figure it is cut to 16 digits
    cell.data_type = "n"
    return cell


def _escaped(text: str) -> str:
    """Return text as the format holds it.

    Examples
    --------
    >>> _escaped("a" + chr(13) + "b _x0041_")
    'a_x000D_b _x005F_x0041_'
    """
    return UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
