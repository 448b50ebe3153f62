"""Print how near answers are to the best that are known; quality, not time.

    python -m benchmarks.quality

Needs the open data in ../shared, or where BEREKET_SHARED says.
"""

import sys
from typing import Final

from benchmarks.peers.equilibrium import case_of, ours

GAPS: Final = (1e-6, 1e-10, 1e-12)
BEST_KNOWN: Final = {  # objective as published with the networks
    "SiouxFalls": 4231335.28710744,
    "Anaheim": 1286032.17109603,
}


def main() -> int:
    print(f"{'network':12}{'gap asked':>11}{'gap':>11}{'objective':>20}{'off by':>11}")
    for name, best in BEST_KNOWN.items():
        case = case_of(name)
        for gap in GAPS:
            found = ours(case, gap)
            value = found.objective()
            off = f"{value / best - 1.0:.1e}"
            told = f"{found.relative_gap:.1e}"
            print(f"{name:12}{gap:11.0e}{told:>11}{value:20.6f}{off:>11}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
