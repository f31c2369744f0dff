"""Between the network and the pages: whole requests only, within a time.

The server reads headers within a time of its own. Here the body is read too, without
a thread, before one of the few threads that answer is taken: a client that sends a
letter a minute holds a socket and nothing else (decision 0025).
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from web.guards import COSTLY, LARGEST_REQUEST

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

log = logging.getLogger("chorus")
# The largest form has 256 KB: thirteen a second, which every telephone manages.
BODY_SECONDS = 20.0
# What is larger is sent piece by piece, as fast as its reader takes it.
PIECE = 1 << 18
Headers = list[tuple[str, str]]
T = TypeVar("T")


class Scope(Protocol):
    """What the server knows of a request (RSGI)."""

    method: str
    path: str
    query_string: str
    scheme: str
    server: str
    client: str
    http_version: str
    headers: Any


class Answer:
    """What the application answered, before it is sent."""

    def __init__(self) -> None:
        self.status, self.headers = 500, Headers()
        self.pieces: Iterator[bytes] = iter(())
        self.close = lambda: None

    def start(self, status: str, headers: Headers, _exc_info: object = None) -> Any:
        """Take status and headers, as WSGI hands them over."""
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(k, v) for k, v in headers if k.lower() != "connection"]
        return lambda _: None


class Server:
    """A WSGI application as the server wants it."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        """Answer with so many threads.

        Args:
            body_seconds: a whole body must be here within; tests wait less.
        """
        self._app, self._body_seconds = app, body_seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        # Files take a whole core for a while; the rest is for pages and health.
        self._costly = asyncio.Semaphore(max(1, threads // 4))

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request."""
        if scope.path.startswith(COSTLY):
            async with self._costly:
                await self._answer(scope, protocol)
        else:
            await self._answer(scope, protocol)

    async def _answer(self, scope: Scope, protocol: Any) -> None:
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _whole(scope, protocol)
        except TimeoutError:
            _refuse(protocol, 408, "Request timeout.")
            return
        except TooLarge:
            _refuse(protocol, 413, "Request entity too large.")
            return
        environ = environ_of(scope, body)
        # Threads take turns at one answer; what it knows of its request goes along.
        context = copy_context()
        made = await self._in_thread(context, _ask, self._app, environ)
        try:
            await self._send(made, context, protocol)
        finally:
            await self._in_thread(context, made.close)

    async def _in_thread(
        self, context: Context, act: Callable[..., T], *given: object
    ) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, context.run, act, *given)

    async def _send(self, made: Answer, context: Context, protocol: Any) -> None:
        first = await self._in_thread(context, _piece, made.pieces)
        second = await self._in_thread(context, _piece, made.pieces)
        if not second:
            protocol.response_bytes(made.status, made.headers, first)
            return
        transport = protocol.response_stream(made.status, made.headers)
        piece = first
        while piece:
            await transport.send_bytes(piece)
            piece, second = (
                second,
                await self._in_thread(context, _piece, made.pieces),
            )


class TooLarge(Exception):
    """A body is longer than any of our forms."""


def environ_of(scope: Scope, body: bytes) -> WSGIEnvironment:
    """Return the request as WSGI has it."""
    name, _, port = scope.server.rpartition(":")
    path = scope.path.encode("utf-8", "surrogateescape").decode("latin-1")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name or "localhost",
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _host(scope.client),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for key, value in scope.headers.items():
        # "x_forwarded_for" would pass for "x-forwarded-for".
        if "_" in key or key == "content-length":
            continue
        if key == "content-type":
            environ["CONTENT_TYPE"] = value
            continue
        known = "HTTP_" + key.upper().replace("-", "_")
        between = "; " if key == "cookie" else ","
        is_again = known in environ
        environ[known] = f"{environ[known]}{between}{value}" if is_again else value
    return environ


async def _whole(scope: Scope, protocol: Any) -> bytes:
    told = scope.headers.get("content-length") or "0"
    if not (told.isascii() and told.isdigit()) or int(told) > LARGEST_REQUEST:
        raise TooLarge
    pieces, length = [], 0
    async for piece in protocol:
        length += len(piece)
        if length > LARGEST_REQUEST:
            raise TooLarge
        pieces.append(bytes(piece))
    return b"".join(pieces)


def _ask(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Have the application answer, in one of the threads."""
    made = Answer()
    try:
        found: Iterable[bytes] = app(environ, made.start)
        made.close = getattr(found, "close", made.close)
        made.pieces = iter(found)
    except Exception:
        log.exception("request failed outside the application")
        made.status, made.headers = 500, [("content-type", "text/plain")]
        made.pieces = iter((b"Something went wrong.\n",))
    return made


def _piece(pieces: Iterator[bytes]) -> bytes:
    """Return the next bytes to send, a quarter of a megabyte or the rest."""
    found, length = [], 0
    for piece in pieces:
        found.append(piece)
        length += len(piece)
        if length >= PIECE:
            break
    return b"".join(found)


def _refuse(protocol: Any, status: int, text: str) -> None:
    headers = [("content-type", "text/plain"), ("connection", "close")]
    protocol.response_bytes(status, headers, f"{text}\n".encode())


def _host(client: str) -> str:
    return client.rpartition(":")[0].strip("[]")
