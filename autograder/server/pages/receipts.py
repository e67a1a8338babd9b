"""Checks receipts on a page: whether this server signed one, and whether files are those that it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from autograder.i18n.catalogue import catalogue
from autograder.i18n.messages import say
from autograder.server.accounts.access import SignedIn
from autograder.server.accounts.credentials import Who, checks_form
from autograder.server.attempts.storage import StoredFile
from autograder.server.pages.frame import Crumb, page
from autograder.server.pages.home import visitor
from autograder.server.pages.language import language_of
from autograder.server.pages.uploaded import uploaded
from autograder.server.server import Server, Serves
from autograder_client.receipts import ReceiptError, read, verify

router = APIRouter(include_in_schema=False)
# Bytes of a receipt: it names at most some tens of files.
RECEIPT_MAX = 100_000
NOTHING: dict[str, Any] = {"receipt": None, "fault": "", "matching": [], "differing": []}


@router.get("/receipts")
def receipts_page(request: Request, found: SignedIn, serves: Serves) -> Response:
    """Show the form."""
    return _page(request, found, serves, **NOTHING)


def _page(request: Request, found: Who, serves: Serves, **shown: Any) -> Response:
    texts = catalogue(language_of(request))
    crumbs = [Crumb(texts.say("Check a receipt"))]
    return page(request, "receipts.html.j2", visitor(found), crumbs, public_key=serves.key.public, **shown)


@router.post("/receipts")
@checks_form
async def check(request: Request, found: SignedIn, serves: Serves) -> Response:
    """Check a receipt, and the files that came with it; nothing of them is kept."""
    async with uploaded(request, found, serves) as upload:
        files, text = upload.files, upload.fields.get("text", "").encode()
        if not text.strip() and files:
            # The receipt's own field stands first in the form.
            text = (upload.folder / files[0].name).read_bytes()[: RECEIPT_MAX + 1]
            files = files[1:]
    return _page(request, found, serves, **checked(serves, text, files, language_of(request)))


def checked(serves: Server, text: bytes, files: Sequence[StoredFile], language: str) -> dict[str, Any]:
    """Return what a receipt proves: the receipt or why it does not hold, and which files are in it.

    Args:
        serves: The server, whose key alone counts.
        text: The receipt, as it came.
        files: Files that came with it.
        language: The language of whoever asks.
    """
    texts = catalogue(language)
    try:
        if len(text) > RECEIPT_MAX:
            raise ReceiptError("it is longer than any receipt")
        receipt = verify(read(text), serves.key.public)
    except ReceiptError as fault:
        why = say("It was not signed by this server, or was changed since: {why}.", why=str(fault))
        return {**NOTHING, "fault": texts.say(why)}
    except (ValueError, RecursionError):
        why = say("This is no receipt: choose the file that was downloaded here, or paste all of its text.")
        return {**NOTHING, "fault": texts.say(why)}
    known = {one["sha256"] for one in receipt["files"]}
    return {
        **NOTHING,
        "receipt": receipt,
        "matching": [one.name for one in files if one.sha256 in known],
        "differing": [one.name for one in files if one.sha256 not in known],
    }
