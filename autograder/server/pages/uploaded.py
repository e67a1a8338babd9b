"""Reads what a form with files sends along, for pages that keep nothing of it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request

from autograder.server.accounts.credentials import CSRF_FIELD, Who
from autograder.server.api.attempts import length_of
from autograder.server.attempts.storage import SCRATCH
from autograder.server.attempts.uploads import FRAMES, Upload, read_form, too_much
from autograder.server.server import Server


@asynccontextmanager
async def uploaded(request: Request, found: Who, serves: Server) -> AsyncIterator[Upload]:
    """Yield what a form has sent, whose files are gone afterwards.

    They are read as they come, within the limits of handing in: the framework would take in any amount before it asks
    who sends it. The route's function is marked with `checks_form`.

    Args:
        request: The request; nothing of its body has been read.
        found: Who sends it.
        serves: The server.

    Raises:
        RequestError: It is too much, or not from a page of this server.
    """
    limits, length = serves.settings.limits, length_of(request)
    if length is not None and length > limits.attempt_bytes + FRAMES:
        raise too_much(limits)
    with tempfile.TemporaryDirectory(dir=serves.data, prefix=SCRATCH) as folder:
        kind = request.headers.get("content-type", "")
        upload = await read_form(kind, request.stream(), Path(folder), limits, serves.room)
        found.check_csrf(upload.fields.get(CSRF_FIELD, ""))
        yield upload
