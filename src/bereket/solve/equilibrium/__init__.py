"""User equilibrium and system optimum of flows on a network, by paths."""
