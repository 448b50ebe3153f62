"""Frozen data and its rules: tables, row references, scenarios, dates, checks."""
