"""What /student-voice and /risk-taking share: one survey scale, from all sides."""

from __future__ import annotations

from dataclasses import dataclass

from dash.development.base_component import Component

from components import page as parts
from components.charts.caterpillar import LOW_RATE, Row, caterpillar
from components.charts.dots import MOST_DOTS, dot_stack
from components.charts.trends import Line, Point, trend
from components.figure_block import Block
from components.page import Filter
from components.tables import CELL_KEYS, Table, cell_data, cell_headings, cell_values
from components.words import estimate_sentence
from data.catalogue import SCALE, Indicator, Scale, catalogue
from pages._answers import answers_block
from pages._numbers import fixed_axis
from pages._published import published_blocks, published_filters, published_sentence
from pages._request import (
    Answer,
    Ask,
    choice_filter,
    cohort_filter,
    in_order,
    left_out,
    level_filter,
    wave_filter,
    wave_of,
)
from queries.estimates import DISTRICT, Estimate, benchmark, estimates
from queries.facts import School, schools
from queries.figures import scale_quality

# More rows than this are not a picture any more (look 16.4).
MOST_ROWS = 60
FEWEST_DOTS = 5
ROWS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class View:
    """One scale in one wave, with the schools the choices leave.

    Attributes:
        rows: schools with a row in this wave, oldest cohort first, then by name.
        axis: ends of every picture's scale, in percent.
    """

    asked: Ask
    indicator: Indicator
    scale: Scale
    district: Estimate | None
    earlier: Estimate | None
    rows: list[tuple[School, Estimate]]
    axis: tuple[int, int]

    @property
    def is_staff(self) -> bool:
        """True for scales answered by people who work in schools."""
        return self.scale.group == "teachers"


def survey_answer(asked: Ask, indicator_id: str, question: str) -> Answer:
    """Return the whole page about one survey scale."""
    indicator = catalogue().indicators[indicator_id]
    choices = _filters(asked, indicator)
    published = published_blocks(asked, indicator_id)
    view = _view(asked, indicator)
    if view is None:
        if published:
            return Answer(
                question,
                published_sentence(asked, indicator_id),
                list(published),
                published_filters(asked, indicator_id),
            )
        text = asked.say("nothing.answers", wave=asked.wave_words)
        empty: list[Block | Component] = [parts.nothing_yet(text)]
        sentence = "" if asked.facts.waves else asked.say("nothing.waves")
        return Answer(question, sentence, empty, choices if asked.facts.waves else [])
    body: list[Block | Component] = []
    body += _by_school(view)
    body.append(_trend(view))
    if (alike := _alike(view)) is not None:
        body.append(alike)
    if (raw := answers_block(asked, [(view.indicator, view.scale)])) is not None:
        body.append(raw)
    body += published
    return Answer(question, _sentence(view), body, choices)


def _filters(asked: Ask, indicator: Indicator) -> list[Filter]:
    say = asked.say
    if not asked.facts.waves:
        return []
    found = [wave_filter(asked), cohort_filter(asked)]
    found.append(level_filter(asked))
    if len(indicator.scales) > 1:
        forms = [(s.form, say(f"form.{s.form}")) for s in indicator.scales]
        found.append(choice_filter(asked, "form", forms))
    if asked.facts.schools > MOST_ROWS:
        found.append(Filter("q", say("filter.q"), asked.params.get("q", ""), []))
    return found


def _view(asked: Ask, indicator: Indicator) -> View | None:
    forms = {s.form: s for s in indicator.scales}
    scale = forms.get(asked.params.get("form", ""), indicator.scales[0])
    rows = estimates(
        asked.connection,
        asked.viewer,
        indicator=indicator.id,
        form=scale.form,
        wave=asked.wave,
    )
    if not rows:
        return None
    district = _one(rows, *DISTRICT)
    before = wave_of(asked.facts, asked.wave)
    earlier = None
    if before is not None:
        label = before.a_year_ago.label
        index = next(
            (i for i, w in enumerate(asked.facts.waves) if w.label == label), None
        )
        if index is not None:
            found = estimates(
                asked.connection,
                asked.viewer,
                indicator=indicator.id,
                form=scale.form,
                wave=index,
                unit_kind="district",
            )
            earlier = _one(found, *DISTRICT)
    fitting = schools(
        asked.connection,
        asked.viewer,
        cohort=asked.cohort(),
        level=asked.chosen("level"),
        search=asked.params.get("q", ""),
    )
    by_school = {e.unit_id: e for e in rows if e.unit_kind == "school"}
    found_rows = [
        (s, by_school[s.school_id]) for s in fitting if s.school_id in by_school
    ]
    # Oldest cohort first, those waiting last; names stay in their order.
    found_rows.sort(key=lambda r: (r[0].cohort_id == 0, r[0].cohort_id))
    axis = fixed_axis(asked, indicator.id)
    return View(asked, indicator, scale, district, earlier, found_rows, axis)


def _one(rows: list[Estimate], kind: str, unit: str) -> Estimate | None:
    return next((e for e in rows if (e.unit_kind, e.unit_id) == (kind, unit)), None)


def _sentence(view: View) -> str:
    say = view.asked.say
    if view.district is None:
        return say("nothing.answers", wave=view.asked.wave_words)
    where = say("where.district")
    if len(view.indicator.scales) > 1:
        where = f"{where}, {say(f'form.{view.scale.form}').lower()}"
    sentence = estimate_sentence(
        say,
        where=where,
        group=view.scale.group,
        claim=say.claim(view.indicator),
        cell=view.district.cell,
        bounds=view.district.compared,
        earlier=view.earlier.cell if view.earlier else None,
        change=view.district.change,
    )
    if _moved_apart(view):
        sentence += " " + say("survey.opposite")
    return sentence


def _moved_apart(view: View) -> bool:
    """True when share and mean moved in opposite directions (specification 4.3)."""
    now, before = view.district, view.earlier
    if now is None or before is None or now.points is None:
        return False
    if now.cell.share is None or before.cell.share is None:
        return False
    return (now.cell.share - before.cell.share) * now.points < 0


def _by_school(view: View) -> list[Block | Component]:
    """The caterpillar, or the sentence for why there is none."""
    say, asked = view.asked.say, view.asked
    rows = view.rows
    title = say("survey.by_school")
    if not rows:
        if view.is_staff and not asked.viewer.is_staff:
            return [parts.section(title, [parts.nothing_yet(say("survey.staff_only"))])]
        clear = (
            say("nothing.filter_open"),
            asked.href(asked.path, cohort=None, level=None, q=None),
        )
        empty = parts.nothing_yet(say("nothing.filter"), link=clear)
        return [parts.section(title, [empty])]
    if len(rows) > MOST_ROWS:
        text = say("survey.too_many", n=f"{len(rows):,}")
        return [parts.section(title, [parts.nothing_yet(text)])]
    drawn = [_row(view, school, estimate) for school, estimate in rows]
    district, norm = _district_line(view), _benchmark_line(view)
    heading = say(f"survey.heading.{view.scale.group}")
    axis = view.axis
    figures = [
        [
            caterpillar(
                say,
                drawn,
                district=district,
                axis=axis,
                heading=heading,
                phone=phone,
                benchmark=norm,
            )
        ]
        for phone in (False, True)
    ]
    return [
        Block(
            name="schools",
            question=title,
            reading=say(
                "survey.by_school_reading_less"
                if view.indicator.direction == "less"
                else "survey.by_school_reading"
            ),
            alt=_rows_alt(view),
            picture=figures[0],
            phone=figures[1],
            table=_school_table(view),
            know=f"{_know(view)} {_reliability(view)}".strip(),
            cannot=say(f"survey.cannot.{view.scale.group}"),
            note=say("survey.own_only") if _sees_own_only(view) else "",
        )
    ]


def _sees_own_only(view: View) -> bool:
    return view.is_staff and bool(view.asked.viewer.school_ids)


def _row(view: View, school: School, e: Estimate) -> Row:
    say, cell = view.asked.say, e.cell
    drawn = e.compared
    value = drawn.value if drawn else cell.share
    rate = "" if cell.rate is None else say.percent(cell.rate)
    if cell.is_shown:
        note = (
            f"{cell.n_band or cell.n} · {rate}" if rate else str(cell.n_band or cell.n)
        )
    else:
        note = ""
    return Row(
        cohort=school.cohort_id,
        name=school.name,
        status=cell.status,
        value=value,
        low=drawn.low if drawn else None,
        high=drawn.high if drawn else None,
        printed=_printed(view, e),
        note=note,
        reason="" if cell.is_shown else say.withheld(cell),
        is_low=cell.rate is not None and cell.rate < LOW_RATE,
    )


def _printed(view: View, e: Estimate) -> str:
    if not e.cell.is_shown:
        return ""
    # What is drawn is what is printed: the estimate used for comparing.
    return view.asked.say.number(e.printed)


def _district_line(view: View) -> tuple[float, str] | None:
    cell = view.district.cell if view.district else None
    if cell is None or cell.share is None:
        return None
    say = view.asked.say
    return cell.share, say("survey.district", share=say.share(cell))


def _benchmark_line(view: View) -> tuple[float, str] | None:
    """Return the norm in force in this wave, named with its version."""
    asked, say = view.asked, view.asked.say
    found = benchmark(
        asked.connection,
        asked.viewer,
        indicator=view.indicator.id,
        form=view.scale.form,
        wave=asked.wave,
    )
    if found is None:
        return None
    words = say(
        "survey.benchmark",
        name=say.text(found.name),
        version=found.version,
        share=say.percent(found.share),
    )
    return found.share, words


def _rows_alt(view: View) -> str:
    say = view.asked.say
    values = [e.compared.value for _, e in view.rows if e.compared]
    hidden = len(view.rows) - len(values)
    if hidden == 1:
        words = say("survey.hidden_one")
    else:
        words = say("survey.hidden_some" if hidden else "survey.hidden_none", n=hidden)
    if not values:
        return words
    if len(view.rows) == 1:
        (only,) = (school.name for school, _ in view.rows)
        share = say.percent(values[0])
        return say("survey.one_school_alt", school=only, share=share)
    if len(values) == 1:
        share = say.percent(values[0])
        return say(
            "survey.by_school_alt_one", total=len(view.rows), share=share, hidden=words
        )
    return say(
        "survey.by_school_alt",
        shown=len(values),
        total=len(view.rows),
        low=say.percent(min(values)),
        high=say.percent(max(values)),
        hidden=words,
    )


def _know(view: View) -> str:
    say, rules = view.asked.say, view.asked.facts.rules
    key = "min_n_staff" if view.is_staff else "min_n_student"
    return say(
        f"survey.know.{view.scale.group}",
        items=len(view.scale.items),
        form=say(f"form.{view.scale.form}").lower(),
        wave=view.asked.wave_words,
        minimum=rules[key],
    )


def _reliability(view: View) -> str:
    """Say how well the scale hangs together, and what that forbids.

    Source: specification E8.
    """
    asked = view.asked
    found = scale_quality(
        asked.connection, asked.viewer, indicator=view.indicator.id, wave=asked.wave
    )
    mine = [q for q in found if q.form == view.scale.form and q.part == SCALE]
    if not mine or mine[0].gate == "single":
        return ""
    quality, say = mine[0], asked.say
    omega = "–" if quality.omega is None else say.decimal(quality.omega, 2)
    text = say(f"gate.{quality.gate}", omega=omega)
    if quality.languages is False:
        text += " " + say("gate.languages")
    return text


def _school_table(view: View) -> Table:
    say = view.asked.say
    headings = (
        say("column.school"),
        say("column.cohort"),
        *cell_headings(say),
        say("column.change"),
    )
    # The page shows the first hundred; the file holds them all.
    rows = [
        (
            school.name,
            say.cohort(school.cohort_id),
            *cell_values(say, e.printed),
            say.change(e.change),
        )
        for school, e in view.rows[:ROWS_SHOWN]
    ]
    wave = view.asked.facts.waves[view.asked.wave].label
    return Table(
        headings,
        rows,
        keys=("wave", "school_id", "school", "cohort", *CELL_KEYS, "change"),
        data=(
            (wave, s.school_id, s.name, s.cohort_id, *cell_data(e.printed), e.change)
            for s, e in view.rows
        ),
    )


def _trend(view: View) -> Block:
    """Cohorts over the waves; the district's line where there is one cohort."""
    asked, say = view.asked, view.asked.say
    rows = [
        e
        for kind in ("cohort", "district")
        for e in estimates(
            asked.connection,
            asked.viewer,
            indicator=view.indicator.id,
            form=view.scale.form,
            unit_kind=kind,
        )
    ]
    chosen = asked.cohort()
    lines = []
    for cohort in in_order(asked.facts):
        if chosen is not None and cohort.cohort_id != chosen:
            continue
        mine = [
            e
            for e in rows
            if (e.unit_kind, e.unit_id) == ("cohort", str(cohort.cohort_id))
        ]
        if points := _points(mine):
            name = say.cohort(cohort.cohort_id)
            lines.append(Line(name, cohort.cohort_id, points, cohort.launch_wave))
    axis = view.axis
    waves = asked.facts.waves
    said = [
        say(
            "survey.trend_part",
            name=line.name,
            first=say.percent(line.points[0].value),
            last=say.percent(line.points[-1].value),
        )
        for line in lines
    ]
    return Block(
        name="trend",
        question=say("survey.trend"),
        reading=say("survey.trend_reading"),
        alt=say("survey.trend_alt", notes="; ".join(said)),
        picture=[trend(say, lines, waves=waves, axis=axis)],
        phone=[trend(say, lines, waves=waves, axis=axis, phone=True)],
        table=_trend_table(view, rows),
        note=left_out(
            asked,
            {line.cohort for line in lines if line.cohort is not None},
            hidden={
                int(e.unit_id)
                for e in rows
                if e.unit_kind == "cohort" and e.cell.share is None
            },
        ),
        know=say("survey.trend_know"),
        cannot=say("survey.trend_cannot"),
    )


def _points(mine: list[Estimate]) -> list[Point]:
    return [
        Point(e.wave_index, e.cell.share, e.cell.low, e.cell.high)
        for e in mine
        if e.cell.share is not None
    ]


def _trend_table(view: View, rows: list[Estimate]) -> Table:
    say, facts = view.asked.say, view.asked.facts

    def name(e: Estimate) -> str:
        return (
            say.cohort(int(e.unit_id))
            if e.unit_kind == "cohort"
            else say("cohort.none")
        )

    return Table(
        (say("column.cohort"), say("column.wave"), *cell_headings(say)),
        [
            (name(e), say.wave(facts.waves[e.wave_index]), *cell_values(say, e.printed))
            for e in rows
        ],
        keys=("unit", "unit_id", "wave", *CELL_KEYS),
        data=[
            (
                e.unit_kind,
                e.unit_id,
                facts.waves[e.wave_index].label,
                *cell_data(e.printed),
            )
            for e in rows
        ],
    )


def _alike(view: View) -> Block | None:
    """One dot a school, or bars that count them where schools are many."""
    say = view.asked.say
    values = [
        (school.cohort_id, e.compared.value, school.name)
        for school, e in view.rows
        if e.compared
    ]
    if len(values) < FEWEST_DOTS:
        return None
    shares = sorted(v for _, v, _ in values)
    quarter = len(shares) // 4
    is_many = len(values) > MOST_DOTS
    figures = [
        [
            dot_stack(
                say,
                values,
                district=_district_line(view),
                axis=view.axis,
                counted=say.texts.texts["survey.counted"],
                phone=phone,
            )
        ]
        for phone in (False, True)
    ]
    reading = "survey.alike_reading_bars" if is_many else "survey.alike_reading"
    return Block(
        name="alike",
        question=say("survey.alike"),
        reading=say(reading, n=f"{len(values):,}"),
        alt=say(
            "survey.alike_alt",
            n=f"{len(values):,}",
            low=say.percent(shares[0]),
            high=say.percent(shares[-1]),
            q1=say.percent(shares[quarter]),
            q3=say.percent(shares[-1 - quarter]),
        ),
        picture=figures[0],
        phone=figures[1],
        table=_school_table(view),
    )
