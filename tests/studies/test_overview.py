"""What a report tells: the answers that the questions give, in one result."""

import pytest
from tests.model.altered import row_at, with_cell, without_table

from bereket import QuestionError, RouteParams, pareto, read_model, route
from bereket.studies.demo import FLAGSHIP_PAIRS
from bereket.studies.overview import Known, OverviewParams, overview
from bereket.studies.pairs import default_pairs, parse_pair


@pytest.fixture(scope="module")
def model(caspian):
    return read_model(caspian)


@pytest.fixture(scope="module")
def told(model):
    pairs = (("XIAN", "TEH", "containers_general"), ("AKT", "TKB", "grain"))
    return overview(model, params=OverviewParams(pairs))


def test_ways_are_those_that_route_and_pareto_give(model, told):
    for each, (origin, destination, cargo) in zip(
        told.pairs, told.stamp.params["pairs"], strict=True
    ):
        params = RouteParams(origin, destination, cargo, count=4)
        assert each.route.rows() == route(model, params=params).rows()
        assert each.pareto.as_dict() == pareto(model, params=params).as_dict()


def test_flagship_pairs_are_told_where_the_model_has_them(model, teaching):
    assert default_pairs(model) == FLAGSHIP_PAIRS
    assert default_pairs(read_model(teaching))[0][:2] == ("ASH", "CCY")


def test_every_source_behind_the_ways_is_listed_once(told):
    named = {
        source
        for each in told.pairs
        for way in each.route.alternatives
        for leg in way.legs
        for source in leg.source_ids
    }
    listed = [each["source_id"] for each in told.sources]
    assert named <= set(listed)
    assert len(listed) == len(set(listed))


def test_tables_hold_every_way_and_leg(told):
    tables = told.tables()
    ways = sum(len(each.route.alternatives) for each in told.pairs)
    legs = sum(len(w.legs) for each in told.pairs for w in each.route.alternatives)
    assert len(tables["ways"]) == ways
    assert len(tables["legs"]) == legs
    assert len(tables["efficient_ways"]) == sum(len(e.pareto.ways) for e in told.pairs)
    assert len(tables["corridors"]) == 18


def test_a_report_that_is_told_to_stop_says_so(model):
    seen = []

    def monitor(done, of, note):
        seen.append((done, of, note))
        return done < 1

    told = overview(model, params=OverviewParams(), monitor=monitor)
    assert told.stamp.status == "interrupted"
    assert told.pairs == ()
    assert [each[0] for each in seen] == [0, 1]


@pytest.mark.parametrize("text", ["XIAN:TEH", "XIAN-TEH-grain", "A:B:c:d", "::", ""])
def test_a_pair_that_is_not_well_formed_is_refused(text):
    with pytest.raises(QuestionError, match="a pair is written FROM:TO:CARGO"):
        parse_pair(text)


def test_trade_and_agenda_are_told_where_the_model_has_them(teaching):
    own = read_model(teaching)
    plain = OverviewParams(with_capacity=False)
    told = overview(own, params=plain)
    assert told.trade.found.pair == ("AAA", "CCC")
    assert len(told.agenda.items) == 4
    assert told.trade.year == told.flows.year
    bare = overview(without_table(own, "agenda"), params=plain)
    assert (bare.trade, bare.agenda) == (None, None)
    off = OverviewParams(with_capacity=False, with_trade=False, with_agenda=False)
    assert (overview(own, params=off).trade, overview(own, params=off).agenda) == (
        None,
        None,
    )


def test_what_is_known_is_told_and_not_asked_again(teaching):
    own = read_model(teaching)
    plain = OverviewParams(with_capacity=False)
    first = overview(own, params=plain)
    known = Known(first.flows, first.trade, first.agenda)
    again = overview(own, params=plain, known=known)
    assert again.flows is first.flows
    assert again.trade is first.trade
    assert again.agenda is first.agenda
    assert again.as_dict() == first.as_dict()


def test_a_question_that_is_refused_is_a_warning_and_no_page(teaching):
    own = read_model(teaching)
    at = row_at(own, "agenda", "trade_2030")
    unknown = with_cell(own, "agenda", at, "indicator", "trade(AAA,XXX).turnover_usd")
    told = overview(unknown, params=OverviewParams(with_capacity=False))
    assert told.trade is None
    assert any(line.startswith("trade: ") for line in told.warnings)


def test_sources_in_which_it_was_agreed_are_listed(model):
    params = OverviewParams(
        (("AKT", "TKB", "grain"),), with_capacity=False, with_flows=False
    )
    told = overview(model, params=params)
    listed = {each["source_id"] for each in told.sources}
    agreed = {each.item.source_id for each in told.agenda.items} - {""}
    assert agreed <= listed
