"""The grammar of corridors: ``A>B|C>D, E>F, !G>H``.

A corridor is told by the links it passes in order; ``|`` stands between links of which
any will do, ``!`` before one that is never passed. The other direction passes them
reversed.
"""

import re
from dataclasses import dataclass
from functools import cache

STEP = re.compile(r"(?P<start>[^>|,!\s]+)>(?P<end>[^>|,!\s]+)")

Way = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """Links of a way, there and back.

    Attributes
    ----------
    there, back : list of (str, str)
        Places of each link, in order, of the way and of the way reversed.
    either : frozenset of (str, str)
        All of them.
    """

    there: list[Way]
    back: list[Way]
    either: frozenset[Way]

    @classmethod
    def of(cls, ways: list[Way]) -> "Passage":
        """Return the passage of a way."""
        back = [(end, start) for start, end in reversed(ways)]
        return cls(ways, back, frozenset((*ways, *back)))


@dataclass(frozen=True, slots=True)
class Gateways:
    """Links that make a corridor.

    Attributes
    ----------
    passed : tuple of frozenset of (str, str)
        In order; any link of a set will do.
    never : frozenset of (str, str)
        Links that no way of the corridor passes.
    """

    passed: tuple[frozenset[Way], ...]
    never: frozenset[Way]

    def match(self, ways: list[Way]) -> bool:
        """Whether a way passes the gateways in order, one way or the other.

        Parameters
        ----------
        ways : list of (str, str)
            Places of each link of the way, in order.

        Examples
        --------
        >>> kti = parse_gateways("BOL>SRT, AKY>INB")
        >>> kti.match([("INB", "AKY"), ("AKY", "ETR"), ("SRT", "BOL")])
        True
        """
        return self.is_passed(Passage.of(ways))

    def is_passed(self, passage: "Passage") -> bool:
        """Whether a way told both ways passes the gateways in order; as `match`."""
        if not self.never.isdisjoint(passage.either):
            return False
        if any(step.isdisjoint(passage.either) for step in self.passed):
            return False
        there, back = passage.there, passage.back
        return self._matches_forward(there) or self._matches_forward(back)

    def leads(self, ways: list[Way]) -> bool:
        """Whether a way passes the gateways in the order in which they are named."""
        return self._matches_forward(ways)

    def _matches_forward(self, ways: list[Way]) -> bool:
        position = 0
        for step in self.passed:
            while position < len(ways) and ways[position] not in step:
                position += 1
            if position == len(ways):
                return False
            position += 1
        return True


@cache
def parse_gateways(text: str) -> Gateways:
    """Read the gateways of a corridor.

    Raises
    ------
    ValueError
        When a part has not the form ``A>B``.

    Examples
    --------
    >>> parse_gateways("AKT>ALT|KUR>ALT, !TKB>ALT").never
    frozenset({('TKB', 'ALT')})
    """
    passed: list[frozenset[Way]] = []
    never: set[Way] = set()
    for part in text.split(","):
        stripped = part.strip()
        ways = frozenset(
            _way(choice) for choice in stripped.removeprefix("!").split("|")
        )
        if stripped.startswith("!"):
            never |= ways
        else:
            passed.append(ways)
    return Gateways(tuple(passed), frozenset(never))


def _way(text: str) -> Way:
    found = STEP.fullmatch(text.strip())
    if found is None:
        msg = f"{text.strip()!r} is no link of two places, A>B"
        raise ValueError(msg)
    return found["start"], found["end"]
