"""/healthz, /readyz, /metrics: for whoever watches over the server."""

from __future__ import annotations

import os
import time

import sqlalchemy as sa
from flask import Flask, Response, abort, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

from data.errors import LedgerError
from data.ledger.store import Ledger
from queries.desk import Desk
from web.proxies import is_this_machine

# What several workers count together lies in this folder (see `chorus serve`).
SHARED = "PROMETHEUS_MULTIPROC_DIR"
REQUESTS = Counter("chorus_requests", "Answers by kind and status", ["kind", "status"])
SECONDS = Histogram("chorus_request_seconds", "Time to answer, by kind", ["kind"])
KINDS = {
    "/_dash-update-component": "page",
    "/download/": "download",
    "/open-data/": "download",
    "/packet.pdf": "packet",
    "/assets/": "asset",
    "/_dash-component-suites/": "asset",
}


def add_health(server: Flask) -> None:
    """Add the three addresses, and count every answer by kind – never by reader."""
    server.before_request(_begin)
    server.after_request(_count)
    server.add_url_rule("/healthz", "healthz", _healthz)
    server.add_url_rule("/readyz", "readyz", lambda: _readyz(server))
    server.add_url_rule("/metrics", "metrics", _metrics)


def _kind(path: str) -> str:
    return next((k for start, k in KINDS.items() if path.startswith(start)), "other")


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    kind = _kind(request.path)
    REQUESTS.labels(kind, str(response.status_code)).inc()
    if "began" in g:
        SECONDS.labels(kind).observe(time.perf_counter() - g.began)
    return response


def _healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


def _readyz(server: Flask) -> Response:
    """Say whether this worker can answer: a release to read, a ledger to write."""
    desk: Desk = server.extensions["chorus_desk"]
    ledger: Ledger = server.extensions["chorus_ledger"]
    missing = []
    if desk.current() is None:
        missing.append("nothing is published yet")
    try:
        with ledger.reading() as session:
            session.execute(sa.text("SELECT 1"))
    except (sa.exc.SQLAlchemyError, LedgerError):
        missing.append("the ledger does not answer")
    if desk.problem is not None:
        missing.append("the newest release was refused; the one before it is served")
    text = "".join(f"{line}\n" for line in missing) or "ready\n"
    return Response(text, 503 if missing else 200, mimetype="text/plain")


def _metrics() -> Response:
    """Return the counts, to this machine alone; a proxy keeps the rest of the world."""
    if not is_this_machine(request.environ):
        abort(404)
    registry = REGISTRY
    if os.environ.get(SHARED):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST)
