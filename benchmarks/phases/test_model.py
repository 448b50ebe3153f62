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
