"""/feed.xml: what was published, corrected and withdrawn, for feed readers."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from flask import Flask, Response, request

from pages._notes import Notes, notes_for
from pages._request import current_desk, language_of, read_params

ATOM = "http://www.w3.org/2005/Atom"


def add_feed(server: Flask) -> None:
    """Route the feed of releases."""
    server.add_url_rule("/feed.xml", "feed", _feed)


def _feed() -> Response:
    """Return an Atom feed, newest first; withdrawn releases say so."""
    say = language_of(read_params(request.query_string.decode("utf-8", "replace")))
    root = request.url_root.rstrip("/")
    lines = [x for x in current_desk().pointer().history if x.published_at]
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed", {"xml:lang": say.language})
    _add(feed, "title", say("feed.title"))
    _add(feed, "id", f"{root}/feed.xml")
    _link(feed, f"{root}/feed.xml", "self")
    _link(feed, f"{root}/releases", "alternate")
    newest = max((x.withdrawn_at or x.published_at for x in lines), default=None)
    _add(feed, "updated", newest or "1970-01-01T00:00:00+00:00")
    for line in sorted(lines, key=lambda x: x.published_at, reverse=True):
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        address = f"{root}/releases/{line.release_id}?lang={say.language}"
        title = say("feed.published", id=line.release_id)
        text = line.why or ""
        if line.corrects:
            title = say("feed.corrects", id=line.release_id, of=line.corrects)
        if line.withdrawn_at:
            title = say("feed.withdrawn", id=line.release_id)
            text = line.reason or ""
        _add(entry, "title", title)
        _add(entry, "id", f"{root}/releases/{line.release_id}")
        _add(entry, "updated", line.withdrawn_at or line.published_at)
        _link(entry, address, "alternate")
        author = ET.SubElement(entry, f"{{{ATOM}}}author")
        _add(author, "name", "Chorus")
        if text:
            _add(entry, "summary", text)
        elif not line.withdrawn_at:
            _summarize(entry, notes_for(say, current_desk().notes(line.release_id)))
    body = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return Response(body, mimetype="application/atom+xml")


def _summarize(entry: ET.Element, notes: Notes) -> None:
    """Add what the notes begin with, marked with their language."""
    if notes.paragraphs:
        summary = _add(entry, "summary", notes.paragraphs[0])
        summary.set("xml:lang", notes.language)


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    added = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    added.text = text
    return added


def _link(parent: ET.Element, address: str, rel: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"href": address, "rel": rel})
