"""Says how the client is installed: ``pip install URL/client/NAME``, or ``pip install --find-links URL/client/``."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from autograder.server.accounts.access import public
from autograder.server.client_wheel import wheel_name
from autograder.server.pages.frame import Crumb, Visitor, page
from autograder.server.server import Serves

router = APIRouter(include_in_schema=False)


@router.get("/client/", dependencies=[Depends(public)])
def client_page(request: Request, serves: Serves) -> Response:
    """Say how it is installed, and what for."""
    crumbs = [Crumb("autograder-client")]
    return page(request, "client.html.j2", Visitor(), crumbs, url=serves.settings.url, wheel=wheel_name())
