"""Files of a model: read only inside the folder given, written whole or not at all."""

import os
import tempfile
from collections.abc import Mapping
from errno import EISDIR
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
    try:
        refused = _refusal(folder, path)
        raw = b"" if refused else path.read_bytes()
    except (OSError, RuntimeError, ValueError) as fault:  # a ring of links, no leave, …
        refused = f"a file that cannot be read: {_reason(fault)}"
    if refused:
        raise FileFaultError(refused)
    return decode(raw)


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
    written: list[tuple[Path, Path]] = []
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as aside:
        for name, text in texts.items():
            handle, temporary = tempfile.mkstemp(dir=aside)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            written.append((Path(temporary), folder / name))
        _exchange(written, Path(aside))


def _exchange(written: list[tuple[Path, Path]], aside: Path) -> None:
    """Give new files their names; put the old ones back where one cannot be given."""
    for _, path in written:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, "is a folder", str(path))
    old: list[tuple[Path, Path]] = []
    fresh: list[Path] = []
    try:
        for number, (temporary, path) in enumerate(written):
            if path.exists() or path.is_symlink():
                kept = aside / f"old-{number}"
                os.replace(path, kept)  # noqa: PTH105 apart from giving the new names
                old.append((kept, path))
            temporary.chmod(0o644)
            temporary.replace(path)
            fresh.append(path)
    except BaseException:
        for path in fresh:
            path.unlink(missing_ok=True)
        for kept, path in old:
            os.replace(kept, path)  # noqa: PTH105 the way back is not the way there
        raise
