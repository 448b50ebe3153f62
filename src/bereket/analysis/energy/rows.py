"""Rows of the answer on energy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ElementFlow:
    """What goes over a line or a pipe in the year.

    Attributes
    ----------
    element, name, commodity : str
        Row, what it is, ``power`` or ``gas``.
    from_id, to_id, from_iso3, to_iso3 : str
        Ends and their countries.
    p_nom, p_nom_back : float
        What it can carry on and back [MW or mcm/day].
    on, back : float
        Sent from the first end, and from the other [MWh or mcm a year].
    room, room_back : float
        What it could carry besides [MWh or mcm a year].
    full_share, full_share_back : float
        Share of the year in which it is full.
    rent_usd : float
        Congestion rent: difference of prices, fee taken off, times flow.
    """

    element: str
    name: str
    commodity: str
    from_id: str
    to_id: str
    from_iso3: str
    to_iso3: str
    p_nom: float
    p_nom_back: float
    on: float
    back: float
    room: float
    room_back: float
    full_share: float
    full_share_back: float
    rent_usd: float

    @property
    def unit(self) -> str:
        """Unit of what is sent."""
        return "MWh" if self.commodity == "power" else "mcm"


@dataclass(frozen=True, slots=True)
class ZonePrice:
    """The price of a zone of power or of a gas node.

    Attributes
    ----------
    zone, name, country_iso3, commodity : str
        Row, name, country, ``power`` or ``gas``.
    mean, low, high : float
        Over the year, by time; lowest and highest period [USD/MWh or USD/mcm].
    of_load : float or None
        Mean by what is wanted; None where nothing is.
    periods : tuple of float
        Mean by week of power, or by month of gas.
    unit : str
        Unit.
    """

    zone: str
    name: str
    country_iso3: str
    commodity: str
    mean: float
    low: float
    high: float
    of_load: float | None
    periods: tuple[float, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Unserved:
    """Domestic demand that is not served.

    Attributes
    ----------
    load, zone, country_iso3, commodity : str
        Row, where, country, ``power`` or ``gas``.
    amount, share : float
        In the year [MWh or mcm], and of what is wanted.
    highest : float
        In the worst period [MW or mcm/day].
    time_share : float
        Share of the year in which something is missed.
    cost_usd : float
        What it costs its users.
    worst : str
        The worst period: a month, or an hour of a week.
    cause : str
        Why, in that period.
    """

    load: str
    zone: str
    country_iso3: str
    commodity: str
    amount: float
    share: float
    highest: float
    time_share: float
    cost_usd: float
    worst: str
    cause: str


@dataclass(frozen=True, slots=True)
class ElementValue:
    """What one more of an element is worth.

    Attributes
    ----------
    element : str
        Row.
    p_nom : float
        What it has [MW or mcm/day].
    usd_per_mw : float or None
        Of one more MW [USD a year]; None of gas.
    usd_per_mcm_per_day : float or None
        Of one more mcm a day [USD a year]; None of power.
    cost_usd_per_year : float or None
        Of building one more; None where unknown.
    """

    element: str
    p_nom: float
    usd_per_mw: float | None
    usd_per_mcm_per_day: float | None
    cost_usd_per_year: float | None

    @property
    def usd(self) -> float:
        """Of one more MW or mcm a day [USD a year]."""
        found = self.usd_per_mw
        return found if found is not None else self.usd_per_mcm_per_day or 0.0

    def told(self) -> str:
        """Return it in words."""
        unit = "mcm a day" if self.usd_per_mw is None else "MW"
        return f"{unit} of {self.element}: {self.usd:,.0f} USD a year"


@dataclass(frozen=True, slots=True)
class Generation:
    """What a zone generates by what it burns.

    Attributes
    ----------
    zone, country_iso3, carrier : str
        Where, and by what.
    p_nom_mw : float
        Capacity.
    energy_mwh : float
        In the year.
    use_share : float
        Of what the capacity could give in all hours.
    gas_mcm : float
        Gas burned from nodes.
    co2_t : float
        Carbon dioxide.
    """

    zone: str
    country_iso3: str
    carrier: str
    p_nom_mw: float
    energy_mwh: float
    use_share: float
    gas_mcm: float
    co2_t: float


@dataclass(frozen=True, slots=True)
class Sale:
    """What a contract or a swap moves.

    Attributes
    ----------
    element : str
        Row.
    seller_iso3, buyer_iso3, partner_iso3 : str
        Countries; the last empty of a contract.
    given_mcm, received_mcm : float
        In the year, before and after the fee in kind.
    untaken_mcm : float
        Due, and not taken.
    paid_usd, fee_usd : float
        By the buyer to the seller for what it is given, and by the seller to the
        partner.
    due_usd : float
        Price of what is not taken. Who owes it depends on who could not, so that it
        is in nobody's account.
    use_share : float
        Of its yearly volume.
    room_mcm : float
        What pipes could bring besides in the year, from the seller's fields to the
        buyer's loads; told where it arrives.
    bound_by : tuple of str
        Pipes that let no more through, those of most days first.
    """

    element: str
    seller_iso3: str
    buyer_iso3: str
    partner_iso3: str
    given_mcm: float
    received_mcm: float
    untaken_mcm: float
    paid_usd: float
    fee_usd: float
    due_usd: float
    use_share: float
    room_mcm: float
    bound_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """Whose gas a pipe carries.

    Attributes
    ----------
    element, owner_iso3 : str
        Pipe, and country.
    on_mcm, back_mcm : float
        Sent in the year from bus0, and from bus1.
    """

    element: str
    owner_iso3: str
    on_mcm: float
    back_mcm: float


@dataclass(frozen=True, slots=True)
class CountryYear:
    """The year of a country.

    Attributes
    ----------
    iso3 : str
        Country.
    net_cost_usd : float
        Costs and what is paid abroad, less what is earned abroad.
    supply_usd, carriage_usd, unserved_usd : float
        Of plants and fields, of lines and pipes, of what is not served.
    buyers_value_usd : float
        What gas and power bought by its export loads are worth to them.
    paid_usd, earned_usd : float
        To and from other countries: gas at the prices of contracts, power at prices
        that share the congestion rent.
    generation_mwh, power_wanted_mwh, power_net_import_mwh : float
        Power.
    production_mcm, gas_wanted_mcm, gas_burned_mcm, gas_sold_mcm, gas_bought_mcm : float
        Gas; wanted by its loads, burned by its plants.
    co2_t : float
        Of its plants.
    """

    iso3: str
    net_cost_usd: float
    supply_usd: float
    carriage_usd: float
    unserved_usd: float
    buyers_value_usd: float
    paid_usd: float
    earned_usd: float
    generation_mwh: float
    power_wanted_mwh: float
    power_net_import_mwh: float
    production_mcm: float
    gas_wanted_mcm: float
    gas_burned_mcm: float
    gas_sold_mcm: float
    gas_bought_mcm: float
    co2_t: float


@dataclass(frozen=True, slots=True)
class Built:
    """What was built.

    Attributes
    ----------
    element : str
        Row.
    before, after : float
        Capacity [MW or mcm/day].
    cost_usd_per_year : float
        Paid a year.
    """

    element: str
    before: float
    after: float
    cost_usd_per_year: float
