"""`make audit`: two hundred generated districts, each published twice and attacked."""

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from districts import audit_of_district

DISTRICTS = 200


def attacked(seed: int) -> tuple[int, tuple[object, ...]]:
    with tempfile.TemporaryDirectory() as home:
        return seed, audit_of_district(Path(home), seed)


def main() -> None:
    found = 0
    with ProcessPoolExecutor(2) as pool:
        for seed, findings in pool.map(attacked, range(DISTRICTS)):
            found += len(findings)
            for finding in findings:
                print(f"district {seed}: {finding}")
    print(f"{DISTRICTS} districts attacked, {found} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
