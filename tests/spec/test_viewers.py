"""Who sees what: the query decides, whatever the page or the caller.

A callback answers anyone who posts to it. So these tests find every callback,
page and file by themselves and ask as the public; what must not come back is
planted beforehand: every name in the school and district files is a canary.
"""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from addresses import ASKED
from callbacks import answers, callbacks, downloads, post
from conftest import District

from data.errors import AccessDenied
from data.model.shelf import MANIFEST, file_sha256, read_manifest
from data.model.viewer import PUBLIC, Audience, Role, Viewer
from data.publish.shelf_moves import publish_release
from queries.desk import Desk
from queries.estimates import cohort_bands, estimates
from queries.facts import release_facts

CANARY = "Canary of staff"
SEARCHES = (
    "",
    "?lang=es&wave=2024-25S&cohort=1",
    "?break=language&form=student_3_5&q=alder",
)
DISTRICT = Viewer(Role.DISTRICT)
RIVER_BEND = Viewer(Role.PRINCIPAL, frozenset({"SCH-006"}))
JUNIPER = Viewer(Role.PRINCIPAL, frozenset({"SCH-004"}))


@pytest.fixture(scope="module")
def canary_shelf(district: District, tmp_path_factory) -> Path:
    """The golden release with every school renamed in the files of staff."""
    shelf = tmp_path_factory.mktemp("canaries")
    draft = shelf / "drafts" / district.release_id
    draft.parent.mkdir()
    shutil.copytree(district.folder, draft)
    manifest = read_manifest(draft)
    for audience in (Audience.SCHOOL, Audience.DISTRICT):
        path = draft / f"{audience}.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"UPDATE schools SET name = '{CANARY} ' || name")
            connection.execute(
                f"UPDATE meta SET value = '{CANARY}' WHERE key = 'district'"
            )
        manifest["files"][path.name]["sha256"] = file_sha256(path)
    (draft / MANIFEST).write_text(json.dumps(manifest))
    publish_release(shelf, district.release_id)
    return shelf


@pytest.fixture
def asking(client, canary_shelf, monkeypatch):
    """The test client, reading the shelf with the canaries."""
    monkeypatch.setitem(
        client.application.extensions, "chorus_desk", Desk(canary_shelf)
    )
    client.get("/view-as?role=public")
    yield client
    client.get("/view-as?role=public")


def test_every_callback_and_file_answers_the_public_from_the_publics_file(asking):
    found, files = callbacks(asking), set()
    assert len(found) >= 5
    for callback in found:
        for path, search, reply in answers(asking, callback, ASKED, SEARCHES):
            assert reply.status_code in {200, 204}, (callback["output"], path)
            text = reply.get_data(as_text=True)
            assert CANARY not in text, (callback["output"], path)
            files |= downloads(text) if not search else set()

    assert len(files) > 20
    for address in sorted(files):
        reply = asking.get(address)
        assert reply.status_code == 200, address
        assert CANARY not in reply.get_data(as_text=True), address


def test_the_canaries_sing_for_those_who_may_hear_them(asking):
    """The test above can fail: staff do read the renamed files."""
    asking.get("/view-as?role=district")
    sung = [
        c["output"]
        for c in callbacks(asking)
        if CANARY
        in post(asking, c, {"pathname": "/", "search": ""}).get_data(as_text=True)
    ]

    # A page and its pictures; the rest are of pages a superintendent only writes on.
    assert {"page.data", "picture.figures"} <= set(sung)


def test_no_page_source_holds_another_viewers_words(asking):
    """What the superintendent saw is not in the next visitor's page."""
    asking.get("/view-as?role=district")
    for path in ASKED:
        asking.get(path)
        asking.get("/_dash-layout")
    asking.get("/view-as?role=public")
    for path in (*ASKED, "/_dash-layout", "/_dash-dependencies"):
        assert CANARY not in asking.get(path).get_data(as_text=True)


def test_no_layout_holds_a_number_or_a_name(client, district):
    names = [n for (n,) in district.rows(Audience.PUBLIC, "SELECT name FROM schools")]
    import dash

    layouts = [client.get("/_dash-layout").get_data(as_text=True)]
    layouts += [str(page["layout"]()) for page in dash.page_registry.values()]
    for text in layouts:
        assert district.release_id not in text
        assert not any(name in text for name in names)
        assert "%" not in text


@pytest.mark.parametrize(
    "cookie", ["forged", "eyJ2aWV3X2FzIjpbImRpc3RyaWN0IiwiIl19.bogus.bogus"]
)
def test_a_forged_cookie_is_the_public(asking, cookie):
    asking.set_cookie("chorus", cookie)
    for callback in callbacks(asking):
        assert CANARY not in post(
            asking, callback, {"pathname": "/", "search": ""}
        ).get_data(as_text=True)


def test_view_as_leads_only_to_our_own_pages(client):
    for target in (
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "javascript:alert(1)",
    ):
        reply = client.get("/view-as", query_string={"role": "public", "next": target})
        assert reply.headers["Location"] == "/"
    reply = client.get(
        "/view-as", query_string={"role": "public", "next": "/schools?q=a"}
    )
    assert reply.headers["Location"] == "/schools?q=a"


@pytest.mark.parametrize(
    "query", ["role=owner", "role=principal", "role=teacher", "role="]
)
def test_view_as_knows_no_other_roles(client, query):
    assert client.get(f"/view-as?{query}").status_code == 404


def test_a_strange_address_is_answered_kindly(client):
    for search in (
        "?wave=;DROP",
        "?cohort=99&level=x",
        "?page=-3&q=%00",
        "?" + "a=1&" * 40,
    ):
        for callback in callbacks(client):
            assert post(
                client, callback, {"pathname": "/schools/none", "search": search}
            ).status_code in {
                200,
                204,
            }


def test_no_answer_may_be_kept_by_a_cache(client):
    assert client.get("/").headers["Cache-Control"] == "private, no-store"
    with client.get("/assets/vendor/bootstrap.min.css") as reply:
        assert "immutable" in reply.headers["Cache-Control"]


# --- the queries themselves ------------------------------------------------------


@pytest.fixture
def opened(district: District):
    desk = Desk(district.settings.releases)
    release = desk.current()
    assert release is not None
    return release


def shown(release, viewer: Viewer, indicator: str, school: str, **extra):
    with release.connection(viewer) as connection:
        return estimates(
            connection,
            viewer,
            indicator=indicator,
            wave=8,
            unit_kind="school",
            unit_id=school,
            **extra,
        )


def test_the_public_has_no_teachers_of_a_school(opened):
    assert shown(opened, PUBLIC, "CU-1", "SCH-006") == []


def test_a_principal_has_the_own_teachers_and_nobody_elses(opened):
    (own,) = shown(opened, RIVER_BEND, "CU-1", "SCH-006")

    assert own.cell.n is not None
    assert own.cell.n >= 10
    assert shown(opened, RIVER_BEND, "CU-1", "SCH-001") == []


def test_nine_teachers_are_too_few_for_their_principal_but_not_for_the_district(opened):
    (own,) = shown(opened, JUNIPER, "CU-1", "SCH-004")
    (seen,) = shown(opened, DISTRICT, "CU-1", "SCH-004")

    assert not own.cell.is_shown
    assert own.cell.rate is None
    assert seen.cell.n == 9


def test_a_principal_reads_peers_as_the_public_does(opened):
    (mine,) = shown(opened, RIVER_BEND, "LX-1", "SCH-006")
    (peer,) = shown(opened, RIVER_BEND, "LX-1", "SCH-001")
    (public,) = shown(opened, PUBLIC, "LX-1", "SCH-001")

    assert mine.cell.n is not None
    assert peer.cell.n is None
    assert peer == public


def test_breakdowns_are_for_the_school_itself(opened):
    assert shown(opened, RIVER_BEND, "LX-1", "SCH-006", breakdown="grade_band")
    assert not shown(opened, RIVER_BEND, "LX-1", "SCH-001", breakdown="grade_band")
    assert not shown(opened, PUBLIC, "LX-1", "SCH-006", breakdown="grade_band")


def test_a_cohorts_band_is_for_its_members(opened):
    def bands(viewer: Viewer, cohort: int):
        with opened.connection(viewer) as connection:
            return cohort_bands(connection, viewer, indicator="CU-1", cohort=cohort)

    assert bands(RIVER_BEND, 1)
    assert not bands(RIVER_BEND, 2)
    assert not bands(PUBLIC, 1)
    assert bands(DISTRICT, 2)


def test_a_principal_without_a_school_is_refused(opened):
    nobody = Viewer(Role.PRINCIPAL)
    with opened.connection(nobody) as connection, pytest.raises(AccessDenied):
        estimates(connection, nobody, indicator="LX-1")


def test_every_query_asks_who_is_asking():
    """The viewer is the second argument of every public query, without default."""
    import importlib
    import inspect
    import pkgutil

    import queries

    asked = 0
    for found in pkgutil.iter_modules(queries.__path__, "queries."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            parameters = inspect.signature(function).parameters
            if "connection" not in parameters and "before" not in parameters:
                continue
            asked += 1
            assert "viewer" in parameters, name
            assert parameters["viewer"].default is inspect.Parameter.empty, name
    assert asked >= 12


def test_the_release_says_it_is_made_up(opened):
    with opened.connection(PUBLIC) as connection:
        assert release_facts(connection, PUBLIC).is_demo
