"""What became of a file: counts, reasons, and where."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows or values treated alike for one reason.

    Attributes:
        kind: "dropped", "refused" or "flagged" (the row is kept, the value is
            missing).
        line: of the first one, as an editor counts.
    """

    kind: str
    reason: str
    rows: int
    line: int | None = None
    column: str | None = None

    def sentence(self, name: str) -> str:
        """Return one line naming file, line and column."""
        place = name + (f":{self.line}" if self.line else "")
        place += f" [{self.column}]" if self.column else ""
        many = f"{self.rows} rows" if self.rows != 1 else "1 row"
        return f"{place}: {self.reason} ({many} {self.kind})"


@dataclass(slots=True)
class Report:
    """The outcome of checking or importing one file."""

    name: str
    format: str
    encoding: str
    rows_read: int = 0
    kept: int = 0
    findings: list[Finding] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    already_imported: bool = False
    note: str = ""

    def add(
        self,
        kind: str,
        reason: str,
        rows: int,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        """Record a finding; one of no rows is no finding."""
        if rows:
            self.findings.append(Finding(kind, reason, rows, line, column))

    def count(self, kind: str) -> int:
        """Return the rows of one kind of finding."""
        return sum(f.rows for f in self.findings if f.kind == kind)

    @property
    def counts(self) -> dict[str, str | int]:
        """What the audit log says of it: counts, and nothing from a cell."""
        return {
            "format": self.format,
            "rows_read": self.rows_read,
            "kept": self.kept,
            "dropped": self.dropped,
            "refused": self.refused,
        }

    @property
    def dropped(self) -> int:
        """Rows that are no answers: previews, tests, superseded, blank."""
        return self.count("dropped")

    @property
    def refused(self) -> int:
        """Rows set aside in quarantine."""
        return self.count("refused")
