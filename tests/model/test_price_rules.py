"""Prices that cannot hold are named: by `check`, all at once, before any answer."""

import pytest
from tests.app.asked import asker
from tests.compiled.models import line_tables, model_of, unchecked

from bereket import write_model
from bereket.compiled.inspect import inspect, network_faults
from bereket.model.price_rules import tariffs_may_clash
from bereket.model.validate import validate
from bereket.schema import TABLE_NAMES

PRESENT = frozenset(TABLE_NAMES)


def rate(tariff_id, **more):
    return {"tariff_id": tariff_id, "kind": "rate", "rate_per_unit_km": 0.2} | more


def faults(*tariffs, **tables):
    every = line_tables() | {"tariff": list(tariffs)} | tables
    found = validate(unchecked(every), PRESENT).faults
    return [issue for issue in found if issue.table in {"tariff", "rent"}]


ALIKE = [
    ({}, {}),
    ({"country_iso3": "AAA"}, {"country_iso3": "AAA|BBB"}),
    ({"country_iso3": "!BBB"}, {"country_iso3": "AAA"}),
    ({"carrier_id": "train"}, {"carrier_id": "rail"}),  # a group that holds it
    ({"from_km": 0, "to_km": 100}, {"from_km": 99, "to_km": 200}),
    (
        {"valid_from": "2024", "valid_to": "2025-06"},
        {"valid_from": "2025-06-30", "valid_to": "2026"},
    ),
    (
        {"entry_node_id": "P", "exit_node_id": "S"},
        {"entry_node_id": "P", "exit_node_id": "S"},
    ),
]
APART = [
    ({"country_iso3": "AAA"}, {}),
    ({"country_iso3": "AAA"}, {"country_iso3": "BBB"}),
    ({"country_iso3": "!AAA"}, {"country_iso3": "AAA"}),
    ({"carrier_id": "train"}, {"carrier_id": "lorry"}),
    ({"load": "empty"}, {"load": "loaded"}),
    ({"from_km": 0, "to_km": 100}, {"from_km": 100, "to_km": 200}),
    ({"valid_to": "2024"}, {"valid_from": "2025"}),
    ({"owner": "private"}, {"owner": "railway"}),
    ({"kind": "coefficient", "coefficient": 2}, {}),
    ({"regime": "transit"}, {"direction": "east"}),  # as specific, of other things
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_two_rows_that_say_as_much_of_the_same_are_a_fault(one, other):
    (issue,) = faults(rate("a", **one), rate("b", **other))
    assert (issue.table, issue.rows, issue.field) == ("tariff", (3,), "tariff_id")
    assert "'a'" in issue.found
    assert "'b'" in issue.found


@pytest.mark.parametrize(("one", "other"), APART)
def test_rows_that_are_told_apart_are_no_fault(one, other):
    assert faults(rate("a", **one), rate("b", **other)) == []


def test_rows_as_specific_by_other_things_are_worth_a_look():
    tables = line_tables()
    tables["tariff"] = [rate("a", regime="transit"), rate("b", direction="east")]
    (issue,) = tariffs_may_clash(model_of(tables))
    assert "'b' and 'a'" in issue.found


def test_a_rate_whose_exchange_rate_has_expired_is_a_fault():
    fx = [{"currency": "EUR", "usd_per_unit": 1.1, "valid_to": "2024"}]
    (issue,) = faults(rate("a", currency="EUR"), fx=fx)
    assert "exchange rate of EUR valid on 2025-06-01" in issue.rule
    assert faults(rate("a", currency="EUR", valid_to="2024"), fx=fx) == []
    late = rate("a", currency="EUR", valid_from="2024-12", valid_to="2025-12")
    assert len(faults(late, fx=fx)) == 1


def test_a_through_rate_without_a_chain_is_named():
    tables = line_tables()
    ends = {"entry_node_id": "P", "exit_node_id": "S", "carrier_id": "lorry"}
    tables["tariff"] = [rate("gone", **ends)]
    (issue,) = network_faults(model_of(tables))
    assert (issue.table, issue.rows) == ("tariff", (2,))
    assert "'gone'" in issue.found
    tables["tariff"] = [rate("whole", **ends | {"carrier_id": "train"})]
    assert network_faults(model_of(tables)) == ()
    tables["tariff"] = [
        rate("by", **ends | {"carrier_id": "train", "via_node_id": "R"})
    ]
    assert network_faults(model_of(tables)) == ()


@pytest.mark.parametrize(
    ("gateways", "is_passable"),
    [
        ("P>Q, R>S", True),
        ("R>S, P>Q", False),
        ("S>R, Q>P", True),
        ("P>Q, Q>R, !R>S", True),
        ("P>Q, R>S, !Q>R", False),
    ],
)
def test_gateways_that_cannot_be_passed_in_order_are_named(gateways, is_passable):
    tables = line_tables()
    tables["corridor"] = [
        {
            "corridor_id": "odd",
            "name": "odd",
            "origin_node_ids": "P",
            "destination_node_ids": "S",
            "gateways": gateways,
        }
    ]
    found = network_faults(model_of(tables))
    assert [issue.field for issue in found] == ([] if is_passable else ["gateways"])


def test_what_only_arcs_show_ends_check_with_code_1(capsys, tmp_path):
    tables = line_tables()
    tables["tariff"] = [
        rate("gone", entry_node_id="P", exit_node_id="S", carrier_id="lorry")
    ]
    write_model(model_of(tables), tmp_path)
    found = asker(capsys)("check", tmp_path)
    assert found.code == 1
    assert any("'gone'" in line for line in found.lines)


def test_inspection_passes_on_what_may_clash():
    tables = line_tables()
    tables["tariff"] = [rate("a", regime="transit"), rate("b", direction="east")]
    assert any(issue.table == "tariff" for issue in inspect(model_of(tables)))
