"""The made-up schools: names, levels, cohorts, sizes, and the awkward ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

SEED = 20260823
FALLS = (2022, 2023, 2024, 2025, 2026)
WAVES = tuple(
    f"{y}-{(y + 1) % 100:02d}{season}" for y in FALLS for season in "FS"
)[:9]  # fmt: skip
LAUNCHES = {
    1: date(2023, 8, 28),
    2: date(2024, 8, 26),
    3: date(2025, 8, 25),
    4: date(2026, 8, 24),
    0: date(2027, 8, 30),
}
# First wave in which students answered as members of a launched school.
FIRST_WAVE = {1: 2, 2: 4, 3: 6, 4: 8, 0: 10}
COHORT_SHARES = {1: 6, 2: 7, 3: 8, 4: 5, 0: 4}

# The thirty of the demo, by cohort: "E" elementary, "M" middle, "H" high, "X" K–8.
THIRTY = {
    1: (
        "Alder Creek E",
        "Cottonwood E",
        "Granite Peak H",
        "Juniper E",
        "Millrace M",
        "River Bend E",
    ),
    2: (
        "Bell Meadow E",
        "Chaparral M",
        "Foothill H",
        "Kestrel E",
        "Maple Grove E",
        "Orchard Park E",
        "Willow Glen E",
    ),
    3: (
        "Birch Hollow X",
        "Cedar Flat E",
        "Eastgate M",
        "Elm Street E",
        "Hillcrest M",
        "Marsh Landing E",
        "Ridgeline H",
        "Sagebrush E",
    ),
    4: (
        "Harvest Lane E",
        "Lincoln E",
        "Northfork E",
        "Prairie View M",
        "Valley Union H",
    ),
    0: ("Dry Fork E", "Lone Pine X", "Quarry Hill E", "Summit H"),
}
FIRST_WORDS = [
    "Alder",
    "Amber",
    "Ash",
    "Aspen",
    "Badger",
    "Bay",
    "Bear",
    "Birch",
    "Blue",
    "Bridge",
    "Brook",
    "Buck",
    "Butte",
    "Canyon",
    "Cedar",
    "Cherry",
    "Clay",
    "Clear",
    "Clover",
    "Cold",
    "Coral",
    "Crane",
    "Crystal",
    "Deer",
    "Dove",
    "Eagle",
    "Elder",
    "Elk",
    "Fair",
    "Falcon",
    "Fern",
    "Flint",
    "Forest",
    "Fox",
    "Glen",
    "Gold",
    "Granite",
    "Green",
    "Grove",
    "Harbor",
    "Hawk",
    "Hazel",
    "Heron",
    "High",
    "Hill",
    "Holly",
    "Iron",
    "Ivy",
    "Jay",
    "Juniper",
    "Lake",
    "Lark",
    "Laurel",
    "Linden",
    "Long",
    "Maple",
    "Meadow",
    "Mesa",
    "Mill",
    "Mission",
    "Moon",
    "Moss",
    "Mountain",
    "North",
    "Oak",
    "Olive",
    "Osprey",
    "Otter",
    "Palm",
    "Pebble",
    "Pine",
    "Plum",
    "Poplar",
    "Prairie",
    "Quail",
    "Raven",
    "Red",
    "Redwood",
    "Ridge",
    "River",
    "Robin",
    "Rock",
    "Rose",
    "Sage",
    "Sand",
    "Shady",
    "Silver",
    "Sky",
    "South",
    "Spring",
    "Spruce",
    "Star",
    "Stone",
    "Sun",
    "Swan",
    "Swift",
    "Sycamore",
    "Thorn",
    "Timber",
    "Trout",
    "Valley",
    "Vine",
    "Walnut",
    "West",
    "White",
    "Wild",
    "Willow",
    "Wolf",
    "Wren",
]
SECOND_WORDS = [
    "Acre",
    "Arbor",
    "Bank",
    "Bend",
    "Bluff",
    "Branch",
    "Camp",
    "Cliff",
    "Cove",
    "Creek",
    "Crest",
    "Cross",
    "Dale",
    "Draw",
    "Falls",
    "Farm",
    "Ferry",
    "Field",
    "Flat",
    "Ford",
    "Fork",
    "Gap",
    "Gate",
    "Glade",
    "Grove",
    "Hall",
    "Haven",
    "Heights",
    "Hollow",
    "House",
    "Island",
    "Junction",
    "Knoll",
    "Landing",
    "Lane",
    "Ledge",
    "Light",
    "Lodge",
    "Mark",
    "Marsh",
    "Meadow",
    "Mill",
    "Mount",
    "Narrows",
    "Orchard",
    "Park",
    "Pass",
    "Path",
    "Peak",
    "Place",
    "Plains",
    "Point",
    "Pond",
    "Port",
    "Ranch",
    "Rapids",
    "Reach",
    "Ridge",
    "Rise",
    "Road",
    "Run",
    "Shore",
    "Slope",
    "Springs",
    "Square",
    "Summit",
    "Terrace",
    "Trace",
    "Trail",
    "Vale",
    "View",
    "Vista",
    "Walk",
    "Water",
    "Way",
    "Wells",
    "Wood",
    "Yard",
]
ENGINES = (
    ("design_thinking", "Design Lab"),
    ("project_based", "Project Studio"),
    ("inquiry", "Wonder Weeks"),
    ("dual_language", "Dos Voces"),
    ("expeditionary", "Expeditions"),
    ("stem", "Makers' Bench"),
)
SUFFIX = {"E": "Elementary", "M": "Middle", "H": "High", "X": "K–8"}
LEVEL = {"E": "elementary", "M": "middle", "H": "high", "X": "mixed"}
GRADES = {"E": "K–5", "M": "6–8", "H": "9–12", "X": "K–8"}


@dataclass(frozen=True, slots=True)
class School:
    """One made-up school.

    Attributes:
        pupils: enrolment by grade band; only bands that are surveyed.
        character: how far it differs from the district for no reason at all,
            in latent standard deviations, for students and for teachers.
    """

    school_id: str
    name: str
    kind: str
    cohort: int
    pupils: dict[str, int]
    teachers: int
    character: tuple[float, float]
    formerly: str | None = None
    closed_on: date | None = None
    engine: str | None = None

    def event_time(self, wave_index: int) -> int:
        """Waves since the first one after launch; negative before it."""
        return wave_index - FIRST_WAVE[self.cohort]


def leaders_of(school: School) -> int:
    """Return how many people lead a school: a high school has two."""
    return 2 if school.kind == "H" else 1


def make_schools(count: int) -> list[School]:
    """Return *count* schools; the first thirty are always the demo's."""
    rng = np.random.default_rng(SEED)
    named = [
        (cohort, text.rsplit(" ", 1))
        for cohort, names in THIRTY.items()
        for text in names
    ]
    schools = [
        _school(rng, number, cohort, *parts)
        for number, (cohort, parts) in enumerate(named, 1)
    ]
    schools = [_awkward(school) for school in schools]
    taken = {s.name for s in schools}
    pairs = [f"{a} {b}" for a in FIRST_WORDS for b in SECOND_WORDS if a != b]
    rng.shuffle(pairs)
    cohorts = [c for c, n in COHORT_SHARES.items() for _ in range(n)]
    for stem in pairs:
        if len(schools) >= count:
            break
        kind = str(rng.choice(list("EMHX"), p=[0.6, 0.19, 0.16, 0.05]))
        cohort = int(rng.choice(cohorts))
        if f"{stem} {SUFFIX[kind]}" not in taken:
            schools.append(_school(rng, len(schools) + 1, cohort, stem, kind))
    for number in range(len(schools), count):
        schools.append(_school(rng, number + 1, 0, f"Annex {number + 1}", "E"))
    return schools[:count]


def _school(
    rng: np.random.Generator, number: int, cohort: int, stem: str, kind: str
) -> School:
    size = float(rng.lognormal(0, 0.28))
    pupils = {
        "E": {"35": 190},
        "M": {"68": 430},
        "H": {"912": 860},
        "X": {"35": 130, "68": 150},
    }[kind]
    pupils = {band: max(24, round(n * size)) for band, n in pupils.items()}
    enrolled = sum(pupils.values()) * (2 if kind in "EX" else 1)
    character = tuple(float(x) for x in rng.normal(0, [0.22, 0.3]))
    return School(
        school_id=f"SCH-{number:03d}",
        name=f"{stem} {SUFFIX[kind]}",
        kind=kind,
        cohort=cohort,
        pupils=pupils,
        teachers=max(12, round(enrolled / 16)),
        character=(character[0], character[1]),
        engine=ENGINES[(number - 1) % len(ENGINES)][0] if cohort else None,
    )


def _awkward(school: School) -> School:
    """Give a few schools what real districts have."""
    match school.name:
        case "Juniper Elementary":  # nine teachers: too few for a principal's page
            return replace(school, teachers=9, pupils={"35": 64})
        case "Lone Pine K–8":  # a grade band of six pupils
            return replace(school, pupils={"35": 88, "68": 6})
        case "Sagebrush Elementary":  # renamed in 2024
            return replace(school, formerly="Miller Street Elementary")
        case "Dry Fork Elementary":  # closed in 2025
            return replace(school, closed_on=date(2025, 6, 13))
        case _:
            return school
