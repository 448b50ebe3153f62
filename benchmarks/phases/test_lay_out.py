"""A year's freight laid out on networks that differ in figures, as sweeps ask it."""

from benchmarks.subjects.caspian import CASPIAN

from bereket import AssignParams, build, patch, read_model
from bereket.analysis.assign.freight import lay_out_freight
from bereket.model.calendar import as_day
from bereket.model.changes import ReviseValue
from bereket.model.reference import RowReference

YEAR = 2023
DEAR = 1.1


def test_lay_out_a_patched_network(benchmark):
    model = read_model(CASPIAN)
    graph = build(model, as_day(f"{YEAR}-07-01"))
    before = lay_out_freight(graph, YEAR, AssignParams()).laid
    tariff = model["tariff"]
    dearer = tuple(
        ReviseValue(RowReference("tariff", key), "rate_per_unit_km", "multiply", DEAR)
        for key, rate in zip(
            tariff.keys, tariff.number("rate_per_unit_km").tolist(), strict=True
        )
        if rate > 0
    )

    def run():
        return lay_out_freight(patch(graph, dearer), YEAR, AssignParams()).laid

    after = benchmark(run)
    assert after.problem.n_arcs == before.problem.n_arcs
    assert after.money.sum() > before.money.sum()
