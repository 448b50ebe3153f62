"""Stochastic assignment: a logit over frozen sets of paths, with hard limits."""
