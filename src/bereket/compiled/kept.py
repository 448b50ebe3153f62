"""What is worked out once and kept on what it was worked out from (ADR 16)."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Found = TypeVar("Found")


def once(kept: dict[Hashable, Any], key: Hashable, make: Callable[[], Found]) -> Found:
    """Return what is kept under a key; make it the first time.

    Parameters
    ----------
    kept : dict
        `Graph.kept` or `Graph.kept_by_text`.
    key : hashable
        A tuple that begins with what it is.
    make : callable
        Makes it; it must not be altered afterwards.

    Returns
    -------
    Found
        The same object for the same key.
    """
    if key not in kept:
        kept[key] = make()
    found: Found = kept[key]
    return found
