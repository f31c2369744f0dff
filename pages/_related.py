"""From every page to the questions next to its own."""

from __future__ import annotations

# Address → key of the question it answers.
QUESTIONS = {
    "/": "home.question",
    "/board": "board.question",
    "/adoption": "adoption.question",
    "/schools": "schools.question",
    "/student-voice": "voice.question",
    "/risk-taking": "risk.question",
    "/promise": "promise.question",
    "/chorus": "chorus.question",
    "/engines": "engines.question",
    "/connections": "connections.question",
    "/load": "load.question",
    "/pulse": "pulse.question",
    "/communication": "communication.question",
    "/evidence": "evidence.question",
    "/releases": "releases.question",
    "/methods": "methods.question",
    "/open-data": "open.question",
}
# Page → where its answer makes one look next. Everyone may open these.
RELATED = {
    "adoption": ("/evidence", "/risk-taking", "/load"),
    "schools": ("/student-voice", "/engines", "/adoption"),
    "school": ("/schools", "/engines", "/promise"),
    "student-voice": ("/promise", "/communication", "/evidence"),
    "risk-taking": ("/promise", "/connections", "/load"),
    "promise": ("/evidence", "/student-voice", "/risk-taking"),
    "chorus": ("/communication", "/pulse", "/adoption"),
    "engines": ("/connections", "/student-voice", "/schools"),
    "connections": ("/engines", "/risk-taking", "/adoption"),
    "load": ("/pulse", "/risk-taking", "/adoption"),
    "pulse": ("/load", "/risk-taking", "/chorus"),
    "communication": ("/student-voice", "/chorus", "/promise"),
    "evidence": ("/promise", "/adoption", "/methods"),
    "quality": ("/methods", "/releases", "/open-data"),
    "releases": ("/", "/methods", "/open-data"),
    "release": ("/releases", "/methods", "/open-data"),
    "methods": ("/releases", "/open-data", "/evidence"),
    "number": ("/methods", "/schools", "/open-data"),
    "open-data": ("/methods", "/releases", "/board"),
}


def related(name: str) -> list[tuple[str, str]]:
    """Return (key of the question, address) of what lies next to page *name*."""
    return [(QUESTIONS[path], path) for path in RELATED.get(name, ())]
