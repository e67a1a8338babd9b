"""Offers what students install: ``pip install URL/client/NAME``, or ``pip install --find-links URL/client/``."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from autograder.server.accounts.access import public
from autograder.server.api.attempts import as_attachment
from autograder.server.client_wheel import wheel, wheel_name
from autograder.server.server import Serves, not_found

router = APIRouter(prefix="/client", include_in_schema=False, dependencies=[Depends(public)])
PAGE = """<!doctype html><html lang="en"><title>autograder-client</title>
<meta name="viewport" content="width=device-width">
<h1>From a terminal</h1>
<p>Hand in, read feedback, and check receipts:
<p><code>pip install "autograder-client[receipts] @ {url}/client/{name}"</code>
<p><code>autograder-client sign-in {url}</code>
<p><code>autograder-client --help</code> says how it goes on. <a href="/tokens">Your tokens</a>
<h1>From JupyterLab's Assignment List</h1>
<p><code>pip install "autograder-client[jupyterlab,receipts] @ {url}/client/{name}"</code>
<p>Your course says how it is set up.
<p><a href="{name}">{name}</a>
"""


@router.get("/")
def list_files(serves: Serves) -> HTMLResponse:
    """Say how it is installed."""
    return HTMLResponse(PAGE.format(url=serves.settings.url, name=wheel_name()))


@router.get("/{name}")
def load_file(name: str) -> Response:
    """Return the wheel."""
    if name != wheel_name():
        raise not_found()
    return Response(wheel(), media_type="application/zip", headers=as_attachment(name))
