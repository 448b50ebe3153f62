"""Files of a model: read only inside the folder given, written whole or not at all."""

import csv
import io
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from errno import EISDIR
from pathlib import Path

from bereket.errors import BereketError, ExtraError, Issue
from bereket.model.package import FILE_NAME, Package, read_package
from bereket.model.reading import Sheet

LARGEST_FILE_BYTES = 512 * 1024 * 1024


class FileFaultError(BereketError):
    """A file cannot be read; the message says what was found."""


def read_text(folder: Path, name: str) -> str:
    """Read a text file of a folder.

    Parameters
    ----------
    folder : Path
        The folder that a command was given.
    name : str
        Path of the file inside it.

    Returns
    -------
    str
        Its text, without a byte-order mark.

    Raises
    ------
    FileFaultError
        When the file lies outside the folder, is no plain file, is too large, holds
        bytes that are no text, or is not written in UTF-8.
    """
    return decode(read_bytes(folder, name))


def read_bytes(folder: Path, name: str) -> bytes:
    """Read a file of a folder as it is.

    Raises
    ------
    FileFaultError
        When the file lies outside the folder, is no plain file, or is too large.
    """
    path = folder / name
    try:
        refused = _refusal(folder, path)
        raw = b"" if refused else path.read_bytes()
    except (OSError, RuntimeError, ValueError) as fault:  # a ring of links, no leave, …
        refused = f"a file that cannot be read: {_reason(fault)}"
    if refused:
        raise FileFaultError(refused)
    return raw


def read_whole(path: Path) -> bytes:
    """Read the one file that a command was given; a link to it will do.

    Raises
    ------
    BereketError
        When there is no such file, or it cannot be read.
    """
    if not path.is_file():
        msg = f"there is no file {str(path)!r}"
        raise BereketError(msg)
    where = path.resolve()
    try:
        return read_bytes(where.parent, where.name)
    except FileFaultError as fault:
        msg = f"{str(path)!r} is {fault}"
        raise BereketError(msg) from None


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Say how to install the library that a block imports, where it is missing.

    Parameters
    ----------
    extra : str
        Extra of the package that brings it.

    Yields
    ------
    None
        The import stands in the block.

    Raises
    ------
    ExtraError
        When the block cannot import what it wants.
    """
    try:
        yield
    except ImportError as fault:
        msg = (
            f"this needs {fault.name}, which is not here: pip install bereket[{extra}]"
        )
        raise ExtraError(msg) from None


def exists(folder: Path, name: str) -> bool:
    """Whether a folder has something of that name, a broken link too."""
    return bool(name) and os.path.lexists(folder / name)


def _refusal(folder: Path, path: Path) -> str:
    """Say why a file is not read, or return an empty text."""
    if not path.resolve().is_relative_to(folder.resolve()):
        return "a link or path that leads out of the folder"
    if not path.is_file():
        return "no plain file"
    if path.stat().st_size > LARGEST_FILE_BYTES:
        return f"more than {LARGEST_FILE_BYTES // 1024**2} MiB"
    return ""


def _reason(fault: Exception) -> str:
    said = fault.strerror if isinstance(fault, OSError) else None
    return (said or str(fault).partition(" from ")[0]).lower()


def decode(raw: bytes) -> str:
    """Return bytes as text, or say in which line they are none.

    Examples
    --------
    >>> decode("Türkiye".encode())
    'Türkiye'
    """
    if b"\x00" in raw:
        msg = "bytes that are no text (a spreadsheet or another binary file?)"
        raise FileFaultError(msg)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        msg = f"a byte in line {line} that is not UTF-8 (mixed encodings?)"
        raise FileFaultError(msg) from None


def read_csv(folder: Path, name: str, file: str, faults: list[Issue]) -> Sheet:
    """Read a table as text; an empty one where the file is no such text.

    Parameters
    ----------
    folder : Path
        The folder that a command was given.
    name : str
        Name of the table, for faults.
    file : str
        Path of the file inside the folder.
    faults : list of Issue
        Takes what is wrong with the file.

    Returns
    -------
    Sheet
        Header and rows, each row as wide as the header.
    """
    nothing = Sheet([], [])
    try:
        text = read_text(folder, file)
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except (FileFaultError, csv.Error) as fault:
        rule = "must be a CSV text in UTF-8, inside the folder"
        faults.append(Issue(name, (), "", rule, str(fault)))
        return nothing
    if not lines or not any(lines[0]):
        faults.append(Issue(name, (), "", "must have a header", "an empty file"))
        return nothing
    header = [cell.strip() for cell in lines[0]]
    if len(header) == 1 and ";" in header[0]:
        rule = "columns must be separated by commas, with decimal points"
        faults.append(Issue(name, (1,), "", rule, "semicolons"))
        return nothing
    return Sheet(header, list(_rows(name, header, lines[1:], faults)))


def _rows(
    name: str, header: list[str], lines: list[list[str]], faults: list[Issue]
) -> Iterator[list[str]]:
    """Give the rows as wide as the header, so that row numbers stay the file's."""
    while lines and not any(lines[-1]):
        lines.pop()
    uneven: dict[int, list[int]] = {}
    for number, line in enumerate(lines, start=2):
        if len(line) != len(header):
            uneven.setdefault(len(line), []).append(number)
        yield (line + [""] * len(header))[: len(header)]
    for width, numbers in uneven.items():
        rule = f"a row must have {len(header)} cells, as the header has"
        faults.append(Issue(name, tuple(numbers), "", rule, str(width)))


def read_metadata(folder: Path) -> Package:
    """Read the metadata of a folder, where there are any."""
    if not exists(folder, FILE_NAME):
        return Package({})
    try:
        return read_package(read_text(folder, FILE_NAME))
    except FileFaultError as fault:
        return Package({}, (Issue(FILE_NAME, (), "", "must be readable", str(fault)),))


def refuse_mixture(folder: Path, names: Iterable[str]) -> None:
    """Raise where a folder to be written holds tables that would stay beside.

    Raises
    ------
    BereketError
        With the files that are there.
    """
    left = [name for name in names if exists(folder, name)]
    if left:
        msg = f"{str(folder)!r} holds tables of another model: {', '.join(left)}"
        raise BereketError(msg)


def as_csv(sheet: Sheet) -> str:
    """Return a table as the text of a CSV file."""
    buffer = io.StringIO()
    plain = csv.writer(buffer, lineterminator="\n")
    quoted = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in (sheet.header, *sheet.rows):
        # A carriage return is quoted by no rule of the module's, and ends a row.
        (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
    return buffer.getvalue()


def write_files(folder: Path, texts: Mapping[str, str | bytes]) -> None:
    """Write files into a folder: all of them, or none.

    Parameters
    ----------
    folder : Path
        Folder to write into; made where it is absent.
    texts : mapping of str to str or bytes
        Text, or bytes as they are, by file name.

    Notes
    -----
    Each text goes to a temporary file beside its place first; the names are changed
    only when all are written, so that a failure on the way leaves the old files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[tuple[Path, Path]] = []
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as aside:
        for number, (name, text) in enumerate(texts.items()):
            temporary, path = Path(aside) / f"new-{number}", folder / name
            temporary.write_bytes(text.encode() if isinstance(text, str) else text)
            if path.is_file():  # who may read it stays as it is
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            written.append((temporary, path))
        _exchange(written, Path(aside))


def _exchange(written: list[tuple[Path, Path]], aside: Path) -> None:
    """Give new files their names; put the old ones back where one cannot be given.

    A name is never without a file, whenever the process is killed: the old one is kept
    under a second name first, and the new one takes the name in one step.
    """
    for _, path in written:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, "is a folder", str(path))
        if path.exists() and not path.is_file():
            msg = f"{str(path)!r} is no plain file (a device, a pipe?): not written"
            raise BereketError(msg)
    old: list[tuple[Path, Path]] = []
    fresh: list[Path] = []
    try:
        for number, (temporary, path) in enumerate(written):
            is_there = path.exists() or path.is_symlink()
            if is_there:
                kept = aside / f"old-{number}"
                _keep(path, kept)
                old.append((kept, path))
            temporary.replace(path)
            if not is_there:
                fresh.append(path)
    except BaseException:
        for path in fresh:
            path.unlink(missing_ok=True)
        for kept, path in old:
            os.replace(kept, path)  # noqa: PTH105 the way back is not the way there
        raise


def _keep(path: Path, kept: Path) -> None:
    """Give a file a second name; a copy where the file system knows no such thing."""
    try:
        os.link(path, kept, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, kept, follow_symlinks=False)
