"""Plain twin of the queue kernels: write the whole chain down and solve it."""

import numpy as np


def mean_wait(arrival_phases, service_phases, utilisation, servers, most):
    """Return mean wait over mean service, at most `most` customers let in.

    A state is (customers, phase of the next arrival, servers by phase). The balance
    equations of all states are solved at once.
    """
    n_service = service_phases
    first = (0, 0, (0,) * n_service)
    number, rates, todo = {first: 0}, [], [first]
    while todo:
        state = todo.pop()
        for rate, after in moves(
            state, arrival_phases, n_service, utilisation * servers, servers
        ):
            if after[0] > most:
                continue
            if after not in number:
                number[after] = len(number)
                todo.append(after)
            rates.append((number[state], number[after], rate))
    balance = np.zeros((len(number), len(number)))
    for here, there, rate in rates:
        balance[there, here] += rate
        balance[here, here] -= rate
    balance[0] = 1.0  # one equation is spare; the shares add up to 1
    right = np.zeros(len(number))
    right[0] = 1.0
    share = np.linalg.solve(balance, right)
    waiting = sum(
        share[at] * max(0, customers - servers)
        for (customers, _, _), at in number.items()
    )
    return waiting / (utilisation * servers)


def moves(state, arrival_phases, service_phases, arrivals, servers):
    """Yield (rate, next state) of every event."""
    customers, phase, busy = state
    if phase + 1 < arrival_phases:
        yield arrivals * arrival_phases, (customers, phase + 1, busy)
    else:
        starts = customers < servers
        started = (busy[0] + starts, *busy[1:])
        yield arrivals * arrival_phases, (customers + 1, 0, started)
    for at in range(service_phases):
        if busy[at] == 0:
            continue
        rate, after = busy[at] * service_phases, list(busy)
        after[at] -= 1
        if at + 1 < service_phases:
            after[at + 1] += 1
            yield rate, (customers, phase, tuple(after))
        else:
            after[0] += customers > servers  # the next in the queue starts
            yield rate, (customers - 1, phase, tuple(after))
