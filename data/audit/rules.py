"""The published privacy rules, written down a second time (specification 6).

Nothing here is imported from what protects: an auditor brings the own copy.
"""

from __future__ import annotations

# P1: fewest people behind any number.
FEWEST = {
    "students": 10,
    "families": 10,
    "teachers": 5,
    "support_staff": 5,
    "building_admins": 5,
}
STAFF = frozenset({"teachers", "support_staff", "building_admins"})
# P2: a principal reads the own school's teachers from so many on.
FEWEST_FOR_PRINCIPAL = 10
# P2: an unnamed band over a cohort, and a spread over schools, take five.
FEWEST_SCHOOLS_IN_BAND = 5
# P5: behind a staff total for the public stand three schools, since a principal
# knows one of them.
FEWEST_SCHOOLS_OF_STAFF = 3
# P7: all schools and all launched schools differ by so much, or not at all.
APART_SCHOOLS, APART_PEOPLE = 2, 20
# P3: from so many people on, so many percent are cut off at each end.
ENDS = ((300, 1), (100, 2), (40, 5), (20, 10), (0, 20))
# P4: what the public reads instead of n.
BANDS = {
    "5–9": (5, 9),
    "10–19": (10, 19),
    "20–39": (20, 39),
    "40–99": (40, 99),
    "100–299": (100, 299),
    "300+": (300, None),
}
# P9: what may stand where a number is not shown.
WITHHELD = frozenset({"protected", "low_rr", "not_collected", "reliability"})
SHOWN = "shown"
# The floors a district may raise and never lower.
FLOORS = {
    "min_n_student": 10,
    "min_n_staff": 5,
    "min_n_principal": 5,
    "min_n_principal_view": 10,
    "tie_min": 3,
}


def end_width(n: float) -> int:
    """Return how many percent at each end are cut off for *n* people (P3)."""
    return next(width for least, width in ENDS if n >= least)


# P2: kind of number → reader → levels at which that reader may see it. Without a
# reader, not at all. "school" is a school's own staff, of the own school.
EVERYWHERE = frozenset({"school", "cohort", "launched", "district"})
TOTALS = EVERYWHERE - {"school"}
OWN, ALL = frozenset({"school"}), frozenset({"district"})
MAY_READ = {
    "students": {"public": EVERYWHERE, "school": OWN, "district": EVERYWHERE},
    "teachers": {"public": TOTALS, "school": OWN, "district": EVERYWHERE},
    "principals": {"public": ALL, "district": frozenset({"cohort", "district"})},
    "pulse": {"public": ALL, "district": frozenset({"cohort", "district"})},
    "requests": {"public": ALL, "school": OWN, "district": EVERYWHERE},
    "outcomes": {"public": EVERYWHERE, "school": OWN, "district": EVERYWHERE},
    "reach": {"public": EVERYWHERE, "school": OWN, "district": EVERYWHERE},
    "act": {"public": EVERYWHERE, "school": OWN, "district": EVERYWHERE},
    "office": {"school": OWN, "district": frozenset({"school", "district"})},
    "network": {
        "public": ALL,
        "school": OWN,
        "district": frozenset({"school", "district"}),
    },
    "lines": {"public": TOTALS, "district": TOTALS},
}
# P2: only of these may one school's people be split, one way at a time (P6).
MAY_SPLIT = frozenset({"students"})
# Indicators whose numbers are of people who work in schools, or of a school's own
# affairs, whatever a definition says: a second look at what a file calls them.
STAFF_INDICATORS = frozenset(
    {"CU-1", "CU-2", "CU-3", "NI-2", "NI-3", "PL-1", "PL-2", "PP-1", "PP-2", "RO-2",
     "RO-3"}
)  # fmt: skip
PULSE_INDICATORS = frozenset({"PP-1", "PP-2"})
OFFICE_INDICATORS = frozenset({"LE-1", "CU-5"})
GROUP_OF_KIND = {
    "students": "students",
    "teachers": "teachers",
    "principals": "building_admins",
    "pulse": "building_admins",
}
# Tables of the district's or the schools' file that a sharper reader alone opens.
NOT_FOR = {
    "public": ("hidden", "bands", "requests", "rubric_cells", "rubric_means"),
    "school": ("hidden",),
    "district": (),
}
