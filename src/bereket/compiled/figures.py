"""What the figures of a derivation must be; all faults of a call come together."""

import math
import sys
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bereket.errors import QuestionError

Figure = float | NDArray[np.float64]
Named = Mapping[str, Figure]

# The least and the greatest figure that keeps a rule.
LEAST_ABOVE_0: Final = math.ulp(0.0)
MOST_BELOW_1: Final = math.nextafter(1.0, 0.0)
MOST: Final = sys.float_info.max
RULES: Final[Mapping[str, tuple[str, float, float]]] = {
    "positive": ("must be above 0", LEAST_ABOVE_0, MOST),
    "not_negative": ("must be 0 or more", 0.0, MOST),
    "at_least_one": ("must be 1 or more", 1.0, MOST),
    "share": ("must be from 0 to 1", 0.0, 1.0),
    "used_share": ("must be above 0 and at most 1", LEAST_ABOVE_0, 1.0),
    "part": ("must be 0 or more and below 1", 0.0, MOST_BELOW_1),
}


def require(
    *,
    positive: Named | None = None,
    not_negative: Named | None = None,
    at_least_one: Named | None = None,
    share: Named | None = None,
    used_share: Named | None = None,
    part: Named | None = None,
) -> None:
    """Refuse figures that cannot be, or that are not known.

    Parameters
    ----------
    positive, not_negative, at_least_one : mapping of str to figure, optional
        Name and value of figures above 0, of 0 or more, of 1 or more.
    share, used_share, part : mapping of str to figure, optional
        Likewise those from 0 to 1, without 0, without 1.

    Raises
    ------
    QuestionError
        One line for each figure that breaks its rule, is NaN or is infinite.

    Examples
    --------
    >>> require(positive={"headway_min": 8.0}, share={"alpha": 1.3})
    Traceback (most recent call last):
        ...
    bereket.errors.QuestionError: alpha must be from 0 to 1; found 1.3
    """
    found: list[str] = []
    for rule, figures in (
        ("positive", positive),
        ("not_negative", not_negative),
        ("at_least_one", at_least_one),
        ("share", share),
        ("used_share", used_share),
        ("part", part),
    ):
        if figures:
            text, least, most = RULES[rule]
            for name, value in figures.items():
                # single figures are looked at tens of thousands of times in one answer
                if not isinstance(value, float) or not least <= value <= most:
                    found += _faults(text, (least, most), name, value)
    if found:
        refuse(found)


def refuse(faults: Iterable[str]) -> None:
    """Raise `QuestionError` with all faults, one a line, if there are any."""
    found = list(faults)
    if found:
        raise QuestionError("\n".join(found))


def _faults(
    text: str, ends: tuple[float, float], name: str, value: Figure
) -> list[str]:
    values = np.asarray(value, dtype=np.float64)
    is_good = (values >= ends[0]) & (values <= ends[1])
    if is_good.all():
        return []
    first = float(values[~is_good].flat[0])
    found = "nothing" if np.isnan(first) else f"{first:g}"
    return [f"{name} {text}; found {found}"]
