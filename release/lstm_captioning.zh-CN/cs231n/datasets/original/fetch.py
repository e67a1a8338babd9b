"""Downloads one large file over HTTP: goes on where it was broken off, and tries again when that may help."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from ...web import USER_AGENT, web_opener
from .faults import DownloadError, NetworkError, WrongFileError, require_space, storing
from .part import Part
from .progress import byte_bar

_CHUNK = 2**18
_MAY_PASS = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)$")


@dataclass(frozen=True)
class Pace:
    """How patient a download is.

    Attributes:
        timeout: Seconds without a single byte after which a connection is given up.
        attempts: Failures in a row after which the download is given up.
        headway: Bytes that must come beyond all before, for the count of failures to start anew.
        first_wait: Seconds before the second attempt; each further wait is twice as long.
        longest_wait: Seconds that no wait exceeds, even if the server asks for more.
        sleep: Waits so many seconds.
    """

    timeout: float = 30.0
    attempts: int = 5
    headway: int = 2**20
    first_wait: float = 1.0
    longest_wait: float = 60.0
    sleep: Callable[[float], None] = time.sleep


PATIENT = Pace()


class _PassingError(Exception):
    """Something went wrong that may go well next time; ``wait`` are the seconds that the server asks for."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True)
class Download:
    """A file that is to be downloaded.

    Attributes:
        url: Its address, http or https.
        target: Where it goes. Until it is complete, it lies beside that, under the same name with ``.part``.
        most: Bytes that it may have at most.
        reserve: Bytes that must be free on the disk besides those of the file itself.
        pace: How patient to be.
    """

    url: str
    target: Path
    most: int
    reserve: int
    pace: Pace

    @property
    def part(self) -> Part:
        """What has come so far."""
        return Part(self.target.with_name(self.target.name + ".part"))

    def run(self) -> None:
        """Download the file, or what is missing of it.

        Raises:
            NetworkError: If the server can't be reached, refuses, or fails too often in a row.
            WrongFileError: If a web page comes, or something too large.
            NoSpaceError: If the disk has too little space.
            FolderError: If the file can't be written.
        """
        failures, farthest = 0, self.part.size
        while True:
            try:
                self._attempt()
                break
            except _PassingError as trouble:
                if self.part.size >= farthest + self.pace.headway:
                    failures = 0
                farthest = max(farthest, self.part.size)
                failures += 1
                self._wait(failures, trouble)
        with storing(self.target.parent):
            self.part.finish(self.target)

    def _wait(self, failures: int, trouble: _PassingError) -> None:
        if failures >= self.pace.attempts:
            raise NetworkError(
                f"{trouble} That makes {failures} failures in a row. {self.part.size / 1e6:,.1f} MB have come: run the "
                "command again to go on, or name another address with --url."
            ) from trouble
        wait = min(max(self.pace.first_wait * 2 ** (failures - 1), trouble.wait), self.pace.longest_wait)
        print(f"{trouble} Trying again in {wait:g} s ({failures} of {self.pace.attempts - 1}).", flush=True)
        self.pace.sleep(wait)

    def _attempt(self) -> None:
        """Get the rest of the file, all of it if what is there is of no use."""
        validator = self.part.validator(self.url)
        offset = self.part.size if validator else 0
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        if offset and validator:
            headers |= {"Range": f"bytes={offset}-", "If-Range": validator}
        try:
            response = web_opener().open(urllib.request.Request(self.url, headers=headers), timeout=self.pace.timeout)
        except urllib.error.HTTPError as error:
            with error:
                if offset and error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    return self._past_the_end(offset, error.headers.get("Content-Range", ""))
                raise self._refusal(error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            # ValueError: an address, which may come from a redirection, that is none.
            raise self._trouble(error) from error
        with response:
            self._begin(response, offset, validator)
            self._receive(response)

    def _begin(self, response: http.client.HTTPResponse, offset: int, validator: str | None) -> None:
        """Check what the server is about to send, and get the part ready for it."""
        if response.headers.get_content_type() == "text/html":
            raise WrongFileError(
                f"{self.url} sent a web page, not the file. Does the network want a log-in first? Else look for the "
                "file's present address and name it with --url."
            )
        with storing(self.target.parent):
            if response.status == HTTPStatus.PARTIAL_CONTENT:
                self._check_continues(response, offset, validator)
            elif response.status == HTTPStatus.OK:
                if offset:
                    print("The server sends the file from its beginning: it can't go on, or the file has changed.")
                self.part.restart(self.url, _validator(response))
            else:
                raise NetworkError(f"{self._answer(response.status)} It should have sent the file.")
            rest = response.length or 0
            self._check_size(self.part.size + rest)
            free = shutil.disk_usage(self.target.parent).free
            require_space(free, rest + self.reserve, self.target.parent, "for the download and for unpacking it")

    def _check_continues(self, response: http.client.HTTPResponse, offset: int, validator: str | None) -> None:
        match = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        if not offset or match is None or match[1] != str(offset) or _validator(response) not in (validator, None):
            self.part.discard()
            raise _PassingError("The server sent another part of the file than was asked for, or of another version.")

    def _past_the_end(self, offset: int, content_range: str) -> None:
        """Take note that the server has nothing from ``offset`` on: the file is complete, or it has changed."""
        match = _CONTENT_RANGE.match(content_range)
        if match is None or match[2] != str(offset):
            self.part.discard()
            raise _PassingError("The file on the server is shorter than what has come already.")

    def _receive(self, response: http.client.HTTPResponse) -> None:
        rest = response.length
        total = None if rest is None else self.part.size + rest
        received = 0
        with (
            storing(self.target.parent),
            self.part.append() as file,
            byte_bar("Downloading", total, self.part.size) as bar,
        ):
            while chunk := self._read(response):
                _write(file, chunk)
                received += len(chunk)
                bar.update(len(chunk))
                self._check_size(file.tell())
        if rest is not None and received < rest:
            raise _PassingError(f"The connection broke off; {rest - received:,} bytes are missing.")

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        try:
            return response.read1(_CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise self._trouble(error) from error

    def _check_size(self, size: int) -> None:
        if size > self.most:
            self.part.discard()
            raise WrongFileError(f"What {self.url} sends is larger than {self.most:,} bytes: it is not the pack.")

    def _refusal(self, error: urllib.error.HTTPError) -> Exception:
        """Return what to raise when the server answers with an error."""
        answer = self._answer(error.code)
        if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code in _MAY_PASS:
            wait = error.headers.get("Retry-After", "")
            return _PassingError(answer, float(wait) if wait.isdecimal() else 0.0)
        return NetworkError(f"{answer} Look for the file's present address and name it with --url.")

    def _answer(self, status: int) -> str:
        # The server's own words for the status might hold anything.
        return f"{self.url} answered {status} {http.client.responses.get(status, '')}.".replace(" .", ".")

    def _trouble(self, error: Exception) -> DownloadError | _PassingError:
        """Return what to raise when there is no connection, or when it fails."""
        host = urlsplit(self.url).hostname
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        match reason:
            case ssl.SSLCertVerificationError():
                return NetworkError(
                    f"{host} can't prove that it is {host}: {reason.verify_message}. Is this computer's date right?"
                )
            case socket.gaierror():
                return _PassingError(f"The name {host} can't be looked up ({reason}). Is there a network connection?")
            case ConnectionRefusedError():
                return _PassingError(f"{host} refuses the connection.")
            case TimeoutError():
                return _PassingError(f"Nothing came from {host} for {self.pace.timeout:g} s.")
        return _PassingError(f"The connection to {host} failed: {type(reason).__name__}: {reason}.")


def _validator(response: http.client.HTTPResponse) -> str | None:
    """Return what names this version of the file in an ``If-Range``, which weak ETags can't (RFC 9110, 13.1.5)."""
    etag = response.headers.get("ETag")
    if etag and not etag.startswith("W/"):
        return etag
    return response.headers.get("Last-Modified")


def _write(file: IO[bytes], chunk: bytes) -> None:
    """Write all bytes: an unbuffered file may take a part of them only."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]
