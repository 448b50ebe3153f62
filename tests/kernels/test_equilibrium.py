"""Flow shifted between paths, and trees priced, compiled and as written."""

import numpy as np
import pytest
from tests.reference.equilibrium import Road, Want, problem_of, with_uses

from bereket.kernels import columns, equilibrium, loads, pricing, repair
from bereket.kernels.columns import NONE
from bereket.kernels.delays import FORM, P0, QUARTIC, ROOM, STIFFNESS
from bereket.solve.equilibrium.pool import empty_pool

MODULES = columns, equilibrium, loads, pricing, repair
NEAR = 1e-9  # relative: Newton's steps end when costs differ by 1e-10 of a cost
CLOSE = 1e-10


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def form(request, monkeypatch):
    """Run the kernels compiled, or as written; the plain ones call one another."""
    if request.param == "plain":
        for module in MODULES:
            for name, each in list(vars(module).items()):
                if hasattr(each, "py_func"):
                    monkeypatch.setattr(module, name, each.py_func)
    return request.param


@pytest.fixture(params=["plain network", "by uses"])
def written(request):
    """Return a problem as it is, or with one use an arc."""
    return with_uses if request.param == "by uses" else lambda problem: problem


class Case:
    """A problem whose pairs begin on paths that are named, with shares of demand."""

    def __init__(self, problem, *paths):
        self.problem, self.pool = problem, empty_pool(problem)
        self.state = loads.allocate_state(problem.delays.curve.shape[0])
        for pair, arcs, share in paths:
            pred = np.full(problem.n_nodes, NONE, dtype=np.int32)
            for arc in arcs:
                pred[problem.network.head[arc]] = arc
            length = np.zeros(problem.n_pairs, dtype=np.int32)
            length[pair] = len(arcs)
            row = int(problem.row_of_pair[pair])
            columns.append_row(
                *(problem.network, problem.rows, self.pool, row, pred, length, share)
            )
        self.refresh()

    def refresh(self):
        problem = self.problem
        background = problem.delays.background
        columns.add_loads(
            *(problem.network, problem.rows, self.pool, background, self.state.load)
        )
        loads.refresh(problem.delays, self.state)

    def shift(self, sweeps=50, enough=0.0):
        """Shift flow; return excess cost of the last sweep, pairs, sweeps."""
        problem = self.problem
        n_pairs = problem.n_pairs
        pairs, row_of = np.empty((2, n_pairs), dtype=np.int32)
        found = equilibrium.find_split(problem.rows, self.pool, pairs, row_of)
        done = np.full(3, -1.0)
        n_resources = problem.delays.curve.shape[0]
        bench = equilibrium.allocate_bench(n_resources, problem.longest)
        equilibrium.equilibrate(
            *(problem.network, problem.rows, self.pool, problem.delays, self.state),
            *(pairs, row_of, found, CLOSE, enough, sweeps * max(found, 1), bench, done),
        )
        return done.tolist()

    def flows(self):
        return self.pool.flow[: self.pool.filled[0]].tolist()


def two_roads(first, second, demand, **more):
    return problem_of(2, [first, second], [Want(0, 1, demand)], **more)


def near(value):
    return pytest.approx(value, rel=NEAR, abs=NEAR)


def test_one_step_evens_out_two_straight_roads(written):
    # 1 + 2 x = 5 + x' and x + x' = 10: x = 14/3
    problem = written(two_roads(Road(0, 1, 1.0, 2.0), Road(0, 1, 5.0, 1.0), 10.0))
    case = Case(problem, (0, (0,), 1.0), (0, (1,), 0.0))
    excess, pairs, sweeps = case.shift(sweeps=1)
    assert (excess, pairs, sweeps) == (near(10 * (21 - 5)), 1, 1)
    assert case.flows() == near([14 / 3, 16 / 3])
    assert case.state.delay_h.tolist() == near([31 / 3, 31 / 3])
    assert case.state.load.tolist() == near([14 / 3, 16 / 3])


def test_sweeps_end_when_little_is_left():
    problem = two_roads(Road(0, 1, 1.0, 2.0), Road(0, 1, 5.0, 1.0), 10.0)
    case = Case(problem, (0, (0,), 1.0), (0, (1,), 0.0))
    excess, pairs, sweeps = case.shift()
    assert (excess, pairs) == (0.0, 0)
    assert sweeps <= 3


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_steep_roads_are_evened_out_from_any_start(written, share):
    # x^4 on both, one twice as steep: x = 2^(1/4) x'
    problem = written(
        two_roads(Road(0, 1, 1.0, 1.0, 4.0), Road(0, 1, 1.0, 2.0, 4.0), 3.0)
    )
    case = Case(problem, (0, (0,), share), (0, (1,), 1.0 - share))
    case.shift()
    ratio = 2**0.25
    assert case.flows() == near([3 * ratio / (1 + ratio), 3 / (1 + ratio)])


def test_the_usual_power_is_worked_out_as_any_power():
    roads = [Road(0, 1, 1.0, 1.0, 4.0), Road(0, 1, 1.0, 2.0, 4.0)]
    flows = []
    for form in (None, QUARTIC):
        problem = problem_of(2, roads, [Want(0, 1, 3.0)])
        if form is not None:
            problem.delays.curve[:, FORM] = form
        problem.delays.curve[0, [ROOM, STIFFNESS]] = 1.0, 2.0
        case = Case(problem, (0, (0,), 1.0), (0, (1,), 0.0))
        case.shift()
        flows.append(case.flows())
    assert flows[0] == near(flows[1])
    assert problem.delays.curve[0, P0] == 1.0


def test_a_road_that_is_dear_at_any_load_is_emptied(written):
    problem = written(two_roads(Road(0, 1, 1.0, 0.1), Road(0, 1, 50.0, 1.0), 10.0))
    case = Case(problem, (0, (0,), 0.3), (0, (1,), 0.7))
    case.shift()
    assert case.flows() == [10.0, 0.0]
    assert case.state.load.tolist() == near([10.0, 0.0])


def test_constant_costs_put_all_on_the_cheaper(written):
    problem = written(two_roads(Road(0, 1, 2.0), Road(0, 1, 1.0), 10.0))
    case = Case(problem, (0, (0,), 1.0), (0, (1,), 0.0))
    assert case.shift()[:2] == [0.0, 0]
    assert case.flows() == [0.0, 10.0]


def test_roads_that_two_paths_share_do_not_count(written):
    # both go by arc 2 at first load; only arcs 0 and 1 are weighed: 1 + 2x = 5 + x'
    roads = [Road(0, 1, 1.0, 2.0), Road(0, 1, 5.0, 1.0), Road(1, 2, 3.0, 100.0)]
    problem = written(problem_of(3, roads, [Want(0, 2, 10.0)]))
    case = Case(problem, (0, (0, 2), 1.0), (0, (1, 2), 0.0))
    case.shift(sweeps=1)
    assert case.flows() == near([14 / 3, 16 / 3])
    assert case.state.load[2] == near(10.0)


def test_size_loads_and_value_weighs_delay_against_money(written):
    # value 3, size 4: money 6 + 3 (1 + 0.25 · 4 x) = 3 (3 + 0.5 · 4 (10 - x)): x = 20/3
    roads = [Road(0, 1, 1.0, 0.25, money=6.0), Road(0, 1, 3.0, 0.5)]
    problem = written(problem_of(2, roads, [Want(0, 1, 10.0)], (3.0,), (4.0,)))
    case = Case(problem, (0, (0,), 1.0), (0, (1,), 0.0))
    case.shift()
    assert case.flows() == near([20 / 3, 10 / 3])
    assert case.state.load.tolist() == near([80 / 3, 40 / 3])


def test_a_resource_used_twice_on_a_path_counts_twice():
    # a fleet runs on both links of the way by node 1, half a turn each, and takes 1 t
    # a turn: its time is x; the other road takes 4: x = 4 of 10
    roads = [Road(0, 1), Road(0, 2, 4.0), Road(1, 2)]
    problem = with_uses(problem_of(3, roads, [Want(0, 2, 10.0)]))
    network = problem.network
    half = np.array([[0.5, 1.0, 0.5]])
    resource = np.array([0, 1, 0], dtype=np.int32)
    network = network._replace(resource=resource, share=half, taken=half)
    problem.delays.curve[0, [FORM, P0]] = 1.0, 1.0
    used = type(problem)(network, problem.rows, problem.delays)
    case = Case(used, (0, (0, 2), 1.0), (0, (1,), 0.0))
    assert case.state.load[:2].tolist() == [10.0, 0.0]
    case.shift()
    assert case.flows() == near([4.0, 6.0])


def test_what_each_arc_costs_a_class_is_money_and_valued_delay(written):
    roads = [Road(0, 1, money=(1.0, 10.0)), Road(0, 1, money=(2.0, np.inf))]
    problem = written(problem_of(2, roads, [Want(0, 1, 1.0)], (3.0, 5.0), (1.0, 1.0)))
    out = np.empty(2)
    for kind, told in ((0, [1 + 3 * 7, 2 + 3 * 8]), (1, [10 + 5 * 7, np.inf])):
        pricing.fill_arc_costs(problem.network, np.array([7.0, 8.0]), kind, out)
        assert out.tolist() == told


def priced(case, worth=1e-12):
    """Price all rows from no trees; return lengths that lack, spent, least, trees."""
    problem = case.problem
    n_rows = problem.rows.kind.size
    pred = np.full((n_rows, problem.n_nodes), NONE, dtype=np.int32)
    alone, length = (np.zeros(problem.n_pairs, dtype=kind) for kind in (bool, np.int32))
    spent, least = np.zeros(n_rows), np.zeros(n_rows)
    pricing.price_rows(
        *(problem.network, problem.rows, case.pool, case.state.delay_h, 0, n_rows),
        *(pred, alone, length, spent, least, worth),
        repair.allocate_scratch(problem.n_nodes, problem.n_arcs),
    )
    return length.tolist(), spent.tolist(), least.tolist(), alone.tolist()


def test_pricing_finds_the_cheaper_way_and_what_it_would_save(written):
    # all 10 on arc 1 at 5 + 10; by node 1 it is 2 + 3
    roads = [Road(0, 1, 2.0), Road(0, 2, 5.0, 1.0), Road(1, 2, 3.0)]
    case = Case(written(problem_of(3, roads, [Want(0, 2, 10.0)])), (0, (1,), 1.0))
    assert priced(case) == ([2], [150.0], [50.0], [False])


def test_pricing_adds_nothing_that_is_not_worth_it(written):
    roads = [Road(0, 1, 2.0), Road(0, 2, 5.5), Road(1, 2, 3.0)]
    case = Case(written(problem_of(3, roads, [Want(0, 2, 10.0)])), (0, (1,), 1.0))
    assert priced(case, worth=0.1) == ([0], [55.0], [50.0], [False])
    assert priced(case, worth=0.05)[0] == [2]


def test_a_pair_on_the_way_of_its_tree_is_alone_and_lacks_nothing(written):
    roads = [Road(0, 1, 2.0), Road(0, 2, 9.0), Road(1, 2, 3.0)]
    case = Case(written(problem_of(3, roads, [Want(0, 2, 10.0)])), (0, (0, 2), 1.0))
    assert priced(case) == ([0], [50.0], [50.0], [True])


def test_kernels_were_compiled(form):
    names = [(equilibrium, "equilibrate"), (pricing, "price_rows")]
    made = [getattr(module, name) for module, name in names]
    assert [hasattr(each, "signatures") for each in made] == [form != "plain"] * 2
    if form != "plain":
        test_one_step_evens_out_two_straight_roads(lambda problem: problem)
        assert equilibrium.equilibrate.signatures
