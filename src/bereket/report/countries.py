"""Names of countries, for pictures and tables: no judgement on any of them."""

from types import MappingProxyType
from typing import Final

NAMES: Final = MappingProxyType(
    {
        "AFG": "Afghanistan",
        "ARE": "United Arab Emirates",
        "ARM": "Armenia",
        "AZE": "Azerbaijan",
        "BGR": "Bulgaria",
        "BLR": "Belarus",
        "CHN": "China",
        "DEU": "Germany",
        "EU27": "European Union",
        "GEO": "Georgia",
        "IND": "India",
        "IRN": "Iran",
        "IRQ": "Iraq",
        "KAZ": "Kazakhstan",
        "KGZ": "Kyrgyz Republic",
        "MNG": "Mongolia",
        "OMN": "Oman",
        "PAK": "Pakistan",
        "POL": "Poland",
        "ROU": "Romania",
        "ROW": "rest of the world",
        "RUS": "Russia",
        "TJK": "Tajikistan",
        "TKM": "Turkmenistan",
        "TUR": "Türkiye",
        "UZB": "Uzbekistan",
    }
)


def country_name(label: str) -> str:
    """Return what a country or group is called; its label where it is not listed.

    Examples
    --------
    >>> country_name("TUR"), country_name("AAA")
    ('Türkiye', 'AAA')
    """
    return NAMES.get(label, label)
