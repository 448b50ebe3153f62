"""The report: one HTML file that opens offline and prints on A4."""

import hashlib
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from bereket.compiled.alternative import Alternative
from bereket.errors import BereketError
from bereket.io.files import needs
from bereket.model.model import Model, label
from bereket.model.naming import place_names
from bereket.model.result import Stamp
from bereket.report import charts, distance, maps, profile, wording
from bereket.report.agenda_page import agenda_context
from bereket.report.boundaries import Boundaries
from bereket.report.capacity_pages import capacity_context
from bereket.report.energy_pages import energy_context, no_energy
from bereket.report.fits import fit_context, in_short
from bereket.report.flow_pages import flow_context
from bereket.report.layers import told_places
from bereket.report.maps import NO_LINES
from bereket.report.trade_pages import trade_context
from bereket.studies.cell import unit_of_order
from bereket.studies.corridors import CorridorRow
from bereket.studies.overview_result import OverviewResult
from bereket.studies.pairs import PairAnswer

if TYPE_CHECKING:
    import altair as alt

TEMPLATE: Final = "page.html.j2"
SNIPPET: Final = "window.vegaEmbed = vegaEmbed;"
BUNDLER: Final = (
    "import sys, vl_convert;"
    "sys.stdout.buffer.write(vl_convert.javascript_bundle(*sys.argv[1:]).encode())"
)
ORDERS_SHOWN: Final = 3
PLACES_SHOWN: Final = 9
LOW_HEIGHT: Final = 160  # pixels, of a figure that shares its sheet with three
# What a reader would look for and this version does not answer.
NO_FLOWS: Final = """Who would go where: no flow is modelled, as the model has no demand
    of a year with data; what was observed stands beside and does not bend it."""
CALIBRATED: Final = """Whether flows are right: those on the sheet of flows are of a
    mean day on ways that shippers with full knowledge would take, not fitted; what the
    fitted model says of the last year stands here beside what was observed."""
NOT_CALIBRATED: Final = """How far the flows are right: nothing is calibrated; what was
    observed stands beside the model and does not bend it. The flows are those of a mean
    day, on ways that shippers with full knowledge would take."""
CANNOT_TELL: Final = (
    """Whether cargo comes: what a corridor can carry follows from the figures of its
    rows. Corridors that share a line do not add up, and where the trains of others are
    not known it is an upper bound.""",
    """Quantiles of time: ± is one standard deviation, of waits that are taken as
    independent; P50 and P95 come with the simulation.""",
    """Whether the order of ways holds within the bounds of their rows: it goes by the
    middle figures. The page on assumptions turns the weightiest to their bounds.""",
    """Customs duties and taxes, insurance, the first and last mile; each way names what
    else it leaves out.""",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a page: their data are kept once, whichever figure uses them.

    Attributes
    ----------
    specs : dict of str to dict
        Vega-Lite by the figure's name, without data.
    datasets : dict of str to str
        Data as JSON, by the name that Altair gives them.
    """

    specs: dict[str, dict[str, Any]]
    datasets: dict[str, str]

    def add(self, name: str, chart: "alt.TopLevelMixin") -> str:
        """Keep a figure; return its name."""
        # Each part was held against the schema when it was made.
        spec = chart.to_dict(validate=False)
        # Altair names data by a hash of what they hold, and lifts them to the top.
        for key, text in spec.pop("datasets", {}).items():
            self.datasets[key] = no_markup(text)
        self.specs[name] = spec
        return name


def report_page(
    found: OverviewResult, model: Model, boundaries: Boundaries = NO_LINES
) -> str:
    """Return a report as the text of one HTML file.

    Parameters
    ----------
    found : OverviewResult
        What it tells.
    model : Model
        The model that was asked, changed by the scenario where there was one.
    boundaries : Boundaries
        Lines and areas of the reader's own for the maps; none by default.

    Returns
    -------
    str
        HTML with its own styles, scripts and data: it fetches nothing.

    Raises
    ------
    ExtraError
        When the libraries of the extra ``report`` are not installed.
    """
    with needs("report"):
        import altair as alt
        import vl_convert  # noqa: F401 its absence is told before anything is begun
        from jinja2 import Environment, PackageLoader, StrictUndefined
    figures = Figures({}, {})
    environment = Environment(
        loader=PackageLoader("bereket.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["page_address"] = is_page_address
    environment.filters |= {
        "figure": wording.figure,
        "change": wording.change,
        "share": wording.share,
        "strong": bold,
        "host": wording.host,
        "days": wording.days,
    }
    schema = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    with _bundling(schema) as bundling:
        told = context(found, model, boundaries, figures)
        library = _bundled(bundling)
    return environment.get_template(TEMPLATE).render(
        **told,
        style=_own_file("page.css"),
        script=_own_file("page.js"),
        library=library,
        datasets=figures.datasets,
        nonce=nonce(told["stamp"]),
        specs={name: in_script(spec) for name, spec in figures.specs.items()},
    )


def context(
    found: OverviewResult, model: Model, boundaries: Boundaries, figures: Figures
) -> dict[str, Any]:
    """Return what the template is filled with, and keep the figures."""
    names = place_names(model)
    cargoes = dict(
        zip(
            model["commodity"].labels("commodity_id"),
            model["commodity"].labels("name"),
            strict=True,
        )
    )
    rows = found.corridors.corridors
    if any(row.way for row in rows):
        figures.add("corridors", maps.corridor_map(found.corridors, model, boundaries))
    if any(each.swing_usd_per_t for each in found.assumptions):
        figures.add(
            "assumptions", charts.assumption_bars(found.assumptions, found.stamp)
        )
    return {
        "title": str(model.about.get("title") or model.name),
        "model": model.name,
        "date": wording.long_date(found.stamp.as_of),
        "price_year": label(model["config"].number("price_year")[0]),
        "stamp": found.stamp,
        "corridors": [_corridor(row, cargoes) for row in rows],
        "n_open": sum(row.status == "open" for row in rows),
        "closed": [row for row in rows if row.status != "open" or row.why],
        "pairs": [
            _pair(number, each, model, names, cargoes, boundaries, figures)
            for number, each in enumerate(found.pairs, start=1)
        ],
        "assumptions": found.assumptions,
        "orders": list(_orders(found, model)),
        "observed": [row for row in rows if row.observed],
        "fits": fit_context(rows, model),
        "sources": found.sources,
        "warnings": found.warnings,
        **capacity_context(found, model, figures.add),
        "flows": flow_context(found.flows, model, boundaries, figures.add),
        "trade": trade_context(
            found.trade,
            found.flows.assigned.stamp if found.flows else None,
            model,
            figures.add,
        ),
        "energy": energy_context(found, model, boundaries, figures.add),
        "agenda": agenda_context(found.agenda),
        "cannot_tell": (_of_flows(found, model), *CANNOT_TELL, *no_energy(model)),
    }


def _of_flows(found: OverviewResult, model: Model) -> str:
    """Return what the page cannot tell of flows."""
    if not found.flows:
        return NO_FLOWS
    return CALIBRATED if len(model["fit"]) else NOT_CALIBRATED


def is_page_address(text: str) -> bool:
    """Whether a text is the address of a page, and may be a link; else it is shown.

    Examples
    --------
    >>> is_page_address("https://example.org/a"), is_page_address("javascript:alert(1)")
    (True, False)
    """
    return text.startswith(("https://", "http://"))


def bold(text: str) -> str:
    """Return a line of a page of words as HTML: what is between asterisks is strong.

    Examples
    --------
    >>> print(bold("**<b>** & c"))
    <strong>&lt;b&gt;</strong> &amp; c
    """
    from markupsafe import Markup, escape

    parts = str(escape(text)).split("**")
    whole = "".join(
        f"<strong>{part}</strong>" if at % 2 else part for at, part in enumerate(parts)
    )
    return Markup(whole)  # noqa: S704 escaped above


def nonce(stamp: Stamp) -> str:
    """Return what marks the page's own scripts: no other one may run.

    It is no secret, as nobody adds to the page once it is written; text of a model
    cannot hold it, as it is a hash of the model and of the time.
    """
    told = f"{stamp.model_hash} {stamp.made_at}".encode()
    return hashlib.sha256(told).hexdigest()[:32]


def in_script(data: Any) -> str:
    r"""Return data as JSON that may stand inside a script element.

    Examples
    --------
    >>> in_script({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return no_markup(text)


def no_markup(text: str) -> str:
    """Return JSON in which no tag and no comment can begin; it reads the same."""
    return text.replace("<", "\\u003c")


def _corridor(row: CorridorRow, cargoes: dict[str, str]) -> dict[str, Any]:
    """Return a row of the first screen."""
    more = len(row.regimes) - ORDERS_SHOWN
    return {
        "row": row,
        "totals": row.way.totals if row.way else None,
        "usd_per_feu": row.way.cost_usd_per_feu if row.way else None,
        "seen": row.observed.in_short() if row.observed else "",
        "fit": in_short(row),
        "orders": ", ".join(row.regimes[:ORDERS_SHOWN])
        + (f" and {more} more" if more > 0 else ""),
        "cargo": cargoes.get(row.commodity_id, row.commodity_id),
    }


def _pair(  # noqa: PLR0913, PLR0917 one pair of a page
    number: int,
    each: PairAnswer,
    model: Model,
    names: dict[str, str],
    cargoes: dict[str, str],
    boundaries: Boundaries,
    figures: Figures,
) -> dict[str, Any]:
    """Return what the pages of one pair tell, and keep their figures."""
    route = each.route
    ways = route.alternatives
    if ways:
        figures.add(f"map{number}", maps.route_map(route, model, boundaries))
        days = distance.time_cost_distance(route, model, "days")
        figures.add(f"days{number}", days)
        usd = distance.time_cost_distance(route, model, "usd", height=LOW_HEIGHT)
        figures.add(f"usd{number}", usd)
        figures.add(f"money{number}", charts.cost_waterfall(route))
        figures.add(
            f"profile{number}", profile.corridor_profile(ways[0], model, route.stamp)
        )
    if each.pareto.ways:
        figures.add(f"pareto{number}", charts.pareto_scatter(each.pareto))
    return {
        "number": number,
        "route": route,
        "pareto": each.pareto,
        "from": names[route.origin_id],
        "to": names[route.destination_id],
        "cargo": cargoes[route.commodity_id].lower(),
        "ways": [_way(way, names) for way in ways],
        "is_emission_unknown": any(
            math.isnan(way.totals.emission_kgco2e_per_t) for way in ways
        ),
    }


def _way(way: Alternative, names: dict[str, str]) -> dict[str, Any]:
    """Return one way for the table of its pair."""
    places = [names[place] for place in told_places(way)[1:-1]]
    shown = places[:PLACES_SHOWN]
    more = [f"and {len(places) - len(shown)} more"] if len(places) > len(shown) else []
    return {
        "way": way,
        "totals": way.totals,
        "corridors": ", ".join(way.corridors),
        "by": ", ".join([*shown, *more]),
        "excludes": "; ".join(way.excludes),
        "orders": ", ".join(way.regimes),
    }


def _orders(found: OverviewResult, model: Model) -> Iterator[dict[str, str]]:
    """Give the orders in force on what is shown, once each."""
    table = model["regime"]
    shown = set(found.stamp.regimes)
    for row, name in enumerate(table.labels("regime_id")):
        if name in shown:
            columns = ("regime_id", "effect", "party", "valid_from", "valid_to")
            told = {column: table.labels(column)[row] for column in columns}
            value = table.number("value")[row]
            yield told | {
                "value": label(value),
                "unit": unit_of_order(told["effect"], table.labels("unit")[row]),
                "quality": table.labels("quality")[row],
                "source_id": table.labels("source_id")[row],
            }


def _own_file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _bundling(schema: str) -> "subprocess.Popen[bytes]":
    """Begin to bundle the libraries that draw, for a version of Vega-Lite.

    It takes a second and holds the interpreter's lock, so that it goes in a process of
    its own while the figures are made.
    """
    program = [sys.executable, "-c", BUNDLER, SNIPPET, schema]
    return subprocess.Popen(program, stdout=subprocess.PIPE)  # noqa: S603 its own text


def _bundled(bundling: "subprocess.Popen[bytes]") -> str:
    """Return the libraries, once they are bundled."""
    found, _ = bundling.communicate()
    if bundling.returncode:
        msg = "the libraries that draw a report could not be bundled: see above"
        raise BereketError(msg)
    return found.decode()
