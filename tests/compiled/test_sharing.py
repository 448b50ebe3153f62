"""What a patched network shares with its base changes no price and no capacity."""

import dataclasses
import types

import numpy as np
import pytest
from tests.compiled.models import DAY, model_of, row, sea_tables, shipment
from tests.compiled.random_models import random_model
from tests.model.altered import with_row

import bereket
from bereket import Scenario, apply, build, parse_change, patch
from bereket.compiled.arcs import NONE
from bereket.compiled.capacities import DERIVED, PARTS, capacity_of
from bereket.compiled.cost import price
from bereket.compiled.derivations import bounded
from bereket.compiled.shipment import Shipment
from bereket.model.changes import RELATED_FIGURES, SetValue
from bereket.model.model import Table, with_column
from bereket.model.places import rows_by
from bereket.model.reference import RowReference

SEEDS = range(12)
STATED = {"source_id": "invented", "quality": "reported"}
PRICED = ("parts", "time_h", "is_offered", "is_known", "raw_usd_per_t", "assumed")
TELLS = ("excludes", "warnings", "book", "rents")


def plain(value):
    """Return what a value says, arrays as lists with NaN as text."""
    if isinstance(value, np.ndarray):
        return [repr(each) for each in value.tolist()]
    if isinstance(value, (dict, types.MappingProxyType)):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if dataclasses.is_dataclass(value):
        return {
            f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)
        }
    return repr(value)


def priced(graph, cargo):
    found = price(graph, cargo)
    return {name: plain(getattr(found, name)) for name in (*PRICED, *TELLS)}


def rows_of(model):
    for kind in DERIVED:
        for at in range(len(model[PARTS.get(kind, kind)])):
            yield kind, at


def derived(graph):
    """Fill what the network keeps of capacities."""
    for key in rows_of(graph.model):
        if (key, ()) not in graph.kept_capacities:
            found = capacity_of(graph.model, *key, graph.day)
            graph.kept_capacities[key, ()] = found
    return {key: plain(found) for (key, _), found in graph.kept_capacities.items()}


def figures(model):
    """Give a change of one cell of every column of figures."""
    for name, table in model.tables.items():
        for column, values in table.columns.items():
            field = table.schema.field(column)
            if field is None or field.type != "number" or column in table.schema.key:
                continue
            known = [
                at
                for at, value in enumerate(values.tolist())
                if value > 0 and len(table.row_of[table.keys[at]]) == 1
            ]
            for at in known[:1]:
                value = repr(values[at].item() * 0.875)
                yield SetValue(RowReference(name, table.keys[at]), column, value)


def assert_as_built(graph, changes, cargoes):
    patched = patch(graph, changes)
    fresh = build(apply(graph.model, Scenario("changed", changes)), graph.day)
    for cargo in cargoes:
        assert priced(patched, cargo) == priced(fresh, cargo), changes
    assert derived(patched) == derived(fresh), changes


def teaching(root):
    """Return the teaching model with the stretches of a line, and shipments."""
    model = bereket.read_model(root / "models" / "teaching")
    for at, length_km in enumerate((20.0, 25.0), 1):
        stretch = {"link_id": "rail_AJN_ABO", "sequence": float(at)}
        stretch |= {"length_km": length_km, "loop_length_m": 1050.0}
        model = with_row(model, "section", **STATED, **stretch)
    return model, [
        Shipment(name, "KAZ", "IRN", owner)
        for name in sorted(set(model["demand"].labels("commodity_id")))
        for owner in ("private", "railway")
    ]


def test_a_figure_of_any_column_changes_what_a_fresh_build_changes(root):
    model, cargoes = teaching(root)
    graph = build(model, DAY)
    derived(graph)
    for cargo in cargoes:
        price(graph, cargo)
    changes = list(figures(model))
    assert len(changes) > 50
    for each in changes:
        assert_as_built(graph, (each,), cargoes[:2])
    assert_as_built(graph, tuple(changes), cargoes)


@pytest.mark.parametrize(
    "text",
    [
        "node:Q.y_coord=9",  # the line heads north then
        "tariff:up.status=closed",
        "tariff:up.valid_from=2026-01-01",
        "border:Q:R:rail:AAA:SMGS.status=closed",
    ],
)
def test_text_and_places_are_not_shared(text):
    made = sea_tables()
    columns = "tariff_id kind carrier_id direction rate_per_unit_km quality source_id"
    made["tariff"] = [
        row(columns, name, "rate", "train", direction, rate, "reported", "told")
        for name, direction, rate in (("up", "north", 0.3), ("on", "east", 0.2))
    ]
    graph = build(model_of(made), DAY)
    before = priced(graph, shipment())
    derived(graph)
    change = SetValue(*parse_change(text))
    assert_as_built(graph, (change,), [shipment()])
    assert priced(patch(graph, (change,)), shipment()) != before
    assert priced(graph, shipment()) == before  # itself untouched


def test_a_network_patched_with_figures_shares_what_follows_from_text():
    graph = build(model_of(sea_tables()), DAY)
    price(graph, shipment())
    figure = SetValue(*parse_change("carrier:train.speed_kmh=20"))
    closed = SetValue(*parse_change("link:QR.status=closed"))
    assert patch(graph, (figure,)).kept_by_text is graph.kept_by_text
    assert patch(graph, (figure, closed)).kept_by_text is not graph.kept_by_text
    assert patch(graph, (closed,)).linked_places is graph.linked_places
    assert not dataclasses.replace(graph, model=graph.model).kept_by_text


def first_that_prices(rates, hauls, by_ends):
    """Choose a row for every haul by looking at one after the other."""
    chosen = np.full(hauls.arc.size, NONE)
    for haul in range(hauls.arc.size):
        is_product = hauls.product_row[haul] != NONE
        ends = hauls.start[haul], hauls.end[haul]
        for at in range(rates.row.size):
            places = rates.entry[at], rates.via[at], rates.leave[at]
            is_pair = NONE not in (places[0], places[2])
            if not is_pair and places != (NONE, NONE, NONE):
                continue
            fits = rates.takes_carrier[at, hauls.carrier[haul]]
            fits &= rates.takes_country[at, hauls.country[haul]]
            fits &= rates.direction[at] in ("", hauls.direction[haul])
            if is_pair:
                fits &= ends == (places[0], places[2])
                fits &= is_product or places[1] == NONE
            if rates.kind == "rate":
                fits &= not is_product or hauls.product_row[haul] == rates.row[at]
            else:
                fits &= by_ends[haul] if is_pair else not is_product
            if fits:
                chosen[haul] = at
                break
    return chosen


def drawn(seed):
    """Return a random network and a shipment through it."""
    graph = build(random_model(seed)[0], DAY)
    countries = sorted(set(graph.model["node"].labels("country_iso3")))
    cargo = graph.model["commodity"].labels("commodity_id")[0]
    owner = "railway" if seed % 2 else "private"
    return graph, Shipment(cargo, countries[0], countries[-1], owner)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_network_with_other_figures_is_priced_as_a_fresh_one(seed):
    graph, cargo = drawn(seed)
    price(graph, cargo)
    derived(graph)
    changes = [
        each for each in figures(graph.model) if each.column not in RELATED_FIGURES
    ]
    assert_as_built(graph, tuple(changes), [cargo])


@pytest.mark.parametrize("seed", SEEDS)
def test_each_haul_has_the_first_row_that_prices_it(seed):
    graph, cargo = drawn(seed)
    book = price(graph, cargo).book
    for rates, chosen in (
        (book.rates, book.rate_of),
        (book.empty_rates, book.empty_rate_of),
        (book.coefficients, book.coefficient_of),
        (book.fees, book.fee_of),
    ):
        expected = first_that_prices(rates, book.hauls, book.by_ends)
        np.testing.assert_array_equal(chosen, expected)


def test_a_table_with_another_column_reads_as_a_fresh_one():
    table = model_of(sea_tables())["link"]
    for column in ("length_km", "status", "valid_from", "from_node_id"):
        read(table)
        values = table.columns.get(column, np.full(len(table), "", dtype=object))
        values = values * 2 if column == "length_km" else values[::-1].copy()
        changed = with_column(table, column, values)
        assert read(changed) == read(Table(table.name, dict(changed.columns)))
        assert read(table) == read(Table(table.name, dict(table.columns)))


def read(table):
    fields = table.schema.fields.values()
    texts = [field.name for field in fields if field.is_text]
    numbers = [field.name for field in fields if field.type == "number"]
    return (
        [plain(table.text(name)) for name in texts],
        [table.labels(name) for name in texts],
        [table.lists(name) for name in texts],
        [dict(rows_by(table, name)) for name in texts],
        [plain(table.number(name)) for name in numbers],
        [plain(bounded(table, name)) for name in numbers],
        dict(table.row_of),
        [plain(days) for days in bereket.model.calendar.validity(table)],
    )
