"""Nobody holds a connection who neither asks nor listens; a server that is held so still answers others."""

import asyncio
import contextlib
import resource

import msgspec
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from autograder.server.app import make_app
from autograder.server.attempts import bodies
from autograder.server.connections import Patience, patient, raise_file_limit
from autograder.server.settings import Limits, Settings
from autograder.server.tables import State
from tests.support.school import make_school

PATIENCE = Patience(head=0.2, reader=0.3)
ASKED = b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n"


@contextlib.asynccontextmanager
async def connected(port):
    """Connect, and close it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def running(app):
    """Serve an app on a port of this machine, and yield a function that connects to it."""
    config = uvicorn.Config(app, http=patient(PATIENCE), ws="none", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield lambda: connected(port)
    finally:
        server.should_exit = server.force_exit = True
        await server.shutdown()


@pytest.fixture
def app(tmp_path):
    school = make_school(tmp_path)
    yield make_app(school.server)
    school.database.close()


async def trickle(writer, parts):
    """Send a request part by part, until the other side has had enough."""
    with contextlib.suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "begin",
    [b"", b"GET /sign-in HTTP/1.1\r\nHost: x\r\n", ASKED + b"GET / HT"],
    ids=["nothing", "half a head", "half of a second head"],
)
def test_who_does_not_ask_is_not_waited_for(app, begin):
    async def ask():
        async with running(app) as connect, connect() as (reader, writer):
            writer.write(begin)
            # Something comes all the time, and is never whole.
            parts = (b"X-A: b\r\n" if begin else b"" for _ in range(1000))
            async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(trickle(writer, parts))
                # Until its end, which has to come.
                with contextlib.suppress(ConnectionError):
                    await reader.read()
                sending.cancel()

    asyncio.run(ask())


def test_a_body_that_does_not_come_is_not_waited_for(app, monkeypatch):
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.1)
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
    head = b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + kind + b"Content-Length: 100\r\n\r\nt"

    async def ask():
        async with running(app) as connect, connect() as (reader, writer):
            writer.write(head)
            async with asyncio.timeout(20):
                return await reader.readline()

    assert b"408" in asyncio.run(ask())


def test_an_answer_that_nobody_takes_is_not_kept():
    endless, ended = FastAPI(), asyncio.Event()

    @endless.get("/")
    async def answer():
        async def parts():
            try:
                while True:
                    yield b"x" * 65536
                    await asyncio.sleep(0)
            finally:
                ended.set()

        return StreamingResponse(parts())

    async def ask():
        async with running(endless) as connect, connect() as (_, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            async with asyncio.timeout(20):
                await ended.wait()

    asyncio.run(ask())


def test_who_asks_while_hundreds_hold_connections_is_answered(app):
    async def ask():
        async with running(app) as connect, contextlib.AsyncExitStack() as held:
            for _ in range(300):
                await held.enter_async_context(connect())
            reader, writer = await held.enter_async_context(connect())
            writer.write(ASKED)
            async with asyncio.timeout(20):
                assert b"200" in await reader.readline()

    asyncio.run(ask())


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET /sign-in HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
)
def test_what_is_no_http_that_all_understand_alike_is_refused(app, sent):
    async def ask():
        async with running(app) as connect, connect() as (reader, writer):
            writer.write(sent)
            async with asyncio.timeout(20):
                return await reader.readline()

    assert b" 4" in asyncio.run(ask())[:13]


def test_a_process_takes_as_many_files_as_it_may():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
        raise_file_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_nobody_follows_attempts_on_connections_without_end(tmp_path):
    """Whoever has as many as one person gets waits; when one of them is closed, there is room again."""
    settings = Settings(limits=msgspec.structs.replace(Limits(), at_once=3))
    school = make_school(tmp_path, settings)
    attempt = school.attempt("ada", state=State.QUEUED)

    def asked(login):
        return (
            f"GET /api/v1/attempts/{attempt}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {school.tokens[login]}"
            "\r\n\r\n"
        ).encode()

    async def status(connect, held, login):
        reader, writer = await held.enter_async_context(connect())
        writer.write(asked(login))
        return (await reader.readline()).split()[1], writer

    async def ask():
        async with running(make_app(school.server)) as connect, contextlib.AsyncExitStack() as held:
            async with asyncio.timeout(40):
                first = [await status(connect, held, "ada") for _ in range(3)]
                assert [one for one, _ in first] == [b"200"] * 3
                assert (await status(connect, held, "ada"))[0] == b"429"
                assert (await status(connect, held, "tom"))[0] == b"200"
                first[0][1].close()
                # The server notices when it is told by the system, soon.
                while (await status(connect, held, "ada"))[0] != b"200":
                    await asyncio.sleep(0)

    asyncio.run(ask())
    school.database.close()
