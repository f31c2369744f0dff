"""Who may do what to a release, in which state: every act, state and role, drawn.

`yes` where the act is allowed; all else is refused, and a refused act changes neither
release nor log. Approval is never one's own build's, unless the district has stated
that it has a single steward.
"""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from data.errors import (
    AccessDenied,
    ReleaseIsDamaged,
    ReleaseNotFound,
    ReleaseStateForbids,
)
from data.ledger.store import Ledger
from data.ledger.tables import AuditEntry
from data.model.shelf import Pointer, Published
from data.model.standing import Point, State
from data.model.viewer import Role
from data.publish.office import Office
from data.publish.permissions import Actor, check_actor
from data.publish.records import record_of
from data.publish.shelf_moves import write_pointer
from data.publish.states import Step, check_state, may

NAME = "2026-27F.1"
STATES = ("draft", "review", "approved", "scheduled", "published", "superseded", "withdrawn")  # fmt: skip
TABLE = """
          | draft | review | approved | scheduled | published | superseded | withdrawn
submit    |  yes  |        |          |           |           |            |
vouch     |  yes  |  yes   |          |           |           |            |
return    |       |  yes   |   yes    |    yes    |           |            |
approve   |       |  yes   |          |           |           |            |
schedule  |       |        |   yes    |    yes    |           |            |
publish   |       |        |   yes    |    yes    |           |            |
withdraw  |       |        |          |           |    yes    |    yes     |
"""
ROLES = """
          | steward | district | principal | teacher | public
submit    |   yes   |          |           |         |
vouch     |   yes   |          |           |         |
return    |   yes   |   yes    |           |         |
approve   |   yes   |   yes    |           |         |
schedule  |   yes   |          |           |         |
publish   |   yes   |          |           |         |
withdraw  |   yes   |          |           |         |
"""


def drawn(table: str) -> list[tuple[str, str, bool]]:
    head, *rows = table.strip("\n").splitlines()
    columns = [c.strip() for c in head.split("|")[1:]]
    found = []
    for row in rows:
        act, *cells = (c.strip() for c in row.split("|"))
        found += [(act, c, x == "yes") for c, x in zip(columns, cells, strict=True)]
    return found


def test_the_tables_name_every_act_state_and_role():
    assert {(a, s) for a, s, _ in drawn(TABLE)} == {(a, s) for a in Step for s in State}
    assert {(a, r) for a, r, _ in drawn(ROLES)} == {(a, r) for a in Step for r in Role}


@pytest.mark.parametrize(("act", "state", "is_allowed"), drawn(TABLE))
def test_an_act_is_for_its_states_alone(act, state, is_allowed):
    assert may(Step(act), State(state)) is is_allowed
    if is_allowed:
        check_state(NAME, Step(act), State(state))
        return
    with pytest.raises(ReleaseStateForbids, match=rf"^{NAME} is {state}; it can be "):
        check_state(NAME, Step(act), State(state))


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ("submit", "2026-27F.1 is withdrawn; it can be submitted only while it is draft"),
        ("vouch", "2026-27F.1 is withdrawn; it can be vouched for only while it is draft or review"),
        ("return", "2026-27F.1 is withdrawn; it can be returned to draft only while it is approved or review or scheduled"),
        ("approve", "2026-27F.1 is withdrawn; it can be approved only while it is review"),
        ("schedule", "2026-27F.1 is withdrawn; it can be scheduled only while it is approved or scheduled"),
        ("publish", "2026-27F.1 is withdrawn; it can be published only while it is approved or scheduled"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_state_it_takes(act, says):
    with pytest.raises(ReleaseStateForbids) as found:
        check_state(NAME, Step(act), State.WITHDRAWN)

    assert str(found.value) == says


@pytest.mark.parametrize(("act", "role", "is_allowed"), drawn(ROLES))
def test_an_act_is_for_its_roles_alone(act, role, is_allowed):
    actor = Actor("someone", Role(role))
    if is_allowed:
        check_actor(actor, Step(act))
        return
    with pytest.raises(AccessDenied, match=f"^a {role} may not {act} a release$"):
        check_actor(actor, Step(act))


# --- the same table, acted out in the office


@pytest.fixture
def place(tmp_path):
    """Return an office whose one release is in a state."""
    shelf = tmp_path / "releases"
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")

    def put(state: str) -> Office:
        is_out = state in {"published", "superseded", "withdrawn"}
        folder = shelf / NAME if is_out else shelf / "drafts" / NAME
        folder.mkdir(parents=True)
        with ledger.writing() as session:
            row = record_of(session, NAME)
            row.built_by, row.state = "builder", "approved" if is_out else state
        if is_out:
            taken = ("2026-12-01", "a slip") if state == "withdrawn" else (None, None)
            line = Published(NAME, "2026-11-12", *taken)
            other = Published("2026-27F.2", "2026-11-13")
            pointer = {
                "published": Pointer(NAME, (line,)),
                "superseded": Pointer("2026-27F.2", (line, other)),
                "withdrawn": Pointer(None, (line,)),
            }[state]
            write_pointer(shelf, pointer)
        return Office(shelf, ledger)

    return put


def acts(office: Office, actor: Actor) -> dict[str, object]:
    return {
        "submit": lambda: office.submit(NAME, actor),
        "vouch": lambda: office.vouch(NAME, actor, Point.RATES),
        "return": lambda: office.send_back(NAME, actor),
        "approve": lambda: office.approve(NAME, actor),
        "schedule": lambda: office.schedule(NAME, actor, datetime.now(UTC)),
        "publish": lambda: office.publish(NAME, actor),
        "withdraw": lambda: office.withdraw(NAME, actor, "a slip"),
    }


def log_of(office: Office) -> list[str]:
    with office._ledger.reading() as session:
        return list(session.scalars(sa.select(AuditEntry.act)))


@pytest.mark.parametrize(("act", "state", "is_allowed"), drawn(TABLE))
def test_the_office_keeps_to_the_table_and_a_refusal_leaves_no_trace(
    place, act, state, is_allowed
):
    """Where the table allows it, what stops an act is never the state."""
    office = place(state)
    assert office.standing(NAME).state == state
    try:
        acts(office, Actor("someone", Role.STEWARD))[act]()
    except ReleaseStateForbids as error:
        refused = "it can be" in str(error)
        assert refused is not is_allowed
        if refused:
            assert log_of(office) == []
            assert office.standing(NAME).state == state
    except ReleaseIsDamaged:  # it has no files here: not its state
        assert is_allowed
    else:
        assert is_allowed


@pytest.mark.parametrize("act", [str(s) for s in Step])
def test_nobody_else_leaves_a_trace(place, act):
    office = place("review")
    for role in (Role.PRINCIPAL, Role.TEACHER, Role.PUBLIC):
        with pytest.raises(AccessDenied):
            acts(office, Actor("someone", role))[act]()

    assert log_of(office) == []


@pytest.mark.parametrize(
    ("approver", "single_steward", "may_approve"),
    [
        ("builder", False, False),
        ("builder", True, True),
        ("another", False, True),
        ("another", True, True),
    ],
)
def test_nobody_approves_their_own_build_unless_there_is_one_steward(
    place, approver, single_steward, may_approve
):
    from data.publish.permissions import check_not_own

    actor = Actor(approver, Role.STEWARD)
    if may_approve:
        check_not_own(actor, "builder", single_steward=single_steward)
        return
    with pytest.raises(AccessDenied, match="let another person do it"):
        check_not_own(actor, "builder", single_steward=single_steward)


@pytest.mark.parametrize(("says", "value"), [(True, "yes"), (False, "no")])
def test_that_there_is_one_steward_is_stated_and_written_down(place, says, value):
    from data.ledger.tables import Choice

    office = place("draft")
    office.choose_single_steward(Actor("ada", Role.STEWARD), yes=says)
    with office._ledger.reading() as session:
        assert session.get(Choice, "single_steward").value == value
    assert log_of(office) == ["changed a setting"]
    with pytest.raises(AccessDenied):
        office.choose_single_steward(Actor("ben", Role.DISTRICT), yes=says)


def test_returned_to_draft_means_approved_by_nobody_and_planned_for_no_day(place):
    office = place("scheduled")
    with office._ledger.writing() as session:
        row = record_of(session, NAME)
        row.approved_by, row.publish_at = "ben", datetime.now(UTC)
    office.send_back(NAME, Actor("ada", Role.STEWARD))
    standing = office.standing(NAME)

    assert standing.state is State.DRAFT
    assert (standing.approved_by, standing.publish_at) == (None, None)
    assert log_of(office) == ["returned to draft"]


def test_a_release_nobody_built_is_not_found(place):
    with pytest.raises(ReleaseNotFound):
        place("draft").standing("2030-31F.1")
