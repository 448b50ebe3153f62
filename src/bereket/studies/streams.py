"""What the trade of two countries goes by, and where it enters."""

from collections import defaultdict
from collections.abc import Mapping

from bereket.analysis.assign import AssignResult
from bereket.compiled.skims import Lane, trading_places
from bereket.model.model import Model
from bereket.studies.outlook_result import Stream

NO_CROSSING = "no crossing"
LEAST_T = 1.0  # a year, below which a stream is not told


def streams_of(
    model: Model,
    found: AssignResult,
    pair: tuple[str, str],
    density_usd_per_t: Mapping[Lane, float],
) -> tuple[Stream, ...]:
    """Return what the trade of two countries goes by in an assignment.

    Parameters
    ----------
    model : Model
        Names and countries of places.
    found : AssignResult
        Flows by paths.
    pair : tuple of (str, str)
        The countries, both directions.
    density_usd_per_t : mapping
        Value of a tonne by lane; lanes that it lacks are of no value.

    Returns
    -------
    tuple of Stream
        By sector, mode and gateway, the largest first. The mode is that of most of the
        hours moving, the gateway the last crossing into the country that buys.
    """
    country = trading_places(model)
    laid, paths = found.laid, found.paths
    time_h = laid.time_h.tolist()
    sums: dict[tuple[str, str, str, str, str], float] = defaultdict(float)
    for at, flow in enumerate(paths.flow.tolist()):
        place = int(paths.pair[at])
        ends = country[laid.origin_id[place]], country[laid.destination_id[place]]
        if ends not in (pair, pair[::-1]) or paths.stays[at]:
            continue
        arcs = paths.arc[paths.indptr[at] : paths.indptr[at + 1]].tolist()
        hours: dict[str, float] = defaultdict(float)
        gateway = NO_CROSSING
        for arc in arcs:
            for tail, head in laid.runs_on[arc]:
                if country[tail] != ends[1] == country[head]:
                    gateway = f"{tail}>{head}"
            if laid.runs_on[arc]:
                hours[laid.mode_of_arc[arc]] += time_h[arc]
        mode = max(hours, key=lambda name: (hours[name], name), default="")
        key = *ends, laid.class_of_pair(place), mode, gateway
        sums[key] += flow * laid.per_year
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    return tuple(
        Stream(*key, tonnes, tonnes * density_usd_per_t.get(key[:3], 0.0))
        for key, tonnes in ranked
        if tonnes >= LEAST_T
    )
