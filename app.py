"""The entry point: settings → Dash app; `application` for the server.

The only module that knows every other. Who is asking is settled here, once per
request, before any callback runs.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha384
from pathlib import Path
from typing import Any

import dash
from dash import (
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    clientside_callback,
    dcc,
)
from dash.dependencies import ALL, MATCH
from flask import Flask, Response, abort, current_app, g, request

from components import theme
from components.figure_block import Block
from components.tables import csv_text
from data.errors import ChorusError
from data.ledger.audit_log import Act, record
from data.ledger.store import Ledger
from data.model.private import keep_private
from data.publish.office import Office
from data.scoring.raters import code_agreement
from data.settings import Settings, read_settings
from pages._first import first_answer
from pages._frame import frame_layout
from pages._memory import Memory
from pages._recent import Recent
from pages._request import BUILDERS, OK, PAGES_OF_ONE, ask, release_asked
from queries.desk import Desk
from web.feed import add_feed
from web.guards import CSRF_COOKIE, CSRF_HEADER, LARGEST_REQUEST, guard
from web.health import add_health
from web.logs import set_up_logs
from web.office import add_office
from web.open_data import add_open_data
from web.packet import add_packet
from web.permalinks import add_permalinks
from web.public_files import PublicFiles
from web.server import Server
from web.session_key import session_key
from web.sign_in import let_sign_in
from web.viewer import settle_viewers
from web.well_known import add_well_known

ASSETS = "components/assets"

PAGE = """<!DOCTYPE html>
<html lang="en">
    <head>
        {%metas%}
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {%title%}
        <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
        <link rel="preload" as="font" type="font/woff2" crossorigin
          href="/assets/vendor/fonts/source-serif-4-latin-wght-normal.woff2">
        <link rel="alternate" type="application/atom+xml" title="Chorus"
          href="/feed.xml">
        {%css%}
    </head>
    <body>
        {%app_entry%}
        {%config%}
        {%scripts%}
        {%renderer%}
    </body>
</html>"""


class ChorusDash(Dash):
    """A Dash whose first answer is the page, before any script has run.

    What is in it is made for who asks, request by request; layouts hold none of it.
    Source: decision 0035.
    """

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """Return the page its address asks for, Dash's place behind it."""
        first = first_answer(
            request.path, request.query_string.decode("utf-8", "replace")
        )
        g.page_status = first.status
        page = f'<div id="first">{first.body}</div>\n        ' if first.body else ""
        parts |= {"title": first.head, "app_entry": f"{page}{parts['app_entry']}"}
        html: str = super().interpolate_index(**parts)  # type: ignore[no-untyped-call]
        return html.replace('<html lang="en">', f'<html lang="{first.language}">', 1)


def _page_status(response: Response) -> Response:
    """Say in the status what the page says in words."""
    if response.status_code == OK:
        response.status_code = g.get("page_status", OK)
    return response


def create_app(settings: Settings) -> Dash:
    """Return the app that serves the shelf of *settings*, read only.

    Layouts hold no number: with `suppress_callback_exceptions` off, Dash would
    send what one visitor's layout held to every later one.
    """
    server = Flask("chorus")
    app = ChorusDash(
        "chorus",
        server=server,  # type: ignore[arg-type]
        use_pages=True,
        pages_folder=str(Path(__file__).parent / "pages"),
        assets_folder=str(Path(__file__).parent / ASSETS),
        assets_path_ignore=["vendor"],
        # Told apart by attributes, Dash no longer says by itself what a sheet is.
        external_stylesheets=[
            {**_vendored("href", "bootstrap.min.css"), "rel": "stylesheet"}
        ],
        external_scripts=[_vendored("src", "plotly-basic.min.js")],
        suppress_callback_exceptions=True,
        title="Chorus",
        update_title="",
        compress=True,
        # The head is ours: it says what the page says.
        include_pages_meta=False,
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=CSRF_HEADER,
    )
    app.index_string = PAGE
    app.layout = _layout
    _wire()
    _configure(app, server, settings)
    # Dash learns which scripts it serves by drawing the page. Drawn once here,
    # before workers part, so that none refuses a script another's page named.
    with server.test_client() as first:
        first.get("/")
    return app


def _vendored(attribute: str, name: str) -> dict[str, str]:
    """Return a part of the page with what a browser must find its bytes to be."""
    digest = sha384((Path(__file__).parent / ASSETS / "vendor" / name).read_bytes())
    told = b64encode(digest.digest()).decode("ascii")
    return {attribute: f"/assets/vendor/{name}", "integrity": f"sha384-{told}"}


def _layout() -> object:
    return dash.html.Div(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Store(id="colors"),
            dcc.Store(id="dark-of", data=theme.DARK_OF),
            dcc.Store(id="title-said"),
            dcc.Store(id="kept"),
            frame_layout(dash.page_container),
        ]
    )


def _configure(app: ChorusDash, server: Flask, settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    server.secret_key = session_key(settings)
    server.config.update(
        CHORUS_SETTINGS=settings,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_NAME="chorus",
        PREFERRED_URL_SCHEME="https" if settings.is_production else "http",
    )
    ledger = Ledger(settings.ledger)
    office = Office(settings.releases, ledger)
    server.extensions["chorus_desk"] = Desk(settings.releases)
    server.extensions["chorus_ledger"] = ledger
    server.extensions["chorus_office"] = office
    server.extensions["chorus_public_files"] = PublicFiles(settings.releases)
    server.extensions["chorus_agreement"] = code_agreement
    server.extensions["chorus_recent"] = Recent()
    memory = Memory()

    def recall() -> Response | None:
        return memory.recall(server.extensions["chorus_desk"])

    def keep(response: Response) -> Response:
        memory.keep(response)
        return response

    add_health(server)
    guard(server, settings, app.csp_hashes)
    settle_viewers(server, settings, ledger, office)
    server.before_request(recall)
    # Flask runs these last to first: kept plain, before it is compressed.
    server.after_request(keep)
    server.after_request(_page_status)
    let_sign_in(server, settings, ledger)
    add_office(server, settings, ledger, office)
    add_permalinks(server)
    add_packet(server)
    add_open_data(server)
    add_feed(server)
    add_well_known(server, settings.contact)
    server.add_url_rule("/download/<page>/<block>.csv", view_func=_download)


def _download(page: str, block: str) -> Response:
    """Return the rows behind one picture, as the viewer sees them."""
    if page not in BUILDERS:
        abort(404)
    search = request.query_string.decode("utf-8", "replace")
    one = request.args.get(page)
    path = f"{PAGES_OF_ONE[page]}{one}" if page in PAGES_OF_ONE and one else f"/{page}"
    try:
        release = release_asked(search)
        if release is None:
            abort(404)
        with ask(release, path, search) as asked:
            found = BUILDERS[page](asked)
    except (ChorusError, ValueError):
        abort(404)
    for part in found.body:
        if isinstance(part, Block) and part.name == block:
            _note_download(page, block, release.release_id)
            name = f"chorus_{page}_{block}_{release.release_id}.csv"
            return Response(
                csv_text(part.table),
                mimetype="text/csv",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
    return abort(404)


def _note_download(page: str, block: str, release_id: str) -> None:
    """Write down who took staff data away; the public's is everyone's."""
    if g.person is None:
        return
    ledger: Ledger = current_app.extensions["chorus_ledger"]
    with ledger.writing() as writing:
        what = f"{release_id} {page}/{block}"
        record(writing, g.person.email, Act.DOWNLOADED, what)


def _wire() -> None:
    """Connect what only the browser can know."""

    def function(name: str) -> ClientsideFunction:
        return ClientsideFunction("chorus", name)

    clientside_callback(
        function("draw"),
        Output({"type": "chart", "name": MATCH}, "figure"),
        Input({"type": "light", "name": MATCH}, "data"),
        Input("colors", "data"),
        State("dark-of", "data"),
    )
    clientside_callback(
        function("toggle"), Output("colors", "data"), Input("theme-toggle", "n_clicks")
    )
    clientside_callback(
        function("choose"),
        Output("address", "search"),
        Input({"type": "filter", "name": ALL, "default": ALL}, "value"),
        State({"type": "filter", "name": ALL, "default": ALL}, "id"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    clientside_callback(
        function("show"),
        Output({"type": "picture", "name": MATCH}, "className"),
        Output({"type": "rows", "name": MATCH}, "className"),
        Output({"type": "rows", "name": MATCH}, "tabIndex"),
        Input({"type": "switch", "name": MATCH}, "value"),
        prevent_initial_call=True,
    )
    clientside_callback(
        function("keep"),
        Output("kept", "data"),
        Input({"type": "keep", "kind": ALL, "name": ALL}, "n_clicks"),
        State({"type": "about", "name": ALL}, "data"),
        State({"type": "about", "name": ALL}, "id"),
        State({"type": "light", "name": ALL}, "data"),
        State({"type": "light", "name": ALL}, "id"),
        prevent_initial_call=True,
    )
    clientside_callback(
        function("send"),
        Output({"type": "sent", "form": MATCH}, "data"),
        Input({"type": "send", "form": MATCH}, "n_clicks"),
        State({"type": "send", "form": MATCH}, "id"),
        prevent_initial_call=True,
    )
    clientside_callback(
        function("settle"),
        Output({"type": "seen", "form": MATCH}, "modified_timestamp"),
        Input({"type": "outcome", "form": MATCH}, "children"),
        State({"type": "seen", "form": MATCH}, "data"),
        State({"type": "outcome", "form": MATCH}, "id"),
        prevent_initial_call=True,
    )
    clientside_callback(
        function("title"), Output("title-said", "data"), Input("page-title", "data")
    )


def __getattr__(name: str) -> object:
    """Make `application` when the server asks, so that tests can make their own."""
    if name == "application":
        settings = read_settings()
        keep_private()
        set_up_logs(as_json=settings.log_json)
        return Server(create_app(settings).server, threads=settings.threads)
    raise AttributeError(name)
