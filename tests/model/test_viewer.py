"""Who is asking, and which file is opened for them (P2)."""

import pytest

from data.model.viewer import AUDIENCE_OF, PUBLIC, Audience, Role, Viewer


@pytest.mark.parametrize(
    ("role", "file", "is_staff"),
    [
        ("public", "public", False),
        ("teacher", "school", True),
        ("principal", "school", True),
        ("district", "district", True),
        ("steward", "district", True),
    ],
)
def test_every_role_reads_one_file(role, file, is_staff):
    viewer = Viewer(Role(role))

    assert viewer.audience == file
    assert viewer.is_staff is is_staff


def test_there_is_no_other_role_and_no_other_file():
    assert {r.value for r in Role} == {
        "public", "teacher", "principal", "district", "steward",
    }  # fmt: skip
    assert set(AUDIENCE_OF) == set(Role)
    assert [a.value for a in Audience] == ["public", "school", "district"]


def test_a_viewer_of_whom_nothing_is_known_is_the_public():
    assert Viewer(Role.PUBLIC, frozenset(), frozenset()) == PUBLIC
    assert (PUBLIC.school_ids, PUBLIC.early) == (frozenset(), frozenset())
