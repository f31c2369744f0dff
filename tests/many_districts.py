"""`make audit`: made-up districts and catalogues, protected and attacked.

Two hundred districts answer the catalogue in force, each published twice with late
answers between; three hundred small districts answer catalogues of their own.
"""

import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import catalogues
from districts import audit_of_district

DISTRICTS, CATALOGUES = 200, 300


def district(seed: int) -> tuple[object, ...]:
    with tempfile.TemporaryDirectory() as home:
        return audit_of_district(Path(home), seed)


def catalogue(seed: int) -> tuple[object, ...]:
    found, _, _ = catalogues.attacked(seed)
    return tuple(found)


def attacked(name: str, attack: Callable[[int], tuple[object, ...]], many: int) -> int:
    """Attack *many*, say what was found, and return how much."""
    found = 0
    with ProcessPoolExecutor(2) as pool:
        for seed, findings in enumerate(pool.map(attack, range(many))):
            found += len(findings)
            for finding in findings:
                print(f"{name} {seed}: {finding}")
    print(f"{many} × {name} attacked, {found} findings", flush=True)
    return found


def main() -> None:
    found = attacked("catalogue", catalogue, CATALOGUES)
    found += attacked("district", district, DISTRICTS)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
