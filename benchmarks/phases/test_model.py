"""Reading, compiling and routing on the reference model."""

from benchmarks import alone


def test_read(benchmark):
    model = benchmark(alone.read_caspian())
    assert len(model["link"]) > 100


def test_compile(benchmark):
    graph = benchmark(alone.compile_caspian())
    assert graph.is_open.any()


def test_route(benchmark):
    found = benchmark(alone.route_caspian())
    assert found.alternatives


def test_pareto(benchmark):
    found = benchmark(alone.pareto_caspian())
    assert found.ways


def test_catchment(benchmark):
    found = benchmark(alone.catchment_caspian(n_origins=5, n_destinations=3))
    assert len(found.preferences) == 15
