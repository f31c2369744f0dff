"""Every page there is, as every reader is answered: bytes from a server."""

from __future__ import annotations

from addresses import OFFICE, PAGES, WRITING
from flask import Flask
from sentences.html_text import Said, prose
from window import READERS

LANGUAGES = ("en", "es")
# A school of the upper grades, one that waits, and one that has closed.
SCHOOLS = ("/schools/SCH-009", "/schools/SCH-030", "/schools/SCH-027")
OWN = {"steward": OFFICE, "superintendent": WRITING, "principal": WRITING,
       "teacher": WRITING}  # fmt: skip
# Reader, path, language → what is said there.
Site = dict[tuple[str, str, str], list[Said]]


def walked(server: Flask, readers: tuple[str, ...] = tuple(READERS)) -> Site:
    """Ask *server* for every page as each of *readers*, in both languages."""
    found: Site = {}
    for reader in readers:
        browser = server.test_client()
        browser.get(f"/view-as?{READERS[reader]}")
        for path in (*PAGES, *SCHOOLS, *OWN.get(reader, ())):
            for language in LANGUAGES:
                joined = "&" if "?" in path else "?"
                answer = browser.get(f"{path}{joined}lang={language}")
                if answer.status_code == 200:
                    found[reader, path, language] = prose(answer.text)
    return found
