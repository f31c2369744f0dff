"""Draws one form's answers, item by item, from the documented truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.catalogue import Item, catalogue
from data.district.answers import draw_codes
from data.district.schools import SEED, School

SKIP_RATE = 0.03
# Habits are asked in four blocks of four; each person meets one of each block.
HABITS_IN_BLOCK = 4
ADOPT_START, ADOPT_PER_WAVE, ADOPT_SD, ADOPT_NOISE = -1.1, 0.24, 0.8, 0.3
ADOPT_CUTS = (-1.2, -0.3, 0.5, 1.4)
KNOWS_START, KNOWS_PER_WAVE = 0.45, 0.06
NAMES_OTHER, NAMES_BEFORE, NAMES_ACROSS = 0.55, 0.15, 0.12
NO_SCHOOL = "None of these"
# Time alone at a screen gives way as students build ideas with one another.
FALLING = frozenset({"S.SC.5"})
# Schools of one cohort that look to one another.
NEIGHBORS = 3


@dataclass(frozen=True)
class Asked:
    """The people who answer a form in one wave.

    Attributes:
        school: index into the schools; person: stable number within the school.
        location: latent position, per person.
    """

    rng: np.random.Generator
    schools: list[School]
    wave_index: int
    school: NDArray[np.int64]
    person: NDArray[np.int64]
    location: NDArray[np.float64]

    @property
    def event(self) -> NDArray[np.float64]:
        """Waves since launch, per person."""
        times = [s.event_time(self.wave_index) for s in self.schools]
        return np.array(times, float)[self.school]


def draw_form(asked: Asked, items: tuple[str, ...]) -> NDArray[np.int8]:
    """Return which option each person chose of each item, 0 where none."""
    known = [catalogue().items[i] for i in items]
    codes = np.zeros((len(asked.location), len(items)), np.int8)
    fixed = np.random.default_rng(len(items))
    offsets = fixed.uniform(-0.3, 0.5, len(items))
    for size in (3, 5):
        columns = [n for n, item in enumerate(known) if _is_graded(item, size)]
        if columns:
            codes[:, columns] = draw_codes(
                asked.rng, asked.location, offsets[columns], size
            )
    for column, item in enumerate(known):
        if item.response_set is None:
            continue
        options = len(item.response_set.en)
        if item.id in FALLING:
            codes[:, column] = options + 1 - codes[:, column]
        if _is_graded(item, options):
            continue
        codes[:, column] = _KINDS[item.response_set.id](asked, item)
    codes[asked.rng.random(codes.shape) < SKIP_RATE] = 0
    for column, item in enumerate(known):
        if item.id.startswith("S.HM."):
            codes[~_meets(asked, int(item.id[-2:]) - 1), column] = 0
    return codes


def _is_graded(item: Item, size: int) -> bool:
    options = item.response_set
    return (
        options is not None
        and options.has_order
        and options.id != "USE5"
        and len(options.en) == size
    )


def _meets(asked: Asked, habit: int) -> NDArray[np.bool_]:
    """Tell who is asked a habit: turns go round within each school."""
    turn = (
        asked.person + asked.wave_index + habit // HABITS_IN_BLOCK
    ) % HABITS_IN_BLOCK
    return np.asarray(turn == habit % HABITS_IN_BLOCK)


def _heard(asked: Asked, item: Item) -> NDArray[np.int8]:
    """Yes, no, not sure: yes grows by the wave."""
    del item
    people = len(asked.location)
    yes = asked.rng.random(people) < 0.25 + 0.06 * asked.wave_index
    return np.where(yes, 1, asked.rng.integers(2, 4, people)).astype(np.int8)


def _meaning(asked: Asked, item: Item) -> NDArray[np.int8]:
    """What it means here: the second option is right, and becomes known."""
    del item
    people = len(asked.location)
    right = np.clip(0.32 + 0.04 * (asked.event + 1), 0.2, 0.75)
    other = asked.rng.choice(np.array([1, 3, 4]), people)
    return np.where(asked.rng.random(people) < right, 2, other).astype(np.int8)


def _place(asked: Asked, item: Item) -> NDArray[np.int8]:
    """One more program … how we do school, or not present."""
    del item
    people = len(asked.location)
    latent = 0.3 * (asked.event + 1) - 0.6 + asked.rng.normal(0, 0.8, people)
    step = 1 + (latent[:, None] > np.array([-0.6, 0.2, 1.1])).sum(axis=1)
    absent = (asked.event < 0) & (asked.rng.random(people) < 0.5)
    return np.where(absent, 5, step).astype(np.int8)


def _use(asked: Asked, item: Item) -> NDArray[np.int8]:
    """Own use of an attribute: people differ for good, so that most keep on."""
    lasting = np.random.default_rng([SEED, 31]).normal(
        0, ADOPT_SD, (len(asked.schools), 400)
    )
    turn = sum(map(ord, item.id)) % 7 / 10
    people = len(asked.location)
    latent = (
        ADOPT_START
        + ADOPT_PER_WAVE * np.maximum(asked.event + 1, 0)
        - turn / 2
        + lasting[asked.school, asked.person % 400]
        + asked.rng.normal(0, ADOPT_NOISE, people)
    )
    step = 1 + (latent[:, None] > np.array(ADOPT_CUTS)).sum(axis=1)
    found: NDArray[np.int8] = step.astype(np.int8)
    return found


def _engine(asked: Asked, item: Item) -> NDArray[np.int8]:
    """Which engine the school has: its own, once people know it."""
    options = item.response_set
    assert options is not None
    number = {name: k for k, name in enumerate(options.ids, 1)}
    own = np.array([number.get(s.engine or "", 0) for s in asked.schools])[asked.school]
    people = len(asked.location)
    knows = KNOWS_START + KNOWS_PER_WAVE * np.clip(asked.event + 1, 0, 7)
    has_one = (own > 0) & (asked.event >= 0)
    right = has_one & (asked.rng.random(people) < knows)
    others = asked.rng.integers(1, len(options.en) + 1, people)
    found: NDArray[np.int8] = np.where(right, own, others).astype(np.int8)
    return found


_KINDS = {
    "YNU": _heard,
    "MEANING": _meaning,
    "PLACE5": _place,
    "USE5": _use,
    "ENGINE": _engine,
}


def draw_named(asked: Asked) -> list[str]:
    """Return the other schools each person ticks, as a survey tool joins them."""
    groups: dict[int, list[int]] = {}
    for place, school in enumerate(asked.schools):
        groups.setdefault(school.cohort, []).append(place)
    partners = np.zeros((len(asked.schools), NEIGHBORS), int)
    for members in groups.values():
        for rank, place in enumerate(members):
            for step in range(NEIGHBORS):
                partners[place, step] = members[(rank + step + 1) % len(members)]
    rng, people = asked.rng, len(asked.location)
    near = partners[asked.school, rng.integers(0, NEIGHBORS, people)]
    far = rng.integers(0, len(asked.schools), people)
    likely = np.where(asked.event >= 0, NAMES_OTHER, NAMES_BEFORE)
    names_near = (rng.random(people) < likely) & (near != asked.school)
    names_far = (rng.random(people) < NAMES_ACROSS) & (far != asked.school)
    answered = rng.random(people) > SKIP_RATE
    found = []
    for k in range(people):
        if not answered[k]:
            found.append("")
            continue
        ticked = [asked.schools[near[k]].name] if names_near[k] else []
        if names_far[k] and (not ticked or far[k] != near[k]):
            ticked.append(asked.schools[far[k]].name)
        found.append(";".join(ticked) or NO_SCHOOL)
    return found
