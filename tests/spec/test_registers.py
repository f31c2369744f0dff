"""Registers → figures: every edge the specification names, and the demo's truth.

Each test is named for the line it holds (section 8).
"""

from datetime import date

import pandas as pd
import pytest
from blank import blank_warehouse

from data.catalogue import catalogue
from data.disclosure.figures import figure_status, figures_for
from data.model.cell import Status
from data.model.rules import Rules
from data.model.viewer import Audience
from data.scoring.adoption import rubric_agreement
from data.scoring.coherence import engine_figures
from data.scoring.comparing import shrunken
from data.scoring.figures import Figure, Readers, figure_frame
from data.scoring.registers.calendar import read_calendar
from data.scoring.registers.cases import case_figures, read_cases
from data.scoring.registers.everything import read_registers
from data.scoring.registers.leaders import pulse_figures, read_pulse, request_figures
from data.scoring.registers.practice import dose_figures, learning_shares, load_figures
from data.scoring.registers.results import outcome_figures
from data.scoring.rollout import Rollout, rollout_figures
from data.scoring.units import prepare_units

RULES = Rules()


@pytest.fixture
def warehouse():
    """Eight schools in two cohorts and a waiting one, one wave, nothing registered."""
    connection = blank_warehouse()
    connection.execute(
        "INSERT INTO waves VALUES ('2025-26S', 0, '2026-03-08', '2026-03-28')"
    )
    for k in range(8):
        cohort, launch = ((1, "2024-08-26"), (2, "2025-08-25"), (0, None))[
            min(k // 3, 2)
        ]
        connection.execute(
            "INSERT INTO schools VALUES (?, ?, 'middle', NULL, NULL, ?, ?, NULL, NULL)",
            [f"S{k}", f"School {k}", cohort, launch],
        )
        for group, n in (
            ("teachers", 20),
            ("students", 300),
            ("families", 200),
            ("building_admins", 1),
        ):
            connection.execute(
                "INSERT INTO rosters VALUES ('2025-26S', ?, ?, 'all', NULL, NULL, ?)",
                [f"S{k}", group, n],
            )
    prepare_units(connection)
    return connection


def calendar_of(warehouse):
    return read_calendar(warehouse, 0)


def by_part(figures) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for f in figures:
        found.setdefault(f.part, []).append(f)
    return found


def test_empty_registers_yield_nothing_and_never_a_zero(warehouse):
    found = read_registers(warehouse, catalogue(), pd.DataFrame(), RULES, 0)

    assert found.figures.empty
    assert all(frame.empty for frame in found.counted)


# --- the chorus


def event(
    warehouse, name, day, leads, heard="families", school=None, kind="case", depth=1
):
    warehouse.execute(
        "INSERT INTO case_event VALUES (?, ?, 'x', '', ?, ?, ?, ?, 'en', ?)",
        [name, day, school, heard, leads, depth, kind],
    )


def test_only_entries_of_kind_case_count(warehouse):
    event(warehouse, "E1", "2026-01-05", "board", kind="update")

    assert (
        list(case_figures(read_cases(warehouse), calendar_of(warehouse), RULES)) == []
    )


def test_few_events_are_said_to_be_few(warehouse):
    event(warehouse, "E1", "2026-01-05", "board")
    found = by_part(case_figures(read_cases(warehouse), calendar_of(warehouse), RULES))

    assert found["few_events"][0].n == 1
    assert found["voices"][0].word == "lone_voice"


def test_no_roster_is_a_word_and_no_number(warehouse):
    warehouse.execute("DELETE FROM rosters WHERE stakeholder_group = 'families'")
    event(warehouse, "E1", "2026-01-05", "board")
    warehouse.execute(
        "INSERT INTO event_reach VALUES ('E1', 'families', '', NULL, 40, NULL)"
    )
    found = by_part(case_figures(read_cases(warehouse), calendar_of(warehouse), RULES))
    (families,) = (
        f
        for f in found["reach"]
        if f.category == "families" and f.unit_kind == "district"
    )

    assert (families.word, families.value, families.low) == ("no_roster", None, None)


def test_head_counts_are_a_range(warehouse):
    for name, heads in (("E1", 400), ("E2", 240)):
        event(warehouse, name, "2026-01-05", "board")
        warehouse.execute(
            "INSERT INTO event_reach VALUES (?, 'families', '', NULL, ?, 1600)",
            [name, heads],
        )
    found = by_part(case_figures(read_cases(warehouse), calendar_of(warehouse), RULES))
    (families,) = (
        f
        for f in found["reach"]
        if f.category == "families" and f.unit_kind == "district"
    )

    assert (families.value, families.low, families.high) == (None, 25.0, 40.0)


def test_district_wide_events_count_for_every_school_and_waiting_ones_have_no_lead(
    warehouse,
):
    event(warehouse, "E1", "2024-05-01", "board", heard="teachers")
    found = by_part(case_figures(read_cases(warehouse), calendar_of(warehouse), RULES))
    leads = {f.unit_id: f for f in found["lead_days"] if f.category == "teachers"}

    assert leads["S0"].word == "early"
    assert "S7" not in leads
    assert {f.unit_id for f in found["often"] if f.category == "teachers"} >= {"S7"}


# --- load, learning


def test_a_district_wide_initiative_counts_in_every_school(warehouse):
    warehouse.execute(
        "INSERT INTO initiative VALUES ('I1', 'x', '', '', '2025-01-01', NULL, NULL, 1.0, 2.0, 'core', '', '')"
    )
    found = by_part(load_figures(warehouse, calendar_of(warehouse)))

    hours = {f.unit_id: f.value for f in found["hours"] if f.unit_kind == "school"}
    assert hours == {f"S{k}": 2.0 for k in range(8)}


def test_initiatives_without_hours_are_counted_and_not_guessed(warehouse):
    warehouse.execute(
        "INSERT INTO initiative VALUES ('I1', 'x', '', 'S0', '2025-01-01', NULL, NULL, NULL, NULL, 'core', '', '')"
    )
    found = by_part(load_figures(warehouse, calendar_of(warehouse)))

    assert "hours" not in found
    assert next(f.value for f in found["active"] if f.unit_id == "S0") == 1.0


def session(
    warehouse,
    name,
    day,
    hours,
    kind,
    people=(),
    school="S0",
    heads=None,
    attributes="voice",
):
    warehouse.execute(
        "INSERT INTO session VALUES (?, ?, ?, ?, ?, '', NULL, ?)",
        [name, day, hours, kind, attributes, heads],
    )
    for person in people:
        warehouse.execute(
            "INSERT INTO attendance VALUES (?, ?, ?)", [name, person, school]
        )


def test_the_articles_own_session_is_300_teacher_hours(warehouse):
    warehouse.execute(
        "UPDATE rosters SET n = 100 WHERE school_id = 'S0' AND stakeholder_group = 'teachers'"
    )
    session(warehouse, "P1", "2025-10-01", 3, "workshop", [f"t{k}" for k in range(100)])
    found = by_part(dose_figures(warehouse, calendar_of(warehouse), RULES))
    own = {p: next(f for f in rows if f.unit_id == "S0") for p, rows in found.items()}

    assert own["teacher_hours"].value == 300
    assert (own["median"].value, own["over_14"].value) == (3.0, 0.0)


def test_sessions_with_head_counts_alone_count_in_hours_and_not_in_reach(warehouse):
    session(warehouse, "P1", "2025-10-01", 3, "workshop", heads=50)
    dose = by_part(dose_figures(warehouse, calendar_of(warehouse), RULES))
    (district,) = (f for f in dose["teacher_hours"] if f.unit_kind == "district")

    assert district.value == 150
    assert learning_shares(warehouse, calendar_of(warehouse)).empty


def test_follow_up_within_sixty_days_of_a_workshop(warehouse):
    session(warehouse, "P1", "2025-10-01", 3, "workshop", ["a", "b", "c"])
    session(warehouse, "C1", "2025-11-15", 1, "coaching", ["a"])
    session(warehouse, "C2", "2026-01-15", 1, "coaching", ["b"])
    found = learning_shares(warehouse, calendar_of(warehouse))
    row = found[(found["part"] == "followed") & (found["school_id"] == "S0")].iloc[0]

    assert (row["n"], row["good"]) == (3, 1)
    reached = found[(found["part"] == "reached") & (found["school_id"] == "S0")].iloc[0]
    assert (reached["n"], reached["good"]) == (20, 3)


# --- principals


def said(
    warehouse, person, codes, month="2026-02", question="P.PU.2", coder="A", school="S0"
):
    warehouse.execute(
        "INSERT INTO pulse VALUES (?, ?, ?, 'text', ?, ?, ?)",
        [month, person, question, codes, coder, school],
    )


def themes(warehouse):
    return list(pulse_figures(read_pulse(warehouse), calendar_of(warehouse), RULES))


def test_fewer_than_five_principals_say_nothing(warehouse):
    for k in range(4):
        said(warehouse, f"p{k}", "W1")
    frame = figure_frame(themes(warehouse))
    shown = figures_for(
        Audience.DISTRICT, frame.assign(status=figure_status(frame, UNITS)), Rules()
    )

    assert set(shown.loc[shown["part"] == "theme", "status"]) == {Status.PROTECTED}
    assert shown.loc[shown["part"] == "theme", "value"].isna().all()


UNITS = pd.DataFrame(
    {
        "school_id": [f"S{k}" for k in range(8)],
        "cohort_id": [1, 1, 1, 2, 2, 2, 0, 0],
        "launch_wave": [0, 0, 0, 0, 0, 0, None, None],
    }
)


def test_a_theme_two_name_is_counted_under_other_or_not_at_all(warehouse):
    for k in range(6):
        said(warehouse, f"p{k}", "W1" if k < 4 else "W7")
    district = {
        f.category
        for f in themes(warehouse)
        if f.unit_kind == "district" and f.part == "theme"
    }

    assert district == {"W1"}


def test_a_principal_of_two_schools_counts_once(warehouse):
    for k in range(5):
        said(warehouse, f"p{k}", "W1")
        said(warehouse, f"p{k}", "W1", month="2026-03", school="S1")
    (found,) = (
        f for f in themes(warehouse) if f.unit_kind == "district" and f.part == "theme"
    )

    assert (found.value, found.n) == (100.0, 5)


def test_nothing_is_an_answer_without_a_theme(warehouse):
    for k in range(6):
        said(warehouse, f"p{k}", "W1" if k < 3 else "")
    (found,) = (
        f for f in themes(warehouse) if f.unit_kind == "district" and f.part == "theme"
    )

    assert (found.value, found.n) == (50.0, 6)


def test_coders_who_do_not_agree_put_themes_under_review(warehouse):
    for k in range(8):
        said(warehouse, f"p{k}", "W1" if k % 2 else "W2")
        said(warehouse, f"p{k}", "W2" if k % 2 else "W1", coder="B")
    district = [
        f for f in themes(warehouse) if f.unit_kind == "district" and f.part == "theme"
    ]

    assert [f.word for f in district] == ["under_review"]


def test_requests_of_two_schools_have_no_curve_and_no_category(warehouse):
    for k in range(8):
        warehouse.execute(
            "INSERT INTO support_request VALUES (?, ?, '2026-01-05', 'S1', '', NULL, NULL, NULL)",
            [f"R{k}", f"S{k % 2}"],
        )
    found = by_part(request_figures(warehouse, calendar_of(warehouse)))

    assert found["open"][0].value == 8
    assert not found.keys() & {"median_days", "waiting", "category"}


def test_requests_still_open_are_counted_as_waiting(warehouse):
    for k in range(9):
        warehouse.execute(
            "INSERT INTO support_request VALUES (?, ?, '2026-01-05', 'S1', '', NULL, ?, ?)",
            [
                f"R{k}",
                f"S{k % 4}",
                "2026-01-15" if k < 3 else None,
                "met" if k < 3 else None,
            ],
        )
    found = by_part(request_figures(warehouse, calendar_of(warehouse)))

    assert (found["median_days"][0].value, found["median_days"][0].word) == (
        None,
        "not_reached",
    )


# --- outcomes


def outcome(warehouse, school, year, mean, n=200, definition=None, level="M"):
    warehouse.execute(
        "INSERT INTO outcome VALUES (?, ?, ?, 'att', ?, ?, 5.0, ?)",
        [year, school, level, n, mean, definition],
    )


@pytest.fixture
def results(warehouse):
    warehouse.execute(
        "INSERT INTO outcome_measure VALUES ('att', 'Attendance', 'Asistencia', 'points', 'more', 1.0, '2024-05-01')"
    )
    for k in range(8):
        for year, mean in (("2022-23", 93), ("2023-24", 93), ("2024-25", 93.2)):
            outcome(warehouse, f"S{k}", year, mean)
    return warehouse


def words(results):
    figures = outcome_figures(results, calendar_of(results), RULES)
    return {
        f.unit_id: f.word
        for f in figures
        if f.unit_kind == "school" and f.part == "att" and f.value is not None
    }


def test_outcomes_are_compared_with_schools_not_launched_through_that_year(results):
    # Post is 2024-25: cohort 1 has launched, cohort 2 and the waiting have not.
    assert set(words(results)) == {"S0", "S1", "S2"}
    assert set(words(results).values()) == {"held"}


def test_fewer_than_five_to_compare_with_is_no_word(results):
    results.execute("DELETE FROM outcome WHERE school_id = 'S7'")
    assert set(words(results).values()) == {"no_comparison"}


def test_another_test_than_before_is_not_computed(results):
    results.execute(
        "UPDATE outcome SET definition = 'new test' WHERE school_id = 'S0' AND year = '2024-25'"
    )
    figures = outcome_figures(results, calendar_of(results), RULES)
    (changed,) = (f for f in figures if f.unit_id == "S0" and f.part == "att")
    assert (changed.word, changed.value) == ("test_changed", None)


def test_a_margin_set_after_launch_is_marked(results):
    results.execute("UPDATE outcome_measure SET registered_on = '2025-05-01'")
    figures = outcome_figures(results, calendar_of(results), RULES)
    assert "set_after_launch" in {f.word for f in figures}


def test_nine_students_have_no_outcome(results):
    results.execute("UPDATE outcome SET n = 9 WHERE school_id = 'S0'")
    frame = figure_frame(list(outcome_figures(results, calendar_of(results), RULES)))
    shown = figures_for(
        Audience.DISTRICT, frame.assign(status=figure_status(frame, UNITS)), Rules()
    )
    rows = shown[shown["unit_id"] == "S0"]

    assert set(rows["part"]) == {"att", "could_show"}
    assert set(rows["status"]) == {Status.PROTECTED}
    assert rows[["value", "low", "high", "word"]].isna().all(axis=None)
    counted = shown[(shown["unit_kind"] == "district") & (shown["category"] == "held")]
    # S1 and S2; S0 is hidden, and three have not had a whole year.
    assert list(counted[["value", "of"]].iloc[0]) == [2, 6]


# --- rubric, engines


def test_two_raters_who_agree_are_solid(warehouse):
    for rater, blind in (("consensus", False), ("second", True)):
        for k, domain in enumerate(("practices", "structures", "policies")):
            warehouse.execute(
                "INSERT INTO rubric VALUES ('2025-26S', 'S0', 'voice', ?, ?, ?, '', ?)",
                [domain, rater, k, blind],
            )
    (found,) = rubric_agreement(warehouse, last_wave=0)

    assert (found.value, found.word, found.n) == (1.0, "solid", 3)


def shown_rows(**parts) -> pd.DataFrame:
    keys = {
        "known": ("LE-1", "known"), "relevant": ("LX-6", "S.WA.4"),
        "clear": ("LE-1", "T.LE.2"), "used": ("LE-1", "S.LE.1"),
    }  # fmt: skip
    return pd.DataFrame(
        [
            {
                "indicator_id": keys[k][0],
                "part": keys[k][1],
                "wave_index": 0,
                "unit_id": "S0",
                "share": v,
                "mean": v,
            }
            for k, v in parts.items()
        ],
        columns=["indicator_id", "part", "wave_index", "unit_id", "share", "mean"],
    )


GRADES = pd.DataFrame(
    {
        "wave_index": 0, "school_id": "S0", "grade": ["6", "7", "8"],
        "n": [40, 40, 40], "mean": [60.0, 62.0, 58.0], "variance": [400.0, 400.0, 400.0],
    }
)  # fmt: skip


def test_no_engine_registered_is_not_yet_named_and_never_zero():
    found = list(engine_figures(shown_rows(relevant=70), GRADES, {}, 10))
    assert [(f.part, f.word, f.value) for f in found] == [
        ("engine", "not_yet_named", None)
    ]


def test_the_weakest_of_the_four_is_the_headline():
    shown = shown_rows(known=80, relevant=70, clear=50, used=60)
    found = by_part(engine_figures(shown, GRADES, {(0, "S0"): ("stem", 12)}, 10))
    assert (found["weakest"][0].word, found["weakest"][0].value) == ("relevant", 70)
    assert found["in_line"][0].value == 75


def test_a_hidden_part_leaves_no_headline_and_tells_nothing():
    shown = shown_rows(relevant=70, clear=50, used=60)
    found = by_part(engine_figures(shown, GRADES, {(0, "S0"): ("stem", 12)}, 10))
    assert not found.keys() & {"known", "weakest"}


def test_grades_are_not_shown_where_the_schools_own_number_is_hidden():
    shown = shown_rows(known=80, relevant=70, clear=50)
    found = by_part(engine_figures(shown, GRADES, {(0, "S0"): ("stem", 12)}, 10))
    assert not found.keys() & {"grade", "consistent"}


# --- who reads a figure


def test_one_or_two_tries_are_hidden_with_cover():
    frame = figure_frame(
        [
            Figure("CU-3", "rate", 0, kind, unit, readers=Readers.STAFF, value=n / 2, n=n,
                   of=20, least=3, adds_up=True)
            for kind, unit, n in (
                ("school", "S0", 1), ("school", "S1", 5), ("school", "S2", 6),
                ("school", "S3", 4), ("school", "S4", 4), ("school", "S5", 7),
                ("cohort", "1", 12), ("cohort", "2", 15), ("district", "all", 27),
            )
        ]
    )  # fmt: skip
    status = figure_status(frame, UNITS)
    hidden = set(frame.loc[status == Status.PROTECTED, "unit_id"])

    assert "S0" in hidden
    assert len(hidden) > 1, "one hidden school alone could be subtracted"
    public = figures_for(Audience.PUBLIC, frame.assign(status=status), Rules())
    assert set(public["unit_kind"]) == {"cohort", "district"}


def test_a_principal_reads_the_own_school_alone():
    frame = figure_frame(
        [
            Figure("LE-1", "known", 0, "school", s, readers=Readers.OFFICE, value=5.0)
            for s in ("S0", "S1")
        ]
    ).assign(status=Status.SHOWN)

    assert figures_for(Audience.PUBLIC, frame, Rules()).empty
    own = figures_for(Audience.SCHOOL, frame, Rules())
    assert own["scope"].tolist() == ["S0", "S1"]


def test_a_share_everyone_has_is_coded_for_the_public():
    frame = figure_frame(
        [Figure("PP-2", "theme", 0, "district", "all", category="W1", value=100.0, n=12,
                is_people=True, is_percent=True, least=5)]
    ).assign(status=Status.SHOWN)  # fmt: skip
    row = figures_for(Audience.PUBLIC, frame, Rules()).iloc[0]

    assert (row["value"], row["coding"], row["n_band"]) == (80.0, "at_least", "10–19")
    assert pd.isna(row["n"])


# --- rollout: when the panel may open


def panel_rows(schools: int, waves: int = 4) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"indicator_id": "LX-1", "part": "scale", "form": "student_6_12", "wave_index": 2 * w,
             "unit_id": f"S{k:02d}", "mean": 50.0 + k + w * (k % 3)}
            for k in range(schools) for w in range(waves)
        ]
    )  # fmt: skip


def rollout_of(schools: int, *, solid=True, plan=None) -> Rollout:
    waves = tuple(
        (
            k,
            f"{2022 + k // 2}-{23 + k // 2}{'FS'[k % 2]}",
            date(2022 + (k + 1) // 2, (10, 3)[k % 2], 5),
        )
        for k in range(7)
    )
    launch = {f"S{k:02d}": (2, 4, 6, None)[k % 4] for k in range(schools)}
    return Rollout(
        waves, launch, {name: (k % 4 + 1) % 4 for k, name in enumerate(launch)},
        frozenset(("LX-1", "scale", "student_6_12", w) for w in (0, 2, 4, 6) if solid),
        {("LX-1", "student_6_12"): plan} if plan else {},
    )  # fmt: skip


def test_eleven_schools_are_too_few_to_open():
    found = by_part(rollout_figures(panel_rows(11), rollout_of(11), RULES))
    assert "few_schools" in {f.word for f in found["closed"]}
    assert "overall" not in found


def test_a_rough_scale_keeps_the_panel_closed():
    found = by_part(rollout_figures(panel_rows(24), rollout_of(24, solid=False), RULES))
    assert {f.word for f in found["closed"]} == {"rough_scale"}


def test_unregistered_is_stamped_exploratory_and_registered_is_not():
    open_ = by_part(rollout_figures(panel_rows(24), rollout_of(24), RULES))
    planned = by_part(
        rollout_figures(panel_rows(24), rollout_of(24, plan=date(2022, 8, 1)), RULES)
    )
    assert open_["overall"][0].word == "exploratory"
    assert planned["overall"][0].word == "registered"
    assert open_["detectable"][0].value > 0
    assert {f.category for f in open_["robust"]} >= {"never_joined", "imputed"}


def test_one_season_alone_makes_no_panel_of_mixed_seasons():
    rows = panel_rows(24)
    other = rows.assign(wave_index=rows["wave_index"] + 1, mean=0.0)
    found = by_part(rollout_figures(pd.concat([rows, other]), rollout_of(24), RULES))
    plain = by_part(rollout_figures(rows, rollout_of(24), RULES))
    assert found["overall"][0].value == plain["overall"][0].value


def test_a_cohort_without_a_wave_before_launch_has_no_line():
    rows = panel_rows(24)
    early = rollout_of(24)
    early.launch.update({f"S{k:02d}": 0 for k in range(0, 24, 4)})
    lines = by_part(rollout_figures(rows, early, RULES))["line"]
    assert "1" not in {f.unit_id for f in lines}


# --- models by level


def estimates_of(points, *, pooled=1, gate="shown") -> pd.DataFrame:
    rows = []
    for wave, means in enumerate(points):
        for k, mean in enumerate(means):
            rows.append(
                {"indicator_id": "CU-1", "part": "scale", "form": "teacher", "wave_index": wave,
                 "unit_kind": "school", "unit_id": f"S{k}", "breakdown": "all", "category": "all",
                 "share": mean, "mean": mean, "mean_variance": 4.0, "n": 60, "rate_band": "high",
                 "waves_pooled": pooled, "gate": gate, "has_mean": True, "respondents": "teachers",
                 "level": "middle", "low": 1.0, "share_variance": 0.0004, "favourable": 30.0}
            )  # fmt: skip
    return pd.DataFrame(rows)


def test_levels_have_models_of_their_own_where_each_has_five_schools():
    rows = estimates_of([[40.0, 42, 44, 46, 48, 80, 82, 84, 86, 88]])
    rows["level"] = ["elementary"] * 5 + ["high"] * 5
    apart = shrunken(rows).set_index("unit_id")["shrunk"]
    together = shrunken(rows.assign(level="mixed")).set_index("unit_id")["shrunk"]
    # Drawn to its own level, the highest elementary school goes down, not up.
    assert apart["S4"] < 48 < together["S4"]


# --- benchmarks


def test_a_rebased_benchmark_is_another_line_from_its_wave_on(tmp_path):
    import sqlalchemy as sa

    from data.model.viewer import PUBLIC
    from data.publish.files import write_file
    from queries.estimates import benchmark

    rows = pd.DataFrame(
        [("state", "2022", "LX-1", "student_6_12", 0, 55.0, "State", "Estado"),
         ("state", "2026", "LX-1", "student_6_12", 4, 61.0, "State", "Estado")],
        columns=["benchmark_id", "version", "indicator_id", "form", "from_wave", "share", "name_en", "name_es"],
    )  # fmt: skip
    write_file(tmp_path / "x.duckdb", {"benchmarks": rows})
    with sa.create_engine(f"duckdb:///{tmp_path / 'x.duckdb'}").connect() as connection:
        found = [
            benchmark(connection, PUBLIC, indicator="LX-1", form="student_6_12", wave=w)
            for w in (3, 4)
        ]
        none = benchmark(connection, PUBLIC, indicator="CU-1", form="teacher", wave=4)
    assert [(b.version, b.share) for b in found] == [("2022", 55.0), ("2026", 61.0)]
    assert none is None
