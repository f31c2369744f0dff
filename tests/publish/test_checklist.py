"""What must be true before a release may be approved, and what is enough for it.

Looked up: the audit found nothing, the notes say something, nobody answered who was
not asked (E5). Vouched for by a person: the response rates were seen, the notes state
what is validated. More answers than people are an error; a steward may state in words
why it is so, and only then may the release go on.
"""

import json

import pytest

from data.errors import AccessDenied, ReleaseStateForbids, SettingsError
from data.ledger.store import Ledger
from data.model.standing import Point
from data.model.viewer import Role
from data.publish.checklist import (
    ENOUGH,
    beyond_the_roster,
    checklist,
    findings_of,
    has_passed,
    is_in_words,
    stands_beside,
)
from data.publish.office import Office
from data.publish.permissions import Actor

NAME = "2026-27F.1"
ADA, BEN = Actor("ada@x.example", Role.STEWARD), Actor("ben@x.example", Role.DISTRICT)
EIGHT = "one two three four five six seven eight"
SEVEN = "one two three four five six seven"
PASSED = {"passed": True, "findings": [], "beside": ["2026-27F.0"]}
OVER = ["student_6_12, 2026-27F, S1"]


@pytest.fixture
def draft(tmp_path):
    folder = tmp_path / "releases" / "drafts" / NAME
    folder.mkdir(parents=True)
    (folder / "NOTES.md").write_text(f"# Title\n\n{EIGHT}\n")
    (folder / "audit.json").write_text(json.dumps(PASSED))
    return folder


@pytest.fixture
def office(draft, tmp_path):
    made = Office(draft.parent.parent, Ledger(f"sqlite:///{tmp_path / 'l.sqlite'}"))
    made.built(NAME, ADA)
    return made


def met(draft, vouched=(), stated=None) -> dict[str, bool]:
    named = dict.fromkeys(vouched, "ada")
    return {t.point: t.is_met for t in checklist(draft, named, stated or {})}


def test_every_point_is_in_the_list_and_says_what_is_enough(draft):
    assert list(met(draft)) == [
        "disclosure_audit_passed",
        "notes_written",
        "no_more_than_asked",
        "response_rates_seen",
        "validation_status_stated",
    ]
    assert set(ENOUGH) == set(Point)


@pytest.mark.parametrize(
    ("notes", "is_met"),
    [
        (EIGHT, True),
        (SEVEN, False),
        ("# " + EIGHT, False),
        ("one two three four\n\n# a heading\n\nfive six seven eight", True),
        ("", False),
        (None, False),
    ],
)
def test_notes_are_eight_words_besides_headings(draft, notes, is_met):
    path = draft / "NOTES.md"
    path.unlink() if notes is None else path.write_text(notes)

    assert met(draft)["notes_written"] is is_met


@pytest.mark.parametrize(
    ("report", "passed", "findings"),
    [
        (json.dumps(PASSED), True, 0),
        (json.dumps({**PASSED, "findings": [{"attack": "rank"}]}), False, 1),
        (json.dumps({**PASSED, "passed": False}), False, 0),
        (json.dumps({**PASSED, "passed": "yes"}), False, 0),
        ("", False, 1),
        (None, False, 1),
    ],
)
def test_an_audit_passed_only_if_its_report_says_so_and_names_nothing(
    draft, report, passed, findings
):
    path = draft / "audit.json"
    path.unlink() if report is None else path.write_text(report)

    assert has_passed(draft) is passed
    assert met(draft)["disclosure_audit_passed"] is passed
    assert len(findings_of(draft)) == findings


def test_what_it_was_laid_beside_is_read_from_the_report(draft):
    assert stands_beside(draft) == ["2026-27F.0"]
    (draft / "audit.json").write_text("half")
    assert stands_beside(draft) == []


def test_a_person_vouches_for_two_points_and_for_no_other(draft):
    found = met(draft, vouched=[p.value for p in Point])
    assert found["response_rates_seen"]
    assert found["validation_status_stated"]
    assert not any(
        met(draft)[p] for p in ("response_rates_seen", "validation_status_stated")
    )


# --- E5: more answers than people


def over(draft) -> None:
    (draft / "audit.json").write_text(json.dumps({**PASSED, "over_roster": OVER}))


@pytest.mark.parametrize(
    ("is_over", "words", "is_met"),
    [
        (False, None, True),
        (True, None, False),
        (True, SEVEN, False),
        (True, EIGHT, True),
    ],
)
def test_more_answers_than_people_bar_the_way_until_it_is_said_why(
    draft, is_over, words, is_met
):
    if is_over:
        over(draft)
    vouched = ["no_more_than_asked"] if words else []
    stated = {"no_more_than_asked": words} if words else {}

    assert met(draft, vouched, stated)["no_more_than_asked"] is is_met
    assert beyond_the_roster(draft) == (OVER if is_over else [])


def test_a_report_that_cannot_be_read_is_not_known_to_name_nobody(draft):
    (draft / "audit.json").unlink()

    assert not met(draft)["no_more_than_asked"]


def through(office) -> None:
    for point in (Point.RATES, Point.VALIDATION):
        office.vouch(NAME, ADA, point)
    office.submit(NAME, ADA)


def test_a_release_with_more_answers_than_people_is_not_approved(office, draft):
    over(draft)
    through(office)
    with pytest.raises(ReleaseStateForbids, match="missing: no_more_than_asked"):
        office.approve(NAME, BEN)

    office.vouch(NAME, ADA, Point.ASKED, f"  {EIGHT}\n")
    (ticked,) = [t for t in office.standing(NAME).checklist if t.point is Point.ASKED]
    assert (ticked.is_met, ticked.by, ticked.why) == (True, ADA.name, EIGHT)
    office.approve(NAME, BEN)


@pytest.mark.parametrize("words", ["", " \n ", SEVEN])
def test_too_few_words_state_nothing(office, draft, words):
    over(draft)
    with pytest.raises(SettingsError, match="say in 8 words or more why"):
        office.vouch(NAME, ADA, Point.ASKED, words)


def test_what_was_stated_of_a_draft_is_not_stated_of_the_next_build(office, draft):
    over(draft)
    office.vouch(NAME, ADA, Point.ASKED, EIGHT)
    office.built(NAME, ADA)

    (ticked,) = [t for t in office.standing(NAME).checklist if t.point is Point.ASKED]
    assert not ticked.is_met


def test_only_the_steward_states_it(office, draft):
    over(draft)
    with pytest.raises(AccessDenied):
        office.vouch(NAME, BEN, Point.ASKED, EIGHT)


@pytest.mark.parametrize("point", [Point.AUDIT, Point.NOTES])
def test_what_is_looked_up_is_vouched_for_by_nobody(office, point):
    with pytest.raises(SettingsError, match="is looked up"):
        office.vouch(NAME, ADA, point, EIGHT)


def test_approval_names_every_gap_and_where_it_says_what_is_enough(office, draft):
    over(draft)
    (draft / "NOTES.md").unlink()
    office.submit(NAME, ADA)
    with pytest.raises(ReleaseStateForbids) as found:
        office.approve(NAME, BEN)

    assert str(found.value) == (
        "2026-27F.1 cannot be approved yet; missing: notes_written, no_more_than_asked, "
        "response_rates_seen, validation_status_stated; "
        '"chorus release check 2026-27F.1" says what is enough'
    )


def test_eight_words_are_counted_as_words():
    assert is_in_words(EIGHT)
    assert not is_in_words(SEVEN)
    assert not is_in_words("")
