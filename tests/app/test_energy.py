"""The verb energy: what a planner types, what is drawn, what faults say.

Figures are those worked out by hand in the README of the teaching model, section 16.
"""

import csv
import io
import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from rich.console import Console
from tests.app.asked import asker
from tests.model.altered import row_at, with_cell, with_row

from bereket import read_model, write_model
from bereket.analysis.energy import EnergyParams, energy
from bereket.app.energy import _steps
from bereket.app.energy_tables import draw_energy
from bereket.studies.energy_cases import EnergyStudy

YEAR = ("--year", "2024", "--processes", "1")
LINE = "power_line:a_c"
PIPE = "gas_pipe:b_c"
ON = 876_000.0  # MWh that 100 MW of the line send in a year
MADE_UP = {"quality": "assumed", "note": "made up"}


@pytest.fixture
def ask(capsys):
    return asker(capsys)


@pytest.fixture(scope="module")
def model(root):
    return read_model(root / "models" / "teaching")


@pytest.fixture(scope="module")
def base(model):
    return energy(model, params=EnergyParams(year=2024))


@pytest.fixture
def unsolved(monkeypatch):
    """Let nothing be solved."""

    def solve(*_, **__):
        pytest.fail("the year is solved")

    monkeypatch.setattr("bereket.app.energy.energy", solve)


def with_works(model, column="p_nom", operation="add", value="100"):
    """Return the model with a measure of the line."""
    cells = {"measure_id": "wider", "name": "A wider line", "capex_usd": 50e6}
    own = with_row(model, "measure", **cells, area="power", **MADE_UP)
    effect = {"measure_id": "wider", "element": LINE, "column": column}
    return with_row(
        own, "measure_effect", **effect, operation=operation, value=value, **MADE_UP
    )


def with_status(model, status):
    return with_cell(model, "power_line", row_at(model, "power_line", "a_c"), *status)


def drawn(study, width=110, **options):
    """Return what is drawn, blanks at the ends of lines apart."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    draw_energy(console, study, **options)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


# --- the year -------------------------------------------------------------------------


def test_what_the_year_costs_can_be_held_against_another_run(ask, teaching):
    found = ask("energy", teaching, *YEAR)
    assert "cost less income: 150.599 M USD a year" in found.out
    more = ask("energy", teaching, *YEAR, "--set", f"{LINE}.p_nom=101")
    assert "cost less income: 150.459 M USD a year" in more.out  # 0.9 x 30 - 11 a MWh


def test_sales_are_told_with_what_is_paid_and_what_pipes_hold(ask, teaching):
    lines = ask("energy", teaching, *YEAR).out.splitlines()
    (at,) = [at for at, line in enumerate(lines) if line.startswith("sold under")]
    assert lines[at].split("  ")[0] == "sold under"
    assert "room" in lines[at]
    assert "bound by" in lines[at]
    rows = {line.split()[0]: line.split() for line in lines[at + 1 : at + 4]}
    # 365 mcm at 100,000 and at 110,000 USD; half of what Borania could sell.
    assert rows["a_c"][1:6] == ["AAA", "CCC", "0.365", "100%", "36.5"]
    assert rows["b_c"][1:6] == ["BBB", "CCC", "0.365", "50%", "40.1"]
    # Of 3 mcm a day of pipe 2 are used.
    assert rows["b_c"][6:] == ["0.365", "b_c"]
    assert rows["a_b_c"][1:6] == ["AAA", "CCC", "by", "BBB", "0"]


def test_a_year_far_from_the_loads_says_so_in_the_headline(ask, teaching):
    far = ask("energy", teaching, "--year", 2200)
    told = " ".join(far.out.splitlines()[:2])
    assert "all demand is served; loads of 2024 stand for those of 2200" in told
    assert "power_load of 2024 stands for 2200: arelia, cerenia\n" in far.out
    near = ask("energy", teaching, "--year", 2026)
    assert "stand for those of" not in near.out
    assert "gas_load of 2024 stands for 2026: borania, cerenia\n" in near.out


def test_notes_on_loads_are_told_though_there_are_many_others(base):
    held = "gas_load of 2023 stands for 2024: a, b, c, d, e, f"
    others = tuple(f"note {n}" for n in range(9))
    lines = drawn(EnergyStudy(replace(base, notes=(*others, held)), (), base.stamp))
    assert "gas_load of 2023 stands for 2024: a, b, c, d and 2 more" in lines
    assert "note 4" in lines
    assert "note 5" not in lines
    assert "and 4 more notes (--format json)" in lines


def many(base):
    """Return the year with twelve of its lines, of its sales, and of worthless rows."""
    line, sale, value = base.flow(LINE), base.sales[0], base.value(LINE)
    return replace(
        base,
        flows=tuple(replace(line, element=f"power_line:l{n}") for n in range(12)),
        sales=tuple(
            replace(sale, element=f"gas_contract:s{n}", bound_by=("gas_pipe:p",) * 3)
            for n in range(12)
        ),
        values=tuple(
            replace(value, element=f"power_line:l{n}", usd_per_mw=0.0)
            for n in range(12)
        ),
    )


@pytest.mark.parametrize("width", [100, 110])
def test_only_draws_every_row_that_fits_and_else_the_largest(base, width):
    study = EnergyStudy(many(base), (), base.stamp)
    whole = drawn(study, width, is_whole=True)
    for n in range(12):
        assert sum(line.startswith(f"l{n} ") for line in whole) == 1
        assert sum(line.startswith(f"s{n} ") for line in whole) == 1
        assert sum(line.startswith(f"power_line:l{n} ") for line in whole) == 1
    assert not any("more (--format csv" in line for line in whole)
    assert sum(line.endswith("p, p, p") for line in whole) == 12
    few = drawn(study, width)
    assert sum(line[:1] == "l" and line[1:2].isdigit() for line in few) == 8
    assert sum(line[:1] == "s" and line[1:2].isdigit() for line in few) == 8
    assert sum(line == "and 4 more (--format csv, --only PATTERN)" for line in few) == 2
    assert sum(line.endswith("p, p and 1 more") for line in few) == 8
    assert not any("…" in line for line in (*whole, *few))


def test_only_keeps_rows_of_a_name(ask, teaching):
    found = ask("energy", teaching, *YEAR, "--only", "gas_*", "--format", "json")
    told = found.json["result"]
    for name in ("flows", "values", "sales", "carried"):
        assert told[name]
        assert all(row["element"].startswith("gas_") for row in told[name])
    none = ask("energy", teaching, *YEAR, "--only", "gas_pipe:zzz")
    assert (none.code, none.lines) == (
        1,
        [
            "bereket: --only fits no line, pipe, plant, field or sale: 'gas_pipe:zzz'",
        ],
    )


# --- cases ----------------------------------------------------------------------------


def test_worth_tells_units_ways_and_what_one_more_costs(ask, teaching):
    found = ask("energy", teaching, *YEAR, "--worth", LINE, "--at", "100:300:100")
    lines = [line.rstrip() for line in found.out.splitlines()]
    title = f"{LINE}, Arelia-Cerenia line: on is arelia to cerenia, back is cerenia to "
    assert lines[1] == f"{title}arelia"
    names = ["MW", "on TWh", "back TWh", "saves M USD", "one more USD"]
    names += ["one costs USD", "who gains M USD"]
    assert [name.strip() for name in lines[2].split("  ") if name.strip()] == names
    rows = [line.split() for line in lines[3:6]]
    assert [row[:6] for row in rows] == [
        ["100", "0.876", "0", "0", "140,160", "41,930"],
        ["200", "1.75", "0", "14.0", "140,160", "41,930"],
        ["300", "2.43", "0", "24.9", "0", "41,930"],
    ]
    assert [" ".join(row[6:]) for row in rows] == [
        "AAA 0, CCC 0",
        "AAA 7.01, CCC 7.01",
        "AAA −7.01, CCC 31.9",
    ]
    assert "  carries  a_c 0.876 -> 2.43 TWh" in lines
    assert "  prices   USD/MWh: cerenia 30.0 -> 12.2" in lines
    why = "AAA gains 7.01: earns 16.6 more, supply costs 8.76 more; CCC gains 7.01:"
    assert any(why in line for line in lines)


def test_worth_of_gas_is_told_in_its_units_and_cost_not_known(ask, teaching):
    found = ask("energy", teaching, *YEAR, "--worth", "gas_swap:a_b_c", "--at", "1")
    lines = found.out.splitlines()
    assert (
        lines[1]
        == "gas_swap:a_b_c, Swap by Borania; not agreed: AAA gives, CCC is given"
    )
    assert lines[2].split("  ")[0] == "mcm/d"
    assert "given bcm" in lines[2]
    assert "back" not in lines[2]
    assert "not known" in lines[3]
    assert lines[3].rstrip().split("not known  ")[1].startswith("AAA ")


def test_many_capacities_are_not_told_one_by_one(ask, teaching):
    found = ask("energy", teaching, *YEAR, "--worth", LINE, "--at", "10,20,30,200")
    assert "carries" not in found.out
    rows = ask(
        *("energy", teaching, *YEAR, "--worth", LINE, "--at", "10,20,30,200"),
        *("--format", "json"),
    ).json["result"]["cases"]
    assert [len(row["moves"]) for row in rows] == [1] * 4


def test_without_a_pipe_its_ends_stand_first_and_what_is_lost_is_said(ask, teaching):
    found = ask("energy", teaching, *YEAR, "--without", PIPE)
    lines = [line.rstrip() for line in found.out.splitlines()]
    assert lines[2].endswith("BBB 14.6, CCC 288, AAA 20.1")
    assert lines[5] == (
        "  carries  b_c 0.730 -> 0 bcm, a_b 0.365 -> 0, contract a_c 0.365 -> 0, "
        "contract b_c 0.365 -> 0"
    )
    assert lines[6] == "  prices   USD per 1000 m3: c_town 65.0 -> 500"
    assert any("most of the loss is what is served less" in line for line in lines)


def test_works_say_by_what_they_work_in_every_form(ask, model, tmp_path):
    write_model(with_works(model), tmp_path / "wider")
    asked = ("energy", tmp_path / "wider", *YEAR, "--works", "all")
    lines = [line.rstrip() for line in ask(*asked).out.splitlines()]
    assert "wider" in lines
    assert "  carries  a_c 0.876 -> 1.75 TWh" in lines
    (case,) = ask(*asked, "--format", "json").json["result"]["cases"]
    (move,) = case["moves"]
    assert (move["element"], move["unit"]) == (LINE, "MWh")
    assert (move["before"], move["after"]) == pytest.approx((ON, 2 * ON))
    assert [each["iso3"] for each in case["accounts"]] == case["ends"] == ["AAA", "CCC"]
    (row,) = csv.DictReader(io.StringIO(ask(*asked, "--format", "csv").out))
    assert json.loads(row["moves"]) == {LINE: pytest.approx([ON, 2 * ON])}
    assert json.loads(row["accounts"])["AAA"]["earned_usd"] == pytest.approx(19 * ON)
    assert json.loads(row["by_country"]).keys() == {"AAA", "CCC"}
    assert (row["prices"], row["ends"]) == ("{}", "AAA|CCC")
    assert not any("Move(" in cell for cell in row.values())
    book, folder = tmp_path / "cases.xlsx", tmp_path / "cases"
    ask(*asked, "--format", "xlsx", "--out", book)
    ask(*asked, "--format", "parquet", "--out", folder)
    sheets = openpyxl.load_workbook(book)
    header, *rows = sheets["case_flows"].iter_rows(values_only=True)
    assert header[:2] == ("case_id", "element")
    assert [cells[:2] for cells in rows] == [("wider", LINE)]
    assert "case_prices" in sheets.sheetnames
    accounts = pd.read_parquet(folder / "case_accounts.parquet")
    assert list(accounts["iso3"]) == ["AAA", "CCC"]
    assert accounts["earned_usd"].to_list() == pytest.approx([19 * ON, 0.0])


def test_only_tells_all_that_moves_of_a_name(ask, teaching):
    asked = ("energy", teaching, *YEAR, "--without", PIPE, "--only", "gas_contract:*")
    (case,) = ask(*asked, "--format", "json").json["result"]["cases"]
    names = [move["element"] for move in case["moves"]]
    assert names == [PIPE, "gas_contract:a_c", "gas_contract:b_c"]


# --- what is not open ----------------------------------------------------------------


def test_what_is_not_open_is_asked_as_if_it_were_and_said_to_be(ask, model, tmp_path):
    write_model(with_status(model, ("status", "planned")), tmp_path / "planned")
    folder = tmp_path / "planned"
    found = ask("energy", folder, *YEAR, "--worth", LINE, "--at", "0,100")
    closed = f"warning: {LINE} is not open on 2024-07-01 (planned)"
    assert found.lines == [f"{closed}: asked as if it were"]
    found = ask("energy", folder, *YEAR, "--set", f"{LINE}.p_nom=500")
    assert found.lines == [f"{closed}: what is set of it changes nothing (p_nom)"]
    opened = ("--set", f"{LINE}.p_nom=500", "--set", f"{LINE}.status=operating")
    assert ask("energy", folder, *YEAR, *opened).lines == []
    found = ask("energy", folder, *YEAR, "--without", LINE)
    assert found.lines == [f"{closed}: nothing is lost without it"]
    # A scenario that opens it is heard.
    found = ask(
        *("energy", folder, *YEAR, "--set", f"{LINE}.status=operating"),
        *("--worth", LINE, "--at", "0,100"),
    )
    assert found.lines == []


# --- what is refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--worth", LINE, "--at", "1e300"),
            f"{LINE}: a capacity must be from 0 to 1,000,000 MW; found 1e+300",
        ),
        (
            ("--worth", PIPE, "--at", "5,nan,-1"),
            f"{PIPE}: a capacity must be from 0 to 1,000,000 mcm/day; found nan, -1",
        ),
        (
            ("--worth", LINE, "--at", "0:inf:1"),
            "--at must be 100 capacities at most; found inf",
        ),
        (
            ("--worth", LINE, "--at", "0:100:1"),
            "--at must be 100 capacities at most; found 101",
        ),
        (("--works", "all"), "the model has no measure of gas or power"),
        (
            ("--works", "nothing"),
            "the model has no measure 'nothing'; of gas and power: none",
        ),
    ],
)
@pytest.mark.usefixtures("unsolved")
def test_what_cannot_be_asked_is_refused_before_anything_is_solved(
    ask, teaching, options, said
):
    found = ask("energy", teaching, *YEAR, *options)
    assert (found.code, found.out, found.lines) == (1, "", [f"bereket: {said}"])


@pytest.mark.usefixtures("unsolved")
def test_a_network_is_written_as_netcdf_alone(ask, teaching, tmp_path):
    path = tmp_path / "network.h5"
    found = ask("energy", teaching, *YEAR, "--save-pypsa", path)
    assert found.code == 1
    (line,) = found.lines
    assert line.startswith("bereket: --save-pypsa writes netCDF: FILE must end in .nc")
    assert not path.exists()


def test_a_hundred_capacities_are_not_refused_by_the_terminal():
    steps = _steps({"steps": "1:100:1", "worth": (LINE,)})
    assert (len(steps), steps[0], steps[-1]) == (100, 1.0, 100.0)
