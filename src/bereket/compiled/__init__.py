"""Arrays that questions are solved on: layers, arcs, resources, money, orders."""
