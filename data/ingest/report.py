"""What became of a file: counts, reasons, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

# Lines named for one reason before "and 40 more".
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows or answers treated alike for one reason.

    Attributes:
        kind: what became of them: rows are "dropped", "set aside" or "duplicate";
            answers are "left out" of a row that is kept; "noted" changes nothing.
        count: how many.
        lines: of the first ones, as an editor counts.
    """

    kind: str
    reason: str
    count: int
    lines: tuple[int, ...] = ()
    column: str | None = None

    @property
    def line(self) -> int | None:
        """Line of the first one."""
        return self.lines[0] if self.lines else None

    def sentence(self, name: str) -> str:
        """Return one line naming file, line and column."""
        place = name + (f":{self.line}" if self.lines else "")
        place += f" [{self.column}]" if self.column else ""
        what = "answer" if self.kind == "left out" else "row"
        many = f"{self.count:,} {what}" + ("s" if self.count != 1 else "")
        return f"{place}: {self.reason} ({many} {self.kind}{self._others()})"

    def _others(self) -> str:
        if len(self.lines) < 2:  # noqa: PLR2004 - the first is named already
            return ""
        more = self.count - len(self.lines)
        shown = ", ".join(str(line) for line in self.lines)
        return f"; lines {shown}" + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How a column was read.

    Attributes:
        what: the item or type, in a word.
        codes: code, its label and how many answers have it.
        no_answer: cells that say there is none.
        left_out: cells outside the response set.
    """

    column: str
    what: str
    codes: tuple[tuple[int, str, int], ...] = ()
    no_answer: int = 0
    left_out: int = 0

    def sentences(self) -> list[str]:
        """Return the column in a line, and one a code."""
        lines = [f"{self.column} → {self.what}"]
        lines += [f"  {code} {label}: {n:,}" for code, label, n in self.codes]
        if self.no_answer:
            lines.append(f"  no answer: {self.no_answer:,}")
        if self.left_out:
            lines.append(f"  left out: {self.left_out:,}")
        return lines


@dataclass(slots=True)
class Report:
    """The outcome of checking or importing one file.

    Kept, dropped, set aside and duplicate rows add up to the rows read; answers
    kept and left out to the answers in kept rows.

    Attributes:
        remarks: sentences on the file itself, as a hidden sheet not read.
    """

    name: str
    format: str
    encoding: str
    rows_read: int = 0
    kept: int = 0
    answers: int = 0
    answers_kept: int = 0
    findings: list[Finding] = field(default_factory=list)
    columns: list[ColumnReading] = field(default_factory=list)
    already_imported: bool = False
    note: str = ""
    remarks: tuple[str, ...] = ()

    def add(
        self,
        kind: str,
        reason: str,
        count: int,
        lines: tuple[int, ...] = (),
        column: str | None = None,
    ) -> None:
        """Record a finding; one of nothing is no finding."""
        if count:
            self.findings.append(Finding(kind, reason, count, lines, column))

    def count(self, kind: str) -> int:
        """Return the rows or answers of one kind of finding."""
        return sum(f.count for f in self.findings if f.kind == kind)

    @property
    def counts(self) -> dict[str, str | int]:
        """What the audit log says of it: counts, and nothing from a cell."""
        return {
            "format": self.format,
            "rows_read": self.rows_read,
            "kept": self.kept,
            "dropped": self.dropped,
            "set_aside": self.set_aside,
            "duplicate": self.duplicate,
        }

    @property
    def dropped(self) -> int:
        """Rows that are no response: previews, tests, totals, blank."""
        return self.count("dropped")

    @property
    def set_aside(self) -> int:
        """Rows kept in quarantine, to be tried again."""
        return self.count("set aside")

    @property
    def duplicate(self) -> int:
        """Rows a later one of the same person or key stands for."""
        return self.count("duplicate")

    @property
    def left_out(self) -> int:
        """Answers in kept rows that are not among the codes."""
        return self.answers - self.answers_kept

    def summary(self, verb: str) -> str:
        """Return the counts in one line; *verb* is "were" or "would be"."""
        text = (
            f"{self.name}: {self.format}, {self.encoding}; {self.rows_read:,} rows "
            f"read, {self.kept:,} {verb} kept, {self.dropped:,} dropped, "
            f"{self.set_aside:,} set aside, {self.duplicate:,} duplicate"
        )
        if self.answers:
            text += (
                f"; {self.answers:,} answers, {self.answers_kept:,} kept, "
                f"{self.left_out:,} left out"
            )
        return text + (f"; {self.note}" if self.note else "")
