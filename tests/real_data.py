"""Where the public data lies that published figures are recomputed from.

It stays outside the project; where it is absent the tests that need it say so.
"""

from pathlib import Path

import pytest

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_real_data = pytest.mark.skipif(
    not REAL_DATA.exists(), reason=f"the public data is not in {REAL_DATA.name}"
)
