"""Figures and dates in the words of a report: with the digits that they deserve."""

import math
from datetime import date
from typing import Final

THREE: Final = 3
TEN: Final = 10.0
WHOLE: Final = 100.0  # from which three digits are whole
MILLION: Final = 1e6
LEAST_MT: Final = 0.005  # less has no digit
NOTHING: Final = "–"
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


def long_date(text: str) -> str:
    """Return a date in words.

    Examples
    --------
    >>> long_date("2026-11-23")
    '23 November 2026'
    """
    day = date.fromisoformat(text)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
