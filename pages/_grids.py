"""The last section of /adoption: every school's rubric, inside its cohort."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.figure_block import Block
from components.rich import rich
from components.rubric_grid import level_key, mean_column, mean_grid, thumbnail
from components.superlatives import lead_sentence
from components.tables import Table
from components.words import count_schools
from data.catalogue import catalogue
from pages._numbers import one_of_district
from pages._request import Ask, chosen_cohorts, wave_of
from queries.adoption import SchoolAdoption, cell_means, school_adoption
from queries.facts import Cohort, School, schools

# More grids than this are not a picture any more (look 16.4).
MOST_GRIDS = 60
RETRAIN = "retrain"


def grids(asked: Ask) -> Block:
    say, facts = asked.say, asked.facts
    rubric = catalogue().rubric
    fitting = schools(
        asked.connection,
        asked.viewer,
        cohort=asked.cohort(),
        level=asked.chosen("level"),
        search=asked.params.get("q", ""),
    )
    # Ratings are read only where their grids are drawn.
    few = len(fitting) <= MOST_GRIDS
    trusted, agreed = agreement(asked)
    now, before = (
        {
            r.school_id: r
            for r in school_adoption(
                asked.connection, asked.viewer, wave=wave, cells=few
            )
        }
        for wave in (asked.wave, asked.wave - 1)
    )
    means = cell_means(asked.connection, asked.viewer, wave=asked.wave)
    still = sum(s.is_open(facts.waves[asked.wave]) for s in fitting)
    sees_cells = bool(means)
    parts_: list[Component] = [level_key(say, rubric)] if sees_cells else []
    if not trusted:
        parts_ = [parts.nothing_yet(agreed)]
    else:
        for cohort in chosen_cohorts(asked):
            mine = [s for s in fitting if s.cohort_id == cohort.cohort_id]
            if mine:
                cells = means.get(str(cohort.cohort_id), {})
                drawn = mine if few else []
                parts_.append(_cohort_row(asked, cohort, drawn, (now, before), cells))
    if trusted and not few:
        parts_.append(parts.nothing_yet(say("adoption.too_many", n=len(fitting))))
    rows = [
        (
            s.name,
            say.cohort(s.cohort_id),
            _stage_words(asked, s, now.get(s.school_id)),
        )
        for s in fitting[:100]
    ]
    return Block(
        name="grids",
        question=say("adoption.grids"),
        reading=say(
            "adoption.grids_reading" if sees_cells else "adoption.grids_public"
        ),
        alt=say("adoption.grids_alt", schools=still, wave=asked.wave_words),
        picture=html.Div(parts_),
        table=Table(
            (say("column.school"), say("column.cohort"), say("column.stage")),
            rows,
            keys=("wave", "school_id", "school", "cohort", "stage", "adoption"),
            data=(
                (
                    facts.waves[asked.wave].label,
                    s.school_id,
                    s.name,
                    s.cohort_id,
                    now[s.school_id].stage if s.school_id in now else None,
                    now[s.school_id].adoption if s.school_id in now else None,
                )
                for s in fitting
            ),
        ),
        know=agreed if trusted else "",
        can_leave=trusted,
        note=say("adoption.grids_note" if sees_cells else "adoption.grids_note_public"),
    )


def agreement(asked: Ask) -> tuple[bool, str]:
    """Return whether the map may be shown, and how far two raters agreed.

    Below Krippendorff's lower bound the map waits until raters have trained again.

    Source: specification 8.4 RO-1.
    """
    say = asked.say
    found = one_of_district(asked, "RO-1", "agreement")
    if found is None or found.value is None:
        return True, say("adoption.agreement.unknown")
    key = f"adoption.agreement.{found.word}"
    return found.word != RETRAIN, say(key, alpha=say.decimal(found.value, 2))


def _stage_words(asked: Ask, school: School, row: SchoolAdoption | None) -> str:
    say = asked.say
    if school.closed_on and not school.is_open(asked.facts.waves[asked.wave]):
        return say("adoption.closed", date=say.date(school.closed_on))
    if row is not None and row.stage is not None:
        return say.text(catalogue().rubric.levels[row.stage])
    started = school.is_started(asked.wave)
    return say("adoption.launched" if started else "adoption.not_launched")


def _cohort_row(
    asked: Ask,
    cohort: Cohort,
    mine: list[School],
    rows: tuple[dict[str, SchoolAdoption], dict[str, SchoolAdoption]],
    means: dict[tuple[str, str], float],
) -> html.Div:
    say, rubric = asked.say, catalogue().rubric
    left: list[Component] = [
        html.H3(
            [
                html.Span(className=f"dot cohort-{min(cohort.cohort_id, 5)}"),
                say.cohort(cohort.cohort_id),
                html.Span(count_schools(say, cohort.schools)),
            ]
        ),
        html.P(rich(_cohort_line(asked, cohort, means)), className="line"),
    ]
    if means:
        left.append(mean_grid(say, rubric, means, say.cohort(cohort.cohort_id)))
    right = [
        _school_cell(asked, s, rows[0].get(s.school_id), rows[1].get(s.school_id))
        for s in mine
    ]
    return html.Div(
        [html.Div(left), html.Div(right, className="thumbnails")],
        className="cohort-row",
    )


def _cohort_line(
    asked: Ask, cohort: Cohort, means: dict[tuple[str, str], float]
) -> str:
    say, rubric = asked.say, catalogue().rubric
    if not cohort.is_started:
        if cohort.launches_on is None:
            return say("adoption.waiting_open")
        return say("adoption.waiting_line", date=say.date(cohort.launches_on))
    if not means:
        wave = wave_of(asked.facts, cohort.launch_wave)
        return say.wave(wave) if wave else say.date(cohort.launches_on or "")
    levels = {
        say.text(name): [v for (_, domain), v in means.items() if domain == d]
        for d, name in rubric.domains.items()
    }
    return lead_sentence(say, {n: (min(v), max(v)) for n, v in levels.items() if v})


def _school_cell(
    asked: Ask,
    school: School,
    now: SchoolAdoption | None,
    before: SchoolAdoption | None,
) -> Component:
    say, rubric = asked.say, catalogue().rubric
    words = _stage_words(asked, school, now)
    if now is None or not now.cells:
        means: Component = html.Span()
        if now is not None and now.stage is not None:
            means = mean_column(say, rubric, now.attributes)
        return html.Div(
            [
                html.A(
                    school.name, href=asked.school_href(school), className="grid-name"
                ),
                means,
                html.Span(words, className="grid-stage"),
            ],
            className="thumbnail",
        )
    steps = 0
    if before is not None and before.cells:
        steps = sum(now.cells.values()) - sum(before.cells.values())
    arrow = f"↑{steps}" if steps > 0 else (f"↓{-steps}" if steps < 0 else "")
    return thumbnail(
        say,
        rubric,
        now.cells,
        name=school.name,
        stage=say("adoption.steps", stage=words, arrow=arrow).strip(),
        href=asked.school_href(school),
    )
