"""Makes pages: the frame with where one is and who one is, the language, and the policy under which they are shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment
from markupsafe import Markup, escape

from autograder.i18n.catalogue import Catalogue, catalogue
from autograder.i18n.messages import Text, gettext_noop
from autograder.i18n.terminal import printable
from autograder.marking.execution.outputs import storable
from autograder.pages.environment import templates
from autograder.server.pages import times
from autograder.server.pages.language import language_of, languages
from autograder.server.pages.static import static_files
from autograder.server.pages.words import REQUEST_STATES, SOURCES, STATES

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
# Nothing but this server's own files; no script and no style in a page; no frame of another site around it.
POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "connect-src 'self'",
    "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
))  # fmt: skip
# Pages hold marks and keys of forms: no browser and no proxy keeps one.
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
KILO = 1000
MY_COURSES = gettext_noop("Your courses")


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page.

    Attributes:
        title: What it is called.
        address: Where it is; empty for the page itself.
    """

    title: str
    address: str = ""


@dataclass(frozen=True)
class Visitor:
    """Who looks at a page.

    Attributes:
        name: What the frame calls them; empty for one who is not signed in.
        csrf: What their forms send along; empty for one who is not signed in.
    """

    name: str = ""
    csrf: str = ""


@cache
def environment() -> Environment:
    """Return the environment of the server's templates. Every text that is put into one shows all of its characters."""
    made = templates(TEMPLATES).overlay(finalize=_shown)
    made.filters["bytes"] = said_bytes
    # What the script is told stays in its order, that of the notebook.
    made.policies["json.dumps_kwargs"] = {"sort_keys": False}
    made.globals.update(static={name: file.address for name, file in static_files().items()}, languages=languages())
    made.globals.update(zone_name=times.zone_name, states=STATES, sources=SOURCES, request_states=REQUEST_STATES)
    return made


def _shown(value: Any) -> Any:
    """Return a value as it is put into a page: names, answers and requests come from people."""
    return printable(storable(value)) if isinstance(value, str) and not isinstance(value, Markup) else value


def said_bytes(size: int) -> str:
    """Return a number of bytes as people write it: ``1.2 MB``."""
    if size < KILO:
        return f"{size} B"
    return (
        f"{size / KILO:.0f} kB" if size < KILO * KILO else f"{size / KILO / KILO:.{int(size < 10 * KILO * KILO)}f} MB"
    )


def sayer(texts: Catalogue) -> Callable[..., str | Markup]:
    """Return the function by which a template says texts; a value may be HTML, such as a time."""

    def said(text: Text, /, **values: Any) -> str | Markup:
        # HTML is put in after the sentence is made and escaped, in place of what no text can hold by chance.
        html = {secrets.token_hex(8): value for value in values.values() if isinstance(value, Markup)}
        places = {id(value): place for place, value in html.items()}
        told = printable(storable(texts.say(text, **{name: places.get(id(one), one) for name, one in values.items()})))
        if not html:
            return told
        made = str(escape(told))
        for place, value in html.items():
            made = made.replace(place, value)
        return Markup(made)

    return said


def page(
    request: Request,
    template: str,
    visitor: Visitor,
    crumbs: Sequence[Crumb] = (),
    *,
    status: int = 200,
    language: str = "",
    texts: Catalogue | None = None,
    **values: Any,
) -> HTMLResponse:
    """Return a page.

    Args:
        request: The request that it answers.
        template: The template's name.
        visitor: Who looks at it.
        crumbs: The way to it, from the first page; the last is the page itself.
        status: The HTTP status.
        language: The one language that the page is in; that of whoever asks when empty.
        texts: Says the page's texts, where some are an assignment's own; the kit's when None.
        values: What the template asks for.
    """
    texts = texts or catalogue(language or language_of(request))
    html = (
        environment()
        .get_template(template)
        .render(
            language=texts.language,
            say=sayer(texts),
            moment=lambda at, zone, **how: times.moment(at, zone, texts.language, **how),
            span=lambda seconds: times.span(seconds, texts.language),
            person=visitor.name,
            csrf=visitor.csrf,
            crumbs=[Crumb(texts.text(MY_COURSES), "/"), *crumbs],
            here=_here(request),
            done=texts.text(DONE[done]) if (done := request.query_params.get("done", "")) in DONE else "",
            switches=not language,
            **values,
        )
    )
    return HTMLResponse(html, status, HEADERS)


def _here(request: Request) -> str:
    """Return where a page is, for a form that leads back to it; the first page when nobody can go there by a link."""
    return request.url.path if request.method == "GET" else "/"


# What was done, said on the page that the browser is led to then, by the word in its address.
DONE = {
    "chosen": gettext_noop("This attempt counts now."),
    "asked": gettext_noop("Your request was sent. The answer will stand here."),
    "withdrawn": gettext_noop("Your request was withdrawn."),
    "revoked": gettext_noop("The token was revoked: nobody can sign in with it any more."),
    "same": gettext_noop("These files were handed in already: this is that attempt."),
    "received": gettext_noop("Your files have been received. Your receipt is below."),
    "answered": gettext_noop("Your answer was sent to the student."),
    "extended": gettext_noop("The extension was set; what was handed in already counts by it."),
    "marked-again": gettext_noop("It is being marked again."),
    "applied": gettext_noop("The results were applied."),
    "locked-out": gettext_noop("All of their tokens were revoked, and all of their browsers signed out."),
    "locked-out-here": gettext_noop(
        "What opens your courses alone was revoked. They are in other courses, too: whoever administers the server can "
        "end the rest."
    ),
    "cancelled": gettext_noop("The regrade was cancelled; no mark was changed."),
}  # fmt: skip


def go(address: str, done: str = "") -> RedirectResponse:
    """Lead the browser to a page of this server after a form was sent, so that a reload sends nothing again."""
    path, _, part = address.partition("#")
    return RedirectResponse(f"{path}{f'?done={done}' if done else ''}{f'#{part}' if part else ''}", 303, HEADERS)


def local(address: str) -> str:
    """Return an address of this server, or the first page for any other: no form and no link leads elsewhere."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\")) and printable(address) == address
    return address if safe and "\\" not in address and "\n" not in address else "/"
