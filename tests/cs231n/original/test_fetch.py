import errno
import random
import shutil
import socket
import ssl
import urllib.error
from dataclasses import replace

import pytest

from cs231n.datasets.original import fetch
from cs231n.datasets.original.faults import FolderError, NetworkError, NoSpaceError, WrongFileError
from cs231n.datasets.original.fetch import Download
from cs231n.datasets.original.part import Part
from tests.cs231n.original.server import Answer

CONTENT = random.Random(0).randbytes(60_000)
OTHER = random.Random(1).randbytes(50_000)
HALF = len(CONTENT) // 2
WHOLE = Answer(CONTENT)
PORTAL = Answer(b"<html>log in</html>", etag=None, kind="text/html; charset=utf-8")


@pytest.fixture
def download(server, tmp_path, pace):
    return Download(server.url, tmp_path / "file.zip", most=10**6, reserve=0, pace=pace)


def only_the_file(download):
    return [path.name for path in download.target.parent.iterdir()] == [download.target.name]


class TestWhatGoesWell:
    @pytest.mark.parametrize(
        "answer",
        [
            WHOLE,
            replace(WHOLE, chunked=True),
            replace(WHOLE, length=-1),
            replace(WHOLE, etag=None),
            replace(WHOLE, piece=97),
        ],
        ids=["usual", "in chunks", "without a length", "without a version", "in small pieces"],
    )
    def test_the_file_comes_whole(self, server, download, waits, answer):
        server.give(answer)
        download.run()
        assert download.target.read_bytes() == CONTENT
        assert only_the_file(download)
        assert waits == []

    def test_a_redirection_is_followed(self, server, download):
        server.give(Answer(status=302, headers={"Location": server.url + "?here"}), WHOLE)
        download.run()
        assert download.target.read_bytes() == CONTENT

    def test_a_redirection_to_a_file_of_this_computer_is_not(self, server, download):
        server.give(Answer(status=302, headers={"Location": "file:///etc/hostname"}))
        with pytest.raises(NetworkError, match="302"):
            download.run()

    @pytest.mark.parametrize("address", ["http://[", "http://a..b/", "http://host:port/"])
    def test_a_redirection_to_nowhere_is_an_error(self, server, download, address):
        server.give(Answer(status=302, headers={"Location": address}))
        with pytest.raises(NetworkError, match="The connection to"):
            download.run()


class TestGoingOn:
    @pytest.mark.parametrize(
        "fault", [{}, {"reset": True}, {"chunked": True}], ids=["closed", "reset", "closed in chunks"]
    )
    def test_a_dropped_connection_is_continued_where_it_ended(self, server, download, waits, fault):
        server.give(replace(WHOLE, cut=HALF, piece=HALF, **fault), WHOLE)
        download.run()
        assert download.target.read_bytes() == CONTENT
        assert waits == [1]
        if not fault.get("reset"):  # after which the client may have lost what it had not yet read
            assert server.ranges() == [None, f"bytes={HALF}-"]
            assert server.asked[1]["If-Range"] == '"first"'

    def test_a_connection_that_stalls_is_given_up_and_continued(self, server, download, capsys):
        server.give(replace(WHOLE, cut=HALF, stalls=True), WHOLE)
        replace(download, pace=replace(download.pace, timeout=2)).run()
        assert download.target.read_bytes() == CONTENT
        assert server.ranges() == [None, f"bytes={HALF}-"]
        assert "Nothing came from 127.0.0.1 for 2 s. Trying again in 1 s" in capsys.readouterr().out

    def test_the_date_names_the_version_where_there_is_no_strong_etag(self, server, download):
        date = "Wed, 21 Oct 2015 07:28:00 GMT"
        dated = replace(WHOLE, etag='W/"weak"', modified=date)
        server.give(replace(dated, cut=HALF), dated)
        download.run()
        assert server.asked[1]["If-Range"] == date
        assert download.target.read_bytes() == CONTENT

    def test_without_a_version_it_begins_anew(self, server, download):
        server.give(replace(WHOLE, etag=None, cut=HALF), replace(WHOLE, etag=None))
        download.run()
        assert server.ranges() == [None, None]
        assert download.target.read_bytes() == CONTENT

    def test_a_server_that_sends_no_parts_sends_the_whole_again(self, server, download, capsys):
        server.give(replace(WHOLE, cut=HALF), replace(WHOLE, ranges=False))
        download.run()
        assert download.target.read_bytes() == CONTENT
        assert "from its beginning" in capsys.readouterr().out

    @pytest.mark.parametrize("careless", [False, True], ids=["which the server notices", "which it doesn't"])
    def test_parts_of_two_versions_are_not_mixed(self, server, download, careless):
        changed = Answer(OTHER, etag='"second"', careless=careless)
        server.give(replace(WHOLE, cut=HALF), changed)
        download.run()
        assert download.target.read_bytes() == OTHER

    def test_a_part_that_begins_elsewhere_is_not_used(self, server, download):
        server.give(replace(WHOLE, cut=HALF), replace(WHOLE, shift=-5), WHOLE)
        download.run()
        assert download.target.read_bytes() == CONTENT

    def test_a_file_that_has_become_shorter_is_begun_anew(self, server, download):
        short = Answer(OTHER[:100], careless=True)
        server.give(replace(WHOLE, cut=HALF), short)
        download.run()
        assert download.target.read_bytes() == OTHER[:100]

    def test_a_part_that_is_complete_gets_its_name(self, server, download):
        server.give(WHOLE)
        download.part.restart(server.url, '"first"')
        download.part.path.write_bytes(CONTENT)
        download.run()
        assert download.target.read_bytes() == CONTENT
        assert server.ranges() == [f"bytes={len(CONTENT)}-"]

    def test_a_later_run_goes_on(self, server, download):
        server.give(*[replace(WHOLE, cut=HALF), *2 * [Answer(status=503)]])
        with pytest.raises(NetworkError, match="run the command again to go on"):
            download.run()
        assert not download.target.exists()
        server.give(WHOLE)
        download.run()
        assert server.ranges()[-1] == f"bytes={HALF}-"
        assert download.target.read_bytes() == CONTENT

    @pytest.mark.parametrize("record", ["", "{", "[]", '{"url": 1}', '{"url": "URL", "validator": 3}'])
    def test_a_part_with_a_broken_record_is_not_used(self, server, download, record):
        download.part.path.write_bytes(OTHER)
        record_file = download.part.path.with_name(download.part.path.name + ".json")
        record_file.write_text(record.replace("URL", server.url))
        server.give(WHOLE)
        download.run()
        assert server.ranges() == [None]
        assert download.target.read_bytes() == CONTENT

    def test_a_part_from_another_address_is_not_used(self, server, download):
        download.part.restart("http://elsewhere/", '"first"')
        download.part.path.write_bytes(OTHER)
        server.give(WHOLE)
        download.run()
        assert server.ranges() == [None]
        assert download.target.read_bytes() == CONTENT


class TestTryingAgain:
    def test_a_busy_server_is_asked_again_after_longer_and_longer_waits(self, server, download, waits):
        server.give(Answer(status=503), Answer(status=500), WHOLE)
        download.run()
        assert waits == [1, 2]

    def test_the_servers_wish_for_a_wait_counts_within_reason(self, server, download, waits):
        server.give(
            Answer(status=503, headers={"Retry-After": "7"}), Answer(status=429, headers={"Retry-After": "999"}), WHOLE
        )
        download.run()
        assert waits == [7, 9]

    def test_it_ends_after_so_many_failures_in_a_row(self, server, download, waits):
        server.give(Answer(status=502))
        with pytest.raises(NetworkError, match=r"502 Bad Gateway\. That makes 3 failures in a row"):
            download.run()
        assert (len(server.asked), waits) == (3, [1, 2])

    def test_headway_gives_new_patience(self, server, download, waits):
        server.give(*[replace(WHOLE, cut=1000)] * 20, WHOLE)
        download.run()
        assert download.target.read_bytes() == CONTENT
        assert set(waits) == {1}

    def test_getting_the_same_half_again_and_again_is_no_headway(self, server, download):
        server.give(replace(WHOLE, ranges=False, cut=HALF))
        with pytest.raises(NetworkError, match="The connection broke off; 30,000 bytes are missing"):
            download.run()
        assert len(server.asked) == 3

    def test_a_length_that_is_never_reached_is_given_up(self, server, download):
        server.give(replace(WHOLE, ranges=False, length=len(CONTENT) + 10))
        with pytest.raises(NetworkError, match="10 bytes are missing"):
            download.run()

    def test_the_servers_own_words_are_not_shown(self, server, download):
        server.give(Answer(status=404, reason="\x1b[31mno"))
        with pytest.raises(NetworkError, match="answered 404 Not Found"):
            download.run()
        server.give(Answer(status=499))
        with pytest.raises(NetworkError, match=r"answered 499\."):
            download.run()

    @pytest.mark.parametrize("status", [401, 403, 404, 410])
    def test_a_plain_refusal_is_final(self, server, download, status):
        server.give(Answer(status=status))
        with pytest.raises(NetworkError, match=f"answered {status} .*--url"):
            download.run()
        assert len(server.asked) == 1

    def test_an_answer_without_the_file_is_an_error(self, server, download):
        server.give(Answer(status=204))
        with pytest.raises(NetworkError, match="204"):
            download.run()


class TestNoNetwork:
    def test_a_refused_connection(self, server, download, tmp_path):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # and not listening
            url = f"http://127.0.0.1:{closed.getsockname()[1]}/x.zip"
            with pytest.raises(NetworkError, match=r"127\.0\.0\.1 refuses the connection"):
                replace(download, url=url).run()

    def test_a_name_that_is_not_known(self, download, monkeypatch):
        def unknown(*_, **__):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(NetworkError, match=r"The name no\.such\.host can't be looked up .* network connection\?"):
            replace(download, url="http://no.such.host/x.zip").run()

    def test_a_server_that_never_answers(self, download, server):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/x.zip"
            hasty = replace(download, url=url, pace=replace(download.pace, timeout=0.1))
            with pytest.raises(NetworkError, match=r"Nothing came from 127\.0\.0\.1 for 0\.1 s"):
                hasty.run()

    def test_a_server_that_answers_nonsense(self, download, server):
        server.give(Answer(headers={"Content-Length": "0"}))
        server.RequestHandlerClass.protocol_version, before = "NONSENSE", server.RequestHandlerClass.protocol_version
        try:
            with pytest.raises(NetworkError, match="BadStatusLine"):
                download.run()
        finally:
            server.RequestHandlerClass.protocol_version = before

    def test_a_certificate_that_is_not_right_is_final(self, download, monkeypatch, waits):
        class Opener:
            def open(self, *_, **__):
                failure = ssl.SSLCertVerificationError("certificate verify failed")
                failure.verify_message = "certificate has expired"
                raise urllib.error.URLError(failure)

        monkeypatch.setattr(fetch, "web_opener", Opener)
        with pytest.raises(NetworkError, match="certificate has expired"):
            download.run()
        assert waits == []


class TestWrongFiles:
    def test_a_web_page_is_refused_at_once_and_what_has_come_stays(self, server, download):
        server.give(replace(WHOLE, cut=HALF), PORTAL)
        with pytest.raises(WrongFileError, match=r"sent a web page, not the file\. Does the network want a log-in"):
            download.run()
        assert download.part.size == HALF

    @pytest.mark.parametrize("said", [{}, {"length": -1}, {"chunked": True}], ids=["said", "unsaid", "in chunks"])
    def test_a_file_without_end_is_cut_off(self, server, download, said):
        server.give(replace(WHOLE, **said))
        with pytest.raises(WrongFileError, match="larger than 59,999 bytes"):
            replace(download, most=len(CONTENT) - 1).run()
        assert list(download.target.parent.iterdir()) == []


class TestTheDisk:
    def test_space_is_looked_for_before_the_download(self, server, download, monkeypatch):
        free = type("Usage", (), {"free": len(CONTENT) + 999})
        monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
        server.give(WHOLE)
        with pytest.raises(NoSpaceError, match="are needed for the download and for unpacking"):
            replace(download, reserve=1000).run()
        assert download.part.size == 0
        replace(download, reserve=999).run()
        assert download.target.read_bytes() == CONTENT

    def test_what_has_come_needs_no_space_again(self, server, download, monkeypatch):
        free = type("Usage", (), {"free": HALF})
        server.give(WHOLE)
        download.part.restart(server.url, '"first"')
        download.part.path.write_bytes(CONTENT[:HALF])
        monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
        download.run()
        assert download.target.read_bytes() == CONTENT

    @pytest.mark.parametrize(
        ("number", "kind", "words"),
        [
            (errno.ENOSPC, NoSpaceError, "is full"),
            (errno.EDQUOT, NoSpaceError, "is full"),
            (errno.EIO, FolderError, "--to"),
        ],
    )
    def test_a_disk_that_fails_on_the_way_keeps_what_was_written(
        self, server, download, monkeypatch, number, kind, words
    ):
        original = Part.append

        def append(part):
            file = original(part)
            written = []

            class Full:
                def __enter__(self):
                    return self

                def __exit__(self, *_):
                    file.close()

                def write(self, data):
                    if written:
                        raise OSError(number, "no")
                    written.append(file.write(data[:1000]))
                    return written[0]

                def tell(self):
                    return file.tell()

            return Full()

        with monkeypatch.context() as patch:
            patch.setattr(Part, "append", append)
            server.give(WHOLE)
            with pytest.raises(kind, match=words):
                download.run()
        assert download.part.size == 1000
        download.run()
        assert server.ranges()[-1] == "bytes=1000-"
        assert download.target.read_bytes() == CONTENT
