"""Figures and dates in the words of a report: with the digits that they deserve."""

import math
from datetime import date
from textwrap import shorten
from typing import Final
from urllib.parse import urlsplit

THREE: Final = 3
TEN: Final = 10.0
WHOLE: Final = 100.0  # from which three digits are whole
MILLION: Final = 1e6
BILLION: Final = 1e9
LEAST_MT: Final = 0.005  # less has no digit
HARDLY: Final = 0.005  # a chance that draws do not tell from none
NOTHING: Final = "–"
ETC: Final = "…"
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)

DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of the months


def figure(value: float | None) -> str:
    """Return a figure with three digits that count, thousands apart.

    Examples
    --------
    >>> figure(3962.4), figure(219.6), figure(13.94), figure(0.0), figure(None)
    ('3,960', '220', '13.9', '0', '–')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    if value == 0:
        return "0"
    whole = math.floor(math.log10(abs(value))) + 1
    rounded = round(value, THREE - whole)
    return f"{rounded:,.{max(0, THREE - whole)}f}".replace("-", "−")


def digits(value: float | None) -> str:
    """Return a figure in three digits, without an exponent or zeros at its end.

    Examples
    --------
    >>> digits(1234.5), digits(0.01234), digits(None)
    ('1,230', '0.0123', '–')
    """
    if value is None:
        return NOTHING
    whole = float(f"{value:.3g}")
    return f"{whole:,.0f}" if abs(whole) >= WHOLE else f"{whole:g}"


def two_digits(value: float) -> str:
    """Return a figure that is too unsure for three digits.

    Examples
    --------
    >>> two_digits(38.59), two_digits(2.216), two_digits(1234.0)
    ('39', '2.2', '1,200')
    """
    return f"{float(f'{value:.2g}'):,g}"


def megatonnes(t_per_year: float | None) -> str:
    """Return tonnes as megatonnes, two decimals below ten.

    Examples
    --------
    >>> megatonnes(650_555.0), megatonnes(18_800_563.0), megatonnes(None)
    ('0.65', '18.8', 'no known limit')
    """
    if t_per_year is None or not math.isfinite(t_per_year):
        return "no known limit"
    millions = t_per_year / MILLION
    if millions < LEAST_MT:
        return "0"
    return f"{millions:.2f}" if millions < TEN else figure(millions)


def dollars(value: float | None) -> str:
    """Return money as millions or billions of USD, three digits.

    Examples
    --------
    >>> dollars(1e9), dollars(89_130_800.0), dollars(-2.5e6), dollars(None)
    ('1 bn USD', '89.1 M USD', '−2.5 M USD', '–')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    is_large = abs(value) >= 0.9995 * BILLION  # what three digits make a billion
    size, word = (BILLION, "bn") if is_large else (MILLION, "M")
    return f"{digits(value / size)} {word} USD".replace("-", "−")


def chance(share: float) -> str:
    """Return a chance in words that claim no more than draws can tell.

    Examples
    --------
    >>> chance(0.166), chance(0.001), chance(0.999)
    ('17 %', 'below 1 %', 'above 99 %')
    """
    if share < HARDLY:
        return "below 1 %"
    if share > 1.0 - HARDLY:
        return "above 99 %"
    return f"{100 * share:.0f} %"


def change(value: float | None) -> str:
    """Return a figure with its sign.

    Examples
    --------
    >>> change(12.34), change(-0.5)
    ('+12.3', '−0.500')
    """
    told = figure(value)
    return f"+{told}" if value is not None and value > 0 else told


def days(hours: float) -> str:
    """Return hours as days, one decimal.

    Examples
    --------
    >>> days(36.0)
    '1.5'
    """
    return f"{hours / 24.0:.1f}"


def share(part: float | None) -> str:
    """Return a share in per cent.

    Examples
    --------
    >>> share(0.874)
    '87 %'
    """
    return NOTHING if part is None else f"{part:.0%}".replace("%", " %")


def cut(text: str, letters: int) -> str:
    """Return a text of at most so many letters, cut at a word.

    Examples
    --------
    >>> cut("Fruit, vegetables, meat", 20), cut("Grain", 20)
    ('Fruit, vegetables…', 'Grain')
    """
    found = shorten(text, letters, placeholder=ETC)
    if not found.endswith(ETC) or text.endswith(ETC):
        return found
    return found.removesuffix(ETC).rstrip(" ,;:-") + ETC


def host(url: str) -> str:
    """Return whose page an address is of; empty where it is of none.

    Examples
    --------
    >>> host("https://www.example.org/a/b"), host("a book")
    ('example.org', '')
    """
    return (urlsplit(url).hostname or "").removeprefix("www.")


def long_date(text: str) -> str:
    """Return a date in words.

    Examples
    --------
    >>> long_date("2026-11-23")
    '23 November 2026'
    """
    day = date.fromisoformat(text)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
