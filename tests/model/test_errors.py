"""What Chorus refuses is one sentence, with an exit code a script can tell apart."""

import pytest

from data import errors


@pytest.mark.parametrize(
    ("family", "code"),
    [
        ("ChorusError", 1),
        ("SettingsError", 2),
        ("CatalogueError", 3),
        ("ImportFileError", 4),
        ("WarehouseError", 5),
        ("ReleaseError", 6),
        ("AccessDenied", 7),
        ("LedgerError", 9),
        ("AuditFailed", 10),
    ],
)
def test_each_family_has_its_exit_code(family, code):
    assert getattr(errors, family).exit_code == code


@pytest.mark.parametrize(
    ("leaf", "family"),
    [
        ("LoweredThreshold", "SettingsError"),
        ("SecretDoesNotFit", "SettingsError"),
        ("FileNotReadable", "ImportFileError"),
        ("UnknownFormat", "ImportFileError"),
        ("HeaderChanged", "ImportFileError"),
        ("MappingError", "ImportFileError"),
        ("RowsContradict", "ImportFileError"),
        ("WarehouseLocked", "WarehouseError"),
        ("WarehouseEmpty", "WarehouseError"),
        ("ReleaseNotFound", "ReleaseError"),
        ("NothingToExplain", "ReleaseError"),
        ("ReleaseWithdrawn", "ReleaseError"),
        ("ReleaseIsDamaged", "ReleaseError"),
        ("ReleaseForgotten", "ReleaseError"),
        ("ReleaseStateForbids", "ReleaseError"),
        ("DiskFull", "ReleaseError"),
        ("PersonNotFound", "LedgerError"),
        ("EntryRefused", "LedgerError"),
        ("EntryChanged", "LedgerError"),
        ("AuditLogBroken", "LedgerError"),
    ],
)
def test_a_leaf_exits_as_its_family_does(leaf, family):
    assert issubclass(getattr(errors, leaf), getattr(errors, family))
    assert getattr(errors, leaf).exit_code == getattr(errors, family).exit_code


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
    assert errors.ReleaseWithdrawn("r", "why").reason == "why"
    assert errors.ReleaseForgotten("r").release_id == "r"
    assert errors.EntryRefused({"a": "b"}).problems == {"a": "b"}
    assert errors.AuditLogBroken(7).line == 7
    assert (errors.AuditFailed("r", 3).release_id, errors.AuditFailed("r", 3).findings) == (
        "r", 3,
    )  # fmt: skip
    catalogue = errors.CatalogueError(file="f", line=2, reason="why")
    assert (catalogue.file, catalogue.line, catalogue.reason) == ("f", 2, "why")
