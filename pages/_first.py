"""A page as HTML, part by part, for who asks and with the choices of its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

from flask import current_app, g

from components.rich import plain
from components.static_html import NotStatic, static_html
from pages._frame import frame_of
from pages._recent import Recent
from pages._request import (
    OK,
    WRITTEN_ON,
    Shown,
    language_of,
    page_at,
    question_key,
    read_params,
    shown,
)

REGIONS = ("header", "page", "footer")
FIRST_TAG = re.compile(r"<[a-z0-9]+")
DIGEST = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a page.

    Attributes:
        digest: of its HTML; a browser that shows it already is not sent it again.
        html: one element, with its digest on it.
    """

    digest: str
    html: str


@dataclass(frozen=True, slots=True)
class Written:
    """A page as it is written for one reader.

    Attributes:
        status: 200, or why there is no such page (403, 404, 410, 500).
        language: of the words, for `<html lang>`.
        title: of the window.
        told: the answer in a sentence, without marks; empty where there is none.
        parts: of header, page and footer, in order; the page's are None where
            somebody writes on it, which only Dash in the browser can draw.
        skip: the words that lead past the header.
        trouble: kind of failure to the words for it, where a choice is not answered.
    """

    status: int
    language: str
    title: str
    told: str
    parts: dict[str, list[Part] | None]
    skip: str
    trouble: dict[str, str]


def written(path: str, search: str) -> Written:
    """Return what *path* answers to who asks, with the choices of *search*.

    Args:
        path: as in the address, decoded.
        search: choices, with or without the question mark.
    """
    search = search.lstrip("?")
    kept: Recent = current_app.extensions["chorus_recent"]
    key = ("written", *question_key(path, search))
    found: Written | None = kept.get(key)
    if found is None:
        found = _written(path, search)
        if found.status == OK and not g.get("is_of_the_moment"):
            kept.put(key, found)
    return found


def _written(path: str, search: str) -> Written:
    say = language_of(read_params(search))
    name = page_at(path)
    page = shown(name, path, search)
    header, footer, skip = frame_of(path, search)
    return Written(
        page.status,
        say.language,
        say("title", question=plain(page.question)),
        plain(page.sentence),
        {
            "header": _parts(header),
            "page": _of_page(name, page),
            "footer": _parts(footer),
        },
        skip,
        {k: say(f"choice.{k}") for k in ("offline", "busy", "failed", "slow", "again")},
    )


def _of_page(name: str, page: Shown) -> list[Part] | None:
    try:
        return _parts(page.parts)
    except NotStatic:
        if name not in WRITTEN_ON:
            raise
        return None


def _parts(components: list[Any]) -> list[Part]:
    return [_part(text) for c in components if (text := static_html(c))]


def _part(text: str) -> Part:
    digest = blake2s(text.encode(), digest_size=DIGEST).hexdigest()
    tag = FIRST_TAG.match(text)
    if tag is None:
        msg = "a page's part must be one element"
        raise TypeError(msg)
    end = tag.end()
    return Part(digest, f'{text[:end]} data-part="{digest}"{text[end:]}')
