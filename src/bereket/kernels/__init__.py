"""Compiled loops over arrays; they know numpy and numba, and nothing of the trade."""
