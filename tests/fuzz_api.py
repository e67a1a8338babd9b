"""Asks a server everything that its OpenAPI document describes, in odd ways, as everybody who could ask.

    python -m tests.fuzz_api SCHEMATHESIS [EXAMPLES]

SCHEMATHESIS is the program; ``make fuzz-api`` installs it in an environment of its own, since its plug-in for pytest
would make every start of pytest slower. The server is one with attempts in each state. Whatever is asked, it must not
fail (5xx), answer what the document does not say, or take what the document forbids.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import uvicorn

from autograder.server.app import make_app
from autograder.server.connections import PatientProtocol
from autograder.server.settings import Limits, Sessions, Settings
from tests.support.seeded import seed

# Nobody, a student with attempts, a TA, an instructor, and somebody of another course.
LOGINS = ("", "ada", "tom", "ina", "otto")
CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance,use_after_free"
EXAMPLES = "20"
SEED = "1"
# What is asked for is there; odd values in addresses are tried by tests/server/test_hostile_values.py.
KNOWN = """\
[parameters]
"path.course" = "vision"
"path.assignment" = "rnn_captioning"
"path.attempt" = "{attempt}"
"path.student" = "ada"
"path.login" = "ada"
"""


def main(program: str, examples: str = EXAMPLES) -> int:
    """Run it, and return the exit code: 0 where nothing was found."""
    with tempfile.TemporaryDirectory() as folder:
        # A person may ask that often here.
        limits = Limits(changes=10**9, at_once=1000, hourly_each=10**9, waiting_each=10**9)
        sessions = Sessions(wrong_in_ten_minutes=10**6)
        seeded = seed(Path(folder), settings=Settings(limits=limits, sessions=sessions))
        place = Path(folder, "asked")
        place.mkdir()
        (place / "schemathesis.toml").write_text(KNOWN.format(attempt=seeded.attempts["third"]))
        config = uvicorn.Config(
            make_app(seeded.server), http=PatientProtocol, port=0, log_config=None, access_log=False, ws="none"
        )
        sock = config.bind_socket()
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            document = f"http://127.0.0.1:{sock.getsockname()[1]}/api/v1/openapi.json"
            tokens = [seeded.school.tokens.get(login, "") for login in LOGINS]
            return max(run(program, document, token, examples, place) for token in tokens)
        finally:
            server.should_exit = True
            thread.join()
            seeded.school.database.close()


def run(program: str, document: str, token: str, examples: str, place: Path) -> int:
    """Ask as one person, in a folder with the program's settings."""
    headers = ["--header", f"Authorization: Bearer {token}"] if token else []
    # Events are sent as long as an attempt waits: whoever reads them to the end waits for a marker that is not there.
    command = [
        program, "run", document, *headers, "--checks", CHECKS, "--max-examples", examples, "--seed", SEED,
        "--exclude-path-regex", "/events$", "--request-timeout", "20", "--phases", "examples,coverage,fuzzing",
        "--suppress-health-check", "all", "--no-color",
    ]  # fmt: skip
    return subprocess.run(command, check=False, cwd=place).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
