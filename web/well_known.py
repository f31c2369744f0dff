"""The addresses every site is asked for: robots.txt, sitemap.xml and their like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

from flask import Flask, Response, request

from components.frame import SECTIONS
from data.model.viewer import PUBLIC
from pages._request import current_desk
from queries.facts import schools
from web.redirects import FIRST_PAGE

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What is of no use to a search engine: nobody's desk, and files made anew at each call.
PRIVATE = ("/my", "/steward/", "/sign-in", "/download/", "/embed/")
ICON = Path(__file__).resolve().parent.parent / "components/assets/favicon.svg"


def add_well_known(server: Flask, contact: str) -> None:
    """Route what browsers, search engines and finders of faults ask for by name.

    Args:
        contact: whom to tell of a fault; without one there is no security.txt.
    """
    server.add_url_rule("/robots.txt", "robots", _robots)
    server.add_url_rule("/sitemap.xml", "sitemap", _sitemap)
    server.add_url_rule("/favicon.ico", "favicon", _favicon)
    if contact:
        text = partial(_security, contact)
        server.add_url_rule("/.well-known/security.txt", "security", text)


def _robots() -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines.append(f"Sitemap: {request.url_root}sitemap.xml")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _sitemap() -> Response:
    """Return the addresses anybody may read, as the current release has them."""
    paths = [FIRST_PAGE, *(path for _, pages in SECTIONS for _, path in pages)]
    release = current_desk().current()
    if release is not None:
        with release.connection(PUBLIC) as connection:
            known = schools(connection, PUBLIC)
        paths += [f"/schools/{school.school_id}" for school in known]
    ET.register_namespace("", SITEMAP)
    urls = ET.Element(f"{{{SITEMAP}}}urlset")
    for path in dict.fromkeys(paths):
        place = ET.SubElement(
            ET.SubElement(urls, f"{{{SITEMAP}}}url"), f"{{{SITEMAP}}}loc"
        )
        place.text = f"{request.url_root.rstrip('/')}{path}"
    body = ET.tostring(urls, encoding="utf-8", xml_declaration=True)
    return Response(body, mimetype="application/xml")


def _favicon() -> Response:
    return Response(ICON.read_bytes(), mimetype="image/svg+xml")


def _security(contact: str) -> Response:
    """Return whom to tell of a fault. Source: RFC 9116."""
    address = f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
    expires = datetime.now(UTC) + timedelta(days=365)
    lines = [f"Contact: {address}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
