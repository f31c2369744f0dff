"""Nobody is sent to another site: not by any address, however it is written."""

from __future__ import annotations

import ast
import re
from urllib.parse import quote, urljoin, urlsplit

import pytest
from conftest import ROOT
from web_asking import asked as get

from web.redirects import go_to_provider, is_plain_path, own_address

EVIL = "evil.example"
HERE = "http://localhost/"
# What browsers and proxies have been seen to take for another host.
TRICKS = (
    f"//{EVIL}",
    f"///{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"\\/{EVIL}",
    f"/\t/{EVIL}",
    f"\t//{EVIL}",
    f"/\r/{EVIL}",
    f"/\n/{EVIL}",
    f"/\r\n/{EVIL}",
    f"/\x00/{EVIL}",
    f"/\x0b/{EVIL}",
    f"/ /{EVIL}",
    f"/./{EVIL}/..//x",
    f"/..//{EVIL}",
    f"/.//{EVIL}",
    f"/%09/{EVIL}",
    f"/%2f{EVIL}",
    f"/%2F%2F{EVIL}",
    f"%2f%2f{EVIL}",
    f"/%5c{EVIL}",
    f"/%5C{EVIL}",
    f"/%0d%0a/{EVIL}",
    f"/%252f{EVIL}",
    f"/%255c{EVIL}",
    f"/%2509/{EVIL}",
    f"/%25252f{EVIL}",
    f"https://{EVIL}",
    f"https:{EVIL}",
    f"https:/{EVIL}",
    f"HTTPS://{EVIL}",
    f"http://localhost@{EVIL}",
    f"//localhost@{EVIL}",
    f"//localhost:80@{EVIL}/",
    f"https://localhost.{EVIL}",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "//[",
    "http://[::1",
    EVIL,
    "",
    f"\u2028//{EVIL}",
    f"/\u2028/{EVIL}",
)


def stays_here(location: str) -> bool:
    """Where a browser would go, and every browser that first drops or turns characters."""
    for text in (
        location,
        re.sub(r"[\t\r\n\x00]", "", location),
        location.replace("\\", "/"),
    ):
        if urlsplit(urljoin(HERE, text)).netloc != "localhost":
            return False
        if text.startswith(("//", "/\\", "\\")):
            return False
    return True


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_is_an_address_of_our_own(trick):
    # Except where all that is left is a page of ours with a strange name.
    own = own_address(trick)
    assert own is None or (stays_here(own) and trick == f"/ /{EVIL}")


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("times", [0, 1, 2])
def test_view_as_leads_only_to_our_own_pages(visitor, trick, times):
    for _ in range(times):
        trick = quote(trick, safe="")
    reply = visitor.get(f"/view-as?role=public&next={quote(trick, safe='')}")

    assert reply.status_code == 302
    assert stays_here(reply.headers["Location"])


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_permalink_leads_only_to_our_own_pages(visitor, trick, times):
    path = quote(trick, safe="/")
    for _ in range(times):
        path = quote(path, safe="/")
    for address in (f"/r/x/{path}", f"/r/x{path}", f"/r/{path}", f"/r/{path}/home"):
        reply = get(visitor, address)
        assert reply.status_code in {302, 404, 200}
        assert stays_here(reply.headers.get("Location", "/"))


def test_the_reported_redirect_is_not_found(visitor):
    assert visitor.get("/r/x/%09/evil.example").status_code == 404


def test_every_get_route_of_the_server_stays_here_whatever_its_parts(small, visitor):
    """Found from the server's own map of addresses, so that none is forgotten."""
    asked = 0
    for rule in small.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        for trick in TRICKS:
            address = re.sub(
                r"<[^>]+>", quote(trick, safe="/").replace("\\", "%5C"), rule.rule
            )
            query = f"next={quote(trick, safe='')}&role=public"
            reply = get(visitor, address, query)
            asked += 1
            assert reply.status_code < 500, address
            assert stays_here(reply.headers.get("Location", "/")), address
    assert asked > 15 * len(TRICKS)


def test_every_form_goes_back_to_its_own_page(small, signed_in):
    """All that POST: sent by the steward with strange parts and fields."""
    asked = set()
    for rule in small.url_map.iter_rules():
        if "POST" not in rule.methods or rule.rule.startswith("/_"):
            continue
        for trick in TRICKS:
            steward = signed_in("ada@alder.example")
            address = re.sub(
                r"<[^>]+>", quote(trick, safe="/").replace("\\", "%5C"), rule.rule
            )
            fields = {"csrf": steward.get_cookie("chorus-csrf").value, "lang": trick}
            reply = steward.post(address, data={**fields, "next": trick, "back": trick})
            assert reply.status_code < 500, address
            assert stays_here(reply.headers.get("Location", "/")), address
            asked.add(rule.rule)
    assert {"/steward/people/add", "/steward/people/revoke"} <= asked


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/", "/"),
        ("/schools?q=alder", "/schools?q=alder"),
        ("/schools/SCH-006?lang=es&wave=2026-27F", "/schools/SCH-006?lang=es&wave=2026-27F"),
        ("/schools/La%20Paz", "/schools/La%20Paz"),
        ("/schools?q=a b", "/schools?q=a%20b"),
        ("/schools?q=Peña", "/schools?q=Pe%C3%B1a"),
        ("/methods#E3", "/methods"),
        ("/schools/", "/schools/"),
        ("/schools?next=//evil.example", "/schools?next=//evil.example"),
    ],
)  # fmt: skip
def test_our_own_addresses_are_kept_as_they_are(target, kept):
    assert own_address(target) == kept


@pytest.mark.parametrize(
    ("path", "is_plain"),
    [
        ("/", True),
        ("/a/b", True),
        ("/a%20b", True),
        ("/100%25", True),
        ("a", False),
        ("/a//b", False),
        ("//", False),
        ("/a/../b", False),
        ("/a/%2e%2e/b", False),
        ("/a/%252e%252e/b", False),
        ("/a\\b", False),
        ("/a%FFb", False),
        ("/" + "%25" * 1 + "2541", True),
        ("/%" + "25" * 4 + "41", True),  # plain after five decodings
        ("/%" + "25" * 5 + "41", False),  # nobody encodes six times
    ],
)
def test_a_path_is_plain_or_not(path, is_plain):
    assert is_plain_path(path) is is_plain


def test_a_permalink_keeps_page_choices_and_names_the_release(visitor):
    reply = visitor.get("/r/2026-27F.1/schools/S1?lang=es&release=other")
    home = visitor.get("/r/2026-27F.1/")

    assert reply.status_code == 302
    assert reply.headers["Location"] == "/schools/S1?lang=es&release=2026-27F.1"
    assert home.headers["Location"] == "/?release=2026-27F.1"


def test_a_permalinks_release_is_cut_to_forty_characters(visitor):
    reply = visitor.get("/r/" + "9" * 60 + "/")

    assert reply.headers["Location"] == "/?release=" + "9" * 40


@pytest.mark.parametrize(
    ("address", "issuer", "goes"),
    [
        ("https://accounts.example/auth?x=1", "https://accounts.example", True),
        ("https://login.other.example/auth", "https://accounts.example", True),
        ("http://accounts.example/auth", "https://accounts.example", False),
        ("https:///auth", "https://accounts.example", False),
        ("https://accounts.example@evil.example/", "https://accounts.example", False),
        ("javascript:alert(1)", "https://accounts.example", False),
    ],
)
def test_the_way_to_the_provider_is_as_safe_as_its_issuer(small, address, issuer, goes):
    if not goes:
        with pytest.raises(ValueError, match="authorization address"):
            go_to_provider(address, issuer)
        return
    with small.test_request_context("/"):
        reply = go_to_provider(address, issuer)
    assert (reply.status_code, reply.headers["Location"]) == (302, address)


def test_redirects_are_made_in_one_module_only():
    """No other calls `redirect`, sets a Location or lets a library redirect."""
    makers = set()
    for folder in ("web", "pages", "components", "queries", "data"):
        for path in (ROOT / folder).rglob("*.py"):
            makers |= (
                {path.name} if redirects(path.read_text(encoding="utf-8")) else set()
            )
    makers |= {"app.py"} if redirects((ROOT / "app.py").read_text()) else set()

    assert makers == {"redirects.py"}


@pytest.mark.parametrize(
    "code",
    [
        "redirect('/')",
        "flask.redirect('/')",
        "provider.authorize_redirect(x)",
        "reply.headers['Location'] = x",
        "Response('', 302, {'Location': x})",
        "reply.location = x",
        "from flask import redirect as r",
    ],
)
def test_the_rule_above_notices_every_way_of_redirecting(code):
    assert redirects(code)


def redirects(code: str) -> bool:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name) and node.id == "redirect":
            return True
        if isinstance(node, ast.Attribute) and node.attr in {
            "redirect", "authorize_redirect", "logout_redirect",
        }:  # fmt: skip
            return True
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "location"
            and isinstance(node.ctx, ast.Store)
        ):
            return True
        if isinstance(node, ast.Constant) and node.value == "Location":
            return True
        if isinstance(node, ast.ImportFrom) and any(
            a.name == "redirect" for a in node.names
        ):
            return True
    return False
