"""One request: who asks, of which release, in which language, with which choices."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

import sqlalchemy as sa
from dash import html
from dash.development.base_component import Component
from flask import current_app, g

from components import page as parts
from components.figure_block import Block, figure_block
from components.frame import ReleaseLine, release_line
from components.page import ALL, Filter
from components.rich import rich
from components.words import Speaker, count_schools, speaker
from data.catalogue.languages import LANGUAGES, SOURCE
from data.errors import AccessDenied, ReleaseError, ReleaseWithdrawn
from data.model.viewer import Viewer
from data.model.waves import Wave
from pages._recent import Recent
from pages._related import QUESTIONS, related
from queries.desk import Desk, OpenRelease
from queries.facts import Cohort, Facts, School, levels_and_areas

log = logging.getLogger("chorus")
MOST_PARAMS, LONGEST_PARAM = 16, 320
OK, NOT_FOUND = 200, 404
LEVELS = ("elementary", "middle", "high", "mixed")
# Codes of errors a form may meet (`ChorusError.code`); an address can name no other.
PROBLEMS = (
    "other", "file", "no_file", "no_release", "damaged", "state", "disk", "not_yours",
    "no_person", "audit", "email", "role", "needs_school", "no_school", "point",
    "reason", "moment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """What a page needs to answer one reader.

    Attributes:
        params: choices of the address, each short and known by name.
        path: address of the page, without choices.
    """

    connection: sa.Connection
    viewer: Viewer
    facts: Facts
    say: Speaker
    params: dict[str, str]
    path: str
    release: OpenRelease

    @property
    def wave(self) -> int:
        """Index of the wave chosen, the latest by default."""
        return self.facts.wave_index(self.params.get("wave"))

    def chosen(self, name: str) -> str | None:
        """Return a choice of the address, None where nothing is chosen."""
        value = self.params.get(name, ALL)
        return None if value in {ALL, ""} else value

    def page_from(self, total: int, size: int) -> int:
        """Return the first row of the page chosen, within *total* rows."""
        text = self.params.get("page", "1")
        chosen = int(text) if text.isdigit() else 1
        last = max(-(-total // size), 1)
        return (min(max(chosen, 1), last) - 1) * size

    @property
    def wave_words(self) -> str:
        """The chosen wave in words."""
        return self.say.wave(self.facts.waves[self.wave])

    def cohort(self) -> int | None:
        """Return the cohort chosen, if it is one."""
        text = self.params.get("cohort", "")
        known = {str(c.cohort_id): c.cohort_id for c in self.facts.cohorts}
        return known.get(text)

    def href(self, path: str, **changes: str | None) -> str:
        """Return an address in the reader's language.

        The choices of this page are kept when *path* is this page.
        """
        kept = self.params if path == self.path else {}
        # The language and the release are the reader's, wherever they go.
        own = {k: v for k, v in self.params.items() if k in {"lang", "release"}}
        chosen: dict[str, str | None] = {**kept, **own, **changes}
        query = {k: v for k, v in chosen.items() if v}
        return f"{path}?{urlencode(query)}" if query else path

    def school_href(self, school: School) -> str:
        """Return the address of a school's page."""
        return self.href(f"/schools/{quote(school.school_id, safe='')}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A page's content, before it becomes components.

    Attributes:
        choices: filters of this page.
        hero: a number as large as the question, with what it counts.
        is_of_release: the page reads the release, and names it.
        status: of HTTP; 404 where the address names nothing there is.
        body: figure blocks and other sections, in order.
    """

    question: str
    sentence: str
    body: list[Block | Component]
    choices: list[Filter] = field(default_factory=list)
    hero: tuple[str, str] | None = None
    is_of_release: bool = True
    status: int = OK


# Page of one school, number or picture → where such pages are; its files say which.
PAGES_OF_ONE = {"school": "/schools/", "number": "/numbers/", "embed": "/embed/"}
Build = Callable[[Ask], Answer]
BUILDERS: dict[str, Build] = {}


ADDRESSES: dict[str, str] = {}
WRITTEN_ON: set[str] = set()


def page(
    name: str, build: Build, *, path: str = "", is_written_on: bool = False
) -> None:
    """Register *build* as what answers page *name*, on screen and as files.

    Args:
        path: its address; parts in <angles> may be anything. Empty for the page
            that answers every address no page has.
        is_written_on: Dash draws it in the browser, and its fields.
    """
    BUILDERS[name] = build
    if path:
        ADDRESSES[name] = path
    if is_written_on:
        WRITTEN_ON.add(name)


def page_at(path: str) -> str:
    """Return the name of the page at *path*; an unknown one is "missing"."""
    return next((n for n, where in ADDRESSES.items() if _fits(where, path)), "missing")


def _fits(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        bool(part) if where.startswith("<") else where == part
        for where, part in zip(wanted, given, strict=True)
    )


def current_viewer() -> Viewer:
    """Return the viewer settled for this request."""
    viewer: Viewer = g.viewer
    return viewer


def current_desk() -> Desk:
    """Return this worker's reading desk."""
    desk: Desk = current_app.extensions["chorus_desk"]
    return desk


def read_params(search: str | None) -> dict[str, str]:
    """Return the choices of an address, bounded in number and length."""
    try:
        pairs = parse_qsl((search or "").lstrip("?"), max_num_fields=MOST_PARAMS)
    except ValueError:  # more choices than any page offers: none of them counts
        return {}
    return {k: v[:LONGEST_PARAM] for k, v in pairs}


def language_of(params: dict[str, str]) -> Speaker:
    """Return the speaker an address asks for, English by default."""
    asked = params.get("lang", SOURCE)
    return speaker(asked if asked in LANGUAGES else SOURCE)


@contextmanager
def ask(
    release: OpenRelease,
    path: str,
    search: str | None,
    *,
    viewer: Viewer | None = None,
) -> Iterator[Ask]:
    """Open the viewer's file and gather what a page needs.

    Args:
        viewer: someone else than who asks; None for who asks.
    """
    params = read_params(search)
    viewer = viewer or current_viewer()
    with release.connection(viewer) as connection:
        facts = release.facts(connection, viewer)
        say = language_of(params)
        yield Ask(connection, viewer, facts, say, params, path, release)


def release_asked(search: str | None) -> OpenRelease | None:
    """Return the release an address names, the current one by default.

    Raises:
        ReleaseError: not to be had by this viewer, or withdrawn.
    """
    named = read_params(search).get("release")
    desk = current_desk()
    return desk.open(named, current_viewer()) if named else desk.current()


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as one reader gets it.

    Attributes:
        status: of HTTP: 200, or why there is no answer (403, 404, 410, 500).
        sentence: the answer in a sentence; empty where there is none.
        parts: the page's components, in order.
    """

    status: int
    question: str
    sentence: str
    parts: list[Component]


def answer(name: str, path: str, search: str | None) -> list[Component]:
    """Return page *name* as components: the answer, or a designed way out."""
    return shown(name, path, search).parts


def shown(name: str, path: str, search: str | None) -> Shown:
    """Return page *name* with what its address must say of it.

    What was built for one reader is kept for the same question of the same reader:
    the page, and each of its pictures that is touched.
    """
    kept: Recent = current_app.extensions["chorus_recent"]
    key = ("shown", name, *question_key(path, search or ""))
    found: Shown | None = kept.get(key)
    if found is None:
        found = _shown(name, path, search)
        if found.status == OK and not g.get("is_of_the_moment"):
            kept.put(key, found)
    return found


def question_key(path: str, search: str) -> tuple[object, ...]:
    """Return what decides a page: shelf, viewer, person and the whole address."""
    # Two people with one role see the same numbers and not the same name.
    who = None if g.person is None else g.person.id
    return (current_desk().edition(), current_viewer(), who, path, search.lstrip("?"))


def _shown(name: str, path: str, search: str | None) -> Shown:
    say = language_of(read_params(search))
    try:
        release = release_asked(search)
        if release is None:
            return _apart(say, path, parts.nothing_yet(say("nothing.release")), OK)
        with ask(release, path, search) as asked:
            found = BUILDERS[name](asked)
            made = _components(asked, release, name, found)
            return Shown(found.status, found.question, found.sentence, made)
    except AccessDenied:
        return _apart(say, path, parts.nothing_yet(say("error.not_allowed")), 403)
    except ReleaseWithdrawn as error:
        text = say("error.withdrawn", id=error.release_id, reason=error.reason)
        return _apart(say, path, parts.nothing_yet(text), 410)
    except ReleaseError:
        return _apart(say, path, parts.nothing_yet(say("error.no_release")), 404)
    except Exception:
        # Nothing of the request is logged: an address may name a person.
        reference = secrets.token_hex(4)
        log.exception("page %s could not be drawn, reference %s", name, reference)
        return _apart(say, path, parts.went_wrong(say, reference), 500)


def _apart(say: Speaker, path: str, part: Component, status: int) -> Shown:
    """Return a page that cannot answer: still its question, then why not."""
    question = say(QUESTIONS.get(path, "error.question"))
    made = [*parts.page_head(question, "", None), part]
    return Shown(status, question, "", made)


def _components(
    asked: Ask, release: OpenRelease, name: str, found: Answer
) -> list[Component]:
    say, facts = asked.say, asked.facts
    wave = say.wave(facts.waves[facts.latest]) if facts.waves else "–"
    published = say.date(release.published_at) if release.published_at else ""
    line: Component | None = None
    if found.is_of_release:
        line = release_line(
            say,
            ReleaseLine(
                wave,
                published,
                release.release_id,
                permalink=_for_ever(asked, release),
                packet=asked.href("/packet.pdf"),
                problem=say("release.refused") if current_desk().problem else "",
            ),
            href=asked.href("/releases"),
        )
    head = parts.page_head(found.question, found.sentence, line, hero=found.hero)
    out = [*_of_another_day(asked, release), *head]
    if found.choices:
        made = asked.params.keys() - {"lang", "release"}
        clear = asked.href(asked.path, **dict.fromkeys(made)) if made else ""
        named = {choice.name for choice in found.choices} | {"page"}
        others = {k: v for k, v in asked.params.items() if k not in named}
        out.append(parts.filters(say, found.choices, clear=clear, others=others))
        out += _gone(asked, found.choices)
    for part in found.body:
        if isinstance(part, Block):
            out.append(
                figure_block(
                    say,
                    part,
                    download=_file(asked, name, part),
                    foot=_foot(asked, release, wave, published),
                    file=f"chorus-{name}-{release.release_id}-{say.language}",
                )
            )
        else:
            out.append(part)
    if near := related(name):
        out.append(parts.related(say, [(say(k), asked.href(p)) for k, p in near]))
    return out


def _gone(asked: Ask, choices: list[Filter]) -> list[Component]:
    """Say where an old link asks for what there is no more, and what is shown."""
    told = []
    for choice in choices:
        words = dict(choice.options)
        wanted = asked.chosen(choice.name)
        if words and wanted is not None and wanted not in words:
            shown_ = words[choice.value]
            told.append(asked.say("choice.gone", label=choice.label, shown=shown_))
    return [html.P(text, className="gone", role="status") for text in told]


def _for_ever(asked: Ask, release: OpenRelease) -> str:
    """Return the address of this page, as it is chosen, in this release for ever."""
    kept = {k: v for k, v in asked.params.items() if k != "release"}
    where = f"/r/{release.release_id}{asked.path}"
    return f"{where}?{urlencode(kept)}" if kept else where


def _foot(asked: Ask, release: OpenRelease, wave: str, published: str) -> str:
    """Return what a picture that leaves the page must say about itself."""
    say, facts = asked.say, asked.facts
    edition = say(
        "packet.edition", wave=wave, id=release.release_id, date=published or "–"
    )
    notice = f" · {say('packet.demo')}" if facts.is_demo else ""
    return f"{facts.district} · {edition} · Chorus{notice}"


def _of_another_day(asked: Ask, release: OpenRelease) -> list[Component]:
    """Say on every page of a release that is not current what has become of it."""
    say = asked.say
    if "release" not in asked.params:
        return []
    pointer = current_desk().pointer()
    here = {k: v for k, v in asked.params.items() if k != "release"}
    now = f"{asked.path}?{urlencode(here)}" if here else asked.path
    correction = pointer.corrected_by(release.release_id)
    published = say.date(release.published_at) if release.published_at else ""
    values = {"id": release.release_id, "date": published}
    if not release.published_at:
        text = say("band.not_published", **values)
    elif correction is not None:
        text = say(
            "band.corrected", by=correction.release_id, why=correction.why, **values
        )
    elif pointer.current == release.release_id:
        text = say("band.still_current", **values)
    else:
        text = say("band.superseded", by=pointer.current or "–", **values)
    return [parts.band(text, link=(say("band.to_current"), now))]


def _file(asked: Ask, name: str, block: Block) -> str:
    query = dict(asked.params)
    root = PAGES_OF_ONE.get(name)
    if root is not None and asked.path.startswith(root):
        query[name] = asked.path.removeprefix(root)
    address = f"/download/{name}/{block.name}.csv"
    return f"{address}?{urlencode(query)}" if query else address


def said(asked: Ask) -> list[Component]:
    """Return what a form just did, or the one line of why it did not."""
    problem = asked.params.get("problem", "")
    if problem in PROBLEMS:
        text = rich(asked.say(f"problem.{problem}"))
        return [html.Div(html.P(text), className="error", role="alert")]
    if asked.params.get("said"):
        return [html.P(asked.say("office.done"), className="done", role="status")]
    return []


def wave_filter(asked: Ask) -> Filter:
    """Return the choice of wave, newest first."""
    say, waves = asked.say, asked.facts.waves
    options = [(w.label, _capital(say.wave(w))) for w in reversed(waves)]
    chosen, latest = waves[asked.wave].label, waves[-1].label
    return Filter("wave", say("filter.wave"), chosen, options, latest)


def cohort_filter(asked: Ask) -> Filter:
    """Return the choice of cohort."""
    say = asked.say
    options = [(ALL, say("filter.any_cohort"))]
    options += [
        (str(c.cohort_id), say.cohort(c.cohort_id)) for c in in_order(asked.facts)
    ]
    chosen = asked.cohort()
    value = ALL if chosen is None else str(chosen)
    return Filter("cohort", say("filter.cohort"), value, options)


def level_filter(asked: Ask) -> Filter:
    """Return the choice of school level, only levels that occur."""
    say = asked.say
    levels, _ = levels_and_areas(asked.connection, asked.viewer)
    options = [(ALL, say("filter.any_level"))]
    options += [(level, say.level(level)) for level in LEVELS if level in levels]
    return choice_filter(asked, "level", options)


def choice_filter(
    asked: Ask, name: str, options: list[tuple[str, str]], *, label: str = ""
) -> Filter:
    """Return a choice among *options*; the first is the default."""
    chosen = asked.params.get(name, "")
    known = {value for value, _ in options}
    default = options[0][0]
    value = chosen if chosen in known else default
    return Filter(name, label or asked.say(f"filter.{name}"), value, options, default)


def in_order(facts: Facts) -> list[Cohort]:
    """Return the cohorts from the oldest to those still waiting."""
    return sorted(facts.cohorts, key=lambda c: (c.cohort_id == 0, c.cohort_id))


def chosen_cohorts(asked: Ask) -> list[Cohort]:
    """Return the cohort chosen, or all of them in order."""
    wanted = asked.cohort()
    return [c for c in in_order(asked.facts) if wanted is None or c.cohort_id == wanted]


def count_with_closed(say: Speaker, n: int, closed: int) -> str:
    """Return "29 schools, 1 closed": a closed one is in no count of today."""
    count = count_schools(say, n)
    if not closed:
        return count
    if closed == 1:
        return say("count.closed_one", schools=count)
    return say("count.closed", schools=count, n=closed)


def left_out(
    asked: Ask, drawn: Collection[int], *, hidden: Collection[int] = ()
) -> str:
    """Name the chosen cohorts a picture does not hold; empty where it holds all.

    Args:
        drawn: numbers of the cohorts in it.
        hidden: of those whose result exists and may not be shown.
    """
    say = asked.say
    told = []
    for cohort in chosen_cohorts(asked):
        if cohort.cohort_id in drawn or not cohort.schools:
            continue
        name = say.cohort(cohort.cohort_id)
        if cohort.cohort_id in hidden:
            kind = "hidden" if cohort.cohort_id else "waiting_hidden"
            told.append(say(f"left_out.{kind}", cohort=name))
        elif cohort.is_started:
            told.append(say("left_out.nothing", cohort=name))
        else:
            told.append(say("left_out.waiting"))
    return say("left_out", cohorts="; ".join(told)) if told else ""


def wave_of(facts: Facts, index: int | None) -> Wave | None:
    """Return the wave at *index*, None outside the release."""
    if index is None or not 0 <= index < len(facts.waves):
        return None
    return facts.waves[index]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
