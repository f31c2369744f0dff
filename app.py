"""The entry point: settings → Dash app; `application` for the server.

The only module that knows every other. Who is asking is settled here, once per
request, before any callback runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pkgutil import iter_modules

import dash
from dash import (
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    dcc,
)
from dash.dependencies import MATCH
from dash.development.base_component import Component
from flask import Flask, Response, abort, current_app, g, request

import pages
from components.figure_block import Block
from components.page import shell
from components.tables import csv_text
from data.errors import ChorusError
from data.ledger.audit_log import Act, record
from data.ledger.store import Ledger
from data.model.private import keep_private
from data.publish.office import Office
from data.scoring.raters import code_agreement
from data.settings import Settings, read_settings
from pages._choice import add_choices
from pages._memory import Memory
from pages._recent import Recent
from pages._request import (
    ADDRESSES,
    BUILDERS,
    OK,
    PAGES_OF_ONE,
    WRITTEN_ON,
    answer,
    ask,
    release_asked,
)
from queries.desk import Desk
from web.document import ASSETS, ChorusDash
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
        # Every page says itself where it is: `_read_pages`.
        pages_folder="",
        assets_folder=str(ASSETS),
        assets_path_ignore=["vendor"],
        # Of pages that are read; Dash draws those somebody writes on.
        assets_ignore=r"^((choices|pictures|keep|reader)\.js|.*\.css)$",
        suppress_callback_exceptions=True,
        title="Chorus",
        update_title="",
        compress=True,
        # The head is ours: it says what the page says.
        include_pages_meta=False,
        csrf_token_name=CSRF_COOKIE,
        csrf_header_name=CSRF_HEADER,
    )
    app.layout = _layout
    _read_pages()
    add_choices(app)
    _wire(app)
    _configure(app, server, settings)
    # Dash learns which scripts it serves by drawing its page. Drawn once here,
    # before workers part, so that none refuses a script another's page named.
    with server.test_request_context():
        Dash.index(app)
    return app


def _layout() -> object:
    return dash.html.Div(
        [dcc.Location(id="address", refresh="callback-nav"), dash.page_container]
    )


def _read_pages() -> None:
    """Read every page, and tell Dash where each is."""
    for found in iter_modules(pages.__path__):
        if not found.name.startswith("_"):
            import_module(f"pages.{found.name}")
    for name, where in ADDRESSES.items():
        dash.register_page(
            name,
            name=name,
            title="Chorus",
            layout=partial(_layout_of, name),
            **{"path_template" if "<" in where else "path": where},
        )


def _layout_of(name: str, **_url: str) -> Component:
    """Return what Dash mounts: nothing where a page is read and not written on."""
    return shell(name) if name in WRITTEN_ON else dash.html.Div()


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


def _wire(app: Dash) -> None:
    """Connect what only the browser can know of a form."""
    for page_name in sorted(WRITTEN_ON):
        app.callback(
            Output(f"{page_name}-body", "children"),
            Input("address", "search"),
            State("address", "pathname"),
        )(_answering(page_name))

    def function(name: str) -> ClientsideFunction:
        return ClientsideFunction("chorus", name)

    app.clientside_callback(
        function("send"),
        Output({"type": "sent", "form": MATCH}, "data"),
        Input({"type": "send", "form": MATCH}, "n_clicks"),
        State({"type": "send", "form": MATCH}, "id"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        function("settle"),
        Output({"type": "seen", "form": MATCH}, "modified_timestamp"),
        Input({"type": "outcome", "form": MATCH}, "children"),
        State({"type": "seen", "form": MATCH}, "data"),
        State({"type": "outcome", "form": MATCH}, "id"),
        prevent_initial_call=True,
    )


def _answering(name: str) -> Callable[[str | None, str | None], list[Component]]:
    def fill(search: str | None, path: str | None) -> list[Component]:
        return answer(name, path or "/", search)

    return fill


def __getattr__(name: str) -> object:
    """Make `application` when the server asks, so that tests can make their own."""
    if name == "application":
        settings = read_settings()
        keep_private()
        set_up_logs(as_json=settings.log_json)
        return Server(create_app(settings).server, threads=settings.threads)
    raise AttributeError(name)
