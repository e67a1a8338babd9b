"""Bounds what a request sends before anybody has looked at who sends it.

The framework reads forms and JSON as a whole, and files of a form to the disk, before a route's rule is asked. Routes
that read files as they come, within the limits of handing in, are let through.
"""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Bytes of a form or of JSON: a regrade names some thousands of students at most.
BODY_MAX = 1_000_000
# What reads its body itself.
STREAMED = re.compile(
    r"/api/v1/courses/[^/]+/(assignments/[^/]+/(attempts|release)|roster)"
    r"|/c/[^/]+/[^/]+/|/c/[^/]+/staff/people|/receipts"
)


class Bounded:
    """Refuses bodies that are larger than forms are.

    Args:
        app: What answers requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or STREAMED.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        taken = 0

        async def receive_some() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > BODY_MAX:
                # The framework lets this one through, and makes a 400 of others.
                raise HTTPException(413)
            return message

        await self._app(scope, receive_some, send)
