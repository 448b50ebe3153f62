"""What a price or an order depends on besides the way."""

from dataclasses import dataclass
from typing import Literal

Owner = Literal["private", "railway"]
Traffic = Literal["domestic", "export", "import", "transit"]


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a price depends on besides the way.

    Attributes
    ----------
    commodity_id : str
        The cargo.
    origin_iso3, destination_iso3 : str
        Countries it goes from and to; they decide domestic, export, import or transit.
    owner : {"private", "railway"}
        Whose wagons and containers are used.
    """

    commodity_id: str
    origin_iso3: str
    destination_iso3: str
    owner: Owner = "private"

    def traffic(self, iso3: str) -> Traffic:
        """Return the kind of traffic that the shipment is in a country.

        Examples
        --------
        >>> Shipment("grain", "KAZ", "IRN").traffic("TKM")
        'transit'
        """
        starts, ends = iso3 == self.origin_iso3, iso3 == self.destination_iso3
        if starts and ends:
            return "domestic"
        if starts:
            return "export"
        return "import" if ends else "transit"
