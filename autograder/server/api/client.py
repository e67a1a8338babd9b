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
<p>Hand in from a terminal, or from JupyterLab's Assignment List:
<pre>pip install {url}/client/{name}
autograder-client sign-in {url}</pre>
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
