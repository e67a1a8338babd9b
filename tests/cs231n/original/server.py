"""A web server that sends a file as badly as it is told to."""

import contextlib
import http.server
import re
import socket
import socketserver
import struct
import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """How one request is answered."""

    content: bytes = b""
    status: int = 200
    reason: str | None = None
    etag: str | None = '"first"'
    modified: str | None = None
    """``Last-Modified``."""
    ranges: bool = True
    """Whether a part of the file is sent to whoever asks for one and names this version of it."""
    careless: bool = False
    """Whether a part is sent of another version too."""
    shift: int = 0
    """How far from where it should the part begins."""
    length: int | None = None
    """What is said of the length, if that isn't true; -1 for nothing."""
    cut: int | None = None
    """After how many bytes of the answer the connection ends."""
    reset: bool = False
    """Whether it then ends as if the server had crashed."""
    stalls: bool = False
    """Whether it then stays open, without a further byte."""
    piece: int = 2**20
    """How many bytes are sent at a time."""
    chunked: bool = False
    kind: str = "application/zip"
    headers: dict[str, str] = field(default_factory=dict)


class HostileServer(http.server.ThreadingHTTPServer):
    """Gives the answers one after the other, and the last one from then on."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = []
        self.asked: list[dict[str, str]] = []
        self.stalled = threading.Event()
        self.released = threading.Event()

    def server_bind(self):
        # HTTPServer's own looks up the computer's name, which may ask the network.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/coco_captioning.zip"

    def give(self, *answers):
        self.answers = list(answers)

    def ranges(self):
        """Return which parts were asked for, ``None`` for the whole."""
        return [headers.get("Range") for headers in self.asked]

    def handle_error(self, request, client_address):
        """Say nothing of clients that go away."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HostileServer

    def do_GET(self):
        self.close_connection = True
        answers = self.server.answers
        answer = answers[0] if len(answers) == 1 else answers.pop(0)
        self.server.asked.append(dict(self.headers))
        body = self._begin(answer)
        self._send(body[: answer.cut], answer)
        if answer.stalls:
            self.server.stalled.set()
            self.server.released.wait(30)
        elif answer.cut is None and answer.chunked:
            self.wfile.write(b"0\r\n\r\n")
        if answer.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _begin(self, answer):
        """Send the head, and return the body."""
        start = self._start(answer)
        body = answer.content if start is None else answer.content[start + answer.shift :]
        status = answer.status
        if start is not None:
            size = len(answer.content)
            status = 206 if start < size else 416
            if status == 416:
                body = b""
        self.send_response(status, answer.reason)
        if start is not None:
            where = f"{start + answer.shift}-{size - 1}" if status == 206 else "*"
            self.send_header("Content-Range", f"bytes {where}/{size}")
        length = len(body) if answer.length is None else answer.length
        known = {"Content-Type": answer.kind, "ETag": answer.etag, "Last-Modified": answer.modified}
        known["Content-Length"] = None if answer.chunked or length < 0 else str(length)
        known["Transfer-Encoding"] = "chunked" if answer.chunked else None
        for name, value in (known | answer.headers).items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        return body

    def _start(self, answer):
        """Return where the part begins that is to be sent; ``None``: the whole file."""
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range") in (answer.etag, answer.modified)
        return int(match[1]) if match and answer.ranges and answer.status == 200 and (same or answer.careless) else None

    def _send(self, body, answer):
        for start in range(0, len(body), answer.piece):
            piece = body[start : start + answer.piece]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if answer.chunked else piece)
            self.wfile.flush()

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def running():
    """Run a server; let go of all that stall when it ends."""
    with HostileServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
