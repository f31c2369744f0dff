"""What the files of a roster look like, one declaration a kind of file.

Every producer lists schools and people; they differ in what a file is called, in its
headings, and in whether a person's role is a column, a file of its own or the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.ingest.tools import Format, plain

# What counting reads; nothing else of a person is ever selected.
COLUMNS = (
    "sourcedid", "status", "name", "type", "identifier", "enableduser", "orgsourcedids",
    "role", "grades", "usersourcedid", "orgsourcedid",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RosterFile:
    """One kind of file of one producer.

    Attributes:
        table: "orgs", "users" or "roles" of OneRoster, whose words count as standard.
        marks: headings that tell it; all of them stand in the file.
        without: headings that would make it another kind.
        columns: our column → headings it may have, where it has not ours.
        fixed: our column → what all its rows say.
        called: names of the file, where its headings could be two kinds'.
    """

    producer: Format
    table: str
    marks: tuple[str, ...]
    without: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    called: tuple[str, ...] = ()

    def is_it(self, headings: Sequence[str], name: str) -> bool:
        """True for a file of these headings, as `plain` writes them."""
        have = set(headings)
        return (
            set(self.marks) <= have
            and not have & set(self.without)
            and (not self.called or name in self.called)
        )

    def places(self, headings: Sequence[str]) -> dict[str, int]:
        """Return our columns → their numbers in the file."""
        found = {}
        for column in COLUMNS:
            for word in (column, *self.columns.get(column, ())):
                if word in headings:
                    found[column] = headings.index(word)
                    break
        return found


# Misspellings and older words seen in real producers.
_PEOPLE = {
    "orgsourcedids": ("orgs", "orgsourcedid"),
    "grades": ("grade",),
}
_CLEVER = {
    "sourcedid": ("studentid", "teacherid"),
    "orgsourcedids": ("schoolid",),
    "grades": ("grade",),
}
_SDS_1 = {
    "sourcedid": ("sisid",),
    "orgsourcedids": ("schoolsisid",),
    "grades": ("grade",),
    "identifier": ("schoolnumber",),
}
KINDS = (
    RosterFile(
        Format.ONEROSTER, "users", ("sourcedid", "enableduser"), columns=_PEOPLE
    ),
    RosterFile(Format.ONEROSTER, "roles", ("usersourcedid", "roletype")),
    RosterFile(
        Format.ONEROSTER, "orgs", ("sourcedid", "status", "name", "type"),
        without=("coursesourcedid", "startdate", "orgsourcedid"),
    ),
    RosterFile(
        Format.SDS, "users", ("sourcedid", "username"), columns=_PEOPLE
    ),
    RosterFile(
        Format.SDS, "roles", ("usersourcedid", "orgsourcedid", "role"),
        columns={"grades": ("grade",)},
    ),
    RosterFile(
        Format.SDS, "orgs", ("sourcedid", "name", "type"),
        without=("startdate", "orgsourcedid"),
    ),
    RosterFile(
        Format.SDS, "users", ("sisid", "schoolsisid"), columns=_SDS_1,
        fixed={"role": "student"}, called=("student", "students"),
    ),
    RosterFile(
        Format.SDS, "users", ("sisid", "schoolsisid"), columns=_SDS_1,
        fixed={"role": "teacher"}, called=("teacher", "teachers"),
    ),
    RosterFile(
        Format.SDS, "orgs", ("sisid", "name"), without=("schoolsisid",),
        columns=_SDS_1, fixed={"type": "school"},
    ),
    RosterFile(
        Format.CLEVER, "users", ("studentid", "schoolid"), columns=_CLEVER,
        without=("sectionid",), fixed={"role": "student"},
    ),
    RosterFile(
        Format.CLEVER, "users", ("teacherid", "schoolid"), columns=_CLEVER,
        without=("sectionid", "studentid"), fixed={"role": "teacher"},
    ),
    RosterFile(
        Format.CLEVER, "orgs", ("schoolid", "schoolname"),
        without=("sectionid", "studentid", "teacherid"),
        columns={
            "sourcedid": ("schoolid",),
            "name": ("schoolname",),
            "identifier": ("schoolnumber",),
        },
        fixed={"type": "school"},
    ),
)  # fmt: skip
PRODUCERS = frozenset({kind.producer for kind in KINDS})


def roster_file(headings: Sequence[str], name: str) -> RosterFile | None:
    """Return what kind of roster file has these headings, None where it is none.

    Args:
        name: of the file, without folders.
    """
    words = [plain(h).replace("_", "") for h in headings]
    short = name.lower().removesuffix(".csv")
    return next((kind for kind in KINDS if kind.is_it(words, short)), None)


def is_roster(names: Sequence[str]) -> bool:
    """True for files that belong together as a roster, by what they are called."""
    have = {n.lower().removesuffix(".csv") for n in names}
    has_people = have & {"student", "students", "teacher", "teachers"}
    return bool(
        have & {"manifest", "orgs"} or (have & {"school", "schools"} and has_people)
    )
