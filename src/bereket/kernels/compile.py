"""How kernels are compiled: one decorator, one cache folder.

Machine code is kept between processes in ``<user cache>/bereket/kernels-<hash>``, the
hash taken over the bytes of every file of this package. Numba looks only at the file of
the function that is called, so without it an edited callee in another file would leave
stale machine code in use. Folders of older versions may be deleted at any time.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)

settings: Any = numba.config  # Numba makes its attributes at run time
log = logging.getLogger(__name__)


class Kernel(Protocol[P, R_co]):
    """A compiled function."""

    @property
    def py_func(self) -> Callable[P, R_co]:
        """Return the function as written, not compiled; for tests."""

    @property
    def signatures(self) -> list[Any]:
        """Return the argument types that it has been compiled or loaded for."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Run the machine code, made for these types of arguments if there is none."""


def kernel(function: Callable[P, R_co]) -> Kernel[P, R_co]:
    """Compile a function at its first call, without the GIL, cached on disk.

    Parameters
    ----------
    function : callable
        Arrays and scalars in, `out` arrays filled, an integer status back.

    Returns
    -------
    Kernel
        The compiled function, its plain form in ``py_func``.

    Notes
    -----
    Neither ``fastmath`` nor ``parallel``: each machine gives the same answer. Where the
    cache folder cannot be written, kernels compile afresh in each process, and a
    warning is logged once.
    """
    njit: Any = numba.njit  # Numba's own annotations do not cover it
    folder = writable_folder(cache_folder())
    if folder is None:
        uncached: Kernel[P, R_co] = njit(nogil=True)(function)
        return uncached
    with cache_in(folder):
        cached: Kernel[P, R_co] = njit(cache=True, nogil=True)(function)
    return cached


def source_hash(folder: Path) -> str:
    """Return a short hash over the names and bytes of a folder's Python files.

    Parameters
    ----------
    folder : Path
        Where the kernels lie.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        source = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(source)}\n".encode())
        digest.update(source)
    return digest.hexdigest()[:16]


@functools.cache
def cache_folder() -> Path:
    """Return the folder that holds the machine code of this version of the kernels.

    Returns
    -------
    Path
        ``kernels-<hash>`` in `cache_root`; it may not exist yet.
    """
    return cache_root() / f"kernels-{source_hash(Path(__file__).parent)}"


def cache_root() -> Path:
    """Return the folder under which all versions keep their machine code.

    Returns
    -------
    Path
        ``NUMBA_CACHE_DIR`` where the user has set it; else ``bereket`` in the user's
        cache folder, by the custom of the system.
    """
    if settings.CACHE_DIR:
        return Path(settings.CACHE_DIR)
    if sys.platform == "win32":
        given, custom = "LOCALAPPDATA", "AppData/Local"
    elif sys.platform == "darwin":
        given, custom = "XDG_CACHE_HOME", "Library/Caches"
    else:
        given, custom = "XDG_CACHE_HOME", ".cache"
    base = os.environ.get(given)
    return (Path(base) if base else Path("~", custom).expanduser()) / "bereket"


@functools.cache
def writable_folder(folder: Path) -> Path | None:
    """Return the folder, made where absent, or None where it cannot be written.

    Parameters
    ----------
    folder : Path
        The cache folder.

    Returns
    -------
    Path or None
        None after a failed attempt to write; the permissions alone do not tell.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as fault:
        log.warning("kernels compile afresh in each process: %s", fault)
        return None
    return folder


@contextmanager
def cache_in(folder: Path) -> Iterator[None]:
    """Point Numba's cache to a folder, for the length of one decoration only.

    Parameters
    ----------
    folder : Path
        Where the function decorated meanwhile keeps its machine code.

    Yields
    ------
    None
        Numba's setting is put back at the end, also after a fault.

    Notes
    -----
    Numba fixes a function's folder when it is decorated, not when it is compiled, so
    functions of other packages are not touched.
    """
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        settings.CACHE_DIR = before
