"""Bounds what a request sends before anybody has looked at who sends it.

The framework reads forms and JSON as a whole, and files of a form to the disk, before a route's rule is asked. Routes
that read files as they come, within the limits of handing in, are let through.
"""

from __future__ import annotations

import asyncio
import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Bytes of a form or of JSON: a regrade names some thousands of students at most.
BODY_MAX = 1_000_000
# Seconds that one may take: nobody waits longer for a form.
BODY_SECONDS = 30.0
# What reads its body itself.
STREAMED = re.compile(
    r"/api/v1/courses/[^/]+/(assignments/[^/]+/(attempts|release)|roster)"
    r"|/c/[^/]+/[^/]+/|/c/[^/]+/staff/people|/receipts"
)


class Bounded:
    """Refuses bodies that are larger than forms are, or take longer.

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
        taken, ends = 0, asyncio.get_running_loop().time() + BODY_SECONDS
        whole = False

        async def receive_some() -> Message:
            nonlocal taken, whole
            # After the body, a message says that the reader has gone: that may take as long as the answer does.
            try:
                async with asyncio.timeout_at(None if whole else ends):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408) from None
            whole = not message.get("more_body", False)
            taken += len(message.get("body", b""))
            if taken > BODY_MAX:
                # The framework lets this one through, and makes a 400 of others.
                raise HTTPException(413)
            return message

        await self._app(scope, receive_some, send)
