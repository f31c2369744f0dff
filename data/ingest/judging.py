"""What becomes of each row of a survey export, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from data.errors import RowsContradict
from data.ingest.dates import OrderUnclear, read_days
from data.ingest.formats import Layout
from data.ingest.grades import read_band, read_grade
from data.ingest.hashing import mark_of
from data.ingest.mapping import Field, SurveyMapping
from data.ingest.report import MOST_LINES, Report
from data.ingest.sql import Sql, cell, joined, name, sql

# What stands where a person's id should: nobody.
PLACEHOLDERS = (
    "anonymous", "anonym", "anónimo", "anonimo", "anonyme", "n/a", "na", "none",
    "no id", "null", "nan", "nil", "unknown", "unbekannt", "desconocido",
    "-", "--", "?", "x", ".", "test", "guest", "user", "student", "teacher",
    "parent",
)  # fmt: skip
# An id on more rows than this and on most of them names a form, not a person.
MOST_ROWS_OF_ONE = 3

# Qualtrics' own column says what a row is, in the language of the account; as a number
# it is a sum: 1 preview, 2 test, 8 spam, the others ways in which people answered.
PREVIEW = "preview|vorschau|vista previa|aperçu|anteprima|voorbeeld|pré-visual"
TEST = r"\btest|prueba|\bteste\b"
ANSWERED = r"\bip\b|ip-|import|offline|^ex$|^panel$"

FINISHED = (
    "true", "1", "yes", "wahr", "verdadero", "vrai", "100", "2", "complete", "completed"
)  # fmt: skip

FATES = {
    "preview": ("dropped", "preview of the survey, no response"),
    "test": ("dropped", "test of the survey, no response"),
    "spam": ("dropped", "spam, as the survey tool says"),
    "header": ("dropped", "a header row among the answers"),
    "total": ("dropped", "a row of totals, no person"),
    "blank": ("dropped", "no question answered"),
    "unread": ("dropped", "not one of its answers could be read"),
    "forgotten": ("dropped", "asked to be forgotten; not read"),
    "superseded": ("duplicate", "superseded by a later response of the same person"),
    "status": ("set aside", "unknown response type; say whether it is a real answer"),
    "no_school": ("set aside", "no school named; fill it in"),
    "school": ("set aside", "unknown school; add it, or its alias, to school.csv"),
    "wave": ("set aside", "unknown wave; import wave.csv first or correct the label"),
    "date": ("set aside", "this is no day that can be read"),
    "day": ("set aside", "the day lies in no survey window of wave.csv"),
}
TOTALS = (
    r"(grand |sub-?)?(totals?|sum|average|mean|count)( general)?:?|suma|promedio|media"
    "|gesamt|summe|insgesamt"
)


def value_of(layout: Layout, source: Field) -> Sql:
    """Return the SQL expression of a mapped field."""
    if source.header is None:
        return sql("{constant}", constant=source.constant or "")
    value = sql("trim({cell})", cell=cell(layout.position(source.header)))
    if source.first:
        value = sql("substr({value}, {n})", value=value, n=source.first + 1)
    if source.length is not None:
        value = sql("substr({value}, 1, {n})", value=value, n=source.length)
    if source.recode:
        cases = [
            # Folded by the same function on both sides: "ß" is "ß" to it.
            sql("WHEN fold({old}) THEN {new}", old=old, new=new)
            for old, new in source.recode.items()
        ]
        value = sql(
            "CASE fold({value}) {cases} ELSE {value} END",
            value=value,
            cases=joined(" ", cases),
        )
    if source.suffix:
        value = sql("{value} || {suffix}", value=value, suffix=source.suffix)
    return value


def language_code(value: Sql) -> Sql:
    """Return SQL for the ISO code of a language as tools write it.

    "ES-419", "es" and "Español" are es, "English" is en, "vi" stays vi. A word for
    any other language is unknown: better nobody's than taken for English.
    """
    return sql(
        """CASE
           WHEN regexp_matches(lower({value}), '^(es($|[-_])|espa|spanish)') THEN 'es'
           WHEN regexp_matches(lower({value}), '^(en($|[-_])|english|ingl)') THEN 'en'
           ELSE nullif(
             regexp_extract(lower({value}), '^([a-z]{{2,3}})($|[-_])', 1), '')
           END""",
        value=value,
    )


@dataclass(frozen=True, slots=True)
class Judge:
    """Gives each record of a staged export its fate, person, school and wave.

    Attributes:
        asked: column numbers whose answers make a response.
        key: secret that keys the hash of a person.
        is_hashed: people stand in it as their hashes, and those without an id have
            theirs in `kept_rows`.
    """

    connection: duckdb.DuckDBPyConnection
    layout: Layout
    mapping: SurveyMapping
    report: Report
    asked: tuple[int, ...]
    key: str
    lines: Callable[[int], int]
    is_hashed: bool = False

    def judge(self) -> None:
        """Create `judged`: record, fate, school, wave, person and what they say."""
        self._stamp()
        self._know_grades()
        self._know_people()
        status = self._status()
        school = value_of(self.layout, self.mapping.school)
        cells = [self._filled(p) for p in self.asked]
        blank = [sql("{cell} IS NULL", cell=c) for c in cells]
        by_day = self.mapping.wave.date is not None
        wave = Sql("NULL") if by_day else value_of(self.layout, self.mapping.wave)
        band, grade = self.mapping.grade_band, self.mapping.grade
        self.connection.execute(
            sql(
                """CREATE OR REPLACE TEMP TABLE judged AS
                   SELECT s.rowid AS record, n.school_id, w.wave, p.resp_key,
                     {band} AS grade_band, {grade} AS grade, {language} AS language,
                     {finished} AS finished, t.moment,
                     CASE WHEN s.rowid IN (SELECT record FROM unwanted) THEN 'forgotten'
                          WHEN {is_header} THEN 'header'
                          WHEN n.school_id IS NULL AND {is_total} THEN 'total'
                          WHEN {status} <> 'real' THEN {status}
                          WHEN n.school_id IS NULL AND {is_test} THEN 'test'
                          WHEN {blank} THEN 'blank'
                          WHEN n.school_id IS NULL AND coalesce({school}, '') = ''
                            THEN 'no_school'
                          WHEN n.school_id IS NULL THEN 'school'
                          WHEN w.wave IS NULL AND {by_day} AND t.day IS NULL THEN 'date'
                          WHEN w.wave IS NULL AND {by_day} THEN 'day'
                          WHEN w.wave IS NULL THEN 'wave'
                          ELSE 'kept' END AS fate
                   FROM staged s
                   JOIN people p ON p.record = s.rowid
                   JOIN stamps t ON t.record = s.rowid
                   LEFT JOIN grade_words g ON g.kind = 'grade' AND g.raw = {raw_grade}
                   LEFT JOIN grade_words b ON b.kind = 'band' AND b.raw = {raw_band}
                   LEFT JOIN school_names n ON n.name = fold({school})
                   LEFT JOIN waves w ON {in_wave}
                   WHERE s.rowid >= {first}""",
                band=self._constant_or(band, "b.value"),
                grade=self._constant_or(grade, "g.value"),
                raw_grade=self._raw(grade),
                raw_band=self._raw(band),
                language=language_code(
                    value_of(self.layout, self.mapping.language)
                    if self.mapping.language
                    else Sql("NULL")
                ),
                finished=self._finished(),
                is_header=self._is_header(),
                is_total=self._is_total(school),
                is_test=sql(
                    "fold({school}) IN ({words})",
                    school=school,
                    words=("test", "testing", "prueba", "test school"),
                ),
                status=status,
                blank=joined(" AND ", blank) if blank else Sql("false"),
                school=school,
                by_day=by_day,
                in_wave=sql(
                    "t.day BETWEEN w.opens_on AND w.closes_on"
                    if by_day
                    else "w.wave = {wave}",
                    wave=wave,
                ),
                first=self.layout.header_records,
            )
        )

    def settle_duplicates(self) -> None:
        """Keep the last complete response of each person and wave, by time."""
        self.connection.execute(
            """UPDATE judged SET fate = 'superseded' WHERE fate = 'kept' AND record
               NOT IN (SELECT arg_max(record, (finished,
                 coalesce(moment, TIMESTAMP '0001-01-01'), record))
                 FROM judged WHERE fate = 'kept' GROUP BY wave, resp_key)"""
        )

    def tell(self) -> None:
        """Report every fate with its count and first lines."""
        columns = {
            "no_school": self.mapping.school.header,
            "school": self.mapping.school.header,
            "wave": self.mapping.wave.header,
            "day": self.mapping.wave.date,
            "date": self.mapping.wave.date,
        }
        rows = self.connection.execute(
            sql(
                """SELECT fate, count(*), list_slice(list(record ORDER BY record), 1,
                     {most}) FROM judged GROUP BY fate""",
                most=MOST_LINES,
            )
        ).fetchall()
        found = {fate: (count, first) for fate, count, first in rows}
        self.report.rows_read = sum(count for count, _ in found.values())
        self.report.kept = found.get("kept", (0, []))[0]
        for fate, (kind, reason) in FATES.items():
            count, first = found.get(fate, (0, []))
            self.report.add(kind, reason, count, self._lines(first), columns.get(fate))
        self._tell_grades()

    def _lines(self, records: list[int]) -> tuple[int, ...]:
        return tuple(self.lines(record) for record in records)

    def _filled(self, position: int) -> Sql:
        return sql("nullif(trim({cell}), '')", cell=cell(position))

    def _system(self, key: str) -> Sql | None:
        position = self.layout.system.get(key)
        return None if position is None else self._filled(position)

    # --- when

    def _stamp(self) -> None:
        """Create `stamps`: the day and moment of each record, NULL where none is."""
        by_day = self.mapping.wave.date
        position = (
            self.layout.position(by_day)
            if by_day
            else self.layout.system.get("recorded")
        )
        raw = Sql("NULL") if position is None else self._filled(position)
        self.connection.execute(
            sql(
                r"""CREATE OR REPLACE TEMP TABLE stamps_raw AS
                    SELECT record,
                      CASE WHEN regexp_full_match(raw, '\d{{5}}\.\d+')
                        THEN split_part(raw, '.', 1)
                        ELSE regexp_replace(raw, '[T,\s]*\d{{1,2}}:\d{{2}}.*$', '') END
                        AS day_text,
                      regexp_extract(raw, '(\d{{1,2}}):(\d{{2}}):?(\d{{2}})?'
                        || '[.,\d]*\s*([AaPp])?', ['h', 'm', 's', 'half']) AS clock
                    FROM (SELECT s.rowid AS record, {raw} AS raw FROM staged s
                          WHERE s.rowid >= {first})""",
                raw=raw,
                first=self.layout.header_records,
            )
        )
        texts = self.connection.execute(
            """SELECT day_text, min(record) FROM stamps_raw WHERE day_text IS NOT NULL
               GROUP BY day_text ORDER BY 2"""
        ).fetchall()
        days = self._days(dict(texts), is_strict=bool(by_day))
        known = pd.DataFrame(
            {
                "text": pd.Series(list(days), dtype="str"),
                "day": pd.Series(
                    [d and d.isoformat() for d in days.values()], dtype="str"
                ),
            }
        )
        self.connection.register("known_days", known)
        self.connection.execute(
            """CREATE OR REPLACE TEMP TABLE stamps AS
               SELECT r.record, k.day::DATE AS day,
                 k.day::DATE + to_seconds(coalesce(TRY_CAST(clock.s AS INTEGER), 0)
                   + 60 * coalesce(TRY_CAST(clock.m AS INTEGER), 0)
                   + 3600 * (coalesce(TRY_CAST(clock.h AS INTEGER), 0)
                     % (CASE WHEN clock.half = '' THEN 24 ELSE 12 END)
                     + CASE lower(clock.half) WHEN 'p' THEN 12 ELSE 0 END)) AS moment
               FROM stamps_raw r LEFT JOIN known_days k ON k.text = r.day_text"""
        )
        self.connection.unregister("known_days")

    def _days(
        self, texts: dict[str, int], *, is_strict: bool
    ) -> dict[str, date | None]:
        rows = self.connection.execute(
            "SELECT wave, opens_on, closes_on FROM waves WHERE opens_on IS NOT NULL"
        ).fetchall()
        windows = {wave: (opens, closes) for wave, opens, closes in rows}
        try:
            return read_days(texts, day_first=self.mapping.day_first, windows=windows)
        except OrderUnclear as error:
            if not is_strict:  # only the order of two responses of one person
                return {}
            raise RowsContradict(
                error.reason,
                file=self.report.name,
                line=self.lines(texts[error.text]),
                column=self.mapping.wave.date,
            ) from error

    # --- who

    def _know_people(self) -> None:
        """Create `people`: the keyed hash of who answered each record.

        Without an id each row is a person, known again in a later download by
        everything the row says; two rows that say the same are told apart by number.
        """
        source = self.mapping.respondent
        raw = value_of(self.layout, source) if source else Sql("NULL")
        if source and source.header and self.is_hashed:
            raw = sql("trim({cell})", cell=cell(self.layout.position(source.header)))
        self.connection.execute(
            sql(
                """CREATE OR REPLACE TEMP TABLE ids AS
                   SELECT record, CASE WHEN fold(id) IN ('', {nobody}) THEN NULL
                     -- Ids may count from 0; a 0 on several rows is none.
                     WHEN id = '0' AND count(*) OVER (PARTITION BY id) > 1 THEN NULL
                     ELSE id END AS id, id IS NOT NULL AND trim(id) <> '' AS has_id
                   FROM (SELECT s.rowid AS record, {raw} AS id FROM staged s
                         WHERE s.rowid >= {first})""",
                nobody=PLACEHOLDERS,
                raw=raw,
                first=self.layout.header_records,
            )
        )
        self.connection.execute(
            sql(
                """UPDATE ids SET id = NULL WHERE id IN (
                     SELECT id FROM ids WHERE id IS NOT NULL GROUP BY id
                     HAVING count(*) > {most}
                       AND count(*) * 2 > (SELECT count(*) FROM ids))""",
                most=MOST_ROWS_OF_ONE,
            )
        )
        placeholders = self.connection.execute(
            sql(
                """SELECT count(*), list_slice(list(record ORDER BY record), 1, {most})
                   FROM ids WHERE has_id AND id IS NULL""",
                most=MOST_LINES,
            )
        ).fetchone()
        assert placeholders is not None
        if placeholders[0]:
            self.report.add(
                "noted",
                "the id is a placeholder and nobody's; each of these rows counts as a "
                "person",
                placeholders[0],
                self._lines(placeholders[1]),
                source.header if source else None,
            )
        if self.is_hashed:
            self._know_people_again()
        else:
            self._hash_people()
        self._forget()

    def _know_people_again(self) -> None:
        """Create `people` from a kept original, where they are hashed already."""
        self.connection.execute(
            sql(
                """CREATE OR REPLACE TEMP TABLE people AS
                   SELECT i.record, coalesce(i.id, k.row_key,
                     left(sha256({key} || 'record:' || i.record), 24)) AS resp_key
                   FROM ids i JOIN kept_rows k USING (record)""",
                key=self.key,
            )
        )

    def _hash_people(self) -> None:
        order = sorted(range(len(self.layout.keys)), key=lambda i: self.layout.keys[i])
        said = [
            sql("{key} || '=' || {cell}", key=self.layout.keys[i], cell=self._filled(i))
            for i in order
        ]
        self.connection.execute(
            sql(
                """CREATE OR REPLACE TEMP TABLE people AS
                   SELECT record, left(sha256({key} || CASE WHEN id IS NOT NULL THEN id
                     ELSE 'row:' || said || '#' || row_number() OVER (
                       PARTITION BY id, said ORDER BY record) END), 24) AS resp_key
                   FROM (SELECT i.record, i.id, CASE WHEN i.id IS NULL
                           THEN sha256(concat_ws(chr(31), {said})) END AS said
                         FROM ids i JOIN staged s ON s.rowid = i.record)""",
                key=self.key,
                said=said,
            )
        )

    def _forget(self) -> None:
        """Create `unwanted`: records of people who asked to be forgotten."""
        self.connection.execute(
            sql(
                """CREATE OR REPLACE TEMP TABLE unwanted AS SELECT record FROM people
                   WHERE (SELECT count(*) FROM forgotten) > 0
                     AND {mark} IN (SELECT mark FROM forgotten)""",
                mark=mark_of(Sql("resp_key"), self.key),
            )
        )

    # --- what a row is

    def _status(self) -> Sql:
        status = self._system("status")
        if status is None:
            return Sql("'real'")
        return sql(
            r"""CASE
              WHEN {status} IS NULL THEN 'real'
              WHEN TRY_CAST({status} AS INTEGER) & 8 <> 0 THEN 'spam'
              WHEN TRY_CAST({status} AS INTEGER) & 1 <> 0 THEN 'preview'
              WHEN TRY_CAST({status} AS INTEGER) & 2 <> 0 THEN 'test'
              WHEN TRY_CAST({status} AS INTEGER) IS NOT NULL THEN 'real'
              WHEN lower({status}) LIKE '%spam%' THEN 'spam'
              WHEN regexp_matches(lower({status}), {preview}) THEN 'preview'
              WHEN regexp_matches(lower({status}), {test}) THEN 'test'
              WHEN regexp_matches(lower({status}), {answered}) THEN 'real'
              ELSE 'status' END""",
            status=status,
            preview=PREVIEW,
            test=TEST,
            answered=ANSWERED,
        )

    def _finished(self) -> Sql:
        finished = self._system("finished")
        if finished is None:
            return Sql("true")
        # Some tools write a word or a number, others the day it was finished.
        return sql(
            r"""coalesce(lower({cell}) IN ({yes})
                  OR regexp_matches({cell}, '^\d+[-/.]\d+'), false)""",
            cell=finished,
            yes=FINISHED,
        )

    def _is_header(self) -> Sql:
        """A row whose filled cells mostly repeat their own headings."""
        same, filled, likely = [], [], []
        labels = self.layout.labels
        for position in sorted({self.layout.position(c) for c in self.mapping.columns}):
            own = [self.layout.keys[position], "response", "open-ended response"]
            own += [labels[position]] if position < len(labels) else []
            value = self._filled(position)
            same.append(
                sql(
                    "coalesce(fold({value}) IN ({own}), false)::INTEGER",
                    value=value,
                    own=[sql("fold({text})", text=o) for o in own],
                )
            )
            filled.append(sql("({value} IS NOT NULL)::INTEGER", value=value))
            likely.append(
                sql("lower({v}) IN ({own})", v=value, own=[o.lower() for o in own])
            )
        # Folding every cell of every row would be most of the work of an import; a
        # row none of whose cells is a heading as it stands is not one.
        return sql(
            "CASE WHEN {likely} THEN 2 * ({same}) > ({filled}) ELSE false END",
            likely=joined(" OR ", likely),
            same=joined(" + ", same),
            filled=joined(" + ", filled),
        )

    def _is_total(self, school: Sql) -> Sql:
        places = [school, cell(0)]
        person = self.mapping.respondent
        if person:
            places.append(value_of(self.layout, person))
        tests = [
            sql(
                "regexp_full_match(fold(coalesce({place}, '')), {totals})",
                place=place,
                totals=TOTALS,
            )
            for place in places
        ]
        return sql("({tests})", tests=joined(" OR ", tests))

    # --- grades

    def _raw(self, source: Field | None) -> Sql:
        if source is None or source.header is None:
            return Sql("NULL")
        return value_of(self.layout, source.model_copy(update={"recode": {}}))

    def _constant_or(self, source: Field | None, column: str) -> Sql:
        if source is None:
            return Sql("NULL")
        if source.header is None:
            return sql("{constant}", constant=source.constant)
        return Sql(column)

    def _know_grades(self) -> None:
        """Create `grade_words`: what each text of the grade columns stands for."""
        found: list[tuple[str, str, str | None]] = []
        for kind, source in (
            ("grade", self.mapping.grade),
            ("band", self.mapping.grade_band),
        ):
            if source is None or source.header is None:
                continue
            rows = self.connection.execute(
                sql(
                    """SELECT DISTINCT {raw} FROM staged s
                       WHERE s.rowid >= {first} AND {raw} <> ''""",
                    raw=self._raw(source),
                    first=self.layout.header_records,
                )
            ).fetchall()
            for (raw,) in rows:
                if kind == "band":
                    value = read_band(raw, source.recode)
                else:
                    told = {k.casefold(): v for k, v in source.recode.items()}
                    value = read_grade(told.get(raw.casefold(), raw))
                found.append((kind, raw, value))
        frame = pd.DataFrame(found, columns=["kind", "raw", "value"], dtype="str")
        self.connection.register("known_grades", frame)
        self.connection.execute(
            """CREATE OR REPLACE TEMP TABLE grade_words AS
               SELECT kind::VARCHAR AS kind, raw::VARCHAR AS raw,
                 value::VARCHAR AS value FROM known_grades"""
        )
        self.connection.unregister("known_grades")

    def _tell_grades(self) -> None:
        for kind, source, lost in (
            ("band", self.mapping.grade_band, "no grade band"),
            ("grade", self.mapping.grade, "no grade"),
        ):
            if source is None or source.header is None:
                continue
            column = name("grade_band" if kind == "band" else "grade")
            raw = self._raw(source)
            for test, reason in (
                (
                    sql("coalesce({raw}, '') <> ''", raw=raw),
                    f"not read as a grade; {lost}",
                ),
                (sql("coalesce({raw}, '') = ''", raw=raw), f"empty; {lost}"),
            ):
                row = self.connection.execute(
                    sql(
                        """SELECT count(*), list_slice(list(record ORDER BY record), 1,
                             {most})
                           FROM judged j JOIN staged s ON s.rowid = j.record
                           WHERE j.fate = 'kept' AND j.{column} IS NULL AND {test}""",
                        most=MOST_LINES,
                        column=column,
                        test=test,
                    )
                ).fetchone()
                assert row is not None
                self.report.add(
                    "noted", reason, row[0], self._lines(row[1] or []), source.header
                )
