"""Small districts for tests of the registers: a warehouse with a handful of rows."""

from blank import blank_warehouse

from data.scoring.registers.calendar import Calendar, read_calendar
from data.scoring.units import prepare_units

# Wave, first and last day of its window.
WAVES = (
    ("2024-25F", "2024-10-07", "2024-10-25"),
    ("2024-25S", "2025-03-03", "2025-03-21"),
    ("2025-26F", "2025-10-06", "2025-10-24"),
    ("2025-26S", "2026-03-09", "2026-03-27"),
)
UPTAKE = ("T.UP.VO", "T.UP.CC", "T.UP.SC", "T.UP.SD")


class District:
    """A warehouse to write a few rows into.

    Attributes:
        connection: everything is written through it.
    """

    def __init__(self, waves=WAVES) -> None:
        self.connection = blank_warehouse()
        self.waves = [wave for wave, *_ in waves]
        for index, (wave, opens, closes) in enumerate(waves):
            self._insert("waves", wave, index, opens, closes)
        self._answers = 0
        self._items = dict(
            self.connection.execute("SELECT item_id, item_no FROM items").fetchall()
        )

    def _insert(self, table: str, *values) -> None:
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)

    def school(
        self, name, *, cohort=1, launch=None, level="middle", closed=None, **people
    ) -> None:
        """Add a school, with as many people of each group in every wave."""
        self._insert(
            "schools", name, f"School {name}", level, None, None, cohort, launch,
            closed, None,
        )  # fmt: skip
        for wave in self.waves:
            for group, n in people.items():
                self._insert("rosters", wave, name, group, "all", None, None, n)

    def row(self, table: str, *values) -> None:
        """Add a row as it is."""
        self._insert(table, *values)

    def teacher(self, key, school, wave, *, levels=(), names=(), current=True) -> None:
        """Add a teacher's answers: levels of use, and schools named for help."""
        self._answers += 1
        self._insert(
            "responses", self._answers, 1, self.waves[wave], "teacher", key, school,
            None, None, "en", current,
        )  # fmt: skip
        for item, level in zip(UPTAKE, levels, strict=False):
            self._insert("answers", self._answers, self._items[item], level)
        for other in names:
            self._insert("ties", self._answers, other)

    def calendar(self, last_wave: int | None = None) -> Calendar:
        """Return what the registers are read against."""
        prepare_units(self.connection)
        last = len(self.waves) - 1 if last_wave is None else last_wave
        return read_calendar(self.connection, last)


def said(figures, *more: str) -> list[tuple]:
    """Return figures as rows: part, unit, category, value and what else is asked."""
    return [
        (f.part, f.unit_id, f.category, f.value, *(getattr(f, m) for m in more))
        for f in figures
    ]
