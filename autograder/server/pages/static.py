"""Holds the files that pages load: one stylesheet, one script, one picture. Their names change when they do."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import Request, Response

from autograder.pages.environment import STYLE
from autograder.server.server import not_found

FOLDER = Path(__file__).resolve().parent.parent / "static"
# A name with a digest never means anything else: browsers keep it for a year.
KEPT = "public, max-age=31536000, immutable"
DIGEST_DIGITS = 12


@dataclass(frozen=True)
class StaticFile:
    """A file that pages load.

    Attributes:
        name: Its name, with a part of its digest.
        kind: Its media type.
        data: Its bytes.
        packed: The same, as gzip.
    """

    name: str
    kind: str
    data: bytes
    packed: bytes

    @property
    def address(self) -> str:
        """Its address on the server."""
        return f"/static/{self.name}"


@cache
def static_files() -> dict[str, StaticFile]:
    """Return the files by what they are: ``style``, ``script``, ``icon``."""
    style = STYLE.read_bytes() + (FOLDER / "server.css").read_bytes()
    script, icon = (FOLDER / "server.js").read_bytes(), (FOLDER / "icon.svg").read_bytes()
    return {
        "style": _file("style", "css", "text/css; charset=utf-8", style),
        "script": _file("script", "js", "text/javascript; charset=utf-8", script),
        "icon": _file("icon", "svg", "image/svg+xml", icon),
    }


def _file(name: str, ending: str, kind: str, data: bytes) -> StaticFile:
    digest = hashlib.sha256(data).hexdigest()[:DIGEST_DIGITS]
    return StaticFile(f"{name}.{digest}.{ending}", kind, data, gzip.compress(data, mtime=0))


def answer(name: str, request: Request) -> Response:
    """Return the answer with a file.

    Raises:
        RequestError: There is no file of this name.
    """
    found = next((one for one in static_files().values() if one.name == name), None)
    if found is None:
        raise not_found()
    headers = {"Cache-Control": KEPT, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.data, media_type=found.kind, headers=headers)
