"""A year of gas and power straight from the tables, by PyPSA and linopy.

A plain twin of `bereket.analysis.energy` that shares no line with it: tables come as
frames, as they stand in the folder, and are read here once more. PyPSA balances all gas
of a node. Whose it is stands in linopy beside that, with no thought of which country's
gas can come where: a variable of each month, way of a pipe and country, and a balance
of each month, node and country foreign to it. Gas that plants burn is drawn by a term
in the balance of a gas node.

    python -m tests.reference.energy_pypsa FOLDER YEAR
"""

import contextlib
import logging
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pypsa
import xarray as xr

MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], float)
MCM_MWH = 10_000.0  # heat of a million cubic metres, lower heating value [MWh]
TABLES = (
    *("bus", "power_line", "power_plant", "power_load", "profile"),
    *("gas_node", "gas_pipe", "gas_field", "gas_load", "gas_storage"),
    *("gas_contract", "gas_swap"),
)
# What the schemas say that a blank cell stands for.
BLANK = {
    "power_line": {"p_min_pu": -1.0, "p_max_pu": 1.0, "marginal_cost": 0.0},
    "power_plant": {"p_min_pu": 0.0, "p_max_pu": 1.0, "marginal_cost": 0.0},
    "gas_pipe": {"p_min_pu": 0.0, "p_max_pu": 1.0, "marginal_cost": 0.0},
    "gas_field": {"p_min_pu": 0.0, "p_max_pu": 1.0},
    "gas_storage": {"efficiency_store": 1.0},
    "gas_contract": {"p_min_pu": 0.0, "p_max_pu": 1.2},
    "gas_swap": {"fee_usd_per_mcm": 0.0},
    "power_load": {"kind": "domestic"},
    "gas_load": {"kind": "domestic"},
}
ANY = 1e5  # mcm a day: more than anything burns
TIGHT = {"primal_feasibility_tolerance": 1e-8, "dual_feasibility_tolerance": 1e-8}
SALE = ("label", "least", "most", "fee", "price", "volume", "hands")


@dataclass
class Year:
    """What the twin found: cost, and by name prices and flows of every period."""

    objective_usd: float
    price: pd.DataFrame
    flow: pd.DataFrame
    given: pd.DataFrame


def read_frames(folder):
    """Read the tables of a folder."""
    found = {}
    for name in TABLES:
        path = Path(folder) / f"{name}.csv"
        found[name] = pd.read_csv(path) if path.exists() else pd.DataFrame()
    return found


class Twin:
    """A network in the making."""

    def __init__(self, frames, year):
        self.year = year
        self.tables = {
            name: self.open_rows(name, frames[name].copy()) for name in TABLES
        }
        profile = self.tables["profile"]
        self.periods(profile)
        self.net = pypsa.Network()
        self.months = [f"month {m}" for m in range(12)]
        self.hours = [
            f"week {w} hour {h}" for w in self.weeks for h in range(self.per_week)
        ]
        self.net.set_snapshots(self.months + self.hours)
        weights = np.concatenate([MONTH_DAYS, self.weight])
        for kind in ("objective", "generators", "stores"):
            self.net.snapshot_weightings[kind] = weights
        self.zeros = {"gas": len(self.months), "power": len(self.hours)}
        self.country = dict(
            zip(
                self.column("gas_node", "gas_node_id"),
                self.column("gas_node", "country_iso3"),
                strict=True,
            )
        )

    def open_rows(self, name, table):
        """Return rows that are open at the middle of the year, blanks filled."""
        for column, value in BLANK.get(name, {}).items():
            if column not in table:
                table[column] = np.nan
            cells = table[column].replace("", np.nan)
            table[column] = cells.fillna(value)
        if "status" in table:
            shut = table["status"].isin(["planned", "closed"])
            table = table[~shut]
        day = f"{self.year}-07-01"
        for column, ends in (("valid_from", "-01-01"), ("valid_to", "-12-31")):
            if column not in table:
                continue
            text = table[column].map(self.date_text)
            full = [self.whole_date(each, ends) for each in text]
            keep = [
                not each or (each <= day if ends == "-01-01" else each >= day)
                for each in full
            ]
            table = table[keep]
        return table.reset_index(drop=True)

    @staticmethod
    def date_text(cell):
        if cell is None or (isinstance(cell, float) and np.isnan(cell)):
            return ""
        return str(int(cell)) if isinstance(cell, int | float) else str(cell)

    @staticmethod
    def whole_date(text, ends):
        if not text or len(text) == len("2024-07-01"):
            return text.removesuffix(".0")
        text = text.removesuffix(".0")
        if len(text) == len("2024"):
            return text + ends
        return text + ("-01" if ends == "-01-01" else "-31")  # a month, as text

    def column(self, name, column, blank=""):
        table = self.tables[name]
        if column not in table:
            return [blank] * len(table)
        cells = table[column].tolist()
        if isinstance(blank, str):
            return ["" if not isinstance(each, str) else each for each in cells]
        return [blank if pd.isna(each) else float(each) for each in cells]

    def number(self, name, column, blank=np.nan):
        return np.array(self.column(name, column, blank), dtype=float)

    def periods(self, profile):
        """Weeks that are told apart, days of each month that each stands for."""
        known = profile["week"].dropna() if "week" in profile else []
        self.weeks = sorted({int(each) for each in known}) or [1]
        hours = profile["hour"].dropna() if "hour" in profile else []
        self.per_week = 168 if len(hours) else 1
        middles = [7 * week - 3.5 for week in self.weeks]
        self.days = np.zeros((len(self.weeks), 12))
        day = 0
        for month, length in enumerate(MONTH_DAYS):
            for _ in range(int(length)):
                away = [abs(day + 0.5 - each) for each in middles]
                away = [min(each, 365 - each) for each in away]
                self.days[away.index(min(away)), month] += 1
                day += 1
        self.weight = np.repeat(
            self.days.sum(axis=1) * 24 / self.per_week, self.per_week
        )
        self.shape = {}
        if not len(profile):
            return
        for name, rows in profile.groupby("profile_id"):
            if rows["month"].notna().any() if "month" in rows else False:
                self.shape[name] = (
                    rows.set_index("month")["value_pu"].reindex(range(1, 13)).to_numpy()
                )
                continue
            values = []
            for week in self.weeks:
                own = rows[rows["week"] == week]
                if "hour" not in own or own["hour"].isna().any():
                    values += [own["value_pu"].iloc[0]] * self.per_week
                else:
                    values += own.sort_values("hour")["value_pu"].tolist()
            self.shape[name] = np.array(values, dtype=float)

    def around_one(self, name, weight):
        if not name:
            return np.ones(len(weight))
        return self.shape[name] * weight.sum() / (self.shape[name] @ weight)

    def series(self, kind, values, names):
        """Return a frame that is 0 where the commodity has no periods."""
        whole = pd.DataFrame(0.0, index=self.net.snapshots, columns=names)
        rows = self.months if kind == "gas" else self.hours
        whole.loc[rows] = values
        return whole

    def add(self):
        self.net.add("Bus", [f"bus:{b}" for b in self.column("bus", "bus_id")])
        nodes = [f"gas:{b}" for b in self.column("gas_node", "gas_node_id")]
        self.net.add("Bus", nodes)
        self.add_supply("power", "power_plant", "bus:")
        self.add_supply("gas", "gas_field", "gas:")
        self.add_demand("power", "power_load", "bus:", "energy_mwh", 8760.0)
        self.add_demand("gas", "gas_load", "gas:", "volume_mcm", 365.0)
        self.add_ways("power", "power_line", "bus:")
        self.add_ways("gas", "gas_pipe", "gas:")
        self.add_stores()
        burning = sorted(set(self.column("power_plant", "gas_node_id")))
        for node in filter(None, burning):
            name = f"burned {node}"
            low = self.column_of("gas", np.full(12, -1.0))
            self.net.add(
                "Generator",
                name,
                bus=f"gas:{node}",
                p_nom=ANY,
                p_min_pu=low,
                p_max_pu=0.0,
            )

    def add_supply(self, kind, name, mark):
        ids = self.column(name, f"{name}_id")
        if not ids:
            return
        n = self.zeros[kind]
        most = np.tile(self.number(name, "p_max_pu"), (n, 1))
        cost = self.number(name, "marginal_cost")
        if kind == "power":
            shapes = self.column(name, "profile_id")
            carriers = self.column(name, "carrier")
            for at, (shape, carrier) in enumerate(zip(shapes, carriers, strict=True)):
                if shape and carrier != "hydro":
                    most[:, at] *= self.shape[shape]
            fuel = self.number(name, "fuel_cost")
            burned = fuel / self.number(name, "efficiency")
            cost = cost + np.where(np.isnan(fuel), 0.0, burned)
        least = np.minimum(most, self.number(name, "p_min_pu"))
        names = [f"{name}:{each}" for each in ids]
        buses = [mark + each for each in self.column(name, "bus")]
        self.net.add(
            "Generator",
            names,
            bus=buses,
            p_nom=self.number(name, "p_nom"),
            marginal_cost=cost,
            p_max_pu=self.series(kind, most, names),
            p_min_pu=self.series(kind, least, names),
        )
        for bus in sorted(set(buses)):
            own = [at for at, each in enumerate(buses) if each == bus]
            must = (least * self.number(name, "p_nom"))[:, own].sum(axis=1)
            if must.any():  # what must run and has no use goes nowhere, for nothing
                self.net.add(
                    "Generator",
                    f"lost {bus}",
                    bus=bus,
                    p_nom=must.max(),
                    p_min_pu=self.column_of(kind, np.full(n, -1.0)),
                    p_max_pu=0.0,
                )

    def add_demand(self, kind, name, mark, column, parts):
        table = self.tables[name]
        if table.empty:
            return
        weight = self.weight if kind == "power" else MONTH_DAYS
        unit = "mwh" if kind == "power" else "mcm"
        table = table.sort_values("year")
        found = {"domestic": [], "export": []}
        for load, rows in table.groupby(f"{name}_id", sort=False):
            years = rows["year"].to_numpy(float)
            near = rows.iloc[int(np.argmin(np.abs(years - self.year)))]
            amount = np.interp(self.year, years, rows[column].to_numpy(float))
            shape = near.get("profile_id", "")
            shape = shape if isinstance(shape, str) else ""
            wanted = amount / parts * self.around_one(shape, weight)
            value = float(near[f"value_usd_per_{unit}"])
            told = (f"{name}:{load}", mark + near["bus"], wanted, value)
            found[near["kind"]].append(told)
        for is_export, rows in enumerate(found.values()):
            if not rows:
                continue
            labels, buses, wanted, values = zip(*rows, strict=True)
            names = [f"{'buys' if is_export else 'short'} {each}" for each in labels]
            most = self.series(kind, np.array(wanted).T, names)
            if not is_export:
                p_set = self.series(kind, np.array(wanted).T, list(labels))
                self.net.add("Load", labels, bus=buses, p_set=p_set)
            self.net.add(
                "Generator",
                names,
                bus=buses,
                p_nom=1.0,
                p_max_pu=0.0 if is_export else most,
                p_min_pu=-most if is_export else 0.0,
                marginal_cost=values,
            )

    def column_of(self, kind, values):
        return self.series(kind, np.asarray(values)[:, None], ["x"])["x"]

    def add_ways(self, kind, name, mark):
        ids = self.column(name, f"{name}_id")
        if not ids:
            return
        ends = [
            [mark + each for each in self.column(name, end)] for end in ("bus0", "bus1")
        ]
        back = -self.number(name, "p_min_pu")
        share = np.tile(self.number(name, "p_max_pu"), (self.zeros[kind], 1))
        for word, (start, stop), size in (
            ("on", ends, np.ones(len(ids))),
            ("back", ends[::-1], back),
        ):
            names = [f"{name}:{each} {word}" for each in ids]
            self.net.add(
                "Link",
                names,
                bus0=start,
                bus1=stop,
                p_nom=self.number(name, "p_nom") * size,
                efficiency=self.number(name, "efficiency"),
                marginal_cost=self.number(name, "marginal_cost"),
                p_max_pu=self.series(kind, share, names),
            )

    def add_stores(self):
        """Caverns as a PyPSA store behind a way in, which loses, and a way out."""
        name = "gas_storage"
        ids = self.column(name, f"{name}_id")
        if not ids:
            return
        caverns = [f"cavern:{each}" for each in ids]
        nodes = [f"gas:{each}" for each in self.column(name, "bus")]
        self.net.add("Bus", caverns)
        self.net.add(
            "Store",
            caverns,
            bus=caverns,
            e_nom=self.number(name, "e_nom"),
            e_cyclic=True,
        )
        ones = np.ones((12, len(ids)))
        for word, start, stop, kept in (
            ("in", nodes, caverns, self.number(name, "efficiency_store")),
            ("out", caverns, nodes, np.ones(len(ids))),
        ):
            names = [f"{name}:{each} {word}" for each in ids]
            self.net.add(
                "Link",
                names,
                bus0=start,
                bus1=stop,
                p_nom=self.number(name, "p_nom"),
                efficiency=kept,
                p_max_pu=self.series("gas", ones, names),
            )

    # --- what PyPSA has not -----------------------------------------------------------

    def add_owners(self, model):
        """Balance at each node, apart, the gas of each country that is foreign to it.

        It goes on by pipe or changes owner there, to the last bit. PyPSA's own balance
        of all gas leaves the rest to the node's country: fields, stores, loads and
        plants are its, and PyPSA's price is that of its gas.
        """
        nodes = pd.Index(self.country, name="node")
        owners = pd.Index(dict.fromkeys(self.country.values()), name="owner")
        parts = (
            self.add_carried(model, nodes, owners),
            self.add_sales(model, nodes, owners),
        )
        parts = [each for each in parts if each is not None]
        home = np.array(list(self.country.values()))[:, None]
        if parts:
            foreign = xr.DataArray(home != owners.to_numpy(), coords=[nodes, owners])
            model.add_constraints(sum(parts) == 0, name="foreign", mask=foreign)

    def add_carried(self, model, nodes, owners):
        """Return what pipes bring less what they take, of each month, node and owner.

        What burns on the way is lost to the owner that sends.
        """
        name = "gas_pipe"
        ids = self.column(name, f"{name}_id")
        if not ids:
            return None
        ends = [map(nodes.get_loc, self.column(name, end)) for end in ("bus0", "bus1")]
        one, other = (list(each) for each in ends)
        start, stop = one + other, other + one
        words = [f"{name}:{each} {word}" for word in ("on", "back") for each in ids]
        ways = pd.Index(words, name="name")
        months = pd.Index(self.months, name="snapshot")
        carried = model.add_variables(
            lower=0.0, coords=[months, ways, owners], name="carried"
        )
        sent = model.variables["Link-p"].sel(snapshot=self.months, name=ways)
        model.add_constraints(carried.sum("owner") - sent == 0, name="carried")
        gains = np.zeros((len(nodes), len(ways)))
        at = np.arange(len(ways))
        gains[start, at] -= 1.0
        gains[stop, at] += np.tile(self.number(name, "efficiency"), 2)
        return (carried * xr.DataArray(gains, coords=[nodes, ways])).sum("name")

    def add_sales(self, model, nodes, owners):
        """Return what changes of owner bring, of each month, node and owner.

        What a contract must take and does not goes back to the seller where it was
        handed over, at the contract's price. A month may take more than the mean day of
        a contract, the year no more.
        """
        sales = pd.DataFrame(self.sales(), columns=SALE)
        if sales.empty:
            return None
        index = pd.Index(sales["label"], name="sale")
        months = pd.Index(self.months, name="snapshot")
        least, most, fee, price, volume = (
            xr.DataArray(sales[each].to_numpy(float), coords=[index])
            for each in SALE[1:-1]
        )
        full = xr.DataArray(np.ones((12, len(index))), coords=[months, index])
        sold = model.add_variables(lower=full * least, upper=full * most, name="sold")
        back = model.add_variables(lower=0.0 * full, upper=full * least, name="back")
        days = xr.DataArray(MONTH_DAYS, coords=[months])
        yearly = (sold * days).sum("snapshot")
        model.add_constraints(yearly <= volume * MONTH_DAYS.sum(), name="volume")
        paid = (sold * (days * fee)).sum() + (back * (days * price)).sum()
        model.objective = model.objective.expression + paid
        gains = np.zeros((len(nodes), len(owners), len(index)))
        for at, hands in enumerate(sales["hands"]):
            for node, giver, taker, share in hands:
                place = nodes.get_loc(node)
                gains[place, owners.get_loc(giver), at] -= share
                gains[place, owners.get_loc(taker), at] += share
        gains = xr.DataArray(gains, coords=[nodes, owners, index])
        return ((sold - back) * gains).sum("sale")

    def sales(self):
        """Yield name, bounds a day, fee, price, mean day, and how gas changes hands.

        That is a node, who gives there, who takes there, and of what part, each time.
        """
        for _, row in self.tables["gas_contract"].iterrows():
            yield (
                f"gas_contract:{row['gas_contract_id']}",
                row["p_nom"] * row["p_min_pu"],
                row["p_nom"] * row["p_max_pu"],
                0.0,
                row["price_usd_per_mcm"],
                row["p_nom"],
                [(row["bus"], row["seller_iso3"], row["buyer_iso3"], 1.0)],
            )
        for _, row in self.tables["gas_swap"].iterrows():
            here, there = row["bus0"], row["bus1"]
            partner, buyer = self.country[here], self.country[there]
            yield (
                f"gas_swap:{row['gas_swap_id']}",
                0.0,
                row["p_nom"],
                row["fee_usd_per_mcm"],
                0.0,
                row["p_nom"],
                [
                    (here, row["seller_iso3"], partner, 1.0),
                    (there, partner, buyer, 1.0 - row["fee_share"]),
                ],
            )

    def add_burning(self, model):
        """Draw from gas nodes in a month what plants burn in the weeks' parts of it."""
        name = "power_plant"
        burners = {}
        rows = zip(
            self.column(name, f"{name}_id"),
            self.column(name, "gas_node_id"),
            self.number(name, "efficiency") * MCM_MWH,
            strict=True,
        )
        for plant, node, mwh_per_mcm in rows:
            if node:
                burners.setdefault(node, []).append((plant, mwh_per_mcm))
        daily = np.repeat(self.days, self.per_week, axis=0) * 24.0 / self.per_week
        part = xr.DataArray(
            daily / MONTH_DAYS,
            coords={"snapshot": self.hours, "month": self.months},
            dims=("snapshot", "month"),
        )
        for node, plants in burners.items():
            run = model.variables["Generator-p"]
            drawn = run.sel(snapshot=self.months, name=f"burned {node}")
            total = 1.0 * drawn.rename(snapshot="month")
            for plant, mwh_per_mcm in plants:
                made = run.sel(snapshot=self.hours, name=f"{name}:{plant}")
                total = total + (made * (part / mwh_per_mcm)).sum("snapshot")
            model.add_constraints(total == 0, name=f"burning {node}")

    def add_water(self, model):
        """Bound hydro by the water of each week, and others by their year."""
        name = "power_plant"
        year = self.number(name, "e_sum_max")
        rows = zip(
            self.column(name, f"{name}_id"),
            self.column(name, "carrier"),
            self.column(name, "profile_id"),
            year,
            strict=True,
        )
        weight = xr.DataArray(self.weight, coords={"snapshot": self.hours})
        for plant, carrier, shape, most in rows:
            if np.isnan(most):
                continue
            run = model.variables["Generator-p"].sel(name=f"{name}:{plant}")
            if carrier == "hydro" and shape:
                part = self.shape[shape] * self.weight
                part = part / part.sum()
                for at, week in enumerate(self.weeks):
                    own = slice(at * self.per_week, (at + 1) * self.per_week)
                    hours = self.hours[own]
                    made = (run.sel(snapshot=hours) * weight.sel(snapshot=hours)).sum()
                    water = most * part[own].sum()
                    model.add_constraints(made <= water, name=f"{plant} {week}")
            else:
                made = (run.sel(snapshot=self.hours) * weight).sum()
                model.add_constraints(made <= most, name=f"{plant} year")


@contextlib.contextmanager
def silent():
    """Hold back the banner of HiGHS, and what PyPSA and linopy say of themselves.

    PyPSA 1.4 calls pandas and xarray in ways that they warn of, and announces changes
    of its own next versions: none of it is about the answer.
    """
    loggers = [logging.getLogger(name) for name in ("pypsa", "linopy")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    sys.stdout.flush()
    kept = os.dup(1)
    with warnings.catch_warnings(), Path(os.devnull).open("w") as nowhere:
        warnings.simplefilter("ignore")
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def reference_year(frames, year):
    """Solve a year of gas and power.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Tables of the model as they stand, by name.
    year : int
        The year; rows hold that are open on its first of July.
    """
    with silent():
        twin = Twin(frames, year)
        twin.add()

        def more(network, snapshots):  # noqa: ARG001 PyPSA gives both
            twin.add_water(network.model)
            twin.add_burning(network.model)
            twin.add_owners(network.model)

        net = twin.net
        status = net.optimize(
            extra_functionality=more,
            solver_name="highs",
            io_api="direct",
            output_flag=False,
            **TIGHT,
        )
    if status != ("ok", "optimal"):
        raise RuntimeError(status)
    return Year(
        float(net.model.objective.value),
        net.buses_t.marginal_price,
        net.links_t.p0,
        net.generators_t.p,
    )


if __name__ == "__main__":
    FOUND = reference_year(read_frames(sys.argv[1]), int(sys.argv[2]))
    print(FOUND.objective_usd)  # noqa: T201 a script, too
