"""Every error Chorus raises on purpose.

ChorusError                     exit code 1
├── SettingsError               2   the configuration cannot be used
│   ├── LoweredThreshold            a privacy threshold was set below its floor
│   ├── SecretDoesNotFit            the hashing secret is damaged, gone or another
│   └── HomeIsAnothers              made-up and real data would be mixed
├── CatalogueError              3   a catalogue file contradicts itself
├── ImportFileError             4   a file was refused; the warehouse is unchanged
│   ├── FileNotReadable             empty, damaged, or not a table
│   ├── UnknownFormat               no reader recognises it and no mapping was given
│   ├── HeaderChanged               the columns differ from those the mapping knew
│   ├── MappingError                the mapping file itself is wrong
│   ├── RowsContradict              rows break a rule that must hold for the file
│   └── SourceUnclear               it may replace an earlier import or stand beside it
├── WarehouseError              5   the warehouse cannot be used now
│   ├── WarehouseLocked             another command is writing
│   └── WarehouseEmpty              nothing imported to build from
├── ReleaseError                6   a release cannot be built, found or changed
│   ├── ScoringError                a number contradicts itself
│   ├── ReleaseNotFound
│   ├── ReleaseWithdrawn            its numbers were taken back
│   ├── ShelfIsDamaged              what was published cannot be told
│   ├── ReleaseIsDamaged            a file is missing or its checksum differs
│   ├── ReleaseForgotten            a reachable release this warehouse did not make
│   ├── ReleaseStateForbids         for example publishing twice
│   └── DiskFull
├── AccessDenied                7   the viewer may not see this
├── LedgerError                 9   people, approvals, entries, the audit log
│   ├── PersonNotFound
│   ├── LedgerUnusable              damaged, locked, or not to be written
│   ├── LogBehind                   it is done, and the log could not yet say so
│   ├── EntryRefused                a form holds something that cannot be kept
│   ├── EntryChanged                somebody else changed it meanwhile
│   ├── AuditLogBroken              a line was changed, taken out or put in
│   └── AuditLogIncomplete          something happened that no line tells
└── AuditFailed                10   a release tells what it should not
"""

from __future__ import annotations


class ChorusError(Exception):
    """Anything Chorus refuses, with a sentence for the person at the keyboard.

    Attributes:
        code: what a page calls it; its sentence stands among the words
            (`problem.<code>`), so that no address can put words on a page.
    """

    exit_code = 1
    code = "other"


class SettingsError(ChorusError):
    """The configuration cannot be used."""

    exit_code = 2

    def __init__(self, message: str, *, code: str = "other") -> None:
        self.code = code
        super().__init__(message)


class LoweredThreshold(SettingsError):
    """A privacy threshold was set below the floor of the specification."""

    def __init__(self, *, key: str, value: int, floor: int) -> None:
        self.key, self.value, self.floor = key, value, floor
        super().__init__(
            f"setting {key} is {value}; it may be raised but never lowered "
            f"below {floor}"
        )


class SecretDoesNotFit(SettingsError):
    """The secret response ids are hashed with is damaged, gone or another."""


class HomeIsAnothers(SettingsError):
    """Made-up data in a real district's home, or real data in the demo's."""


class CatalogueError(ChorusError):
    """A catalogue file contradicts itself or another."""

    exit_code = 3

    def __init__(self, *, file: str, line: int, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        super().__init__(f"{file}:{line}: {reason}")


class ImportFileError(ChorusError):
    """A file was refused; the warehouse is as it was.

    Attributes:
        details: what else there is to say of the file, a line each.
    """

    exit_code = 4
    code = "file"
    details: tuple[str, ...] = ()

    def __init__(
        self,
        reason: str,
        *,
        file: str,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.file, self.line, self.column, self.reason = file, line, column, reason
        place = file
        if line is not None:
            place += f":{line}"
        if column is not None:
            place += f" [{column}]"
        super().__init__(f"{place}: {reason}")


class FileNotReadable(ImportFileError):
    """The file is empty, damaged, or not a table."""


class UnknownFormat(ImportFileError):
    """No reader recognises the file and no mapping was given."""


class HeaderChanged(ImportFileError):
    """The columns differ from those the mapping knew."""


class MappingError(ImportFileError):
    """The mapping file itself is wrong."""


class RowsContradict(ImportFileError):
    """Rows break a rule that must hold for the whole file."""


class SourceUnclear(ImportFileError):
    """The file may replace an earlier import or stand beside it."""


class ImportNotFound(ChorusError):
    """Raised for an import nobody made, or one undone before."""

    exit_code = 4
    code = "import"

    def __init__(self, number: int) -> None:
        """Name the number."""
        super().__init__(f'there is no import {number}; "chorus imports" lists them')


class OriginalNotKept(ChorusError):
    """Raised where an import cannot be read again from what was kept of it."""

    exit_code = 4
    code = "import"

    def __init__(self, number: int) -> None:
        """Name the number."""
        super().__init__(
            f"no original of import {number} is kept, or no longer; import its file "
            "again"
        )


class PersonUnknown(ChorusError):
    """Raised where nothing is known of who is to be forgotten."""

    exit_code = 4
    code = "import"

    def __init__(self) -> None:
        """Say so, without the id."""
        super().__init__(
            "no response, register or kept original has this id; write it as the "
            "export does. Where an import had no respondent column, nobody can be told "
            "from anybody else"
        )


class ImportInUse(ChorusError):
    """Raised where something imported later rests on what is to be taken back."""

    exit_code = 4
    code = "import"


class WarehouseError(ChorusError):
    """The warehouse cannot be used now."""

    exit_code = 5


class WarehouseLocked(WarehouseError):
    """Another command is writing."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is in use by another chorus command; wait for it to end, "
            "then run this again"
        )


class WarehouseEmpty(WarehouseError):
    """Nothing has been imported to build from."""


class ReleaseError(ChorusError):
    """A release cannot be built, found or changed."""

    exit_code = 6


class ScoringError(ReleaseError):
    """A number contradicts itself; nothing may be published from it."""


class ReleaseNotFound(ReleaseError):
    """No release has this id."""

    code = "no_release"

    def __init__(self, release_id: str) -> None:
        self.release_id = release_id
        super().__init__(f"no release '{release_id}'; run \"chorus release list\"")


class NothingToExplain(ReleaseError):
    """The release holds no such number."""


class ReleaseWithdrawn(ReleaseError):
    """A release keeps its page and has lost its numbers."""

    def __init__(self, release_id: str, reason: str) -> None:
        self.release_id, self.reason = release_id, reason
        super().__init__(f"release {release_id} was withdrawn: {reason}")


class ReleaseIsDamaged(ReleaseError):
    """A file of the release is missing or not the one that was built."""

    code = "damaged"

    def __init__(self, release_id: str, *, file: str, what: str) -> None:
        self.release_id, self.file, self.what = release_id, file, what
        super().__init__(
            f"release {release_id}: {file} {what}; build the wave again "
            "and publish the new version"
        )


class ShelfIsDamaged(ReleaseError):
    """The pointer and its spare are both damaged."""

    def __init__(self, shelf: str) -> None:
        super().__init__(
            f"{shelf}: pointer.json and pointer.spare.json are damaged, so what was "
            "published cannot be told; put one of them back from the backup"
        )


class ReleaseForgotten(ReleaseError):
    """A release can still be read, but what it rested on is not known."""

    def __init__(self, release_id: str) -> None:
        self.release_id = release_id
        super().__init__(
            f"release {release_id} can still be read, but this warehouse did not make "
            "it and cannot tell whether the two could be subtracted; restore the "
            "warehouse it was built from, or withdraw it"
        )


class ReleaseStateForbids(ReleaseError):
    """The release is not in a state that allows this."""

    code = "state"


class DiskFull(ReleaseError):
    """There was no room to write."""

    code = "disk"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"no room left to write {path}; free some space and run this again "
            "(nothing was changed)"
        )


class AccessDenied(ChorusError):
    """The viewer may not see this."""

    exit_code = 7
    code = "not_yours"


class LedgerError(ChorusError):
    """What people decide cannot be read or written."""

    exit_code = 9


class PersonNotFound(LedgerError):
    """Nobody of this address is let in."""

    code = "no_person"

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__('nobody with that email is let in; see "chorus people list"')


class LedgerUnusable(LedgerError):
    """The ledger is damaged, held by another for too long, or not to be written."""


class LogBehind(LedgerError):
    """Something was done, and the log could not say so."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(
            f"{what}, but the log could not say so yet ({why}); once that is mended "
            "the next command completes it"
        )


class EntryRefused(LedgerError):
    """A form holds something that cannot be kept.

    Attributes:
        problems: field → the reason, as words know it.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("look again at: " + ", ".join(problems))


class EntryChanged(LedgerError):
    """Somebody else changed an entry after this form was opened."""

    def __init__(self) -> None:
        super().__init__("changed meanwhile; open it again to see what stands now")


class AuditLogBroken(LedgerError):
    """A line of the audit log does not fit the one before it."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(
            f"audit log: line {line} does not fit the one before it; a line was "
            "changed, taken out or put in. Compare with a backup of the ledger"
        )


class ReaderRefused(ChorusError):
    """A file was about to hold a number its readers may not see (P2)."""

    exit_code = 10

    def __init__(self, audience: str, place: str) -> None:
        self.audience, self.place = audience, place
        super().__init__(
            f"the {audience} file would have held {place}, which its readers may not "
            "see (P2); nothing was written. Please report this as a bug"
        )


class AuditLogIncomplete(LedgerError):
    """Something happened that no line of the audit log tells."""

    def __init__(self, many: int) -> None:
        self.many = many
        super().__init__(
            f"audit log: {many} thing{'' if many == 1 else 's'} happened that no line "
            "tells; the ledger is older than the rest, was cut, or somebody acted "
            "past it. Compare with a backup of the ledger"
        )


class AuditFailed(ChorusError):
    """A release tells what it should not."""

    exit_code = 10
    code = "audit"

    def __init__(self, release_id: str, findings: int) -> None:
        self.release_id, self.findings = release_id, findings
        super().__init__(
            f"release {release_id} cannot be published: the disclosure audit found "
            f'{findings} leak{"" if findings == 1 else "s"}; see "chorus release '
            f'audit {release_id}"'
        )
