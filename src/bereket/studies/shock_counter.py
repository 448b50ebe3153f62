"""What passes where a shock is counted, and where it goes after."""

from collections.abc import Iterable, Mapping

from bereket.analysis.assign import AssignResult
from bereket.compiled.money import teu_per_t
from bereket.model.gateways import parse_gateways
from bereket.model.model import Model
from bereket.model.reference import RowReference, parse_reference, split_elements
from bereket.studies.shock_result import Shifted

Key = tuple[str, str, str]  # origin, destination, class
Pair = tuple[str, str]  # places of a link


class Counter:
    """Counts what passes where a shock is counted."""

    def __init__(self, model: Model, row: int) -> None:
        table = model["shock"]
        self.model, self.unit = model, table.labels("unit")[row]
        self.cargoes = frozenset(table.lists("commodity_id")[row])
        known = {key[0] for key in model["corridor"].row_of}
        parts = split_elements(table.labels("on")[row], known)
        self.corridor_id = parts[0] if parts[0] in known else ""
        self.links = set[tuple[str, str, str]]()
        for part in () if self.corridor_id else parts:
            self.links |= set(self._links_of(parse_reference(part)))

    def _links_of(self, of: RowReference) -> Iterable[tuple[str, str, str]]:
        """Give the links that an element stands for, in the directions it counts."""
        link = self.model["link"]
        ends = [link.labels(name) for name in ("from_node_id", "to_node_id")]
        names = link.labels("link_id")
        if of.table == "link":
            for row in link.row_of.get(of.key, ()):
                a, b = ends[0][row], ends[1][row]
                yield from ((a, b, names[row]), (b, a, names[row]))
            return
        start, end, carriers = of.key[:3]
        for row, uses in enumerate(link.lists("allowed_uses")):
            on = {ends[0][row], ends[1][row]} == {start, end}
            if on and not set(uses).isdisjoint(carriers.split("|")):
                yield start, end, names[row]

    def count(self, found: AssignResult) -> float:
        """Return what passes in a year, in the unit of the shock."""
        by_class: dict[str, float] = {}
        if self.corridor_id:
            (flow,) = (c for c in found.corridors if c.corridor_id == self.corridor_id)
            if self.unit != "t" and not self.cargoes:
                return float(flow.teu_per_year)
            by_class = dict(flow.by_class)
        for each in () if self.corridor_id else found.flows:
            if (each.tail, each.head, each.link_id) in self.links:
                for name, tonnes in each.by_class.items():
                    by_class[name] = by_class.get(name, 0.0) + float(tonnes)
        return sum(
            tonnes * (1.0 if self.unit == "t" else teu_per_t(self.model, name))
            for name, tonnes in by_class.items()
            if not self.cargoes or name in self.cargoes
        )

    def is_passed(self, ways: list[Pair], ends: Pair) -> bool:
        """Whether a way from one place to another is counted."""
        if not self.corridor_id:
            on = {(tail, head) for tail, head, _ in self.links}
            return not on.isdisjoint(ways)
        table, node = self.model["corridor"], self.model["node"]
        (row,) = table.row_of[(self.corridor_id,)]
        ends_in = table.labels("ends_in_iso3")[row]
        country = node.labels("country_iso3")
        at_ends = {country[node.row_of[(each,)][-1]] for each in ends}
        gateways = parse_gateways(table.labels("gateways")[row])
        return (not ends_in or ends_in in at_ends) and gateways.match(ways)

    def tonnes(self, found: AssignResult) -> Mapping[Key, tuple[float, float]]:
        """Return by pair and class the tonnes a year that pass, and all that go."""
        paths, laid = found.paths, found.laid
        sums: dict[Key, tuple[float, float]] = {}
        for at, flow in enumerate(paths.flow.tolist()):
            pair = int(paths.pair[at])
            ends = laid.origin_id[pair], laid.destination_id[pair]
            name = laid.class_of_pair(pair)
            if paths.stays[at] or (self.cargoes and name not in self.cargoes):
                continue
            arcs = paths.arc[paths.indptr[at] : paths.indptr[at + 1]].tolist()
            ways = [run for arc in arcs for run in laid.runs_on[arc]]
            on, goes = sums.get((*ends, name), (0.0, 0.0))
            flow *= laid.per_year  # noqa: PLW2901 tonnes a year from here on
            passes = flow if self.is_passed(ways, ends) else 0.0
            sums[(*ends, name)] = on + passes, goes + flow
        return sums

    def shifted(self, before: AssignResult, after: AssignResult) -> Shifted | None:
        """Return where what passed before goes after, at the same demand."""
        old, new = self.tonnes(before), self.tonnes(after)
        total = sum(on for on, _ in old.values())
        if total <= 0:
            return None
        stays = other = 0.0
        for key, (on, goes) in old.items():
            still, goes_now = new.get(key, (0.0, 0.0))
            lost = max(on - still, 0.0)
            stays += on - lost
            other += min(lost, max((goes_now - still) - (goes - on), 0.0))
        return Shifted(stays / total, other / total, 1.0 - (stays + other) / total)
