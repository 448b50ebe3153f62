"""Plain twin of the contraction kernel: join links at a node until nothing changes."""


def contracted(links, kept):
    """Return chains as {frozenset of links}, joining two at every node not kept.

    `links` maps a link to its two ends. A ring without a kept node stays one chain.
    """
    chains = {frozenset([link]): list(ends) for link, ends in links.items()}
    for node in {end for ends in links.values() for end in ends} - set(kept):
        here = [chain for chain, ends in chains.items() if node in ends]
        if len(here) < 2:
            continue  # a ring that has closed on itself
        one, other = here
        ends = chains.pop(one) + chains.pop(other)
        ends.remove(node)
        ends.remove(node)
        chains[one | other] = ends
    return {chain: tuple(sorted(ends)) for chain, ends in chains.items()}
