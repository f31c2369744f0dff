"""What Chorus refuses is one sentence, with an exit code a script can tell apart."""

import pytest

from data import errors

# error | its family | exit code | what a page calls it (words problem.<…>)
TREE = """
ChorusError         | Exception       | 1  | other
SettingsError       | ChorusError     | 2  | other
LoweredThreshold    | SettingsError   | 2  | other
SecretDoesNotFit    | SettingsError   | 2  | other
CatalogueError      | ChorusError     | 3  | other
ImportFileError     | ChorusError     | 4  | file
FileNotReadable     | ImportFileError | 4  | file
UnknownFormat       | ImportFileError | 4  | file
HeaderChanged       | ImportFileError | 4  | file
MappingError        | ImportFileError | 4  | file
RowsContradict      | ImportFileError | 4  | file
WarehouseError      | ChorusError     | 5  | other
WarehouseLocked     | WarehouseError  | 5  | other
WarehouseEmpty      | WarehouseError  | 5  | other
ReleaseError        | ChorusError     | 6  | other
ReleaseNotFound     | ReleaseError    | 6  | no_release
NothingToExplain    | ReleaseError    | 6  | other
ReleaseWithdrawn    | ReleaseError    | 6  | other
ReleaseIsDamaged    | ReleaseError    | 6  | damaged
ReleaseForgotten    | ReleaseError    | 6  | other
ReleaseStateForbids | ReleaseError    | 6  | state
DiskFull            | ReleaseError    | 6  | disk
AccessDenied        | ChorusError     | 7  | not_yours
LedgerError         | ChorusError     | 9  | other
PersonNotFound      | LedgerError     | 9  | no_person
LedgerUnusable      | LedgerError     | 9  | other
LogBehind           | LedgerError     | 9  | other
EntryRefused        | LedgerError     | 9  | other
EntryChanged        | LedgerError     | 9  | other
AuditLogBroken      | LedgerError     | 9  | other
AuditLogIncomplete  | LedgerError     | 9  | other
ReaderRefused       | ChorusError     | 10 | other
AuditFailed         | ChorusError     | 10 | audit
"""
LINES = [[c.strip() for c in line.split("|")] for line in TREE.strip().splitlines()]


@pytest.mark.parametrize(("name", "family", "code", "page_code"), LINES)
def test_each_error_has_its_family_its_exit_code_and_its_name_on_a_page(
    name, family, code, page_code
):
    error = getattr(errors, name)

    assert error.__bases__[0].__name__ == family
    assert error.exit_code == int(code)
    assert error.code == page_code


def test_exit_codes_never_meet_between_families():
    """A script tells "no such release" from "somebody else is writing"."""
    found = [
        error
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.ChorusError)
    ]

    assert {error.exit_code for error in found} == {1, 2, 3, 4, 5, 6, 7, 9, 10}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            errors.CatalogueError(file="items.yaml", line=12, reason="no such scale"),
            "items.yaml:12: no such scale",
        ),
        (errors.ImportFileError("is empty", file="a.csv"), "a.csv: is empty"),
        (
            errors.RowsContradict("two schools", file="a.csv", line=0),
            "a.csv:0: two schools",
        ),
        (
            errors.HeaderChanged("is new", file="a.csv", column="Q7"),
            "a.csv [Q7]: is new",
        ),
        (
            errors.MappingError("is no item", file="m.yaml", line=3, column="Q7"),
            "m.yaml:3 [Q7]: is no item",
        ),
        (
            errors.WarehouseLocked("warehouse.duckdb"),
            "warehouse.duckdb is in use by another chorus command; wait for it to end, "
            "then run this again",
        ),
        (
            errors.ReleaseNotFound("2026-27F.9"),
            "no release '2026-27F.9'; run \"chorus release list\"",
        ),
        (
            errors.ReleaseWithdrawn("2026-27F.1", "counted twice"),
            "release 2026-27F.1 was withdrawn: counted twice",
        ),
        (
            errors.ReleaseIsDamaged("2026-27F.1", file="public.duckdb", what="is missing"),
            "release 2026-27F.1: public.duckdb is missing; build the wave again and "
            "publish the new version",
        ),
        (
            errors.ReleaseForgotten("2026-27F.1"),
            "release 2026-27F.1 can still be read, but this warehouse did not make it "
            "and cannot tell whether the two could be subtracted; restore the warehouse "
            "it was built from, or withdraw it",
        ),
        (
            errors.DiskFull("x.duckdb"),
            "no room left to write x.duckdb; free some space and run this again "
            "(nothing was changed)",
        ),
        (
            errors.LogBehind("release 2026-27F.1 was published", "disk full"),
            "release 2026-27F.1 was published, but the log could not say so yet (disk "
            "full); once that is mended the next command completes it",
        ),
        (
            errors.ReaderRefused("public", "PP-1 of cohort 2"),
            "the public file would have held PP-1 of cohort 2, which its readers may "
            "not see (P2); nothing was written. Please report this as a bug",
        ),
        (
            errors.AuditLogIncomplete(1),
            "audit log: 1 thing happened that no line tells; the ledger is older than "
            "the rest, was cut, or somebody acted past it. Compare with a backup of the "
            "ledger",
        ),
        (
            errors.AuditLogIncomplete(2),
            "audit log: 2 things happened that no line tells; the ledger is older than "
            "the rest, was cut, or somebody acted past it. Compare with a backup of the "
            "ledger",
        ),
        (
            errors.EntryRefused({"starts_on": "missing", "school": "unknown"}),
            "look again at: starts_on, school",
        ),
        (
            errors.EntryChanged(),
            "changed meanwhile; open it again to see what stands now",
        ),
        (
            errors.AuditLogBroken(7),
            "audit log: line 7 does not fit the one before it; a line was changed, "
            "taken out or put in. Compare with a backup of the ledger",
        ),
        (
            errors.AuditFailed("2026-27F.1", 1),
            "release 2026-27F.1 cannot be published: the disclosure audit found 1 leak; "
            'see "chorus release audit 2026-27F.1"',
        ),
        (
            errors.AuditFailed("2026-27F.1", 2),
            "release 2026-27F.1 cannot be published: the disclosure audit found 2 leaks; "
            'see "chorus release audit 2026-27F.1"',
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_what_happened_to_what_and_what_to_do(error, sentence):
    assert str(error) == sentence


def test_who_is_not_let_in_is_not_named():
    error = errors.PersonNotFound("lee@our.district")

    assert str(error) == ('nobody with that email is let in; see "chorus people list"')
    assert error.email == "lee@our.district"


def test_an_error_keeps_what_it_is_about():
    refused = errors.RowsContradict("why", file="a.csv", line=4, column="Q7")
    assert (refused.file, refused.line, refused.column) == ("a.csv", 4, "Q7")
    assert refused.reason == "why"
    damaged = errors.ReleaseIsDamaged("r", file="f", what="w")
    assert (damaged.release_id, damaged.file, damaged.what) == ("r", "f", "w")
    assert refused.details == ()
    assert errors.AuditLogIncomplete(4).many == 4
    held = errors.ReaderRefused("public", "PP-1")
    assert (held.audience, held.place) == ("public", "PP-1")
    assert errors.ReleaseWithdrawn("r", "why").reason == "why"
    assert errors.ReleaseForgotten("r").release_id == "r"
    assert errors.EntryRefused({"a": "b"}).problems == {"a": "b"}
    assert errors.AuditLogBroken(7).line == 7
    assert (errors.AuditFailed("r", 3).release_id, errors.AuditFailed("r", 3).findings) == (
        "r", 3,
    )  # fmt: skip
    catalogue = errors.CatalogueError(file="f", line=2, reason="why")
    assert (catalogue.file, catalogue.line, catalogue.reason) == ("f", 2, "why")
