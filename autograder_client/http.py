"""Talks to the server: within a time that is set, with errors that a person can act on.

Only what may safely be asked twice is asked twice: reading, and handing in, which carries a key that makes all
repetitions one attempt.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from autograder_client import __version__
from autograder_client.errors import ClientError, NotReachedError, RefusedError
from autograder_client.settings import Settings

# Seconds for reaching the server, and for each answer of it.
CONNECT_SECONDS, ANSWER_SECONDS = 3.05, 20.0
PAUSE_SECONDS = 0.5
# Something between the client and the server answers so, for example while the server is started again.
PASSING = {502, 503, 504}
# An answer that says what went wrong and what to do (RFC 9457).
PROBLEM = "application/problem+json"
CHUNK = 1 << 16


@dataclass
class Server:
    """A grading server, as one person.

    Attributes:
        settings: Where it is, and who asks.
        patience: Seconds after which nothing is tried again.
        longest: Seconds after which nothing is waited for, whatever goes on: JupyterLab does nothing else meanwhile.
            None: as long as something comes.
    """

    settings: Settings
    patience: float = 30.0
    longest: float | None = None

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"autograder-client/{__version__}"

    def json(self, path: str, **parameters: str) -> Any:
        """Return what the server has at a path, as JSON."""
        return self._json(self._ask("GET", path, params=parameters))

    def content(self, path: str, **parameters: str) -> bytes:
        """Return what the server has at a path."""
        return self._ask("GET", path, params=parameters).content

    def download(self, path: str, file: Path, **parameters: str) -> None:
        """Write what the server has at a path into a file, as it comes."""
        with self._ask("GET", path, params=parameters, stream=True) as response, file.open("wb") as stream:
            try:
                for chunk in response.iter_content(CHUNK):
                    stream.write(chunk)
            except requests.exceptions.RequestException as fault:
                raise NotReachedError(f"{self.settings.url} stopped in the middle: try again") from fault

    def put(self, path: str, files: Mapping[str, bytes]) -> Any:
        """Put files at a path, which comes to the same when it is done twice."""
        return self._json(self._ask("PUT", path, files=_parts(files)))

    def delete(self, path: str) -> None:
        """Delete what the server has at a path."""
        self._ask("DELETE", path)

    def hand_in(self, course: str, assignment: str, files: Mapping[str, bytes], key: str, source: str) -> Any:
        """Hand in files, and return the receipt.

        Args:
            course: The course's name.
            assignment: nbgrader's name of the assignment.
            files: Bytes by name.
            key: What makes repetitions one attempt.
            source: ``terminal`` or ``jupyterlab``.
        """
        path = f"{assignment_path(course, assignment)}/attempts"
        headers = {"Idempotency-Key": key, "Autograder-Source": source}
        return self._json(self._ask("POST", path, files=_parts(files), headers=headers))

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Ask until there is an answer, or patience is at its end.

        Raises:
            NotReachedError: There was no answer.
            RefusedError: The answer is no.
        """
        begun = time.monotonic()
        ends = begun + min(self.patience, self.longest or self.patience)
        while True:
            try:
                response = self._within(begun, method, path, **more)
            except NotReachedError:
                if time.monotonic() + PAUSE_SECONDS > ends:
                    raise
            else:
                if response.status_code not in PASSING or time.monotonic() + PAUSE_SECONDS > ends:
                    return self._fine(response)
            time.sleep(PAUSE_SECONDS)

    def _within(self, begun: float, method: str, path: str, **more: Any) -> requests.Response:
        """Ask once, for no longer than is left of the longest time."""
        if self.longest is None:
            return self._send(method, path, **more)
        found: list[requests.Response] = []
        faults: list[ClientError] = []

        def ask() -> None:
            try:
                found.append(self._send(method, path, **more))
            except ClientError as fault:
                faults.append(fault)

        # Time-outs of sockets end neither a name that is not found, nor an answer that comes byte by byte.
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(max(0.0, begun + self.longest - time.monotonic()))
        if faults:
            raise faults[0]
        if not found:
            raise self._silent(self.longest)
        return found[0]

    def _send(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> requests.Response:
        url = self.settings.url + path
        try:
            return self._session.request(
                method,
                url,
                auth=_Bearer(self.settings.token),
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                # A server that leads elsewhere would be told the token there.
                allow_redirects=False,
                headers=dict(headers or {}),
                **more,
            )
        except requests.exceptions.SSLError as fault:
            raise ClientError(
                f"{self.settings.url} shows a certificate that is not trusted ({_reason(fault)}): ask your course"
            ) from fault
        except requests.exceptions.ReadTimeout as fault:
            raise self._silent(ANSWER_SECONDS) from fault
        except requests.exceptions.RequestException as fault:
            raise NotReachedError(
                f"{self.settings.url} cannot be reached ({_reason(fault)}): look at your connection, and try again in "
                "a minute; if others cannot reach it either, tell your course"
            ) from fault

    def _silent(self, seconds: float) -> NotReachedError:
        return NotReachedError(
            f"{self.settings.url} has not answered for {seconds:g} seconds: it is very busy, or stuck. Try again in a "
            "minute"
        )

    def _fine(self, response: requests.Response) -> requests.Response:
        if response.ok and not response.is_redirect:
            return response
        raise RefusedError(_said(response), response.status_code, _retry_after(response))

    def _json(self, response: requests.Response) -> Any:
        try:
            return response.json()
        except requests.exceptions.JSONDecodeError as fault:
            raise ClientError(
                f"{self.settings.url} does not answer as a grading server does: is that its address?"
            ) from fault


class _Bearer(requests.auth.AuthBase):
    """Puts the token into a request, and keeps ``~/.netrc`` from putting something else there."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def course_path(course: str) -> str:
    """Return where a course is on the server."""
    return f"/api/v1/courses/{quote(course, safe='')}"


def assignment_path(course: str, assignment: str) -> str:
    """Return where an assignment is on the server."""
    return f"{course_path(course)}/assignments/{quote(assignment, safe='')}"


def attempt_path(attempt: str) -> str:
    """Return where an attempt is on the server."""
    return f"/api/v1/attempts/{quote(attempt, safe='')}"


def _parts(files: Mapping[str, bytes]) -> Sequence[tuple[str, tuple[str, bytes]]]:
    return [("files", (name, data)) for name, data in files.items()]


def _said(response: requests.Response) -> str:
    """Return what the server says of its refusal, as a sentence; the status where it says nothing."""
    problem: Any = None
    if response.headers.get("Content-Type", "").partition(";")[0] == PROBLEM:
        try:
            problem = response.json()
        except requests.exceptions.JSONDecodeError:
            problem = None
    if isinstance(problem, dict) and isinstance(problem.get("detail"), str):
        what = problem.get("what_to_do")
        detail = str(problem["detail"])
        return f"{detail} {what}" if isinstance(what, str) and what else detail
    if response.status_code in PASSING:
        return "the grading server is not there at the moment: try again in a minute"
    return f"the server answers {response.status_code} {response.reason}: is {response.url} a grading server?"


def _retry_after(response: requests.Response) -> int | None:
    said = response.headers.get("Retry-After", "")
    return int(said) if said.isdecimal() else None


def _reason(fault: Exception) -> str:
    """Return the innermost reason of a fault, without what libraries put around it."""
    inner: BaseException = fault
    while (next_one := inner.__cause__ or inner.__context__ or _first(inner)) is not None:
        inner = next_one
    return str(inner) or type(inner).__name__


def _first(fault: BaseException) -> BaseException | None:
    found = getattr(fault, "reason", None) or next(iter(fault.args), None)
    return found if isinstance(found, BaseException) and found is not fault else None
