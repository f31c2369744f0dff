"""The first answer is the page: for who asks, with a status that says what it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from web.well_known import add_well_known

SECURITY = "/.well-known/security.txt"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/board?lang=es", 200),
        ("/methods", 200),
        ("/schools", 200),
        ("/nope", 404),
        ("/schools/no-such-school", 404),
        ("/numbers/no-such-number", 404),
        ("/embed/chorus/no-such-picture", 404),
        ("/adoption?release=2001-02F.1", 404),
        ("/steward/releases", 403),
    ],
)
def test_the_status_says_what_the_page_says(visitor, address, status):
    assert visitor.get(address).status_code == status


@pytest.mark.parametrize(
    ("address", "language", "question"),
    [
        ("/board", "en", "How is our district doing?"),
        ("/board?lang=es", "es", "¿Cómo va nuestro distrito?"),
    ],
)
def test_title_language_and_question_are_there_before_any_script(
    visitor, address, language, question
):
    page = visitor.get(address).text

    assert f'<html lang="{language}">' in page
    assert f"<title>{question} – Chorus</title>" in page
    assert page.count("<title>") == 1
    assert f'id="question">{question}</h1>' in page
    assert page.count('name="description"') == 1
    assert f'property="og:title" content="{question} – Chorus"' in page


def test_choices_are_a_form_that_keeps_the_language(visitor):
    page = visitor.get("/schools?lang=es&level=high").text
    form = re.search(r"<form[^>]*filters.*?</form>", page, re.S)

    assert form is not None
    assert 'method="GET"' in form[0]
    assert '<input value="es" type="hidden" name="lang">' in form[0]
    assert form[0].count('name="level"') <= 1
    assert 'type="submit"' in form[0]


def tokens_in(page: str) -> set[str]:
    inputs = re.findall(r"<input[^>]*>", page)
    found = (re.search(r'value="([^"]*)"', i) for i in inputs if 'name="csrf"' in i)
    return {m[1] for m in found if m}


def test_a_form_carries_the_token_the_same_answer_hands_out(visitor):
    visitor.get("/view-as?role=steward")
    page = visitor.get("/steward/people").text
    cookie = visitor.get_cookie("chorus-csrf")

    assert cookie is not None
    assert tokens_in(page) == {cookie.value}


def test_another_browser_never_gets_the_token_of_the_first(small):
    tokens = []
    for _ in range(2):
        one = small.test_client()
        one.get("/view-as?role=steward")
        tokens.append(tokens_in(one.get("/steward/people").text))

    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]


def test_no_page_tells_the_versions_of_its_parts_in_its_words(visitor):
    body = visitor.get("/").text.split('<div id="react-entry-point">')[0]

    assert "Loading..." not in body
    assert not re.search(r"(Dash|Plotly|Flask|DuckDB) v?\d", body)


def test_search_engines_are_told_what_to_read(visitor):
    robots = visitor.get("/robots.txt")
    sitemap = visitor.get("/sitemap.xml")
    places = re.findall(r"<loc>http://localhost(.*?)</loc>", sitemap.text)

    assert robots.mimetype == "text/plain"
    assert "Disallow: /my\n" in robots.text
    assert "Sitemap: http://localhost/sitemap.xml" in robots.text
    assert sitemap.mimetype == "application/xml"
    assert {"/", "/adoption", "/student-voice", "/methods"} <= set(places)
    assert len(places) == len(set(places))
    assert not [p for p in places if p.startswith(("/my", "/steward"))]
    assert all(visitor.get(p).status_code == 200 for p in places)


def test_the_icon_is_where_browsers_look_for_it(visitor):
    with visitor.get("/favicon.ico") as reply:
        assert reply.mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("data@our.district", "Contact: mailto:data@our.district"),
        ("https://our.district/security", "Contact: https://our.district/security"),
    ],
)
def test_who_finds_a_fault_is_told_whom_to_tell(contact, line):
    server = Flask("small")
    add_well_known(server, contact)
    told, expires = server.test_client().get(SECURITY).text.splitlines()

    assert told == line
    assert datetime.fromisoformat(expires.removeprefix("Expires: ")) > datetime.now(UTC)


def test_without_a_contact_there_is_no_such_file(visitor):
    assert visitor.get(SECURITY).status_code == 404
