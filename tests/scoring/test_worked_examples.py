"""The worked examples of the methods page are the specification's golden values."""

import numpy as np
import pytest

from data.catalogue import catalogue
from data.scoring.examples import EXAMPLES, example_frame

# What a reader gets who takes the inputs of the methods page and a calculator.
BY_HAND = {
    # G1: eleven of twelve answered at least half; y = 1, .75, .25, 1, 0, 1, 0, .75,
    # .75, .75, 0.
    "LX-1": {
        "n": 11, "share": 56.81818, "low": 33.2326, "high": 77.6703, "mean": 64.9621,
    },
    # G2: the smallest school moves 9.7 points, the largest .2; B's median is the
    # mean of .863 and .913.
    "CU-1": {"small": 49.6539, "large": 60.8375, "signal": 88.8164},
    # Shrout & Fleiss, six targets and four judges: ICC(1,1) = .17, ICC(1,4) = .44.
    "CU-2": {"icc1": 0.165742, "icc2": 0.442797},
    # Three tries by 40 teachers: exact Poisson .61867 to 8.76727, times 10/40.
    "CU-3": {"rate": 0.75, "low": 0.154668, "high": 2.191818},
    # G11
    "CU-4": {"relative": 0.0, "se": 0.571402, "bound": -0.939872},
    # G4a
    "CH-1": {"least": 18.0, "mean": 70.2, "evenness": 0.934055},
    # G4
    "CH-3": {"effective": 4.647987, "evenness": 0.857500, "lone": 35.2291},
    # 15 and 5 of 100 lie at depths three and five.
    "CH-5": {"share": 20.0},
    # G9: 22 of 48, and five cells of twelve below two.
    "RO-1": {"index": 45.833333, "stage": 1.0},
    # G10
    "RO-2": {
        "first": 0.01, "second": 0.07, "third": 0.2075, "fourth": 0.37,
        "watching": 55.5,
    },
    # G7
    "RO-4": {"outside": -0.435897, "expected": 0.333333, "density": 0.5},
    # Gains 2 4 3 3 beside 0 1 2 1 .5 1.5 1 1: means 3 and 1. Welch: the variances
    # .66667/4 and .35714/8, 4.68 degrees of freedom, t = 2.6246.
    "RO-6": {"effect": 2.0, "low": 0.7935, "high": 3.2065},
    # G6; 61.75 is the mean of 70, 64, 52, 61.
    "LE-1": {"value": 88.4458, "raw": 87.0096, "level": 61.75},
    # Krippendorff's own twelve units and four coders: .743 and .815.
    "PP-1": {"nominal": 0.743421, "ordinal": 0.815388},
    # G8
    "PP-3": {"median": 20.0, "left": 31.1111},
    # G5
    "NI-1": {"hours": 10.9, "aligned": 67.8899},
    # G1b
    "FC-2": {"share": 52.0, "effect": 1.12},
    # The article's own session: a hundred teachers for three hours.
    "PL-2": {"hours": 300.0, "dose": 3.0, "share": 0.0},
}  # fmt: skip


@pytest.mark.parametrize("indicator", BY_HAND)
def test_the_example_comes_out_as_by_hand(indicator):
    found = EXAMPLES[indicator](catalogue())

    assert {name: float(v) for name, v in found.items()} == pytest.approx(
        BY_HAND[indicator], abs=6e-5
    )


def test_the_release_keeps_every_example_in_the_order_of_the_page():
    frame = example_frame(catalogue())

    assert list(frame.columns) == ["indicator_id", "name", "value"]
    assert [tuple(r) for r in frame[["indicator_id", "name"]].to_numpy()] == [
        (indicator, name) for indicator, names in BY_HAND.items() for name in names
    ]


def test_examples_are_kept_to_six_decimals_and_never_as_minus_nothing():
    value = example_frame(catalogue()).set_index(["indicator_id", "name"])["value"]

    # √(.35² + .312 + .4²/6 …) of G11, and 100·25/44 of G1.
    assert value["CU-4", "se"] == 0.571402
    assert value["LX-1", "share"] == 56.818182
    assert not np.signbit(value["CU-4", "relative"])
