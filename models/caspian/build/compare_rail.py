"""Hold the lengths of caspian's rail links against the railways of OpenStreetMap.

Usage, from the root of the checkout, with bereket installed::

    python models/caspian/build/compare_rail.py --shared ../shared

writes ``rail_lengths.csv`` beside this file; README.md tells the differences over 10 %.
The lengths of the model are not changed.
"""

import argparse
from collections import Counter
from pathlib import Path

from bereket import read_model
from bereket.app.output import as_csv
from bereket.compiled.rail_parts import with_countries
from bereket.io.files import write_files
from bereket.io.rail import read_connectors
from bereket.io.rail_lines import read_lines
from bereket.model.rail import join
from bereket.studies.compare_rail import VERDICTS, compare_lengths

HERE = Path(__file__).parent
NEAR_KM = 30.0  # coordinates of small places are assumed, to some 30 km


def main() -> None:
    """Write the table, and print how many links each verdict has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=HERE, help="where to write")
    told = parser.parse_args()
    folder = told.shared / "data" / "transport"
    network, _ = read_lines(folder / "osm_rail_region_lines.geojson.gz")
    network, _ = with_countries(network)
    gaps = folder / "osm_rail_region_gap_candidates.csv"
    network = join(network, read_connectors(gaps, network))
    rows = compare_lengths(read_model(HERE.parent), network, NEAR_KM)
    text = as_csv([row.as_dict() for row in rows])
    write_files(told.out, {"rail_lengths.csv": text})
    counts = Counter(row.verdict for row in rows)
    for verdict, meaning in VERDICTS.items():
        print(f"{counts[verdict]:4} {verdict}: {meaning}")


if __name__ == "__main__":
    main()
