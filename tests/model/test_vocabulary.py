"""The closed sets of the registers, word by word as the specification has them."""

import pytest

from data.model import vocabulary
from data.model.standing import STATED, VOUCHED, Point, State, Ticked


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "STAKEHOLDER_GROUPS",
            "students families teachers building_admins board superintendent "
            "support_staff community",
        ),
        ("LEVELS", "elementary middle high mixed"),
        ("GRADE_BANDS", "K2 35 68 912 all"),
        ("ATTRIBUTES", "voice co_creation social_construction self_discovery"),
        ("DOMAINS", "practices structures policies"),
        ("SESSION_FORMATS", "workshop coaching visit collaborative_planning course"),
        ("CASE_KINDS", "case update other"),
        ("SERVES", "core supports separate"),
        ("TRY_RESULTS", "kept adapted stopped running"),
        ("SHARED_WITH", "own_team school other_school"),
        ("PULSE_QUESTIONS", "P.PU.1 P.PU.2 P.PU.3 P.PU.4"),
        ("REQUEST_OUTCOMES", "met partly declined withdrawn"),
        ("REQUEST_CATEGORIES", "S0 S1 S2 S3 S4 S5 S6 S7 S8 S9 S10"),
        ("EXCEPTION_ANSWERS", "granted partly refused"),
    ],
)
def test_a_register_chooses_among_these_words(name, words):
    assert " ".join(getattr(vocabulary, name)) == words


def test_a_release_goes_through_these_states():
    assert [s.value for s in State] == [
        "draft", "review", "approved", "scheduled", "published", "superseded",
        "withdrawn",
    ]  # fmt: skip


def test_a_person_vouches_for_what_no_program_can_look_up():
    assert [p.value for p in Point] == [
        "disclosure_audit_passed", "notes_written", "response_rates_seen",
        "validation_status_stated", "no_more_than_asked",
    ]  # fmt: skip
    assert VOUCHED == ("response_rates_seen", "validation_status_stated")
    assert STATED == ("no_more_than_asked",)


def test_a_point_nobody_vouched_for_names_nobody():
    ticked = Ticked(Point.NOTES, is_met=True)

    assert (ticked.by, ticked.why) == ("", "")
