"""Makes the server's web application of its parts."""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder import __version__
from autograder.i18n.messages import Message as Text
from autograder.i18n.messages import say
from autograder.server.accounts import oauth
from autograder.server.accounts.access import check_rules
from autograder.server.api import API, attempts, client, operating, people, regrades, releases
from autograder.server.attempts.bodies import Bounded
from autograder.server.errors import PROBLEM_JSON, RequestError
from autograder.server.events import Feed
from autograder.server.operating.metrics import Metrics
from autograder.server.pages import routes as pages
from autograder.server.pages import sign_in
from autograder.server.pages.faults import fault_page, wants_page
from autograder.server.server import Server

log = logging.getLogger(__name__)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # What shows something says more itself.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000"
# No route of the server's own answers with it.
SLASH_REDIRECT = 307


def make_app(server: Server) -> FastAPI:
    """Return the web application of a server."""

    @contextlib.asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        yield
        await app.state.feed.ended()

    app = FastAPI(
        title="autograder",
        version=__version__,
        openapi_url=f"{API}/openapi.json",
        # Both load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=living,
    )
    app.state.server, app.state.feed = server, Feed(server.database)
    app.state.metrics = Metrics(server, lambda: app.state.feed.watchers)
    api = (operating, attempts, client, people, regrades, releases, sign_in, oauth)
    for router in (*(one.router for one in api), *pages.ROUTERS):
        # Not `include_router`, which newer versions keep as one route: `check_rules` looks at each.
        app.router.routes.extend(router.routes)
    app.add_exception_handler(RequestError, answer_error)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_middleware(Bounded)
    app.add_middleware(Around, server=server, metrics=app.state.metrics)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]  # as FastAPI's documentation has it
    # After all routes are there: none is served that says not who may use it.
    check_rules(app)
    return app


def described(app: FastAPI) -> dict[str, Any]:
    """Return the app's OpenAPI document, in which errors are what they are here and not the framework's."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        texts = ("type", "title", "detail", "what_to_do", "request_id")
        kinds = {name: {"type": "string"} for name in texts} | {"status": {"type": "integer"}}
        schemas["Problem"] = {"type": "object", "properties": kinds, "required": list(kinds)}
        content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        fault = {"description": "Why this is not possible (RFC 9457)", "content": content}
        for operation in (one for path in made["paths"].values() for one in path.values()):
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = fault
        app.openapi_schema = made
    return app.openapi_schema


class Around:
    """What is done around each request: an id, headers, a line in the log, a count, an answer where the server fails.

    It works on messages, not on whole answers: those of files and of events are sent as they come.
    """

    def __init__(self, app: ASGIApp, server: Server, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics
        secure = {"Strict-Transport-Security": HSTS} if server.settings.https else {}
        self._headers = SECURITY_HEADERS | secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, began, status, answer_began = uuid.uuid4().hex, time.perf_counter(), 0, None
        ends: list[Callable[[], None]] = []
        scope.setdefault("state", {}).update(request_id=request_id, ends=ends)

        async def send_on(message: Message) -> None:
            nonlocal status, answer_began
            if message["type"] == "http.response.start":
                status, answer_began = message["status"], time.perf_counter()
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if status == SLASH_REDIRECT:
                    # The framework's, to the address with a slash: by its path alone, not by the host that was asked.
                    place = urlsplit(headers.get("Location", ""))
                    headers["Location"] = urlunsplit(("", "", "/" + place.path.lstrip("/"), place.query, ""))
                headers["X-Request-Id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as fault:
            log.exception("failed", extra={"request": request_id, "path": scope["path"]})
            # What has begun is cut short, so that nobody takes it for the whole.
            if status:
                raise
            gone = isinstance(fault, OperationalError | InterfaceError)
            await problem(Request(scope), unavailable() if gone else internal())(scope, receive, send_on)
        finally:
            for end in ends:
                end()
            ended, fault_kind = time.perf_counter(), scope["state"].get("fault", "")
            route = getattr(scope.get("route"), "path", "")
            self._metrics.answered(scope["method"], route, status, (answer_began or ended) - began, fault_kind)
            log.info(
                "answered",
                extra={
                    "request": request_id,
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "seconds": round(ended - began, 4),
                    **({"fault": fault_kind} if fault_kind else {}),
                },
            )


def problem(request: Request, fault: RequestError) -> Response:
    """Return the answer for an error: a page for people, problem+json for programs."""
    request.state.fault = fault.kind
    if wants_page(request):
        return fault_page(request, fault)
    request_id = getattr(request.state, "request_id", "")
    return JSONResponse(
        fault.as_json(request_id), status_code=fault.status, headers=fault.headers, media_type=PROBLEM_JSON
    )


def answer_error(request: Request, fault: Exception) -> Response:
    """Answer an error of the server's own."""
    assert isinstance(fault, RequestError)
    return problem(request, fault)


def answer_invalid(request: Request, fault: Exception) -> Response:
    """Answer a request whose form is not what the interface says."""
    assert isinstance(fault, RequestValidationError)
    wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in fault.errors()[:5])
    return problem(
        request,
        RequestError(
            422,
            "invalid",
            say("The request is not as the interface describes it: {wrong}.", wrong=wrong),
            say("Compare it with {address}.", address=f"{API}/openapi.json"),
        ),
    )


def answer_http(request: Request, fault: Exception) -> Response:
    """Answer an error of the framework's: no such route, or no such method."""
    assert isinstance(fault, HTTPException)
    texts: dict[int, Text] = {
        404: say("There is nothing at this address."),
        405: say("This address does not know this method."),
        408: say("The upload stood still for too long."),
        413: say("More came than this address takes."),
    }
    text = texts.get(fault.status_code, Text(str(fault.detail)))
    made = RequestError(fault.status_code, "not-found" if fault.status_code == 404 else "refused", text)
    answered = problem(request, made)
    answered.headers.update(fault.headers or {})
    return answered


def unavailable() -> RequestError:
    """Return the error for a database that is gone, or has been locked for too long."""
    return RequestError(
        503,
        "unavailable",
        say("The server cannot reach its database at the moment."),
        say("Try again in a minute. If you were handing in and have no receipt, hand in again."),
        retry_after=30,
    )


def internal() -> RequestError:
    """Return the error for a fault of the server's own."""
    return RequestError(
        500,
        "internal",
        say("The server has failed at this."),
        say("Try again; if it happens again, tell your course's staff the request's id."),
    )
