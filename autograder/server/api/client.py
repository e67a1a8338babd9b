"""Offers what students install, as `autograder.server.pages.client` says it."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from autograder.server.accounts.access import public
from autograder.server.api.attempts import as_attachment
from autograder.server.client_wheel import wheel, wheel_name
from autograder.server.server import not_found

router = APIRouter(prefix="/client", include_in_schema=False, dependencies=[Depends(public)])


@router.get("/{name}")
def load_file(name: str) -> Response:
    """Return the wheel."""
    if name != wheel_name():
        raise not_found()
    return Response(wheel(), media_type="application/zip", headers=as_attachment(name))
