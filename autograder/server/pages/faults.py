"""Says on a page why something is not possible, and what to do."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from autograder.i18n.catalogue import catalogue
from autograder.i18n.messages import gettext_noop
from autograder.server.errors import RequestError
from autograder.server.pages.frame import HEADERS, Crumb, Visitor, local, page
from autograder.server.pages.language import language_of

API = "/api/"
# By status, or by the kind of an error where that says more.
TITLES: dict[int | str, str] = {
    401: gettext_noop("Sign in first"),
    403: gettext_noop("This is not possible"),
    404: gettext_noop("There is no such page"),
    405: gettext_noop("There is no such page"),
    408: gettext_noop("The upload took too long"),
    409: gettext_noop("Something has changed meanwhile"),
    413: gettext_noop("This is too large"),
    415: gettext_noop("This was not sent by the form"),
    422: gettext_noop("Something is missing"),
    429: gettext_noop("Too many at once"),
    500: gettext_noop("The server has failed"),
    503: gettext_noop("The server cannot answer at the moment"),
    507: gettext_noop("The server has no room"),
    "closed": gettext_noop("Handing in is closed"),
    "not-open": gettext_noop("Handing in has not opened yet"),
    "too-many": gettext_noop("No attempts are left"),
    "too-many-today": gettext_noop("No attempts are left today"),
}


def wants_page(request: Request) -> bool:
    """Return whether a person asks, in a browser, and not a program."""
    return not request.url.path.startswith(API) and "text/html" in request.headers.get("accept", "")


def fault_page(request: Request, fault: RequestError) -> Response:
    """Return the page that says why something is not possible; who has not signed in is led to where that is done."""
    if fault.kind == "not-signed-in":
        here = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/sign-in?next={quote(here)}", 303, HEADERS)
    texts = catalogue(language_of(request))
    title = texts.text(TITLES.get(fault.kind) or TITLES.get(fault.status) or TITLES[500])
    shown = page(
        request,
        "fault.html.j2",
        Visitor(),
        [Crumb(title)],
        status=fault.status,
        title=title,
        detail=texts.say(fault.detail),
        what_to_do=texts.say(fault.what_to_do),
        waits=fault.retry_after,
        # A form leads back to the page that it stood on, which has its address.
        back=local(request.url.path) if request.method == "POST" and fault.status != 404 else "",
        request_id=getattr(request.state, "request_id", "") if fault.status >= 500 else "",
    )
    shown.headers.update(fault.headers)
    return shown
