"""Pages of the documentation, read as a reader would who types what they say."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^( *)```(\S*)$")
PROMPT = "$ "
ELLIPSIS = re.compile(r"…|\.\.\.")
WRITE = re.compile(r"^`([^`]+)`:$")
ADD = re.compile(r"^Add to `([^`]+)`:$")
CHANGE = re.compile(r"^Change in `([^`]+)`(?:, sheet `([^`]+)`)?:$")
QUOTE = re.compile(r"^From `([^`]+)`:$")
# An indented line that somebody would take for something to type.
BARE_COMMAND = re.compile(r"^(?: {4}|\t)(?:\$ |(?:\S*/)?(?:bereket|python|make|pip) )")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes
    ----------
    kind : str
        The word behind its fence.
    lead : str
        The last line of text before it, which says what it is.
    lines : tuple of str
        What stands in it, without the indent of its fence.
    number : int
        Line of the page that its fence stands on, from 1.
    """

    kind: str
    lead: str
    lines: tuple[str, ...]
    number: int

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.lines) + "\n"


@dataclass(frozen=True, slots=True)
class Command:
    """A line to type, and what the page shows under it."""

    line: str
    shown: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    found: list[Block] = []
    lead, kind, indent, begun = "", "", 0, 0
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if begun and fence and not fence[2]:
            found.append(Block(kind, lead, tuple(lines), begun))
            begun, lines = 0, []
        elif begun:
            lines.append(line[indent:] if not line[:indent].strip() else line)
        elif fence:
            indent, kind, begun = len(fence[1]), fence[2], number
        elif line.strip():
            lead = line.strip()
    if begun:
        msg = f"the block of line {begun} has no end"
        raise ValueError(msg)
    return found


def commands(block: Block) -> list[Command]:
    """Return what a console block says to type; a line that ends in ``\\`` goes on."""
    found: list[Command] = []
    goes_on = False
    for line in block.lines:
        if goes_on:
            before = found.pop()
            found.append(Command(before.line + line.lstrip().rstrip("\\"), ()))
            goes_on = line.endswith("\\")
        elif line.startswith(PROMPT):
            found.append(Command(line.removeprefix(PROMPT).rstrip("\\"), ()))
            goes_on = line.endswith("\\")
        elif not found:
            msg = f"line {block.number}: shows {line!r} before anything is typed"
            raise ValueError(msg)
        else:
            last = found.pop()
            found.append(Command(last.line, (*last.shown, line)))
    return found


def not_printed(shown: tuple[str, ...], printed: str) -> list[str]:
    """Return the lines shown that were not printed in that order.

    Blanks count as one; an ellipsis stands for any text of one line, and a line of
    nothing else for any lines.
    """
    left = iter([" ".join(line.split()) for line in printed.splitlines()])
    missing = []
    for line in shown:
        parts = ELLIPSIS.split(" ".join(line.split()))
        if not any(parts):
            continue
        # Blanks beside an ellipsis may belong to what it stands for.
        pattern = re.compile(".*".join(re.escape(part.strip()) for part in parts))
        if not any(map(pattern.fullmatch, left)):
            missing.append(line)
    return missing


def unquoted(lines: tuple[str, ...], source: str) -> list[str]:
    """Return the lines that do not stand in a file in that order."""
    return not_printed(tuple(filter(None, lines)), source)


def change_rows(path: Path, lines: tuple[str, ...], *, add: bool) -> None:
    """Add rows to a CSV file, or change cells of the rows with the same first cell.

    The first line names the columns that the rows give; the file has them all.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    for given in csv.DictReader(lines):
        strange = given.keys() - set(header)
        if strange:
            msg = f"{path.name} has no column {', '.join(sorted(map(str, strange)))}"
            raise ValueError(msg)
        if add:
            rows.append([given.get(column) or "" for column in header])
            continue
        (key_column, key), *_ = given.items()
        at = header.index(key_column)
        (row,) = (row for row in rows if row[at] == key)
        row[:] = [
            given.get(column, cell) for column, cell in zip(header, row, strict=True)
        ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def change_sheet(path: Path, sheet: str, lines: tuple[str, ...]) -> None:
    """Change cells of a sheet, of the rows with the same first cell, as by hand."""
    from openpyxl import load_workbook  # noqa: PLC0415 of pages with workbooks only

    book = load_workbook(path)
    header = [cell.value for cell in book[sheet][1]]
    for given in csv.DictReader(lines):
        (key_column, key), *changes = given.items()
        at = header.index(key_column)
        (row,) = (row for row in book[sheet].iter_rows(2) if row[at].value == key)
        for column, text in changes:
            is_figure = isinstance(row[header.index(column)].value, int | float)
            row[header.index(column)].value = float(text) if is_figure else text
    book.save(path)
