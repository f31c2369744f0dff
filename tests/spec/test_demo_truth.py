"""What TRUTH.md says of the made-up district is found again in its release."""

import pytest

from data.district import forms
from data.district.happenings import PORTAL_SHARE
from data.model.viewer import Audience

LAST = 8


@pytest.fixture
def figure(district):
    def found(indicator, part, **where) -> list[tuple]:
        clause = "".join(f" AND {k} = '{v}'" for k, v in where.items())
        return district.rows(
            Audience.DISTRICT,
            f"""SELECT wave_index, unit_id, category, value, word FROM figures
                WHERE indicator_id = '{indicator}' AND part = '{part}' {clause}
                ORDER BY ALL""",
        )

    return found


def test_a_lone_voice_becomes_more_voices(figure):
    by_wave = {w: value for w, *_, value, _ in figure("CH-3", "voices")}
    lone = {w: value for w, *_, value, _ in figure("CH-3", "lone")}

    assert by_wave[0] < 1.5
    assert by_wave[LAST] > 3
    assert lone[LAST] < lone[0]


def test_names_stay_inside_cohorts(figure):
    last = {
        part: figure("RO-4", part, wave_index=LAST)[0][3]
        for part in ("outside", "outside_expected", "outside_p")
    }

    assert last["outside"] < 0 < last["outside_expected"]
    assert last["outside_p"] < 0.01


def test_principals_worry_about_time_most(figure):
    themes = {
        c: v
        for *_, c, v, _ in figure(
            "PP-2", "theme", unit_kind="district", wave_index=LAST
        )
    }

    assert max(themes, key=themes.get) == "W1"
    assert all(word != "under_review" for *_, word in figure("PP-2", "theme"))


def test_raters_agree(figure):
    assert {word for *_, word in figure("RO-1", "agreement")} == {"solid"}


def test_half_of_requests_are_closed_within_a_month(figure):
    ((*_, median, _),) = figure("PP-3", "median_days", wave_index=LAST)

    # An exponential with mean 35 has its median at 24, plus the two days nobody saves.
    assert 18 <= median <= 34


def test_teachers_start_one_after_another(figure):
    by_event = {
        int(c): v for _, _, c, v, _ in figure("RO-2", "joined", wave_index=LAST)
    }
    joined = [by_event[e] for e in sorted(by_event)]

    assert joined == sorted(joined)
    assert joined[-1] > 40


def test_few_ever_log_in_and_more_is_opened_every_year(district):
    rows = dict(
        district.rows(
            Audience.DISTRICT,
            f"""SELECT part || wave_index, share FROM estimates WHERE indicator_id = 'FC-1'
                AND unit_kind = 'district' AND wave_index IN (0, {LAST})""",
        )
    )

    assert rows[f"login{LAST}"] == pytest.approx(100 * PORTAL_SHARE, abs=2)
    assert rows[f"opened{LAST}"] > rows["opened0"] + 10
    assert rows[f"sent{LAST}"] > rows[f"opened{LAST}"] > rows[f"two_way{LAST}"]


def test_the_engine_is_known_as_it_was_drawn(district):
    (known,) = district.rows(
        Audience.DISTRICT,
        f"""SELECT avg(share) FROM estimates e JOIN schools s ON s.school_id = e.unit_id
            WHERE indicator_id = 'LE-1' AND part = 'known' AND status = 'shown'
              AND wave_index = {LAST} AND cohort_id = 1""",
    )
    drawn = 100 * (forms.KNOWS_START + forms.KNOWS_PER_WAVE * 7)

    # Whoever does not know guesses among twelve.
    assert known[0] == pytest.approx(drawn + (100 - drawn) / 12, abs=5)


def test_outcomes_hold(figure):
    words = [
        word for outcome in ("attendance", "course_success", "assessment")
        for _, unit, _, _, word in figure("CU-4", outcome, unit_kind="school")
    ]  # fmt: skip
    judged = [w for w in words if w in {"held", "better", "slipped", "unclear"}]

    assert judged
    assert judged.count("slipped") <= 0.05 * len(judged)
    assert "test_changed" in words
    assert "no_comparison" in words


def test_tries_and_learning_are_there_for_launched_schools(district, figure):
    assert figure("CU-3", "rate", unit_kind="district")[-1][3] > 0
    (reached,) = district.rows(
        Audience.DISTRICT,
        f"""SELECT share FROM estimates WHERE indicator_id = 'PL-1' AND part = 'reached'
            AND unit_kind = 'launched' AND wave_index = {LAST}""",
    )
    # 70 in 100 come to the workshop, and some of the rest are coached.
    assert reached[0] > 65
