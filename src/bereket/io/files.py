"""Files of a model: read only inside the folder given, written whole or not at all."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bereket.errors import BereketError

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
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        msg = "a link or path that leads out of the folder"
        raise FileFaultError(msg)
    if not path.is_file():
        msg = "no plain file"
        raise FileFaultError(msg)
    if path.stat().st_size > LARGEST_FILE_BYTES:
        msg = f"more than {LARGEST_FILE_BYTES // 1024**2} MiB"
        raise FileFaultError(msg)
    return decode(path.read_bytes())


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


def write_files(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files into a folder: all of them, or none.

    Parameters
    ----------
    folder : Path
        Folder to write into; made where it is absent.
    texts : mapping of str to str
        Text by file name.

    Notes
    -----
    Each text goes to a temporary file beside its place first; the names are changed
    only when all are written, so that a failure on the way leaves the old files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[tuple[str, Path]] = []
    try:
        for name, text in texts.items():
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
            written.append((temporary, folder / name))
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        for temporary, path in written:
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
    finally:
        for temporary, _ in written:
            Path(temporary).unlink(missing_ok=True)
