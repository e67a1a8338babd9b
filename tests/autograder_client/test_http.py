"""The client's requests: what is asked again, how long it waits, and what it says of faults."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from autograder_client import http
from autograder_client.errors import ClientError, NotReachedError, RefusedError
from autograder_client.http import Server, assignment_path
from autograder_client.settings import Settings

Answer = Callable[[BaseHTTPRequestHandler], None]


class Stub:
    """A server that answers one request after the other as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.over = threading.Event()
        self.url = ""


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            made.asked.append((self.command, self.path, dict(self.headers)))
            made.answers.pop(0)(self)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        made.url = f"http://127.0.0.1:{server.server_port}"
        yield made
        made.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    monkeypatch.setattr(http, "PAUSE_SECONDS", 0.01)


def says(content: object, status: int = 200, kind: str = "application/json", **headers: str) -> Answer:
    """Return the answer with a status and a content."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def cut_short(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def of(stub: Stub, **more: float) -> Server:
    return Server(Settings(stub.url, "s3cret"), **{"patience": 5.0, **more})


def test_the_token_is_sent_and_nothing_of_netrc(stub, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    stub.answers = [says({"login": "ada"})]
    assert of(stub).json("/api/v1/me") == {"login": "ada"}
    assert stub.asked[0][2]["Authorization"] == "Bearer s3cret"


def test_what_fails_on_the_way_is_asked_again(stub):
    stub.answers = [cut_short, says({}, 502), says({}, 503), says([1])]
    assert of(stub).json("/") == [1]
    assert len(stub.asked) == 4


def test_a_hand_in_is_repeated_with_the_same_key(stub):
    stub.answers = [cut_short, says({"attempt": "a"}, 201)]
    of(stub).hand_in("c", "a", {"n.ipynb": b"{}"}, "key", "terminal")
    assert [(method, headers["Idempotency-Key"]) for method, _, headers in stub.asked] == [("POST", "key")] * 2


def test_a_refusal_is_not_asked_again_and_says_what_to_do(stub):
    problem = {"detail": "3 of your attempts wait.", "what_to_do": "Wait for one.", "status": 429}
    stub.answers = [says(problem, 429, "application/problem+json", **{"Retry-After": "7"})]
    with pytest.raises(RefusedError, match=r"3 of your attempts wait\. Wait for one\.") as raised:
        of(stub).json("/")
    assert (raised.value.status, raised.value.retry_after, len(stub.asked)) == (429, 7, 1)


def test_a_server_that_leads_elsewhere_is_not_followed(stub):
    stub.answers = [says({}, 302, Location="http://127.0.0.1:1/")]
    with pytest.raises(RefusedError, match=r"is .* a grading server"):
        of(stub).json("/")


def test_what_is_no_grading_server_is_named(stub):
    stub.answers = [says(b"<html>", kind="text/html")]
    with pytest.raises(ClientError, match="does not answer as a grading server does"):
        of(stub).json("/")


def test_a_server_that_is_not_there_is_named_with_what_to_do():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    with pytest.raises(NotReachedError, match=rf"{url} cannot be reached \(.*refused\): look at your connection"):
        Server(Settings(url, "t"), patience=0).json("/")


@pytest.mark.parametrize("begins", [False, True], ids=["nothing", "byte by byte"])
def test_a_server_that_hangs_is_waited_for_no_longer_than_said(stub, begins):
    def hang(handler: BaseHTTPRequestHandler) -> None:
        if begins:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            while not stub.over.wait(0.02):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        stub.over.wait()
        cut_short(handler)

    stub.answers = [hang]
    with pytest.raises(NotReachedError, match=r"has not answered for 0\.3 seconds"):
        of(stub, longest=0.3, patience=0).json("/")
    stub.over.set()


def test_what_is_downloaded_is_the_bytes(stub, tmp_path):
    stub.answers = [says(b"z" * 200_000, kind="application/zip")]
    of(stub).download("/x", tmp_path / "file", format="zip")
    assert (tmp_path / "file").read_bytes() == b"z" * 200_000
    assert stub.asked[0][1] == "/x?format=zip"


def test_names_stay_in_their_part_of_an_address():
    assert assignment_path("a/b", "../x?y") == "/api/v1/courses/a%2Fb/assignments/..%2Fx%3Fy"
