"""Draws answers from the documented truth: a graded model with known effects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.district.schools import WAVES, School

# Where the latent answer is cut into options; a fifth of the spread each way.
CUTS = {3: (-0.55, 0.35), 5: (-1.5, -0.75, -0.05, 0.85)}
PERSON_SD = 0.9
NOISE_SD = 0.55
SPRING_SHIFT = -0.05

VOICE_PER_WAVE, VOICE_WAVES = 0.09, 6
RISK_DIP, RISK_PER_WAVE, RISK_WAVES = -0.28, 0.16, 5


def voice_effect(event: int) -> float:
    """Voice rises every wave after launch and levels off after six."""
    return VOICE_PER_WAVE * min(event + 1, VOICE_WAVES) if event >= 0 else 0.0


def risk_effect(event: int) -> float:
    """Room for risk dips in the first wave and then rises above where it was."""
    if event < 0:
        return 0.0
    return RISK_DIP if event == 0 else RISK_DIP + RISK_PER_WAVE * min(event, RISK_WAVES)


def season_shift(wave_index: int) -> float:
    """Spring answers are a little lower everywhere, launched or not."""
    return SPRING_SHIFT if WAVES[wave_index].endswith("S") else 0.0


def draw_codes(
    rng: np.random.Generator,
    location: NDArray[np.float64],
    offsets: NDArray[np.float64],
    options: int,
) -> NDArray[np.int8]:
    """Return codes 1…*options*, one row per person and one column per item.

    Args:
        location: latent position of each person's school and wave.
        offsets: how easy each item is to answer favourably.
    """
    people = len(location)
    person = rng.normal(0, PERSON_SD, (people, 1))
    noise = rng.normal(0, NOISE_SD, (people, len(offsets)))
    latent = location[:, None] + person + noise + offsets[None, :]
    cuts = np.array(CUTS[options])
    codes: NDArray[np.int8] = (1 + (latent[:, :, None] > cuts).sum(axis=2)).astype(
        np.int8
    )
    return codes


def attendance(
    rng: np.random.Generator, school: School, wave_index: int, group: str
) -> float:
    """Return the share of *school* that answers in this wave."""
    if school.name == "Northfork Elementary" and wave_index == len(WAVES) - 1:
        return 0.28
    if school.name == "Marsh Landing Elementary" and wave_index == 5:
        return 0.0
    low, high = (0.68, 0.9) if group == "students" else (0.72, 0.95)
    if group == "families":
        low, high = 0.18, 0.45
    if school.name == "Juniper Elementary" and group == "teachers":
        return 1.0
    return float(rng.uniform(low, high))


def is_open(school: School, wave_index: int) -> bool:
    """True while the school has pupils in this wave."""
    if school.closed_on is None:
        return True
    year = int(WAVES[wave_index][:4]) + WAVES[wave_index].endswith("S")
    return year < school.closed_on.year or (
        year == school.closed_on.year and WAVES[wave_index].endswith("S")
    )
