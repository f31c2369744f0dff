"""Documents agree with code: what one says the other does."""

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT

from components import theme
from components.words import speaker
from data.catalogue import catalogue, words
from data.disclosure.verdicts import Reason
from data.ledger.registers import REGISTERS
from data.catalogue.languages import LANGUAGES
from data.cli import app
from data.model.cell import VISIBLE, Coding, Status
from data.model.viewer import Role
from data.scoring.changes import Change

README = (ROOT / "README.md").read_text()
SOURCES = [ROOT / "web" / "feed.py", *ROOT.glob("pages/*.py"), *ROOT.glob("components/**/*.py"), ROOT / "app.py", ROOT / "data" / "publish" / "build.py"]


def test_every_command_is_in_the_readme():
    commands = [c.name or c.callback.__name__.strip("_") for c in app.registered_commands if not c.hidden]
    for group in app.registered_groups:
        commands += [f"{group.name} {c.name}" for c in group.typer_instance.registered_commands]

    assert [c for c in commands if f"chorus {c}" not in README] == []


def test_every_setting_is_in_the_readme():
    found = set(re.findall(r'"(CHORUS_[A-Z]+)"', (ROOT / "data" / "settings.py").read_text()))

    assert [s for s in found if f"`{s}`" not in README] == []


def test_every_make_target_for_people_is_in_the_readme():
    for target in ("run", "test", "bench"):
        assert f"make {target}" in README


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_closed_set_has_words(language):
    say = words(language)
    keys = [f"withheld.{s}" for s in set(Status) - VISIBLE]
    keys += [f"coded.{c}" for c in set(Coding) - {Coding.EXACT}]
    keys += [f"reason.{r}" for r in Reason]
    keys += [f"persona.{r}" for r in Role]
    keys += [f"change.{v}" for k, v in vars(Change).items() if k.isupper()]
    keys += [f"form.{form}" for form in catalogue().forms]
    keys += [f"group.{i.group}" for i in catalogue().items.values()]

    assert [k for k in keys if k not in say] == []


def asked_in_registers(known):
    """The words of every field, choice and page that a register declares."""
    found = set()
    for register in REGISTERS.values():
        found |= {f"write.{register.name}.{k}" for k in ("question", "sentence")}
        for field in (f for step in register.steps for f in step.fields):
            found |= {f"write.{register.name}.{field.name}{end}" for end in ("", "_hint")}
            found |= {f"write.{field.option_words}.{o}" for o in field.options}
    # Some are optional: a hint, and words another catalogue has.
    return found & known


def test_every_text_is_used_and_every_used_text_exists():
    code = "\n".join(path.read_text() for path in SOURCES)
    known = set(words("en").texts)
    used = set(re.findall(r'"([a-z_]+(?:\.[a-z0-9_]+)+)"', code))
    prefixes = {p for p in re.findall(r'f"([a-z_.]+)\.\{', code)}
    unused = {k for k in known if k not in code and k.rsplit(".", 1)[0] not in prefixes}
    unused -= asked_in_registers(known)

    assert {k for k in used if k.split(".")[0] in {x.split(".")[0] for x in known}} - known == set()
    assert unused == set()


def test_spanish_does_not_repeat_the_english():
    english, spanish = words("en").texts, words("es").texts
    # The title of the window is the question and the product's name.
    same = {k for k in english.keys() - {"title"} if english[k] == spanish[k] and re.search(r"[a-z]{4}", re.sub(r"\{\w+\}", "", english[k]))}

    assert same == set()


def test_dark_is_a_lookup_of_every_light_color():
    used = set(re.findall(r"#[0-9A-F]{6}", (ROOT / "components" / "theme.py").read_text().split("DARK_OF")[0]))

    assert used <= set(theme.DARK_OF)


def test_the_style_sheet_has_the_colors_of_the_charts():
    css = (ROOT / "components" / "assets" / "00-tokens.css").read_text()
    light, dark = css.split("[data-bs-theme=dark]")
    names = {"paper": theme.PAPER, "ink": theme.INK, "ink2": theme.INK2, "rule": theme.RULE, "rule2": theme.RULE2, "accent": theme.ACCENT, "band": theme.BAND}
    names |= {f"cohort-{n}": color for n, color in theme.COHORT_MARKS.items()}
    for name, color in names.items():
        assert f"--{name}: {color}" in light
        assert f"--{name}: {theme.DARK_OF[color]}" in dark


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast of two hex colors."""

    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("cohort", list(theme.COHORT_MARKS))
def test_marks_and_words_of_a_cohort_stand_out_in_both_themes(cohort):
    for color, least in ((theme.COHORT_MARKS[cohort], 3), (theme.COHORT_TEXTS[cohort], 4.5)):
        assert contrast(color, theme.PAPER) >= least
        assert contrast(theme.DARK_OF[color], theme.DARK_OF[theme.PAPER]) >= least


def test_every_page_has_a_question_in_both_languages():
    for key in ("home", "adoption", "schools", "voice", "risk", "promise", "chorus", "engines", "connections", "load", "pulse", "communication", "evidence", "methods", "releases"):
        for language in LANGUAGES:
            text = speaker(language)(f"{key}.question")
            assert text.endswith("?")
            assert text.startswith("¿") == (language == "es")


def test_every_page_leads_on_to_questions_that_exist():
    from pages import _related

    texts = words("en")
    builders = {"steward", "my", "home", "board", "embed", "sign", "missing"}
    pages = {
        name
        for path in (ROOT / "pages").glob("[!_]*.py")
        for name in re.findall(r'^page\("([\w-]+)"', path.read_text(), re.M)
        if name.split("-")[0] not in builders
    }
    addresses = {
        found
        for path in (ROOT / "pages").glob("[!_]*.py")
        for found in re.findall(r'^PATH = "(/[\w-]*)"', path.read_text(), re.M)
    }

    assert set(_related.RELATED) == pages
    for name in pages:
        found = _related.related(name)
        assert len(found) == len(set(found)) == 3
        for key, address in found:
            assert key in texts
            assert address in addresses


def test_the_decisions_are_numbered_without_gap():
    names = sorted(p.name for p in (ROOT / "docs" / "decisions").glob("*.md"))

    assert [int(n[:4]) for n in names] == list(range(1, len(names) + 1))


def test_no_pin_names_an_index():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert not re.search(r"https?:|--index|--find-links", (ROOT / name).read_text())


def test_front_end_parts_are_pinned_exactly():
    pins = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", v) for v in pins.values())
    assert "://" not in (ROOT / "package-lock.json").read_text()  # no address


def test_every_register_and_its_columns_are_in_the_guide():
    from data.ingest.canonical_tables import REGISTERS

    guide = (ROOT / "docs" / "guide" / "registers.md").read_text()
    sections = dict(part.split("\n", 1) for part in guide.split("\n## ")[1:])
    assert set(sections) == set(REGISTERS)
    for name, table in REGISTERS.items():
        missing = [c.name for c in table.columns if f"`{c.name}`" not in sections[name]]
        assert missing == [], name
