import http.server
import io
import threading

import numpy as np
import pytest
from PIL import Image

from cs231n import image_utils
from cs231n.image_utils import PictureUnavailableError, image_from_url


def png(mode="RGB", size=(5, 3), colour=(200, 10, 30)):
    content = io.BytesIO()
    Image.new(mode, size, colour).save(content, format="PNG")
    return content.getvalue()


class PictureServer(http.server.ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[str] = []
        self.answers: dict[str, list[tuple[int, bytes, str]]] = {}

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"

    def answer(self, path, *answers):
        self.answers[path] = [(*answer, "")[:3] for answer in answers]


class Handler(http.server.BaseHTTPRequestHandler):
    server: PictureServer

    def do_GET(self):
        self.server.requests.append(self.path)
        answers = self.server.answers[self.path]
        status, content, location = answers[0] if len(answers) == 1 else answers.pop(0)
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with PictureServer() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_mini_coco_is_drawn_without_a_network(monkeypatch):
    monkeypatch.setattr(image_utils, "_fetch", lambda url: pytest.fail("the network was used"))
    picture = image_from_url(np.array(["minicoco://train/000123"], dtype="<U63")[0])
    assert picture.shape == (128, 128, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_picture_is_downloaded_as_rgb_bytes(server, mode):
    server.answer("/a.png", (200, png(mode, colour=7 if mode in "LP" else (200, 10, 30))))
    picture = image_from_url(server.url("/a.png"))
    assert picture.shape == (3, 5, 3)
    assert picture.dtype == np.uint8


def test_the_pixels_are_those_of_the_picture(server):
    server.answer("/a.png", (200, png()))
    assert image_from_url(server.url("/a.png"))[0, 0].tolist() == [200, 10, 30]


def test_a_passing_fault_is_tried_again(server):
    server.answer("/a.png", (503, b""), (200, png()))
    assert image_from_url(server.url("/a.png")).shape == (3, 5, 3)
    assert len(server.requests) == 2


def test_a_missing_picture_is_not_tried_again_and_the_error_says_what_to_do(server):
    server.answer("/gone.jpg", (404, b""))
    with pytest.raises(PictureUnavailableError, match=r"Not Found.*draw another minibatch") as caught:
        image_from_url(server.url("/gone.jpg"))
    assert caught.value.url == server.url("/gone.jpg")
    assert len(server.requests) == 1


def test_a_lasting_fault_is_an_error_after_the_second_attempt(server):
    server.answer("/a.png", (500, b""))
    with pytest.raises(PictureUnavailableError, match="Check the network"):
        image_from_url(server.url("/a.png"))
    assert len(server.requests) == image_utils.ATTEMPTS


def test_a_server_that_cannot_be_reached_is_an_error_that_says_what_to_do(server):
    url = server.url("/a.png")
    server.server_close()
    with pytest.raises(PictureUnavailableError, match="Check the network"):
        image_from_url(url)


def test_a_server_that_does_not_answer_is_given_up(server, monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(image_utils, "TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(Handler, "do_GET", lambda self: released.wait(10) and None)
    try:
        with pytest.raises(PictureUnavailableError, match="timed out"):
            image_from_url(server.url("/slow.png"))
    finally:
        released.set()


def test_what_is_too_large_is_refused(server, monkeypatch):
    server.answer("/a.png", (200, png()))
    monkeypatch.setattr(image_utils, "MAX_BYTES", 20)
    with pytest.raises(PictureUnavailableError, match="larger than"):
        image_from_url(server.url("/a.png"))


def test_a_small_file_of_too_many_pixels_is_refused(server, monkeypatch):
    server.answer("/a.png", (200, png(size=(300, 300))))
    monkeypatch.setattr(image_utils, "MAX_PIXELS", 1000)
    with pytest.raises(PictureUnavailableError, match="more than 1,000 pixels"):
        image_from_url(server.url("/a.png"))


@pytest.mark.parametrize("content", [b"<html>gone</html>", b"", png()[:-30]])
def test_what_is_not_a_whole_picture_is_refused(server, content):
    server.answer("/a.png", (200, content))
    with pytest.raises(PictureUnavailableError, match="not a picture"):
        image_from_url(server.url("/a.png"))


def test_a_redirection_is_followed_to_http_only(server, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(png())
    server.answer("/moved", (302, b"", server.url("/a.png")))
    server.answer("/a.png", (200, png()))
    server.answer("/trap", (302, b"", secret.as_uri()))
    assert image_from_url(server.url("/moved")).shape == (3, 5, 3)
    server.answer("/elsewhere", (302, b"", "ftp://127.0.0.1/a.png"))
    with pytest.raises(PictureUnavailableError, match="not allowed"):
        image_from_url(server.url("/trap"))
    with pytest.raises(PictureUnavailableError, match="unknown url type: ftp"):
        image_from_url(server.url("/elsewhere"))


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://host/a.png", "data:image/png;base64,AA", "a.png", ""])
def test_other_kinds_of_address_are_refused(url):
    with pytest.raises(ValueError, match="begin with minicoco://, http:// or https://"):
        image_from_url(url)


def test_a_mini_coco_address_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="not the address of a mini-COCO picture"):
        image_from_url("minicoco://train/999999")
