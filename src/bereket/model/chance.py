"""Random numbers that are keyed by what they are drawn for."""

import hashlib
from typing import Final

import numpy as np

WORDS: Final = 4  # of a name's digest, in the key of its random numbers


def stream_of(seed: int, name: str) -> np.random.Generator:
    """Return the random numbers of a name: the same whatever else is drawn.

    Parameters
    ----------
    seed : int
        Seed of the whole question, 0 or more.
    name : str
        What is drawn.

    Returns
    -------
    numpy.random.Generator
        Independent of those of other names.

    Examples
    --------
    >>> stream_of(1, "a").random() == stream_of(1, "a").random()
    True
    """
    digest = hashlib.sha256(name.encode()).digest()
    key = np.frombuffer(digest, dtype="<u4")[:WORDS].tolist()
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
