"""Optimisation from arrays: the one door to HiGHS, and flows of many classes."""
