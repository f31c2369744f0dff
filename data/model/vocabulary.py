"""The words a district's registers choose among, as the specification lists them."""

from __future__ import annotations

STAKEHOLDER_GROUPS = (
    "students",
    "families",
    "teachers",
    "building_admins",
    "board",
    "superintendent",
    "support_staff",
    "community",
)
LEVELS = ("elementary", "middle", "high", "mixed")
GRADE_BANDS = ("K2", "35", "68", "912", "all")
ATTRIBUTES = ("voice", "co_creation", "social_construction", "self_discovery")
DOMAINS = ("practices", "structures", "policies")
SESSION_FORMATS = (
    "workshop",
    "coaching",
    "visit",
    "collaborative_planning",
    "course",
)
CASE_KINDS = ("case", "update", "other")
SERVES = ("core", "supports", "separate")
TRY_RESULTS = ("kept", "adapted", "stopped", "running")
SHARED_WITH = ("own_team", "school", "other_school")
PULSE_QUESTIONS = ("P.PU.1", "P.PU.2", "P.PU.3", "P.PU.4")
REQUEST_OUTCOMES = ("met", "partly", "declined", "withdrawn")
REQUEST_CATEGORIES = tuple(f"S{k}" for k in range(11))
# What may be said of a promised outcome at a school, the surest first (CU-4). Behind
# the four verdicts stands why there is none; together they are every launched school.
OUTCOME_WORDS = (
    "better", "held", "unclear", "slipped", "no_comparison", "test_changed", "not_yet",
    "missing", "no_past", "closed", "protected",
)  # fmt: skip
EXCEPTION_ANSWERS = ("granted", "partly", "refused")
