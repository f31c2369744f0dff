"""A table that is nearly one of ours is told what keeps it from being it."""

import pytest

from data.ingest.nearest import nearest_table

WAVE, SCHOOL = "this looks like wave: ", "this looks like school: "
REST = ("cohort_id", "launch_date", "grades")


@pytest.mark.parametrize(
    ("headings", "says"),
    [
        (("wave", "opens_on"), WAVE + "`closes_on` is missing"),
        (
            ("wave", "opens_on", "end"),
            WAVE + "`closes_on` is missing, `end` is not known – did you mean `closes_on`?",
        ),
        (
            ("Wave", "Opens_On", "closes_on", "zzz"),
            WAVE + "`zzz` is not known",
        ),
        (
            ("wave", "opens", "closes_on"),
            WAVE + "`opens_on` is missing, `opens` is not known – did you mean `opens_on`?",
        ),
        (
            ("id", "name", "level", *REST),
            SCHOOL + "`school_id` is missing, `id` is not known – did you mean `school_id`?",
        ),
        (
            ("school", "name", "level", *REST, "other_names", "previous_name"),
            SCHOOL + "`school_id` is missing, `school` is not known – did you mean "
            "`school_id`?, `other_names` is not known – did you mean `also_known_as`?, "
            "`previous_name` is not known – did you mean `formerly`?",
        ),
        (
            ("school_id", "name", "level", *REST, "aliases"),
            SCHOOL + "`aliases` is not known – did you mean `also_known_as`?",
        ),
        (
            ("school_id", "name", "level", *REST, "alias"),
            SCHOOL + "`alias` is not known – did you mean `also_known_as`?",
        ),
        (
            ("wave", "school_id", "group", "grade_band", "language", "program", "count"),
            "this looks like roster: `stakeholder_group` is missing, `n` is missing, "
            "`group` is not known – did you mean `stakeholder_group`?, `count` is not "
            "known – did you mean `n`?",
        ),
        (
            ("wave", "start", "closes_on"),
            WAVE + "`opens_on` is missing, `start` is not known – did you mean `opens_on`?",
        ),
        # Two of three are missing: this is something else.
        (("wave", "weather"), None),
        (("Q1", "Q2", "Q3"), None),
    ],
)  # fmt: skip
def test_what_is_missing_and_what_is_unknown_is_named(headings, says):
    assert nearest_table(headings) == says
