"""What those ask who operate the server, or their programs: whether it lives, is ready, and how it does."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from autograder import __version__
from autograder.server.accounts.access import operator, public
from autograder.server.operating.health import checks
from autograder.server.operating.metrics import Metrics
from autograder.server.server import Serves

router = APIRouter(tags=["operating"])


@router.head("/healthz", dependencies=[Depends(public)], include_in_schema=False)
@router.get("/healthz", dependencies=[Depends(public)])
async def alive() -> dict[str, str]:
    """Say that the process answers; nothing else is looked at."""
    return {"status": "alive", "version": __version__}


@router.head("/readyz", dependencies=[Depends(public)], include_in_schema=False)
@router.get("/readyz", dependencies=[Depends(public)], responses={503: {"description": "It cannot take anything in."}})
def ready(serves: Serves) -> Response:
    """Say whether what is handed in is taken and marked, with each thing that this needs."""
    found = list(checks(serves))
    well = not any(one.fault for one in found)
    said: dict[str, Any] = {
        "status": "ready" if well else "not ready",
        "checks": {one.name: {"ok": not one.fault, "fault": one.fault} for one in found},
    }
    return JSONResponse(said, 200 if well else 503)


@router.get("/metrics", dependencies=[Depends(operator)], response_class=Response)
def measured(request: Request) -> Response:
    """Return counts and measures, as Prometheus reads them."""
    found: Metrics = request.app.state.metrics
    return Response(found.text(), media_type=CONTENT_TYPE_LATEST)
